"""The catalogue's pages for readers: home, search, organisations.

Each view parses the address, asks one use case and presents its answer. The pages of one record
are in `record_pages`; they join the same blueprint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from node.catalogue import (
    browsing,
    file_pages,
    organisations,
    overview,
    record_pages,
    vocabulary_pages,
)
from node.catalogue.concept_presenting import term_asked_for
from node.catalogue.expiry_presenting import expiry
from node.catalogue.family_presenting import SIGNS, reason, summary, years
from node.catalogue.labels import facet_order
from node.catalogue.presenting import facet_label, read
from node.core.epochs import group_oid
from node.web.addresses import without
from node.web.charts import Row, bars
from node.web.context import runtime
from node.web.formatting import number
from node.web.i18n import reading_languages
from node.web.presenting import label_of
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.catalogue.browsing import FacetGroup, FacetValue, RecognisedConcept, SearchPage

blueprint = Blueprint("catalogue", __name__, template_folder="templates")
record_pages.add_to(blueprint)
file_pages.add_to(blueprint)
vocabulary_pages.add_to(blueprint)

#: The facets most people narrow down by stand first; the others follow as the index gives them.
FIRST = (
    "success_factor",
    "kind",
    "country",
    "target_group",
    "practice_type",
    "barrier",
    "evidence_type",
    "outcome",
    "language",
    "origin",
)
#: Facets whose values say little to a reader, or repeat another's, and are left to the API.
UNLISTED = {"esco_skill", "region", "expires"}
#: What somebody can type; more is cut off before it reaches the index.
MAX_QUERY = 400
#: What calls itself one of these, or nothing at all, is no reader.
_PROGRAM = re.compile(r"^$|bot|crawl|spider|slurp|curl|wget|python|monitor|preview", re.IGNORECASE)
#: How many countries the chart on the home page has.
COUNTRIES = 12

_FACTOR_ICONS = {
    "labour-market-experience": "experience",
    "adequate-competences": "competences",
    "country-of-origin": "origin",
    "social-capital": "social",
    "labour-market-principles": "principles",
    "labour-market-opportunities": "opportunities",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, with the address of the same search without it."""

    group: str
    label: str
    language: str
    href: str


@dataclass(frozen=True, slots=True)
class Group:
    """A facet as the form shows it."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    selected: bool


@blueprint.get("/")
def home() -> str:
    """Show what is here, what is new, and where to begin."""
    seen = overview.get_overview(runtime().catalogue, reading_languages())
    # The index orders equal counts by code; people look for a country's name.
    countries = sorted(seen.countries, key=lambda value: (-value.count, value.label.casefold()))
    rows = [
        Row(
            value.label,
            value.count,
            number(value.count),
            url_for("catalogue.search", country=value.value),
            value.language,
        )
        for value in countries[:COUNTRIES]
    ]
    return render_template("catalogue/home.html", overview=seen, country_bars=bars(rows))


@blueprint.get("/search")
def search() -> str:
    """Find records by words and facets."""
    answer = browsing.search_records(runtime().catalogue, _asked())
    _tell_of_miss(answer)
    groups = _groups(answer)
    return render_template(
        "catalogue/search.html",
        page=answer,
        groups=groups,
        chips=_chips(answer, groups),
        topics=_topics(answer),
        term=term_asked_for(answer),
        clear_filters=url_for("catalogue.search", q=answer.request.q or None),
        page_numbers=page_numbers(answer.request.page, answer.pages),
    )


@blueprint.get("/organisations")
def organisation_list() -> str:
    """Show every organisation whose records are here."""
    found = organisations.list_organisations(runtime().catalogue)
    return render_template("catalogue/organisations.html", organisations=found)


@blueprint.get("/organisations/<oid>")
def organisation(oid: str) -> str:
    """Show one organisation: profile, identity, and what it published."""
    found = organisations.get_organisation(runtime().catalogue, oid)
    reading = read(found.profile) if found.profile else None
    return render_template("catalogue/organisation.html", view=found, reading=reading)


def page_numbers(current: int, last: int) -> list[int | None]:
    """Return the pages to offer: the ends and the neighbours; None stands for a gap."""
    wanted = {1, last, *range(current - 1, current + 2)}
    shown: list[int | None] = []
    for page in sorted(page for page in wanted if 1 <= page <= last):
        previous = shown[-1] if shown else None
        if previous is not None and page > previous + 1:
            shown.append(None)
        shown.append(page)
    return shown


def _asked() -> browsing.SearchRequest:
    """Read the address; what social networks and newsletters add to a link is passed over.

    The open interface refuses unknown parameters; here somebody follows a link they did not write.
    """
    known = facet_order(runtime().contract)
    facets = {
        name: [value for value in values if value]
        for name, values in request.args.lists()
        if name in known
    }
    page = request.args.get("page", 1, type=int)
    return browsing.SearchRequest(
        q=request.args.get("q", "").strip()[:MAX_QUERY],
        facets={name: values for name, values in facets.items() if values},
        page=max(1, page),
        sort="newest" if request.args.get("sort") == "newest" else "relevance",
        languages=reading_languages(),
    )


def _tell_of_miss(answer: SearchPage) -> None:
    """Tell the desk what a person searched for in vain; programs and filters say little."""
    missed, asked = runtime().catalogue.missed, answer.request
    if missed is None or answer.total or not asked.q or asked.facets or request.method != "GET":
        return
    if not _PROGRAM.search(request.user_agent.string) and "Sec-Purpose" not in request.headers:
        missed(asked.q, asked.languages[0])


def _groups(answer: SearchPage) -> list[Group]:
    groups = [
        Group(group.name, _facet_label(group), group.values, bool(group.selected))
        for group in answer.facets
        if group.values and (group.name not in UNLISTED or group.selected)
    ]
    place = {name: rank for rank, name in enumerate(FIRST)}
    return sorted(groups, key=lambda group: (place.get(group.name, len(FIRST)), not group.selected))


def _chips(answer: SearchPage, groups: Sequence[Group]) -> list[Chip]:
    known = {(group.name, value.value): value for group in groups for value in group.values}
    labels = {group.name: group.label for group in groups}
    chips = []
    for name, values in answer.request.facets.items():
        for value in dict.fromkeys(values):
            shown = known.get((name, value))
            label, language = (shown.label, shown.language) if shown else (value, "")
            chips.append(Chip(labels.get(name, name), label, language, without(name, value)))
    return chips


def _topics(answer: SearchPage) -> list[RecognisedConcept]:
    """Return the concepts that were recognised, each name once.

    Volunteers are a condition of one record and the audience of another; to a reader they are one.
    """
    return list({concept.label: concept for concept in reversed(answer.concepts)}.values())[::-1]


def _facet_label(group: FacetGroup) -> str:
    own = {
        "kind": _("Kind of record"),
        "origin": _("Published by"),
        "language": _("Language"),
        "country": _("Country"),
        "iag_practice": _("Kind of help"),
    }
    return group.label or own.get(group.name, "") or group.name.replace("_", " ").capitalize()


@blueprint.app_template_global()
def kind_label(name: str) -> str:
    """Return what a kind of record is called in the interface's language."""
    return label_of(runtime().contract, name)


@blueprint.app_template_global()
def kind_icon(name: str) -> str:
    """Return the name of the drawing that stands for a kind of record."""
    kind = runtime().contract.kinds.get(name)
    return kind.icon if kind else "record"


@blueprint.app_template_global()
def factor_icon(code: str) -> str:
    """Return the name of the drawing that stands for a success factor."""
    return _FACTOR_ICONS.get(code, "record")


@blueprint.app_template_global()
def public_address(path: str) -> str:
    """Return the full address of a page, as the node's keeper gave it and not as it was asked."""
    return runtime().settings.url.rstrip("/") + path.removeprefix(request.script_root)


@blueprint.app_template_global()
def outcome_sign(code: str) -> str:
    """Return the name of the drawing that stands for how a trial went."""
    return SIGNS.get(code, "dash")


blueprint.add_app_template_global(expiry)
blueprint.add_app_template_global(summary, "family_summary")
blueprint.add_app_template_global(reason, "kin_reason")
blueprint.add_app_template_global(years, "kin_years")
blueprint.add_app_template_global(facet_label)
blueprint.add_app_template_global(group_oid, "oid_groups")
