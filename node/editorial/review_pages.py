"""The steps of a draft in the browser: submit, return, approve, comment, publish, schedule."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import redirect, render_template, request, url_for

from node.contract.guard import BadAcknowledgementError
from node.core.epochs import group_oid
from node.editorial import drafting, listing, releasing, reviewing
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.rights import REVIEW
from node.errors import BadInputError, ConflictError, NotFoundError
from node.web.i18n import interface_language
from node.web.names import own_name
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.contract import Fault
    from node.storage.drafts import DraftRow

    Page = str | tuple[str, int] | AnyResponse


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    base, post = "/drafts/<uuid:draft>", ["POST"]
    for step, view in (
        ("submit", submit),
        ("take-back", take_back),
        ("return", send_back),
        ("approve", approve),
        ("comments", comment),
        ("acknowledge", acknowledge),
        ("schedule", schedule),
        ("unschedule", unschedule),
    ):
        name = f"draft_{step.replace('-', '_')}"
        blueprint.add_url_rule(f"{base}/{step}", name, view, methods=post)
    resolved = f"{base}/comments/<int:number>"
    blueprint.add_url_rule(resolved, "draft_comment_done", comment_done, methods=post)
    blueprint.add_url_rule(f"{base}/publish", "draft_publish", publish, methods=["GET", "POST"])
    blueprint.add_url_rule(f"{base}/published", "draft_published", published)
    blueprint.add_url_rule("/waiting", "waiting", waiting)


def steps(draft: DraftRow) -> dict[str, Any]:
    """Return what the part of a draft's page with its steps needs (``desk/draft_steps.html``)."""
    d, by = desk(), me()
    with d.database.reading() as uow:
        asks = reviewing.needs_colleague(uow, by, draft)
    return {"needs_colleague": asks, "comments": reviewing.comments(d, by, draft.id)}


def comment_places(draft: DraftRow) -> list[tuple[str, str]]:
    """Return the fields that a comment can stand at: pointer and name, as the form has them."""
    kind = desk().contract.kind(draft.schema)
    language = interface_language()
    return [(f.pointer, f.label(language)) for f in kind.fields] if kind else []


def comment_place(draft: DraftRow, pointer: str) -> str:
    """Return the name of the field that a comment stands at; the pointer where there is none."""
    kind = desk().contract.kind(draft.schema)
    names = [name for name in pointer.split("/") if name and not name.isdecimal()]
    found = kind.field(".".join(names)) or kind.field(names[0]) if kind and names else None
    return found.label(interface_language()) if found else pointer


@staff(REVIEW)
def waiting() -> str:
    """List what was submitted and waits for an editor."""
    return render_template("desk/waiting.html", lines=listing.waiting(desk(), me()))


@staff()
def submit(draft: UUID) -> Page:
    """Give a draft to the editors."""
    reviewing.submit(desk(), me(), str(draft), request.form.get("note", ""))
    say(_("Submitted. The editors hear of it, and you hear of what they say."))
    return _to_draft(draft)


@staff()
def take_back(draft: UUID) -> Page:
    """Make a submitted draft one's own again."""
    reviewing.take_back(desk(), me(), str(draft))
    say(_("The draft is yours again."))
    return _to_draft(draft)


@staff(REVIEW)
def send_back(draft: UUID) -> Page:
    """Return a draft to its author with what is to be changed."""
    try:
        reviewing.send_back(desk(), me(), str(draft), request.form.get("note", ""))
    except BadInputError as error:
        if isinstance(error, ConflictError):
            raise
        say(_("Say first what should be changed: in the note, or in a comment at a field."))
        return _to_draft(draft)
    say(_("Returned to its author, with what you wrote."))
    return redirect(url_for("desk.start"))


@staff(REVIEW)
def approve(draft: UUID) -> Page:
    """Agree to a draft; the next page is what publishing it would do."""
    reviewing.approve(desk(), me(), str(draft), request.form.get("note", ""))
    return redirect(url_for("desk.draft_publish", draft=draft))


@staff()
def comment(draft: UUID) -> Page:
    """Write a remark at a field."""
    pointer = request.form.get("pointer", "")
    try:
        number = reviewing.comment(desk(), me(), str(draft), pointer, request.form.get("text", ""))
    except BadInputError as error:
        if isinstance(error, NotFoundError):
            raise
        say(_("A comment has between 1 and 2,000 characters."))
        return _to_draft(draft)
    return _to_draft(draft, f"comment-{number}")


@staff()
def comment_done(draft: UUID, number: int) -> Page:
    """Mark a remark as done, or as open again."""
    done = request.form.get("done", "1") == "1"
    reviewing.resolve(desk(), me(), str(draft), number, done=done)
    return _to_draft(draft, f"comment-{number}")


@staff()
def acknowledge(draft: UUID) -> Page:
    """Say why a warning may stand."""
    form = request.form
    try:
        releasing.acknowledge(
            desk(), me(), str(draft), form.get("code", ""), form.get("pointer"), form["reason"]
        )
    except BadAcknowledgementError:
        say(_("Give a reason of a few words why this may stand."))
    return redirect(url_for("desk.draft_publish", draft=draft))


@staff()
def publish(draft: UUID) -> Page:
    """Show what will be signed, by whom and for whom; then do it."""
    d, by = desk(), me()
    if request.method == "GET":
        row = drafting.open_draft(d, by, str(draft)).row
        if not row.open:
            return redirect(url_for("desk.draft_published", draft=draft))
        return _look_ahead(str(draft))
    try:
        releasing.release(d, by, str(draft))
    except releasing.NotReadyError:
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _look_ahead(str(draft)))
    except releasing.RevisedMeanwhileError as error:
        page = _look_ahead(str(draft), overtaken=int(str(error.facts["revision"])))
        return answered(HTTPStatus.CONFLICT, page)
    return redirect(url_for("desk.draft_published", draft=draft))


@staff()
def schedule(draft: UUID) -> Page:
    """Publish a draft at a later moment."""
    at = _moment(request.form.get("date", ""), request.form.get("time", "") or "09:00")
    if at is None or at <= desk().now():
        say(_("Choose a day and a time that are still to come."))
        return redirect(url_for("desk.draft_publish", draft=draft))
    try:
        releasing.schedule(desk(), me(), str(draft), at)
    except releasing.NotReadyError:
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _look_ahead(str(draft)))
    say(_("It will be published by itself at the time you chose."))
    return _to_draft(draft)


@staff()
def unschedule(draft: UUID) -> Page:
    """Take a scheduled publication back."""
    releasing.unschedule(desk(), me(), str(draft))
    say(_("It will not be published by itself any more."))
    return _to_draft(draft)


@staff()
def published(draft: UUID) -> Page:
    """Show where the record is now, its proof, and which partners have it."""
    row = drafting.open_draft(desk(), me(), str(draft)).row
    if row.record is None or row.published_revision is None:
        return _to_draft(draft)
    return render_template(
        "desk/published.html", row=row, spread=releasing.spread(desk(), row.record)
    )


def _look_ahead(draft: str, overtaken: int = 0) -> str:
    d, by = desk(), me()
    row = drafting.open_draft(d, by, draft).row
    ahead = releasing.ahead(d, by, draft)
    with d.database.reading() as uow:
        asks = reviewing.needs_colleague(uow, by, row)
    return render_template(
        "desk/publish.html",
        row=row,
        ahead=ahead,
        oid=group_oid(ahead.oid),
        own_name=own_name(),
        needs_colleague=asks,
        overtaken=overtaken,
        faults=[told(fault) for fault in ahead.checked.faults],
        warnings=[told(fault) for fault in ahead.checked.warnings],
    )


def told(fault: Fault) -> dict[str, str]:
    """Return a fault or question as a page shows it, in the person's language."""
    language = interface_language()
    label = fault.label.get(language) or fault.label.get("en") or ""
    said = fault.messages.get(language) or fault.message
    return {
        "code": fault.code,
        "pointer": fault.pointer,
        "label": label,
        # Without the example, which is written for programs.
        "sentence": f"{label}: {said}" if label else said,
    }


def _moment(day: str, time: str) -> datetime | None:
    """Return a local day and time of the node's organisation as a moment, or None."""
    try:
        local = datetime.fromisoformat(f"{day}T{time}")
    except ValueError:
        return None
    if local.tzinfo is not None:
        return None
    try:
        zone = ZoneInfo(desk().settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return local.replace(tzinfo=UTC)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _to_draft(draft: UUID, place: str = "") -> AnyResponse:
    return redirect(url_for("desk.draft", draft=draft, _anchor=place or None))
