"""Review this: a word from outside on one revision of a partner's record, by named criteria."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.editorial import drafting, originating
from node.editorial.about_views import beside, own_words, tongues
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.drafting import DraftClashError
from node.editorial.form_pages import seen_version
from node.editorial.formcodes import is_tag
from node.editorial.originals import original
from node.editorial.originating import REVIEW, OwnRecordError
from node.editorial.rights import WRITE
from node.errors import NotFoundError
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from flask import Blueprint

    from node.editorial.originals import Original
    from node.storage.drafts import DraftRow

MAX_LINE, MAX_TEXT = 300, 20_000


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/review/<oid>/<uuid:record>", "review_it", review_it, methods=both)
    address = "/drafts/<uuid:draft>/criteria"
    blueprint.add_url_rule(address, "draft_criteria", draft_criteria, methods=both)


@staff(WRITE)
def review_it(oid: str, record: UUID) -> Any:
    """Ask for a review, with what speaks against oneself as the reviewer; then begin its draft."""
    d, by = desk(), me()
    of = original(d, oid, str(record))
    try:
        originating.require_fit(REVIEW, of)
    except OwnRecordError:
        page = render_template("desk/review_own.html", of=of, about=beside(of))
        return answered(HTTPStatus.CONFLICT, page)
    if request.method == "GET":
        return _page(of, {})
    language = request.form.get("language", "")
    faults = _faults(language)
    if faults:
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page(of, faults))
    row = originating.begin_about(d, by, REVIEW, of, _members(language))
    say(_("Your review is begun. What you read stands above it."))
    return redirect(url_for("desk.draft", draft=row.id), 303)


@staff(WRITE)
def draft_criteria(draft: UUID) -> Any:
    """Show and save the table of criteria of a review."""
    d, by = desk(), me()
    opened = drafting.open_draft(d, by, str(draft), here=True)
    if opened.row.kind != REVIEW:
        raise NotFoundError("There is no review with this id here.", draft=str(draft))
    if not opened.changeable:
        return redirect(url_for("desk.draft", draft=draft))
    if request.method == "GET":
        return _table(opened.row, sent_of(opened.row))
    language = _language_of(opened.row)
    criteria = originating.criteria_read(d, request.form, language)
    try:
        originating.score_criteria(d, by, str(draft), seen=seen_version(), criteria=criteria)
    except DraftClashError as clash:
        page = _table(clash.now, request.form, theirs=sent_of(clash.now))
        return answered(HTTPStatus.CONFLICT, page)
    say(_("Saved."))
    return redirect(url_for("desk.draft", draft=draft), 303)


def sent_of(row: DraftRow) -> dict[str, str]:
    """Return a draft's criteria as the table's form sends them."""
    found: dict[str, str] = {}
    for each in row.body.get("criteria", ()):
        if isinstance(each, dict) and isinstance(each.get("criterion"), str):
            found[f"score:{each['criterion']}"] = str(each.get("score", ""))
            note = each.get("note")
            if isinstance(note, dict):
                found[f"note:{each['criterion']}"] = note.get(_language_of(row), "")
    return found


def _language_of(row: DraftRow) -> str:
    return str(row.body.get("language") or interface_language())


def _table(row: DraftRow, typed: Mapping[str, str], theirs: Mapping[str, str] | None = None) -> str:
    return render_template(
        "desk/criteria.html",
        row=row,
        typed=typed,
        theirs=theirs,
        language=_language_of(row),
        concepts=_concepts(),
    )


def _concepts() -> list[Any]:
    return list(desk().contract.vocabularies["eqavet"].concepts.values())


def _faults(language: str) -> dict[str, str]:
    form = request.form
    faults = {
        name: _("This text is too long: it has %(many)s characters.", many=len(form[name]))
        for name, most in (("title", MAX_LINE), ("relationship", MAX_LINE), ("statement", MAX_TEXT))
        if len(form.get(name, "")) > most
    }
    if not is_tag(language):
        faults["language"] = _("Choose a language.")
    kind = desk().contract.kinds[REVIEW]
    for name in ("recommendation", "method"):
        spec = kind.field(name)
        if spec and not {each for each in form.getlist(name) if each} <= set(spec.choices):
            faults[name] = _("Choose one of these.")
    if form.get("independent", "") not in {"", "yes", "no"}:
        faults["independent"] = _("Choose one of these.")
    return faults


def _members(language: str) -> dict[str, Any]:
    form = request.form

    def text(name: str, *, line: bool = False) -> dict[str, str]:
        words = form.get(name, "").replace("\r\n", "\n").strip()
        words = " ".join(words.split()) if line else words
        return {language: words} if words else {}

    made = {
        "title": text("title", line=True),
        "language": language,
        "recommendation": form.get("recommendation", ""),
        "statement": text("statement"),
        "criteria": originating.criteria_read(desk(), form, language),
        "method": list(dict.fromkeys(form.getlist("method"))),
        "date": desk().now().date().isoformat(),
        "relationship": text("relationship", line=True),
    }
    independent = form.get("independent", "")
    return made | ({"independent": independent == "yes"} if independent else {})


def _page(of: Original, faults: dict[str, str]) -> str:
    d = desk()
    title = _("Review of “%(title)s”", title=own_words(of))
    kind = d.contract.kinds[REVIEW]
    typed: Any = request.form or {"title": title[:MAX_LINE], "language": interface_language()}
    return render_template(
        "desk/review.html",
        of=of,
        about=beside(of),
        begun=originating.open_about(d, me(), REVIEW, of.row.oid, of.row.record),
        close=originating.closeness(d, of),
        concepts=_concepts(),
        recommendation=kind.field("recommendation"),
        method=kind.field("method"),
        methods=request.form.getlist("method"),
        languages=tongues(),
        language=interface_language(),
        typed=typed,
        faults=faults,
    )
