"""Vocabularies: the concepts people filter by, in every language (SKOS in JSON).

One file a scheme: ``schemas/vocabularies/<scheme>.json``. A record carries codes; what people
read and type are the concept's labels. Rules that are checked when the files are read, each
breach naming the file and the code:

* the scheme is the file's name; a code is lower-case, hyphenated and stands there once;
* every concept has an English label; a label is one line;
* ``broader`` names a concept of the same scheme and never leads back to where it began;
* ``related`` names a concept as ``code`` or ``scheme:code`` that exists. It holds both ways,
  whichever side wrote it down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from node.contract.languages import LangMap, text_in
from node.contract.sources import ContractError, read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concept:
    """One idea with a stable code, and its words in many languages."""

    scheme: str
    code: str
    labels: LangMap
    alts: Mapping[str, tuple[str, ...]]
    definitions: LangMap
    broader: str | None
    #: Always ``scheme:code``.
    related: tuple[str, ...]
    exact_match: tuple[str, ...]

    def label(self, lang: str = "en") -> str:
        """Return the preferred label in this language, or the nearest there is."""
        return text_in(self.labels, lang)

    def alt(self, lang: str = "en") -> tuple[str, ...]:
        """Return the other words people type for it, in exactly this language."""
        return self.alts.get(lang, ())

    def definition(self, lang: str = "en") -> str:
        """Return what it means in this language, or the nearest there is; may be empty."""
        return text_in(self.definitions, lang)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """One scheme: its concepts by code, in the order of its file."""

    scheme: str
    titles: LangMap
    descriptions: LangMap
    concepts: Mapping[str, Concept]
    #: For each code, its broader concepts up to the top.
    _ancestors: Mapping[str, tuple[str, ...]]

    def title(self, lang: str = "en") -> str:
        """Return the scheme's name in this language, or the nearest there is."""
        return text_in(self.titles, lang)

    def description(self, lang: str = "en") -> str:
        """Return what the scheme is for, in this language or the nearest there is."""
        return text_in(self.descriptions, lang)

    def label(self, code: str, lang: str = "en") -> str:
        """Return the label of a code; of a code that is not known here, the code itself."""
        concept = self.concepts.get(code)
        return concept.label(lang) if concept else code

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return the broader concepts of a code, nearest first."""
        return self._ancestors.get(code, ())

    def children(self, code: str | None) -> tuple[Concept, ...]:
        """Return the concepts just below a code, or the topmost ones for None."""
        return tuple(c for c in self.concepts.values() if c.broader == code)

    def missing_languages(self, wanted: tuple[str, ...]) -> dict[str, int]:
        """Return, for each wanted language that lacks labels, how many concepts have none."""
        counts = {w: sum(w not in c.labels for c in self.concepts.values()) for w in wanted}
        return {language: count for language, count in counts.items() if count}


def load_vocabularies(folder: Path) -> Mapping[str, Vocabulary]:
    """Read every vocabulary of the folder, checked against the rules above.

    Raises `ContractError` that names the file and the code.
    """
    drafts: dict[str, dict[str, Concept]] = {}
    heads: dict[str, tuple[LangMap, LangMap]] = {}
    for path in sorted(folder.glob("*.json")):
        document = read_object(path)
        scheme = document.get("scheme")
        if scheme != path.stem:
            raise ContractError(f"{path.name}: its scheme is {scheme!r}, not the file's name.")
        titles = _langmap(document, "title", f"{path.name}")
        if "en" not in titles:
            raise ContractError(f"{path.name}: the vocabulary has no English title.")
        heads[scheme] = titles, _langmap(document, "description", path.name)
        drafts[scheme] = _read_concepts(document, path)
    _link_both_ways(drafts)
    return MappingProxyType(
        {
            scheme: Vocabulary(
                scheme=scheme,
                titles=heads[scheme][0],
                descriptions=heads[scheme][1],
                concepts=MappingProxyType(concepts),
                _ancestors=MappingProxyType({c: _ancestors_of(c, concepts) for c in concepts}),
            )
            for scheme, concepts in drafts.items()
        }
    )


def _read_concepts(document: dict[str, Any], path: Path) -> dict[str, Concept]:
    entries = document.get("concepts")
    if not isinstance(entries, list) or not entries:
        raise ContractError(f"{path.name}: it has no concepts.")
    found: dict[str, Concept] = {}
    for entry in entries:
        concept = _read_concept(entry, path)
        if concept.code in found:
            raise ContractError(f"{path.name}: the code {concept.code} stands there twice.")
        found[concept.code] = concept
    return found


def _read_concept(entry: Any, path: Path) -> Concept:
    code = entry.get("code") if isinstance(entry, dict) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise ContractError(f"{path.name}: {code!r} is not a code in lower case with hyphens.")
    place = f"{path.name}, {code}"
    labels = _langmap(entry, "prefLabel", place)
    if "en" not in labels:
        raise ContractError(f"{place}: the concept has no English label.")
    alts = entry.get("altLabel", {})
    if not isinstance(alts, dict) or not all(_is_lines(words) for words in alts.values()):
        raise ContractError(f"{place}: altLabel must be lists of words by language.")
    related = tuple(
        name if ":" in name else f"{path.stem}:{name}" for name in _strings(entry, "related", place)
    )
    return Concept(
        scheme=path.stem,
        code=code,
        labels=labels,
        alts=MappingProxyType({language: tuple(words) for language, words in alts.items()}),
        definitions=_langmap(entry, "definition", place),
        broader=entry.get("broader"),
        related=related,
        exact_match=_strings(entry, "exactMatch", place),
    )


def _langmap(entry: dict[str, Any], name: str, place: str) -> LangMap:
    value = entry.get(name, {})
    if not isinstance(value, dict) or not _is_lines(list(value.values())):
        raise ContractError(f"{place}: {name} must be a text of one line for each language.")
    return MappingProxyType(value)


def _strings(entry: dict[str, Any], name: str, place: str) -> tuple[str, ...]:
    value = entry.get(name, [])
    if not _is_lines(value):
        raise ContractError(f"{place}: {name} must be a list of texts.")
    return tuple(value)


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(text, str) and text.strip() and "\n" not in text for text in value
    )


def _ancestors_of(code: str, concepts: Mapping[str, Concept]) -> tuple[str, ...]:
    chain: list[str] = []
    place = f"{concepts[code].scheme}.json, {code}"
    broader = concepts[code].broader
    while broader is not None:
        if broader not in concepts:
            raise ContractError(f"{place}: its broader concept {broader!r} does not exist.")
        if broader == code or broader in chain:
            raise ContractError(f"{place}: its broader concepts lead round in a circle.")
        chain.append(broader)
        broader = concepts[broader].broader
    return tuple(chain)


def _link_both_ways(drafts: dict[str, dict[str, Concept]]) -> None:
    """Make every relation hold from both ends, in a stable order."""
    links: dict[tuple[str, str], list[str]] = {}
    for concept in _all(drafts):
        for target in concept.related:
            scheme, _, code = target.partition(":")
            if code not in drafts.get(scheme, {}):
                raise ContractError(
                    f"{concept.scheme}.json, {concept.code}: it is related to {target}, "
                    f"which does not exist."
                )
            links.setdefault((concept.scheme, concept.code), []).append(target)
            links.setdefault((scheme, code), []).append(f"{concept.scheme}:{concept.code}")
    for (scheme, code), targets in links.items():
        unique = tuple(dict.fromkeys(targets))
        drafts[scheme][code] = replace(drafts[scheme][code], related=unique)


def _all(drafts: dict[str, dict[str, Concept]]) -> Iterator[Concept]:
    for concepts in drafts.values():
        yield from list(concepts.values())
