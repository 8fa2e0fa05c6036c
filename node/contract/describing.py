"""What a catalogue needs to know of a record: title, facets, texts, links.

Read from the body along the fields of its kind (`gathering`), so that a new kind needs no code. A
body of a kind or version that is not known here is described by its `fallback`. Facet values are
codes; the facet ``language`` says in which languages somebody can read the title or, of a
training material, the material. Texts stand under their language, and proper names under ``und``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.contract.gathering import Gathered, Link, gather, readers_for

if TYPE_CHECKING:
    from node.contract.fields import Kind
    from node.contract.languages import LangMap
    from node.contract.vocabularies import Vocabulary

#: Characters that a title or summary in a list may have, for each language.
MAX_TITLE = 300
#: Of a title that is the beginning of a text, because the record has none of its own.
MAX_OPENING = 100
MAX_SUMMARY = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A record as catalogue and index see it."""

    title: LangMap
    summary: LangMap
    #: The language it was written in.
    language: str
    countries: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    #: False when kind or version is not known here and this was built from the fallback.
    known: bool = True

    @property
    def translation_of(self) -> Link | None:
        """The exact revision this record translates, if it is a translation."""
        return next((link for link in self.links if link.relation == "translates"), None)


def make_fallback(kind: Kind, body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the plain title and summary that a node shows when it does not know the kind."""
    title = _title(kind, body)
    summary = _first_map(kind.summary_from, body)
    return {
        "title": {language: _cut(text, MAX_TITLE) for language, text in title.items()},
        "summary": {language: _cut(text, MAX_SUMMARY) for language, text in summary.items()},
    }


def describe_fallback(body: Any, fallback: Mapping[str, Any]) -> Description:
    """Describe a record whose kind or version is not known here."""
    title, summary = _langmap(fallback.get("title")), _langmap(fallback.get("summary"))
    language = body.get("language") if isinstance(body, dict) else None
    texts: dict[str, tuple[str, ...]] = {}
    for part in (title, summary):
        for code, text in part.items():
            texts[code] = (*texts.get(code, ()), text)
    return Description(
        title=title,
        summary=summary,
        language=language if isinstance(language, str) else min(title, default=""),
        facets={"language": tuple(sorted(title))} if title else {},
        texts=texts,
        known=False,
    )


class Describer:
    """Describes the records of one kind; made once, used for every record."""

    def __init__(self, kind: Kind, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._kind = kind
        self._readers = readers_for(kind.fields, vocabularies)

    def describe(self, body: Mapping[str, Any]) -> Description:
        """Describe one body. Never raises."""
        language = body.get("language")
        gathered = Gathered(language if isinstance(language, str) else "")
        gather(self._readers, body, gathered)
        title = _title(self._kind, body)
        readable = gathered.facets["language"]
        for code in title:
            readable[code] = None
        summary = _first_map(self._kind.summary_from, body)
        return Description(
            title=title,
            summary={code: _cut(text, MAX_SUMMARY) for code, text in summary.items()},
            language=gathered.language or min(title, default=""),
            countries=tuple(gathered.facets.get("country", ())),
            facets={name: tuple(values) for name, values in gathered.facets.items() if values},
            texts={code: tuple(texts) for code, texts in gathered.texts.items()},
            # A record may be named twice: among the practices seen, and where it was seen.
            links=tuple(dict.fromkeys(gathered.links)),
        )


def _title(kind: Kind, body: Mapping[str, Any]) -> dict[str, str]:
    """Return the title on one line; the first words of a text where that has to serve."""
    for source in kind.title_from:
        found = _first_map((source,), body)
        field_ = kind.field(source)
        if found and field_ is not None and field_.type == "longtext":
            return {code: _cut(" ".join(text.split()), MAX_OPENING) for code, text in found.items()}
        if found:
            return found
    return {}


def _first_map(sources: Sequence[str], body: Mapping[str, Any]) -> dict[str, str]:
    """Return the first language map that the sources lead to.

    A text at the end of a JSON Pointer counts as a map with the body's own language.
    """
    for source in sources:
        value: Any = body
        tokens = source[1:].split("/") if source.startswith("/") else [source]
        for token in tokens:
            name = token.replace("~1", "/").replace("~0", "~")
            value = value.get(name) if isinstance(value, Mapping) else None
        language = body.get("language")
        if isinstance(value, str) and isinstance(language, str):
            return {language: value}
        if found := _langmap(value):
            return found
    return {}


def _langmap(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {k: v for k, v in value.items() if isinstance(k, str) and isinstance(v, str)}


def _cut(text: str, limit: int) -> str:
    """Shorten a text at a word, with an ellipsis, to at most `limit` characters."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(None, 1)[0] + "…"
