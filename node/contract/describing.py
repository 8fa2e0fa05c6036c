"""What a catalogue needs to know of a record: title, facets, texts, links.

Read from the body along the fields of its kind, so that a new kind needs no code. A body of a
kind or version that is not known here is described by its `fallback`. Nothing in here raises on
a strange body: what has an unexpected form is passed over.

Facet values are codes. A concept counts with all its broader ones, so that the wider term finds
the narrower record, and with those derived from it (the IAG practices that answer a success
factor). The facet ``language`` says in which languages somebody can read the title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.contract.languages import LangMap, region_country

if TYPE_CHECKING:
    from node.contract.fields import Field, Kind
    from node.contract.vocabularies import Vocabulary

MAX_SUMMARY = 600

#: The language under which names stand that are the same in every language (ISO 639-2).
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Link:
    """A reference from one record to another."""

    relation: str
    origin: str
    record: str
    revision: int | None = None


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
    title = _first_map(kind.title_from, body)
    summary = _first_map(kind.summary_from, body)
    return {
        "title": {language: _cut(text, 300) for language, text in title.items()},
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


def describe(
    kind: Kind, body: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> Description:
    """Describe a record of a known kind."""
    gathered = _Gathered(vocabularies)
    language = body.get("language")
    language = language if isinstance(language, str) else ""
    title = _first_map(kind.title_from, body)
    gathered.read(kind.field, body, language)
    for code in title:
        gathered.facets["language"].setdefault(code)
    return Description(
        title=title,
        summary={k: _cut(v, MAX_SUMMARY) for k, v in _first_map(kind.summary_from, body).items()},
        language=language or min(title, default=""),
        countries=tuple(gathered.facets.get("country", ())),
        facets={name: tuple(values) for name, values in gathered.facets.items() if values},
        texts={code: tuple(texts) for code, texts in gathered.texts.items()},
        links=tuple(gathered.links),
    )


class _Gathered:
    """What one walk through a body collects. Facets are ordered sets."""

    def __init__(self, vocabularies: Mapping[str, Vocabulary]) -> None:
        self._vocabularies = vocabularies
        self.facets: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.texts: defaultdict[str, list[str]] = defaultdict(list)
        self.links: list[Link] = []

    def read(
        self, find: Callable[[str], Field | None], value: Mapping[str, Any], language: str
    ) -> None:
        for name, member in value.items():
            found = find(name)
            if found is None:
                continue
            elements = member if found.many and isinstance(member, list) else (member,)
            for element in elements:
                self._element(found, element, language)

    def _element(self, found: Field, element: Any, language: str) -> None:
        if isinstance(element, dict):
            self._object(found, element, language)
        elif isinstance(element, str) and found.facets:
            self._facet(found, element)
        elif isinstance(element, str) and found.text:
            self.texts[UNDETERMINED].append(element)

    def _object(self, found: Field, element: dict[str, Any], language: str) -> None:
        if found.type == "pointermap":
            self.texts[language].extend(t for t in element.values() if isinstance(t, str))
        elif found.text:
            for code, text in _langmap(element).items():
                self.texts[code].append(text)
        elif found.type == "reference":
            self._reference(found, element)
        elif found.items:
            self.read(found.item, element, language)

    def _reference(self, found: Field, element: dict[str, Any]) -> None:
        origin, record = element.get("origin"), element.get("record")
        revision = element.get("revision")
        if found.relation and isinstance(origin, str) and isinstance(record, str):
            exact = revision if isinstance(revision, int) else None
            self.links.append(Link(found.relation, origin, record, exact))

    def _facet(self, found: Field, code: str) -> None:
        if found.type == "region":
            self.facets["country"].setdefault(region_country(code))
        if not found.vocabularies:
            self.facets[found.facets[0]].setdefault(code)
            return
        place = next((n for n, s in enumerate(found.vocabularies) if self._holds(s, code)), 0)
        facet = self.facets[found.facets[min(place, len(found.facets) - 1)]]
        vocabulary = self._vocabularies.get(found.vocabularies[place])
        facet.setdefault(code)
        if vocabulary is None:
            return
        for broader in vocabulary.ancestors(code):
            facet.setdefault(broader)
        concept = vocabulary.concepts.get(code)
        if concept is None:
            return
        for derived, scheme in found.derives.items():
            for target in _in_scheme(concept.related, scheme):
                self.facets[derived].setdefault(target)

    def _holds(self, scheme: str, code: str) -> bool:
        return scheme in self._vocabularies and code in self._vocabularies[scheme].concepts


def _in_scheme(related: Iterable[str], scheme: str) -> Iterable[str]:
    return (name.partition(":")[2] for name in related if name.startswith(f"{scheme}:"))


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
