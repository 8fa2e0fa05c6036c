"""The guide of the first start: organisation, languages, paper key, first partner, colleagues."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from node.editorial import setting_up
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.rights import KEEP, WRITE
from node.editorial.second_pages import qr
from node.editorial.setting_up import (
    COLLEAGUES,
    LANGUAGES,
    ORGANISATION,
    PAPER,
    PARTNER,
    OtherKeyError,
)
from node.errors import (
    BadInputError,
    ConflictError,
    FootbridgeError,
    PeerMisbehavesError,
    PeerUnreachableError,
)
from node.web.context import runtime
from node.web.formatting import language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    Page = str | tuple[str, int] | AnyResponse

#: Seconds in which a node must have said who it is, while a person waits.
PATIENCE = 15


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    both, post, rule = ["GET", "POST"], ["POST"], blueprint.add_url_rule
    rule("/setup", "setup", overview)
    rule("/setup/skip", "setup_skip", skip, methods=post)
    rule("/setup/finish", "setup_finish", finish, methods=post)
    rule("/setup/organisation", "setup_organisation", organisation, methods=post)
    rule("/setup/languages", "setup_languages", languages, methods=both)
    rule("/setup/paper", "setup_paper", paper, methods=both)
    rule("/setup/partner", "setup_partner", partner, methods=both)


def steps() -> dict[str, tuple[str, str]]:
    """Return name and purpose of each step."""
    return {
        ORGANISATION: (
            _("Your organisation"),
            _("Describe it in a record of its own, so that partners know whose practice it is."),
        ),
        LANGUAGES: (
            _("Languages"),
            _("Choose in which languages texts are asked for, side by side."),
        ),
        PAPER: (
            _("The paper key"),
            _("Make sure that the paper is there, and that it can be read."),
        ),
        PARTNER: (
            _("A first partner"),
            _("Connect to a partner's node; what it has published comes over by itself."),
        ),
        COLLEAGUES: (
            _("Colleagues"),
            _("Invite those who write, review and translate with you."),
        ),
    }


@staff(KEEP)
def overview() -> str:
    """Show the steps and how far they are."""
    return render_template(
        "desk/setup.html",
        setup=setting_up.look(desk(), me()),
        words=steps(),
        where={
            LANGUAGES: url_for("desk.setup_languages"),
            PAPER: url_for("desk.setup_paper"),
            PARTNER: url_for("desk.setup_partner"),
            COLLEAGUES: url_for("desk.people_invite"),
        },
        writes=me().who.may(WRITE),
    )


@staff(KEEP)
def skip() -> Page:
    """Leave a step for later, or take it up again."""
    setting_up.skip(
        desk(), me(), request.form.get("step", ""), skipped=not request.form.get("again")
    )
    return redirect(url_for("desk.setup"))


@staff(KEEP)
def finish() -> Page:
    """Put the guide away."""
    setting_up.finish(desk(), me())
    say(_("This node is set up. Partners and people are in the menu."))
    return redirect(url_for("desk.start"))


@staff(KEEP)
def organisation() -> Page:
    """Begin the organisation's record, or go on with it."""
    draft = setting_up.describe(desk(), me())
    return redirect(url_for("desk.draft", draft=draft.id))


@staff(KEEP)
def languages() -> Page:
    """Choose the languages of texts."""
    faults: dict[str, str] = {}
    chosen = request.form.getlist("languages")
    if request.method == "POST":
        try:
            setting_up.choose_languages(desk(), me(), chosen)
        except BadInputError:
            faults["languages"] = _("Choose at least one language.")
        else:
            say(_("The languages are chosen."))
            return redirect(url_for("desk.setup"))
    page = render_template(
        "desk/setup_languages.html",
        faults=faults,
        offered=sorted(setting_up.OFFERED, key=language),
        chosen=chosen or setting_up.languages_of(desk()),
    )
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page) if faults else page


@staff(KEEP)
def paper() -> Page:
    """Rehearse the paper key: what is typed from the paper is checked, and can be printed anew."""
    typed = request.form.get("key", "")
    if request.method == "GET":
        day = setting_up.rehearsed_on(desk())
        return render_template("desk/setup_paper.html", faults={}, typed="", day=day)
    try:
        text = setting_up.rehearse(desk(), me(), typed)
    except OtherKeyError:
        fault = _("This is a recovery key, but not this node's. Look for the right paper.")
    except BadInputError:
        fault = _(
            "This is not quite the key: something is misread or left out. It has 14 groups of four "
            "letters and digits; compare them one by one. The letter O and the digit 0 are the "
            "same, and so are B and 8."
        )
    else:
        own = desk().exchange.own_oid()
        return render_template(
            "desk/paper_sheet.html", text=text, qr=qr("".join(text.split())), oid=own
        )
    page = render_template("desk/setup_paper.html", faults={"key": fault}, typed=typed, day="")
    return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)


@staff(KEEP)
def partner() -> Page:
    """Look who answers at an address, and add that node once its identity was compared."""
    form = request.form
    url = form.get("url", "")
    if request.method == "GET":
        return _partner_page("", {})
    connect = partial(runtime().transport, patience=PATIENCE)
    try:
        # The keeper typed this address, so it may be in the keeper's own network.
        private = runtime().is_private(url)
        if not form.get("oid"):
            found = setting_up.find_partner(desk(), me(), url, connect, private_ok=private)
            return render_template("desk/setup_compare.html", url=url, found=found)
        peer = setting_up.add_partner(desk(), me(), url, form["oid"], connect, private_ok=private)
    except (BadInputError, PeerUnreachableError, PeerMisbehavesError) as error:
        page = _partner_page(url, {"url": _partner_words(error)})
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)
    say(_("%(name)s is a partner now. What it has published comes over by itself.", name=peer.name))
    return redirect(url_for("desk.setup"))


def _partner_page(url: str, faults: dict[str, str]) -> str:
    own = desk().exchange.own_oid()
    return render_template("desk/setup_partner.html", url=url, faults=faults, oid=own)


def _partner_words(error: FootbridgeError) -> str:
    if isinstance(error, ConflictError):
        return _("This node is a partner already.")
    if isinstance(error, PeerUnreachableError):
        return _("No node answers at this address just now. Ask your partner whether it is right.")
    if isinstance(error, PeerMisbehavesError):
        return _("What answers at this address is no Footbridge node.")
    return _(
        "There is no partner's node at this address. It looks like https://node.example.org, is "
        "not your own, and still has the identity that you compared."
    )
