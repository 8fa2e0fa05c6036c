"""The family of a practice: who took it over, where, how it went, and why.

A family is a tree of records tied by "adapts" and "based_on": the practice that everything goes
back to at the root, its adaptations below it, and what was built on those further down. It is the
same tree whichever member one comes from. What is not shown here any more (withdrawn, erased,
never received) stays as a gap with a name when other members speak of it; what nobody speaks of,
nobody misses, for a withdrawn record says nothing about others.

Where a record came from several, it stands below the one it names first, an adaptation before all
others. How large a family may be is bounded in `kinship`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.catalogue.kinship import Bounds, Key, Tie, Tree, grow
from node.catalogue.links import state_of
from node.catalogue.listing import Names, card_of, facets_of
from node.catalogue.reading import content_at
from node.catalogue.records import choose
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from node.catalogue.cards import OriginName, RecordCard
    from node.catalogue.context import Catalogue
    from node.storage import LinkRow, RecordRow, UnitOfWork

#: What makes a family, the closest tie first.
ADAPTS, BASED_ON = "adapts", "based_on"
RELATIONS = (ADAPTS, BASED_ON)
#: The facet that says how an adaptation went, and the member of its body that says why.
OUTCOME, REASON = "outcome", "why"


@dataclass(frozen=True, slots=True)
class Member:
    """One record of a family, with those that came from it."""

    origin: str
    record: str
    #: shown; withdrawn, erased, hidden, pending; absent: not known here; hidden-here: this node's
    #: staff do not show it. Only `shown` has a card.
    state: str
    publisher: OriginName
    card: RecordCard | None
    #: How it is tied to the one above: adapts, based_on; "" for the root.
    relation: str
    #: The revision of the one above that it speaks of, and whether that has moved on since.
    revision: int | None
    stale: bool
    #: The code of how it went; "" where the record is no report of a trial.
    outcome: str
    #: Why it went so, by language; empty where the record does not say.
    reason: Mapping[str, str]
    #: The years it ran, as far as the record says so, else the year of its first publication.
    since: str
    until: str
    #: This is the record that was asked for.
    here: bool
    #: Oldest first.
    children: tuple[Member, ...]

    def walk(self) -> Iterator[Member]:
        """Give this record and all below it, each before those that came from it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Family:
    """The tree a record stands in."""

    root: Member
    #: The root has ancestors that are not drawn; there are more records below, or beside, these.
    above: bool
    deeper: bool
    wider: bool

    @property
    def members(self) -> tuple[Member, ...]:
        """Return all records, each before those that came from it."""
        return tuple(self.root.walk())

    @property
    def complete(self) -> bool:
        """Say whether this is all that is known here of the family."""
        return not (self.above or self.deeper or self.wider)

    @property
    def tally(self) -> dict[str, tuple[str, ...]]:
        """Return by outcome the countries in which it went so, each in alphabetical order."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for member in self.members:
            if member.outcome and member.card:
                found[member.outcome] |= set(member.card.countries)
        return {outcome: tuple(sorted(countries)) for outcome, countries in found.items()}

    @property
    def countries(self) -> tuple[str, ...]:
        """Return the countries it was tried in, in alphabetical order."""
        return tuple(sorted({country for each in self.tally.values() for country in each}))


def get_family(
    c: Catalogue, record_id: str, origin: str | None = None, bounds: Bounds | None = None
) -> Family:
    """Return the family of a record; one without any kin is a family of its own.

    Raises `NotFoundError` and `GoneError` as `get_record` does.
    """
    with c.database.reading() as unit:
        row, _others = choose(unit, record_id, origin)
        tree = grow(
            (row.oid, row.record),
            lambda key: _parents(unit, key),
            lambda keys, most: _children(unit, keys, most),
            bounds or Bounds(),
        )
        return _Drawing(unit, tree, (row.oid, row.record)).family()


def _parents(unit: UnitOfWork, key: Key) -> list[Tie]:
    said = [tie for link in unit.records.links_from(*key) if (tie := _tie(link))]
    return sorted(said, key=lambda tie: RELATIONS.index(tie.relation))


def _children(unit: UnitOfWork, keys: Sequence[Key], most: int) -> list[Tie]:
    found = unit.records.links_to_any(keys, RELATIONS, most)
    ties = [tie for link in found if (tie := _tie(link))]
    return sorted(ties, key=lambda tie: RELATIONS.index(tie.relation))


def _tie(link: LinkRow) -> Tie | None:
    if link.relation not in RELATIONS:
        return None
    return Tie(
        (link.oid, link.record),
        (link.target_oid, link.target_record),
        link.relation,
        link.target_revision,
    )


class _Drawing:
    """Puts what is known of each record to the keys of a tree."""

    def __init__(self, unit: UnitOfWork, tree: Tree, here: Key) -> None:
        self._unit = unit
        self._tree = tree
        self._here = here
        self._names = Names(unit)
        self._rows = rows_of(unit, tree.keys)

    def family(self) -> Family:
        tree = self._tree
        root = self._member(tree.root, None)
        return Family(root, above=tree.above, deeper=tree.deeper, wider=tree.wider)

    def _member(self, key: Key, tie: Tie | None) -> Member:
        """Return a member with all below it; as deep as the bounds of the walk allow."""
        row = self._rows.get(key)
        shown = row if row is not None and row.state == SHOWN else None
        outcome = next(iter(facets_of(shown).get(OUTCOME, ())), "") if shown else ""
        body = self._body(shown) if shown else {}
        return Member(
            origin=key[0],
            record=key[1],
            state=state_of(row),
            publisher=self._names.of(key[0]),
            card=card_of(shown, self._names) if shown else None,
            relation=tie.relation if tie else "",
            revision=tie.revision if tie else None,
            stale=self._moved_on(tie),
            outcome=outcome,
            reason=_texts(body.get(REASON)),
            since=_year(body.get("start")) or (str(shown.first_published.year) if shown else ""),
            until=_year(body.get("end")),
            here=key == self._here,
            children=tuple(
                self._member(below.child, below)
                for below in sorted(self._tree.below.get(key, ()), key=self._age)
            ),
        )

    def _moved_on(self, tie: Tie | None) -> bool:
        above = self._rows.get(tie.parent) if tie else None
        if tie is None or tie.revision is None or above is None or above.state != SHOWN:
            return False
        return tie.revision < above.revision

    def _age(self, tie: Tie) -> tuple[bool, str, Key]:
        row = self._rows.get(tie.child)
        return (row is None, row.first_published.isoformat() if row else "", tie.child)

    def _body(self, row: RecordRow) -> Mapping[str, Any]:
        content = content_at(self._unit, row.oid, row.epoch, row.seq)
        return content.body if content else {}


def rows_of(unit: UnitOfWork, keys: Iterable[Key]) -> dict[Key, RecordRow]:
    """Return what is held of these records, by key."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for oid, record in keys:
        ids[oid].append(record)
    return {
        (oid, record): row
        for oid, records in ids.items()
        for record, row in unit.records.get_many(oid, records).items()
    }


def _texts(value: Any) -> dict[str, str]:
    """Return a language map as it is written, nothing when a newer schema means another thing."""
    if not isinstance(value, dict):
        return {}
    return {key: text for key, text in value.items() if isinstance(text, str)}


def _year(value: Any) -> str:
    """Return the year of a date of any exactness."""
    year = value[:4] if isinstance(value, str) else ""
    return year if year.isascii() and year.isdecimal() else ""
