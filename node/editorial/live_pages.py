"""What the form of a draft asks for while somebody writes: saving, who else is here, what was kept.

All three are sent the token of the session and answer JSON. The form is read exactly as when its
button saves it, so what is saved by itself is nothing else than what the person would have saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify, render_template, request

from node.editorial import drafting
from node.editorial.access_views import desk, me, staff
from node.editorial.clash_views import shown_clashes
from node.editorial.drafting import DraftClashError
from node.editorial.form_pages import manner, seen_version
from node.editorial.form_presenting import beside, complaints, label_at, missing_names
from node.editorial.forms import progress, read_form
from node.editorial.offering import offered
from node.web.formatting import joined, number
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint, Response

    from node.editorial.drafting import OpenDraft
    from node.editorial.forms import Typed
    from node.storage.drafts import DraftRow


def add_to(blueprint: Blueprint) -> None:
    """Add the addresses to the desk's blueprint."""
    one = "/drafts/<uuid:draft>"
    blueprint.add_url_rule(f"{one}/autosave", "draft_autosave", autosave, methods=["POST"])
    blueprint.add_url_rule(f"{one}/here", "draft_here", here, methods=["POST"])
    blueprint.add_url_rule(f"{one}/offer", "draft_offer", offer, methods=["POST"])


@staff()
def autosave(draft: UUID) -> Any:
    """Save the form without leaving it.

    Answers what the page needs to go on from the new version: its number, how the parts of lists
    are numbered in it, what a colleague changed meanwhile, and what could not be read, by field.
    A clash is answered 409 and nothing is saved; but who has seen both sides (`offer`) and takes
    their own sends ``over``, the version that they have seen.
    """
    d, by = desk(), me()
    opened = drafting.open_draft(d, by, str(draft), here=True)
    seen, typed = _typed(opened)
    take = "mine" if request.form.get("over", type=int) == opened.row.version else ""
    try:
        saved = drafting.save(
            d, by, str(draft), seen=seen, body=typed.body, what="autosaved", take=take
        )
    except DraftClashError as clash:
        labels = [label_at(opened.kind, each.pointer) for each in clash.clashes]
        told = {"code": clash.code, "fields": labels, "by": _last(clash.now)}
        return jsonify(told), 409
    answer = {
        "changed": saved.changed,
        "joined": list(saved.joined),
        "labels": [label_at(opened.kind, pointer) for pointer in saved.joined],
        "by": _last(opened.row) if saved.joined else "",
        "places": typed.places,
    }
    return jsonify(answer | _state(opened, saved.row))


@staff()
def here(draft: UUID) -> Response:
    """Note that somebody has the draft open, and answer who else has, and how far it is."""
    opened = drafting.open_draft(desk(), me(), str(draft), here=True)
    return jsonify(_state(opened, opened.row))


@staff()
def offer(draft: UUID) -> Response:
    """Show what a browser kept of a form and the draft does not hold; nothing is saved.

    The form is sent as it was, with its version. Answers ``{"count", "html", "version"}``.
    """
    opened = drafting.open_draft(desk(), me(), str(draft))
    seen, typed = _typed(opened)
    found = offered(desk(), me(), str(draft), seen=seen, body=typed.body)
    shown = shown_clashes(opened, found)
    page = render_template("desk/offer.html", differences=shown) if shown else ""
    return jsonify(count=len(shown), html=page, version=opened.row.version)


def _typed(opened: OpenDraft) -> tuple[int, Typed]:
    seen = seen_version()
    base = drafting.body_at(desk(), me(), opened.row.id, seen)
    return seen, read_form(opened.kind, request.form.to_dict(flat=False), manner(), base)


def _state(opened: OpenDraft, row: DraftRow) -> dict[str, Any]:
    """Return what the page shows about the draft beside its fields."""
    kind = opened.kind
    faults, _warnings = complaints(kind, row, manner(), None)
    done, whole = progress(kind, row.body)
    missing = missing_names(kind, row.body)
    return {
        "version": row.version,
        "open": opened.changeable,
        "title": row.title or _("Untitled"),
        "others": others_text(opened),
        "faults": beside(faults),
        "done": done,
        "progress": progress_text(done, whole),
        "missing": _("Still empty: %(names)s", names=joined(missing)) if missing else "",
        "filled": {
            section.id: _(
                "%(filled)s of %(total)s filled in",
                filled=number(sum(1 for field in section.fields if field.name in row.body)),
                total=number(len(section.fields)),
            )
            for section in kind.sections
        },
    }


def others_text(opened: OpenDraft) -> str:
    """Return who else has a draft open, "" when nobody has."""
    if not opened.others:
        return ""
    return _(
        "This draft is also open with: %(names)s. What you both change is never overwritten: you "
        "will see both versions.",
        names=joined(opened.others),
    )


def progress_text(done: int, whole: int) -> str:
    """Return how many of the required fields are filled in."""
    return _("%(done)s of %(all)s required fields", done=number(done), all=number(whole))


def _last(row: DraftRow) -> str:
    """Return the name of who saved last."""
    with desk().database.reading() as uow:
        return uow.people.names().get(row.updated_by or 0, "")
