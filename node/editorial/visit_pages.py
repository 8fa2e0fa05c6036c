"""We visited: from a record, from an organisation, or from nothing. Search and ticks without JS."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.editorial import originating
from node.editorial.about_views import tongues
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.formcodes import country_names, is_tag, read_country, write_country
from node.editorial.formdates import MisreadError, read_date
from node.editorial.originals import original
from node.editorial.originating import VISIT
from node.editorial.reference_views import records_found
from node.editorial.rights import WRITE
from node.errors import FootbridgeError
from node.storage.records import SHOWN
from node.web.i18n import interface_language
from node.web.names import known_names, name_of
from node.web.texts import pick_text
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Blueprint

    from node.editorial.originals import Original

MAX_LINE, MAX_TEXT, MAX_PARTS, MAX_SEEN = 300, 20_000, 60, 100
#: When a part of the programme begins with a time or a day, that is its "when".
_WHEN = re.compile(r"(\d{1,2}[:.]\d{2}(?:\s*[-\u2013]\s*\d{1,2}[:.]\d{2})?)\s*[-\u2013:,]?\s+(.*)")
_REFERENCE = re.compile(r"([a-z2-7]{52})/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the desk's blueprint."""
    blueprint.add_url_rule("/visit", "visited", visited, methods=["GET", "POST"])


@staff(WRITE)
def visited() -> Any:
    """Ask where one was and what one takes home; then begin the draft of a visit."""
    form = request.form
    if request.method == "GET":
        return _page(_first(), [])
    seen = _seen(form.getlist("seen"))
    if form.get("do") == "search":
        return _page(form, seen, found=records_found(form.get("words", ""), exact=False))
    faults, members = _read()
    if faults:
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page(form, seen, faults=faults))
    members["practices_seen"] = [
        {"origin": row.oid, "record": row.record, "revision": row.revision} for row in seen
    ]
    row = originating.begin_visit(desk(), me(), members, _about())
    say(_("Your visit is begun. Pictures and papers are added below."))
    return redirect(url_for("desk.draft", draft=row.id), 303)


def _about() -> Original | None:
    """Return the record from whose page somebody came; None for none that is shown."""
    match = _REFERENCE.fullmatch(request.values.get("record", ""))
    if match is None:
        return None
    try:
        return original(desk(), match[1], match[2])
    except FootbridgeError:
        return None


def _first() -> dict[str, Any]:
    """Return what the form begins with: the host, its country, the practice that was seen."""
    typed: dict[str, Any] = {"language": interface_language(), "visit_type": "study-visit"}
    of = _about()
    oid = request.args.get("host", "") or (of.row.oid if of else "")
    if of is not None:
        typed["record"] = f"{of.row.oid}/{of.row.record}"
        typed["seen"] = [typed["record"]] if of.kind.name != "organisation" else []
        if of.row.countries:
            typed["country"] = write_country(of.row.countries[0], interface_language())
    known = known_names().get(oid)
    if known is not None:
        typed["host"] = name_of(known).text
        with desk().database.reading() as uow:
            profile = next(
                (r for r in uow.records.by_origin(oid) if r.kind == "organisation"), None
            )
        if profile is not None and profile.state == SHOWN and profile.countries:
            typed["country"] = write_country(profile.countries[0], interface_language())
    return typed


def _read() -> tuple[dict[str, str], dict[str, Any]]:
    """Return what is wrong with the form, by field, and the members of a visit that it makes."""
    d, form = desk(), request.form
    faults: dict[str, str] = {}
    language = form.get("language", "")
    if not is_tag(language):
        faults["language"] = _("Choose a language.")
    for name, most in (("title", MAX_LINE), ("host", 200), ("take_home", MAX_TEXT)):
        if len(form.get(name, "")) > most:
            faults[name] = _(
                "This text is too long: it has %(many)s characters.", many=len(form[name])
            )
    dates = _dates(faults)
    country = _country(faults)
    if form.get("visit_type", "") not in {"", *d.contract.vocabularies["visit-types"].concepts}:
        faults["visit_type"] = _("Choose one of these.")
    lines = [line for line in form.get("programme", "").splitlines() if line.strip()]
    if len(lines) > MAX_PARTS or any(len(line) > MAX_LINE for line in lines):
        faults["programme"] = _("A programme has at most 60 lines of 300 characters.")

    def text(words: str) -> dict[str, str]:
        return {language: words} if words else {}

    host = " ".join(form.get("host", "").split())
    members = {
        "title": text(" ".join(form.get("title", "").split())),
        "language": language,
        "visit_type": form.get("visit_type", ""),
        "country": [country] if country else [],
        **dates,
        "take_home": text(form.get("take_home", "").replace("\r\n", "\n").strip()),
        "programme": [_part(line, language) for line in lines],
        "host": {"name": host, **({"country": country} if country else {})} if host else {},
    }
    return faults, members


def _dates(faults: dict[str, str]) -> dict[str, str]:
    dates: dict[str, str] = {}
    for name in ("start", "end"):
        typed = request.form.get(name, "").strip()
        if not typed:
            continue
        try:
            dates[name] = read_date(typed, interface_language())
        except MisreadError:
            faults[name] = _(
                "“%(typed)s” is not a date. A day, a month or a year will do, such as "
                "12 March 2026, 2026-03 or 2026.",
                typed=typed,
            )
    if dates.get("start", "") > dates.get("end", "9"):
        faults["end"] = _("The visit ends before it begins.")
    return dates


def _country(faults: dict[str, str]) -> str:
    typed = request.form.get("country", "").strip()
    try:
        return read_country(typed, interface_language()) if typed else ""
    except MisreadError:
        faults["country"] = _("No country is called “%(typed)s”.", typed=typed)
        return ""


def _part(line: str, language: str) -> dict[str, Any]:
    plain = " ".join(line.split())
    match = _WHEN.fullmatch(plain)
    if match is None:
        return {"title": {language: plain}}
    return {"when": {language: match[1]}, "title": {language: match[2]}}


def _seen(sent: list[str]) -> list[Any]:
    """Return the rows of the records that are ticked and shown here."""
    rows = []
    with desk().database.reading() as uow:
        for each in dict.fromkeys(sent[:MAX_SEEN]):
            match = _REFERENCE.fullmatch(each)
            row = uow.records.get(match[1], match[2]) if match else None
            if row is not None and row.state == SHOWN:
                rows.append(row)
    return rows


def _page(
    typed: Any,
    seen: list[Any],
    found: list[dict[str, Any]] | None = None,
    faults: dict[str, str] | None = None,
) -> str:
    d = desk()
    rows = seen or _seen(typed.get("seen", []) if isinstance(typed, dict) else [])
    ticked = [(f"{row.oid}/{row.record}", pick_text(row.title, row.language)) for row in rows]
    there = {value for value, _title in ticked}
    return render_template(
        "desk/visit.html",
        typed=typed,
        ticked=ticked,
        found=[each for each in found if each["value"] not in there] if found is not None else None,
        types=list(d.contract.vocabularies["visit-types"].concepts.values()),
        kind=d.contract.kinds[VISIT],
        languages=tongues(),
        countries=country_names(interface_language()),
        faults=faults or {},
    )
