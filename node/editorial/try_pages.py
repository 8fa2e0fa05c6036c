"""We want to try this, and reminders: an adaptation begun with the original beside it."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.editorial import originating, reminding
from node.editorial.about_views import beside, own_words, tongues
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.formcodes import is_tag
from node.editorial.originals import original
from node.editorial.originating import ADAPTATION, TOO_EARLY
from node.editorial.rights import DESK, WRITE
from node.errors import BadInputError
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint

    from node.editorial.originals import Original

#: When somebody is asked how it went, unless they choose otherwise.
LATER = timedelta(days=182)
MAX_LINE, MAX_TEXT = 300, 20_000


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/try/<oid>/<uuid:record>", "try_it", try_it, methods=both)
    blueprint.add_url_rule("/drafts/<uuid:draft>/remind", "remind", remind, methods=["POST"])


@staff(WRITE)
def try_it(oid: str, record: UUID) -> Any:
    """Ask for the first words of an adaptation, then begin it."""
    d, by, form = desk(), me(), request.form
    of = original(d, oid, str(record))
    originating.require_fit(ADAPTATION, of)
    if request.method == "GET":
        return _page(of, {})
    faults = {
        name: _("This text is too long: it has %(many)s characters.", many=len(form[name]))
        for name, most in (("title", MAX_LINE), ("context", MAX_TEXT), ("what_changed", MAX_TEXT))
        if len(form.get(name, "")) > most
    }
    language = form.get("language", "")
    if not is_tag(language):
        faults["language"] = _("Choose a language.")
    outcome = form.get("outcome", "")
    if outcome and outcome not in d.contract.vocabularies["outcomes"].concepts:
        faults["outcome"] = _("Choose one of these.")
    on = None
    if outcome == TOO_EARLY and form.get("remind", "").strip():
        on = day_of(form["remind"])
        if on is None:
            faults["remind"] = day_fault()
    if faults:
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page(of, faults))
    row = originating.begin_about(d, by, ADAPTATION, of, _members(language, outcome))
    if on is not None:
        reminding.remind(d, by, row.id, on)
    say(_("Your adaptation is begun. The original stands above it; nothing of it was copied."))
    return redirect(url_for("desk.draft", draft=row.id), 303)


def _members(language: str, outcome: str) -> dict[str, Any]:
    form = request.form

    def text(name: str, *, line: bool = False) -> dict[str, str]:
        words = form.get(name, "").replace("\r\n", "\n").strip()
        words = " ".join(words.split()) if line else words
        return {language: words} if words else {}

    return {
        "title": text("title", line=True),
        "language": language,
        "country": [desk().settings.country],
        "context": text("context"),
        "what_changed": text("what_changed"),
        "outcome": outcome,
    }


def _page(of: Original, faults: dict[str, str]) -> str:
    d = desk()
    title = _("%(title)s, tried by us", title=own_words(of))
    typed = request.form or {
        "title": title[:MAX_LINE],
        "language": interface_language(),
        "outcome": TOO_EARLY,
        "remind": (d.now() + LATER).date().isoformat(),
    }
    return render_template(
        "desk/try.html",
        of=of,
        about=beside(of),
        begun=originating.open_about(d, me(), ADAPTATION, of.row.oid, of.row.record),
        outcomes=list(d.contract.vocabularies["outcomes"].concepts.values()),
        languages=tongues(),
        typed=typed,
        faults=faults,
        too_early=TOO_EARLY,
    )


@staff(DESK)
def remind(draft: UUID) -> Any:
    """Set a reminder of a draft, change it, or take it away."""
    d, by = desk(), me()
    if request.form.get("do") == "forget":
        reminding.forget(d, by, str(draft))
        say(_("You will not be reminded."))
    else:
        on = day_of(request.form.get("remind", ""))
        if on is None:
            say(day_fault())
        else:
            reminding.remind(d, by, str(draft), on)
            say(_("You will be reminded."))
    return redirect(url_for("desk.draft", draft=draft, _anchor="reminder"), 303)


def day_of(text: str) -> date | None:
    """Return the day that was chosen; None for what is none, has come or is years away."""
    try:
        on = date.fromisoformat(text.strip())
        reminding.moment_of(desk(), on)
    except (ValueError, BadInputError):
        return None
    return on


def day_fault() -> str:
    """Say which days can be chosen."""
    return _(
        "Choose a day from tomorrow to five years from now, such as %(day)s.",
        day=(desk().now() + LATER).date().isoformat(),
    )
