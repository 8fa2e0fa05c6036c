"""What has become of a text since somebody translated or judged it: two bodies, no store.

A translation names texts by their place (``/how_it_works/2/text``), and places move: a step put
in front shifts all that follow. So a translated text is carried to where *the same words* of the
original stand now, in the same field. It is never shown for other words, so it can never end up
under the wrong step, however a list was turned about. What is compared are the words in the
original language; a code, a date or a number that changed makes no translation stale.

Of a text that has changed the reader is shown the original: an old translation beside new words
would say something that nobody stands by.

* changed: it was translated and says something else now
* added: it was not there when the translation was made
* gone: it was translated and is no longer in the record; nobody misses anything, so not stale
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.catalogue.aligning import partners
from node.contract.languages import pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from node.contract import Field

#: Types of fields that hold text by language.
TEXTS = frozenset({"langmap", "longtext"})
#: Fields that say when a record was last looked at. Whoever judged it did not judge these.
UPKEEP = frozenset({"last_confirmed", "review_by", "machine_translated", "sample"})


@dataclass(frozen=True)
class Written:
    """One revision's body with what is needed to read it."""

    fields: Sequence[Field]
    body: Mapping[str, Any]
    #: The original language (BCP 47).
    language: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A translation of one revision, as it applies to another."""

    #: By pointer into the later body: the translated texts whose original says the same still.
    standing: Mapping[str, str]
    #: Pointers into the later body, in its order.
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    #: Pointers into the body that was translated.
    gone: tuple[str, ...] = ()
    #: Where each translated text stood, and where it (or what it has become) stands now.
    moved_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def stale(self) -> bool:
        """Say whether a reader misses words, or would read some that no longer apply."""
        return bool(self.changed or self.added)


@dataclass(frozen=True, slots=True)
class Source:
    """A text of the original: which field it stands in, and its words."""

    #: The pointer without places in lists.
    path: str
    words: str
    #: Languages in which the authors have written it themselves.
    languages: frozenset[str]


def texts_of(written: Written) -> dict[str, Source]:
    """Return every text of a body by its JSON Pointer, in the body's order."""
    found: dict[str, Source] = {}
    for pointer, texts in _walk(written.fields, written.body, ""):
        words = " ".join(pick(texts, (), written.language)[1].split())
        found[pointer] = Source(_NUMBER.sub("", pointer), words, frozenset(texts))
    return found


def carry(before: Written, now: Written, texts: Mapping[str, str], language: str) -> Carried:
    """Carry a translation of `before` over to `now`.

    `texts` are the translated texts by JSON Pointer into `before`, in `language`. Pointers that
    lead to no text there are passed over, and so is what the authors have written in `language`.
    """
    old, new = texts_of(before), texts_of(now)
    translated = {pointer: text for pointer, text in texts.items() if pointer in old}
    place = partners(_words(old), _words(new))
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for pointer in translated:
        same[old[pointer].path, old[pointer].words].append(pointer)
    standing: dict[str, str] = {}
    changed, added = [], []
    moved_to: dict[str, str] = {}
    for pointer, source in new.items():
        was = place.get(pointer)
        offered = same.get((source.path, source.words), [])
        if offered:
            # The same words more than once: the ones that stood here, or else any translation.
            chosen = was if was in offered else offered[0]
            standing[pointer] = translated[chosen]
            moved_to.setdefault(chosen, pointer)
        elif was in translated:
            moved_to[was] = pointer
            if language not in source.languages:
                changed.append(pointer)
        elif was is None and language not in source.languages:
            added.append(pointer)
    return Carried(
        standing,
        tuple(changed),
        tuple(added),
        tuple(
            pointer
            for pointer in translated
            if pointer not in moved_to and not _stands(old[pointer], new)
        ),
        moved_to,
    )


def without_base(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what may be shown of a translation when the revision it was made from is not held.

    Nothing tells then which step a text in a list belongs to, so only whole fields remain.
    """
    return {pointer: text for pointer, text in texts.items() if not _NUMBER.search(pointer)}


def changed_fields(before: Written, now: Written) -> tuple[str, ...]:
    """Return the pointers of the top-level fields that say something else, in the schema's order.

    Words are compared in the original language, so a language that the authors added changes
    nothing, and neither do the dates of upkeep.
    """
    names = dict.fromkeys(each.name for each in (*now.fields, *before.fields))
    fields = [{each.name: each for each in side.fields} for side in (before, now)]
    return tuple(
        f"/{name}"
        for name in names
        if name not in UPKEEP
        and _said(fields[0].get(name), before.body.get(name), before.language)
        != _said(fields[1].get(name), now.body.get(name), now.language)
    )


_NUMBER = re.compile(r"/\d+(?=/|$)")


def _words(texts: Mapping[str, Source]) -> dict[str, str]:
    return {pointer: source.words for pointer, source in texts.items()}


def _stands(source: Source, new: Mapping[str, Source]) -> bool:
    return any(each.path == source.path and each.words == source.words for each in new.values())


def _said(field_: Field | None, value: Any, language: str) -> Any:
    """Return a value with each text reduced to its words in the original language."""
    if isinstance(value, list):
        return [_said(field_, each, language) for each in value]
    if field_ is None or not isinstance(value, dict):
        return value
    if field_.type in TEXTS and _is_text(value):
        return " ".join(pick(value, (), language)[1].split())
    return {name: _said(field_.item(name), each, language) for name, each in value.items()}


def _walk(
    fields: Sequence[Field], body: Mapping[str, Any], above: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for each in fields:
        value = body.get(each.name)
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items):
            pointer = f"{above}/{each.name}" + (f"/{number}" if isinstance(value, list) else "")
            if not isinstance(item, dict):
                continue
            if each.type in TEXTS:
                if _is_text(item):
                    yield pointer, item
            elif each.items:
                yield from _walk(each.items, item, pointer)


def _is_text(value: Mapping[str, Any]) -> bool:
    return bool(value) and all(isinstance(text, str) for text in value.values())
