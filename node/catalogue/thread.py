"""A conversation: a message, what it answers, and what was answered to that, in order.

A message says in ``in_reply_to`` what it answers, and nothing else orders a conversation: the tree
of those references is it, with the oldest answer first. Its bounds are those of `kinship`. What is
not shown here any more stays as a gap, so that nobody is made to answer what nobody said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.catalogue.family import rows_of
from node.catalogue.kinship import Bounds, Key, Tie, Tree, grow
from node.catalogue.links import state_of
from node.catalogue.listing import Names, card_of
from node.catalogue.reading import content_at
from node.catalogue.records import choose
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from node.catalogue.cards import OriginName, RecordCard
    from node.catalogue.context import Catalogue
    from node.storage import LinkRow, RecordRow, UnitOfWork

#: The relation that makes a conversation, and the member of a message's body that is said.
REPLIES, SAID = "replies_to", "text"
BOUNDS = Bounds(climb=12, depth=12, members=60)


@dataclass(frozen=True, slots=True)
class Message:
    """One message with the answers to it."""

    origin: str
    record: str
    #: shown; withdrawn, erased, hidden, pending; absent: not known here. Only `shown` has a card.
    state: str
    publisher: OriginName
    card: RecordCard | None
    #: What is said, by language.
    text: Mapping[str, str]
    #: This is the message that was asked for.
    here: bool
    #: Oldest first.
    answers: tuple[Message, ...]

    def walk(self) -> Iterator[Message]:
        """Give this message and all answers, each before those to it."""
        yield self
        for answer in self.answers:
            yield from answer.walk()


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation a message stands in."""

    first: Message
    #: False when there is more of it, before the first or behind the last, than is here.
    complete: bool

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return all messages, each before the answers to it."""
        return tuple(self.first.walk())


def get_thread(c: Catalogue, record_id: str, origin: str | None = None) -> Thread:
    """Return the conversation of a message; one that nobody answered is one of its own.

    Raises `NotFoundError` and `GoneError` as `get_record` does.
    """
    with c.database.reading() as unit:
        row, _others = choose(unit, record_id, origin)
        here = (row.oid, row.record)
        tree = grow(
            here,
            lambda key: [_tie(link) for link in unit.records.links_from(*key, REPLIES)],
            lambda keys, most: _answers(unit, keys, most),
            BOUNDS,
        )
        rows = rows_of(unit, tree.keys)
        first = _message(unit, Names(unit), tree, rows, tree.root, here)
    return Thread(first, complete=not (tree.above or tree.deeper or tree.wider))


def _answers(unit: UnitOfWork, keys: Sequence[Key], most: int) -> list[Tie]:
    return [_tie(link) for link in unit.records.links_to_any(keys, [REPLIES], most)]


def _tie(link: LinkRow) -> Tie:
    return Tie((link.oid, link.record), (link.target_oid, link.target_record), link.relation)


def _message(
    unit: UnitOfWork, names: Names, tree: Tree, rows: Mapping[Key, RecordRow], key: Key, here: Key
) -> Message:
    row = rows.get(key)
    shown = row if row is not None and row.state == SHOWN else None
    content = content_at(unit, shown.oid, shown.epoch, shown.seq) if shown else None
    text = content.body.get(SAID) if content else None
    below = sorted(
        (tie.child for tie in tree.below.get(key, ())), key=lambda each: _age(rows, each)
    )
    return Message(
        origin=key[0],
        record=key[1],
        state=state_of(row),
        publisher=names.of(key[0]),
        card=card_of(shown, names) if shown else None,
        text={k: v for k, v in text.items() if isinstance(v, str)}
        if isinstance(text, dict)
        else {},
        here=key == here,
        answers=tuple(_message(unit, names, tree, rows, each, here) for each in below),
    )


def _age(rows: Mapping[Key, RecordRow], key: Key) -> tuple[bool, str, Key]:
    row = rows.get(key)
    return (row is None, row.first_published.isoformat() if row else "", key)
