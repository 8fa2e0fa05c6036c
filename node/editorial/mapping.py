# ruff: noqa: RUF001 - the dashes that people put into headings
"""From a column's heading to a place in a record. Pure.

A target is a place written as one text: ``title``, ``title.en``, ``how_it_works.2.title``,
``partners.name``, ``place.point``, ``fields./title``. Parts of a list are counted from 1, as people
count them. A text without a language is in the record's own.

A heading is understood as a target, and as the words of the form: a field's label in any language
that it has one in, with a language as its code or name (``Titel [da]``, ``Title in Danish``), with
the part's number anywhere (``Partner 2: Name``). What can mean two fields is not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from node.contract import language_name
from node.editorial.formcodes import is_tag, read_language
from node.editorial.formdates import MisreadError, folded
from node.editorial.formvalues import BY_LANGUAGE, PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from node.contract import Field, Kind

POINT = "point"
#: No list of any kind has more parts than this.
MAX_PART = 200
_APART = re.compile(r"[\s_\-–—:./\\|>()\[\]]+")
_BRACKETS = re.compile(r"^(.*?)\s*[(\[{]\s*([^()\[\]{}]{2,40})\s*[)\]}]$")
_BEHIND = re.compile(r"^(.*\S)\s*[@._:/|\-–—]\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)$")
_LAST = re.compile(r"^(.*\S)\s+(\S+)$")
_NUMBER = re.compile(r"(?<![^\W_])([1-9][0-9]{0,2})(?![^\W_])|(?<=[^\W\d_])([1-9][0-9]{0,2})$")


#: Words for the commonest columns in languages that the form has no labels in.
_ALIASES = {
    "title": ("titel", "titre", "titolo", "name", "navn"),
    "name": ("title", "titel", "navn", "nom", "nome", "organisation", "organization"),
    "summary": ("resumé", "zusammenfassung", "résumé", "riassunto", "sammendrag", "abstract"),
    "country": ("land", "pays", "paese", "countries"),
    "language": ("sprog", "sprache", "langue", "lingua"),
    "licence": ("license", "licens", "lizenz", "licenza"),
    "website": ("url", "link", "web", "homepage", "hjemmeside", "webseite"),
    "url": ("link", "website", "web"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A place that the cells of a column belong to."""

    #: The fields on the way, the outermost first; the last one is what a cell holds.
    fields: tuple[Field, ...]
    #: For each of them the number of its part, counted from 1; 0 where none was named.
    parts: tuple[int, ...]
    #: A language, ``point`` of a place, or a place in a map of places; "" for none.
    tail: str = ""

    @property
    def field(self) -> Field:
        """Return what a cell holds."""
        return self.fields[-1]

    @property
    def text(self) -> str:
        """Return it as it is kept and typed."""
        names = []
        for spec, part in zip(self.fields, self.parts, strict=True):
            names += [spec.name, *([str(part)] if part else [])]
        return ".".join([*names, *([self.tail] if self.tail else [])])

    @property
    def by_language(self) -> bool:
        """Say whether it is a text that has a language."""
        return self.field.type in BY_LANGUAGE


def parse_target(kind: Kind, text: str) -> Target | None:
    """Return the target that a text names exactly, or None."""
    fields: list[Field] = []
    parts: list[int] = []
    rest = text.split(".")
    while rest:
        name = rest[0]
        spec = fields[-1].item(name) if fields else kind.field(name)
        if spec is None:
            break
        rest.pop(0)
        number = 0
        if rest and spec.many and rest[0].isascii() and rest[0].isdecimal():
            number = int(rest.pop(0))
            if not 1 <= number <= MAX_PART:
                return None
        fields.append(spec)
        parts.append(number)
    if not fields:
        return None
    found = Target(tuple(fields), tuple(parts), ".".join(rest))
    return found if _holds(found) else None


def _holds(target: Target) -> bool:
    """Say whether a cell can hold what stands at a target."""
    spec, tail = target.field, target.tail
    if spec.type in BY_LANGUAGE:
        return not tail or is_tag(tail)
    if spec.type == "pointermap":
        return tail.startswith("/")
    if spec.type == "place":
        return tail == POINT
    return not tail and spec.type not in {"object", "file"}


def leaves(kind: Kind) -> Iterator[Target]:
    """Give every place of a kind that a cell can hold, without numbers and languages."""
    for spec in kind.fields:
        yield from _leaves((spec,))


def _leaves(fields: tuple[Field, ...]) -> Iterator[Target]:
    spec, none = fields[-1], (0,) * len(fields)
    if spec.type == "object":
        for inner in spec.items:
            yield from _leaves((*fields, inner))
    elif spec.type == "place":
        for inner in spec.items:
            if inner.name == "name":
                yield from _leaves((*fields, inner))
        yield Target(fields, none, POINT)
    elif spec.type not in {"file", "pointermap"}:
        yield Target(fields, none)


def guess(kind: Kind, headings: Sequence[str], lang: str = "en") -> list[str]:
    """Return for each heading the target it probably means, "" where nothing is sure.

    No place is guessed twice: the second column of the same name is left to the person.
    """
    found: list[str] = []
    for heading in headings:
        target = guess_one(kind, heading, lang)
        text = target.text if target else ""
        found.append("" if text in found else text)
    return found


def guess_one(kind: Kind, heading: str, lang: str = "en") -> Target | None:
    """Return what one heading means, or None."""
    plain = heading.strip().rstrip("*: ").strip()
    exact = parse_target(kind, plain) or parse_target(kind, plain.lower())
    if exact is not None:
        return exact
    whole = _named(kind, plain, lang)
    if whole is not None:
        return whole
    for pattern in (_BRACKETS, _BEHIND, _LAST):
        match = pattern.match(plain)
        if match is None:
            continue
        code = _language(match[2], lang)
        target = _named(kind, match[1].rstrip(" ,;"), lang) if code else None
        if target is not None and target.by_language:
            return Target(target.fields, target.parts, code)
    return None


def _language(text: str, lang: str) -> str:
    words = text.strip()
    for each in (words, words.split()[-1] if words.split() else ""):
        lowered = each[:2].lower() + each[2:] if is_tag(each[:2].lower() + each[2:]) else each
        if is_tag(lowered):
            return lowered
        try:
            return read_language(each, lang)
        except MisreadError:
            continue
    return ""


def _named(kind: Kind, heading: str, lang: str) -> Target | None:
    """Return the field with this name in the person's language, in English or in any other."""
    name = _plain(heading)
    for each in (name, *_joined_without(name)):
        words, number = each if isinstance(each, tuple) else (each, 0)
        for table in _names(kind, lang):
            places = table.get(words, ())
            fitting = [place for place in places if not number or _numbered(place)]
            if len(fitting) == 1:
                return _with_number(fitting[0], number)
            if fitting:
                return None
    return None


def _joined_without(name: str) -> list[tuple[str, int]]:
    """Return a heading without its number, and the number."""
    found = _NUMBER.search(name)
    if found is None:
        return []
    number = int(found[1] or found[2])
    rest = " ".join((name[: found.start()] + " " + name[found.end() :]).split())
    return [(rest, number)] if rest and number <= MAX_PART else []


def _numbered(target: Target) -> bool:
    return any(spec.many for spec in target.fields)


def _with_number(target: Target, number: int) -> Target:
    if not number:
        return target
    place = next(n for n, spec in enumerate(target.fields) if spec.many)
    parts = tuple(number if n == place else 0 for n in range(len(target.parts)))
    return Target(target.fields, parts, target.tail)


def _plain(heading: str) -> str:
    """Return a heading as it is compared: one word and several of them are the same."""
    return " ".join(_singular(word) for word in _APART.sub(" ", folded(heading)).split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and word.isascii() else word  # noqa: PLR2004


@lru_cache(maxsize=256)
def _names(kind: Kind, lang: str) -> tuple[dict[str, tuple[Target, ...]], ...]:
    """Return the places of a kind by what they are called: in `lang`, in English, in any language.

    The properties' own names are among the first. Where a field at the top and one inside another
    have the same name, it means the one at the top.
    """
    tongues = sorted({each for spec in kind.walk() for each in spec.labels})
    own: dict[str, list[Target]] = {}
    english: dict[str, list[Target]] = {}
    other: dict[str, list[Target]] = {}
    for target in leaves(kind):
        _note(own, target, [_plain(target.text)])
        _note(own, target, label_words(target, lang))
        _note(english, target, label_words(target, "en"))
        _note(other, target, [_plain(word) for word in _ALIASES.get(target.text, ())])
        for tongue in tongues:
            _note(other, target, label_words(target, tongue))
    return tuple(
        {name: _outermost(places) for name, places in table.items()}
        for table in (own, english, other)
    )


def _note(table: dict[str, list[Target]], target: Target, words: Sequence[str]) -> None:
    for word in words:
        held = table.setdefault(word, [])
        if word and target not in held:
            held.append(target)


def _outermost(places: list[Target]) -> tuple[Target, ...]:
    least = min(len(place.fields) for place in places)
    return tuple(place for place in places if len(place.fields) == least)


def label_words(target: Target, lang: str) -> list[str]:
    """Return what a place is called in a language: with all fields on the way, and by its own."""
    labels = [_plain(spec.label(lang)) for spec in target.fields]
    if target.tail == POINT:
        return [f"{labels[0]} gps", f"{labels[0]} {POINT}", "gps", "coordinate"]
    return [" ".join(labels), labels[-1]]


def label_of(target: Target, lang: str) -> str:
    """Return a place's name for people, as a heading has it: ``Partners 2: Name (English)``."""
    names = []
    for spec, part in zip(target.fields, target.parts, strict=True):
        names.append(f"{spec.label(lang)} {part}" if part else spec.label(lang))
    text = ": ".join(names)
    if target.tail == POINT:
        return f"{text} (GPS)"
    if target.by_language and target.tail:
        return f"{text} ({language_name(target.tail, lang)})"
    return f"{text} {target.tail}" if target.tail else text


def repeats(target: Target) -> bool:
    """Say whether several columns may hold parts of the list that a target lies in."""
    return any(spec.many and spec.type in PARTS for spec in target.fields)
