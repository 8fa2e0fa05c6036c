"""Structured data in a web page (JSON-LD of schema.org) as the beginning of a record. Pure.

What the page says of a course, a lesson or a publication becomes a training material; what it does
not say, and what only a person can judge, stays empty. Nothing is believed beyond its shape, and
everything is bounded.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import orjson

from node.editorial.encodings import decoded
from node.editorial.formcodes import is_tag
from node.editorial.formdates import MisreadError, read_date
from node.editorial.formdurations import read_duration
from node.editorial.formnames import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KIND = "training-material"
#: What schema.org calls things that one learns from, the more telling first.
TYPES = (
    *("LearningResource", "Course", "Syllabus", "Quiz", "HowTo", "Book", "VideoObject"),
    *("PresentationDigitalDocument", "AudioObject", "Report", "Article", "CreativeWork"),
)
MAX_BLOCKS, MAX_THINGS, MAX_DEPTH = 40, 500, 12
MAX_TITLE, MAX_TEXT = 300, 20_000
_LICENCE = re.compile(
    r"creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/([0-9.]+)|publicdomain/(zero)/)"
)
TAGS = re.compile(r"<[^<>]{0,2000}>")


class _Blocks(HTMLParser):
    """Collects the blocks of JSON-LD of a page, and the language that it says it is in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.language = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a block begins."""
        named = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = named.get("lang", "")
        kind = named.get("type", "").partition(";")[0].strip().lower()
        self._inside = tag == "script" and kind == "application/ld+json"
        if self._inside and len(self.blocks) < MAX_BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        """Keep what stands in a block."""
        if self._inside and self.blocks:
            self.blocks[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Note where a block ends."""
        del tag
        self._inside = False


def body_of(raw: bytes, media_type: str, address: str, lang: str) -> dict[str, Any] | None:
    """Return the beginning of a training material, or None where the page says nothing of one.

    `lang` is taken where neither page nor data say a language.
    """
    text, _name = decoded(raw)
    reader = _Blocks()
    if media_type.endswith("json"):
        reader.blocks.append(text)
    else:
        reader.feed(text)
    things = [each for block in reader.blocks for each in _things(_parsed(block), 0)]
    found = [(rank, each) for each in things[:MAX_THINGS] if (rank := _rank(each)) is not None]
    if not found:
        return None
    spoken = language_tag(reader.language) or lang
    return _body(min(found, key=lambda pair: pair[0])[1], address, spoken)


def _parsed(block: str) -> Any:
    try:
        return orjson.loads(block)
    except orjson.JSONDecodeError:
        return None


def _things(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for each in value[:MAX_THINGS]:
            yield from _things(each, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(value.get(name), depth + 1)


def _rank(thing: Mapping[str, Any]) -> int | None:
    types = thing.get("@type")
    names = [
        str(each).rpartition("/")[2] for each in (types if isinstance(types, list) else [types])
    ]
    ranks = [TYPES.index(name) for name in names if name in TYPES]
    return (
        min(ranks) if ranks and _texts(thing.get("name") or thing.get("headline"), "en") else None
    )


def _body(thing: Mapping[str, Any], address: str, page_language: str) -> dict[str, Any]:
    spoken = thing.get("inLanguage")
    tongues = [
        tag
        for each in (spoken if isinstance(spoken, list) else [spoken])
        if (tag := language_tag(each.get("alternateName") if isinstance(each, dict) else each))
    ]
    lang = tongues[0] if tongues else page_language
    title = _texts(thing.get("name") or thing.get("headline"), lang)
    text = _texts(thing.get("description") or thing.get("abstract"), lang)
    licence = licence_of(thing.get("license"))
    found: dict[str, Any] = {
        "title": {tag: " ".join(each.split())[:MAX_TITLE] for tag, each in title.items()},
        "language": lang if lang in title else next(iter(title)),
        "url": address,
        "description": {tag: each[:MAX_TEXT] for tag, each in text.items()},
        "languages": tongues,
        "licence": licence,
        "author": _name_of(thing.get("author") or thing.get("creator"))[:200],
        "date": _read(read_date, thing.get("datePublished") or thing.get("dateCreated")),
        "workload": _read(read_duration, thing.get("timeRequired")),
    }
    return {name: value for name, value in found.items() if value}


def _texts(value: Any, lang: str) -> dict[str, str]:
    """Return a text of JSON-LD by language; marks of HTML are left out."""
    found: dict[str, str] = {}
    for each in value[:20] if isinstance(value, list) else [value]:
        tag, text = lang, each
        if isinstance(each, dict):
            tag, text = language_tag(each.get("@language")) or lang, each.get("@value")
        plain = clean(TAGS.sub(" ", text)).strip() if isinstance(text, str) else ""
        if plain:
            found.setdefault(tag, plain)
    return found


def language_tag(value: Any) -> str:
    """Return a language's code as a body takes it: ``pt-BR`` for ``pt_br``, "" for no language."""
    if not isinstance(value, str):
        return ""
    base, _dash, region = value.strip().replace("_", "-").partition("-")
    whole = f"{base.lower()}-{region.upper()}" if len(region) == 2 else base.lower()  # noqa: PLR2004
    return whole if is_tag(whole) else base.lower() if is_tag(base.lower()) else ""


def licence_of(value: Any) -> str:
    """Return the SPDX name of a licence that is known by its address, "" for any other."""
    text = value.get("url") or value.get("@id") if isinstance(value, dict) else value
    found = _LICENCE.search(text.lower()) if isinstance(text, str) else None
    if found is None:
        return ""
    return "CC0-1.0" if found[3] else f"CC-{found[1].upper()}-{found[2]}"


def _name_of(value: Any) -> str:
    names = [
        each.get("name") if isinstance(each, dict) else each
        for each in (value[:10] if isinstance(value, list) else [value])
    ]
    return ", ".join(clean(name).strip() for name in names if isinstance(name, str))


def _read(reader: Any, value: Any) -> str:
    if not isinstance(value, str):
        return ""
    try:
        return str(reader(value.partition("T")[0] if value[:1].isdigit() else value, "en"))
    except MisreadError:
        return ""
