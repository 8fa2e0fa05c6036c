"""Prepares vocabularies and terms for one reader: order, bars, words by language, neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import url_for

from node.catalogue.concepts import concept_of_facet
from node.catalogue.labels import Labels
from node.web.charts import Row
from node.web.charts import bars as drawn
from node.web.context import runtime
from node.web.formatting import number
from node.web.i18n import reading_languages
from node.web.texts import Text, pick_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from node.catalogue.browsing import SearchPage
    from node.catalogue.concepts import SchemeView, Usage
    from node.catalogue.facets import FacetValue
    from node.contract import Concept
    from node.web.charts import Bar
    from node.web.shown import ShownField, Term

#: Public schemes by the beginning of their addresses.
_PUBLIC = {
    "http://data.europa.eu/snb/eqf/": "European Qualifications Framework (EQF)",
    "http://data.europa.eu/snb/isced-f/": "ISCED-F 2013",
    "http://data.europa.eu/snb/learning-assessment/": "European Learning Model",
    "http://data.europa.eu/ux2/nace2.1/": "NACE 2.1",
    "http://data.europa.eu/esco/": "ESCO",
}
#: Terms explained beside a record; one with more says enough in its own words.
MAX_EXPLAINED = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One term of a vocabulary with those below it."""

    concept: Concept
    bar: Bar
    below: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What a term is called in one language."""

    language: str
    label: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The same term in a public scheme."""

    href: str
    scheme: str
    #: The end of its address, which is its code there.
    code: str


def ordered_schemes(schemes: Iterable[SchemeView]) -> list[SchemeView]:
    """Return vocabularies with those first that most records use; unused ones by name."""

    def place(view: SchemeView) -> tuple[int, str]:
        title = pick_text(view.vocabulary.titles)
        return -view.total, title.text.casefold() if title else ""

    return sorted(schemes, key=place)


def concept_lines(view: SchemeView) -> tuple[Line, ...]:
    """Return a vocabulary's terms as a tree, in its own order, each with the bar of its records."""
    codes = list(view.vocabulary.concepts)
    rows = [Row(code, view.counts.get(code, 0), "") for code in codes]
    by_code = dict(zip(codes, drawn(rows), strict=True))

    def below(code: str | None) -> tuple[Line, ...]:
        return tuple(
            Line(each, by_code[each.code], below(each.code))
            for each in view.vocabulary.children(code)
        )

    return below(None)


def value_bars(values: Sequence[FacetValue], facet: str, within: Mapping[str, str]) -> list[Bar]:
    """Return bars of countries or partners, each leading to the search `within` a term.

    Without one they lead nowhere: all records of a country would be another question.
    """

    def address(value: str) -> str:
        query: dict[str, Any] = {**within, facet: value}
        return url_for("catalogue.search", **query) if within else ""

    return drawn(
        Row(each.label, each.count, number(each.count), address(each.value), each.language)
        for each in values
    )


def words_of(concept: Concept) -> tuple[list[Words], list[Words]]:
    """Return a term's words in the languages this reader reads, and in all the others."""
    wanted = dict.fromkeys(tag.partition("-")[0] for tag in reading_languages())
    held = {
        language: Words(language, label, concept.alt(language))
        for language, label in concept.labels.items()
    }
    own = [held.pop(tag) for tag in wanted if tag in held]
    return own, [held[tag] for tag in sorted(held)]


def match_of(address: str) -> Match:
    """Return what a public scheme calls a term, by the address it gave it."""
    name = next((name for start, name in _PUBLIC.items() if address.startswith(start)), "")
    code = address.rstrip("/").rpartition("/")[2].rpartition("#")[2]
    return Match(address, name or urlsplit(address).netloc, code)


def scheme_title(scheme: str) -> Text | None:
    """Return what a vocabulary is called."""
    return pick_text(runtime().contract.vocabularies[scheme].titles)


def facet_name(facet: str) -> str:
    """Return what a facet is called."""
    return Labels(runtime().contract, reading_languages()).facet(facet) or facet


def used_in(usages: Iterable[Usage]) -> list[tuple[Text, list[Text]]]:
    """Return, kind by kind, the names of the fields that take a vocabulary's terms."""
    found: dict[str, tuple[Text, list[Text]]] = {}
    for usage in usages:
        kind = pick_text(usage.kind.labels) or Text(usage.kind.name, "en", foreign=True)
        field = pick_text(usage.field.labels) or Text(usage.field.label(), "en", foreign=True)
        names = found.setdefault(usage.kind.name, (kind, []))[1]
        if field not in names:
            names.append(field)
    return list(found.values())


def term_asked_for(page: SearchPage) -> Concept | None:
    """Return the one term a search is about, chosen or recognised; None where there are several."""
    contract = runtime().contract
    chosen = [
        concept_of_facet(contract, facet, value)
        for facet, values in page.request.facets.items()
        for value in dict.fromkeys(values)
    ]
    terms = [concept for concept in chosen if concept is not None]
    if not terms:
        named = (concept_of_facet(contract, each.facet, each.value) for each in page.concepts)
        terms = [concept for concept in named if concept is not None]
    different = {(each.scheme, each.code): each for each in terms}
    return next(iter(different.values())) if len(different) == 1 else None


def terms_in(fields: Iterable[ShownField]) -> list[Term]:
    """Return the terms that a record's fields hold and that are explained, each once."""
    found: dict[tuple[str, str], Term] = {}

    def collect(inside: Iterable[ShownField]) -> None:
        for field in inside:
            for value in field.values:
                if value.type == "fields":
                    collect(value.value)
                elif value.type == "term" and value.value.scheme and value.value.definition:
                    found.setdefault((value.value.scheme, value.value.code), value.value)

    collect(fields)
    return sorted(found.values(), key=lambda term: term.label.text.casefold())[:MAX_EXPLAINED]


#: What the templates call.
GLOBALS: dict[str, Callable[..., Any]] = {
    "explained": terms_in,
    "facet_name": facet_name,
    "match_of": match_of,
    "scheme_title": scheme_title,
    "used_in": used_in,
}
