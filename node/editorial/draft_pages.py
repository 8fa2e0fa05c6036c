"""Drafts outside their form: the lists, beginning one, sharing it, the bin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.editorial import drafting, listing
from node.editorial.access_views import desk, me, say, staff
from node.editorial.rights import TRANSLATION, act_for
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response

    from node.contract import Kind
    from node.editorial.listing import DraftLine

#: In the order in which people come to want them; a kind that is not named comes after.
ORDER = (
    "good-practice",
    "training-material",
    "adaptation",
    "visit",
    "opportunity",
    "review",
    "campaign",
    "collection",
    "organisation",
)
#: Those with a way of their own that begins at a record; here they come last.
AT_A_RECORD = ("confirmation", "discussion", "same-as", TRANSLATION)


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    blueprint.add_url_rule("/drafts", "drafts", drafts)
    blueprint.add_url_rule("/new", "new_draft", new_draft)
    blueprint.add_url_rule("/new", "begin_draft", begin_draft, methods=["POST"])
    one = "/drafts/<uuid:draft>"
    blueprint.add_url_rule(f"{one}/share", "draft_share", share, methods=["POST"])
    blueprint.add_url_rule(f"{one}/discard", "draft_discard", discard, methods=["POST"])
    blueprint.add_url_rule(f"{one}/recover", "draft_recover", recover, methods=["POST"])


@staff()
def drafts() -> str:
    """List drafts: one's own, those that colleagues share, those that wait, the bin."""
    which = request.args.get("show", "mine")
    return render_template("desk/drafts.html", lines=_lines(which), which=which, lists=_lists())


def _lists() -> list[tuple[str, str]]:
    lists = [("mine", _("Mine")), ("shared", _("Shared by colleagues"))]
    if me().who.may("review"):
        lists += [("waiting", _("Waiting for an editor")), ("all", _("All"))]
    return [*lists, ("bin", _("Bin"))]


def _lines(which: str) -> list[DraftLine]:
    d, by = desk(), me()
    match which:
        case "waiting":
            return listing.waiting(d, by)
        case "all":
            return listing.everything(d, by)
        case "bin":
            return listing.everything(d, by, bin_=True)
        case "shared":
            return [line for line in listing.mine(d, by) if line.row.author != by.person.id]
        case _:
            return [line for line in listing.mine(d, by) if line.row.author == by.person.id]


@staff()
def new_draft() -> str:
    """Ask what is to be described."""
    return render_template("desk/new.html", kinds=_kinds(), at_a_record=AT_A_RECORD)


def _kinds() -> list[Kind]:
    """Return the kinds that this person may write, in the order in which they are offered."""
    order = {name: place for place, name in enumerate(ORDER)}
    order |= {name: len(order) + 100 + place for place, name in enumerate(AT_A_RECORD)}
    known = [kind for kind in desk().contract.kinds.values() if me().who.may(act_for(kind.name))]
    return sorted(known, key=lambda kind: (order.get(kind.name, len(ORDER)), kind.name))


@staff()
def begin_draft() -> Response:
    """Begin a draft of the kind that was chosen, in the language of the person."""
    kind = request.form.get("kind", "")
    known = desk().contract.kinds.get(kind)
    body: dict[str, Any] = {}
    if known is not None and known.field("language") is not None:
        body["language"] = interface_language()
    if known is not None:
        body |= {f.name: f.default for f in known.fields if f.default is not None}
    row = drafting.begin(desk(), me(), kind, body=body)
    return redirect(url_for("desk.draft", draft=row.id), 303)


@staff()
def share(draft: UUID) -> Response:
    """Open a draft to colleagues, or close it."""
    shared = request.form.get("shared") == "1"
    drafting.set_shared(desk(), me(), str(draft), shared=shared)
    say(
        _("Your colleagues can open and change this draft now.")
        if shared
        else _("Only you and the editors can open this draft now.")
    )
    return redirect(url_for("desk.draft", draft=draft), 303)


@staff()
def discard(draft: UUID) -> Response:
    """Put a draft into the bin."""
    drafting.discard(desk(), me(), str(draft))
    say(_("The draft is in the bin. You can take it out again."))
    return redirect(url_for("desk.drafts", show="bin"), 303)


@staff()
def recover(draft: UUID) -> Response:
    """Take a draft out of the bin."""
    drafting.recover(desk(), me(), str(draft))
    say(_("The draft is back."))
    return redirect(url_for("desk.draft", draft=draft), 303)
