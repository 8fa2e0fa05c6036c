"""A translation's own page: each text beside the words it translates, and where it belongs.

Pointers are for programs. A person is told the field's name, which item of a list it is, and what
the original calls that item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.catalogue.bound import TRANSLATES, open_original, texts_in
from node.catalogue.staleness import texts_of
from node.web.context import runtime
from node.web.overlay import follow
from node.web.presenting import Presenter
from node.web.texts import Text, marked, pick_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from node.catalogue.bound import Since
    from node.catalogue.records import LinkView, RecordView
    from node.catalogue.revisions import RevisionView
    from node.catalogue.staleness import Written
    from node.contract import Field, Kind

#: Members that name an item of a list, the most telling first.
NAMING = ("title", "name", "office")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text of a record stands, in words."""

    field: Text
    #: Of the item, from 1, where the field is a list.
    number: int | None = None
    #: The member of that item.
    part: Text | None = None


@dataclass(frozen=True, slots=True)
class TranslatedText:
    """One text of a translation."""

    place: Place
    text: Text
    #: The words it translates; None where that revision is not held, or has no text there.
    original: Text | None = None
    #: What the original calls the item that it belongs to.
    item: Text | None = None
    #: changed: the original says something else now; gone: it is no longer in the record;
    #: nowhere: the revision it was made of has no such text; "" where nothing is to be said.
    state: str = ""


def place_of(kind: Kind | None, pointer: str) -> Place:
    """Return in words where a JSON Pointer into a body of this kind leads."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    names = [token for token in tokens if not token.isdecimal()]
    first = kind.field(names[0]) if kind and names else None
    if first is None:
        return Place(Text(pointer, ""))
    number = next((int(token) + 1 for token in tokens if token.isdecimal()), None)
    last = kind.field(".".join(names)) if kind else None
    part = _label(last) if last is not None and last is not first else None
    return Place(_label(first), number, part)


def field_labels(kind: Kind | None, pointers: Iterable[str]) -> tuple[Text, ...]:
    """Return what the fields are called that pointers lead into, each once, in their order."""
    return tuple({place.field.text: place.field for place in _places(kind, pointers)}.values())


def since_fields(since: Since, schema: str) -> tuple[Text, ...]:
    """Return what the fields of a record are called that have changed since, or are new."""
    return field_labels(runtime().contract.kind(schema), (*since.changed, *since.added))


def translated_texts(
    view: RecordView | RevisionView, links: Sequence[LinkView]
) -> tuple[TranslatedText, ...]:
    """Return what a translation record translates; nothing for a record of another kind."""
    if view.kind is None or view.kind.field("fields") is None:
        return ()
    texts = texts_in(view.body)
    link = next((each for each in links if (each.relation, each.direction) == _OUT), None)
    shown = link if link is not None and link.card is not None else None
    before = None
    if shown is not None and shown.revision is not None:
        before = open_original(runtime().catalogue, shown.origin, shown.record, shown.revision)
    contract = runtime().contract
    target = contract.kind(shown.card.schema) if shown and shown.card else None
    return tuple(
        TranslatedText(
            place_of(target, pointer),
            Text(text, view.language, foreign=bool(marked(view.language))),
            _original(before, pointer),
            _item(before, pointer),
            _state(before, pointer, shown.since if shown else None),
        )
        for pointer, text in _in_order(texts, before)
    )


def _in_order(texts: Mapping[str, str], before: Written | None) -> list[tuple[str, str]]:
    """Put texts in the order in which the record has them, and what it has not at the end."""
    places = {pointer: place for place, pointer in enumerate(texts_of(before) if before else ())}
    return sorted(texts.items(), key=lambda each: places.get(each[0], len(places)))


_OUT = (TRANSLATES, "out")


def _places(kind: Kind | None, pointers: Iterable[str]) -> list[Place]:
    return [place_of(kind, pointer) for pointer in pointers]


def _label(spec: Field) -> Text:
    return pick_text(spec.labels) or Text(spec.label(), "en")


def _original(before: Written | None, pointer: str) -> Text | None:
    return _text(before, follow(before.body, pointer)) if before else None


def _text(before: Written, value: Any) -> Text | None:
    """Return a text in the words of its author."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        return None
    return pick_text(value, before.language, wanted=(before.language,))


def _item(before: Written | None, pointer: str) -> Text | None:
    tokens = pointer.split("/")
    numbered = [place for place, token in enumerate(tokens) if token.isdecimal()]
    if before is None or not numbered:
        return None
    end = numbered[0] + 1
    item = follow(before.body, "/".join(tokens[:end]))
    if not isinstance(item, dict) or tokens[end:] == [NAMING[0]]:
        return None
    named = next((item[name] for name in NAMING if name in item and tokens[end:] != [name]), None)
    return _text(before, named) if named is not None else _concept(before, tokens[1], item)


def _concept(before: Written, name: str, item: Mapping[str, Any]) -> Text | None:
    field = next((each for each in before.fields if each.name == name), None)
    spec = next((each for each in field.items if each.type == "concept"), None) if field else None
    code = item.get(spec.name) if spec else None
    if spec is None or not isinstance(code, str):
        return None
    return Presenter(runtime().contract).term(spec, code).label


def _state(before: Written | None, pointer: str, since: Since | None) -> str:
    if before is not None and _original(before, pointer) is None:
        return "nowhere"
    if since is None or since.carried is None:
        return ""
    if pointer in since.carried.gone:
        return "gone"
    now = since.carried.moved_to.get(pointer)
    return "changed" if now in since.carried.changed else ""
