"""The desk: where an organisation's own people work. Every page of it is joined to one blueprint.

Each page module has `add_to(blueprint)`. A view is marked by `staff(act)` or `anybody`; a test goes
through all of them, as every role and as a stranger, so one that is not marked cannot slip in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from node.editorial import (
    account_pages,
    draft_bytes_pages,
    draft_file_pages,
    draft_pages,
    form_pages,
    import_pages,
    judge_pages,
    live_pages,
    login_pages,
    network_pages,
    node_pages,
    own_pages,
    partner_pages,
    people_pages,
    preview_pages,
    proof_pages,
    review_pages,
    second_pages,
    setting_up,
    setup_pages,
    sign_pages,
    start_pages,
    term_pages,
    translate_pages,
    translation_pages,
    try_pages,
    version_pages,
    visit_pages,
)
from node.editorial.access_views import desk, install_access, me
from node.editorial.rights import DESK, KEEP, REVIEW, WRITE
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

#: Modules that add their pages to the desk.
PARTS = (
    draft_pages,
    form_pages,
    import_pages,
    live_pages,
    term_pages,
    preview_pages,
    version_pages,
    sign_pages,
    second_pages,
    login_pages,
    proof_pages,
    start_pages,
    account_pages,
    people_pages,
    setup_pages,
    review_pages,
    own_pages,
    draft_file_pages,
    draft_bytes_pages,
    translate_pages,
    translation_pages,
    try_pages,
    judge_pages,
    visit_pages,
    partner_pages,
    network_pages,
    node_pages,
)


def install_desk(app: Flask, *more: Callable[[Blueprint], None]) -> None:
    """Join the desk to the app. `more` adds pages that belong to other rooms of the house."""
    blueprint = Blueprint("desk", __name__, template_folder="templates", url_prefix="/desk")
    for part in PARTS:
        part.add_to(blueprint)
    for add in more:
        add(blueprint)
    install_access(app, blueprint)
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        desk_menu=menu,
        draft_steps=review_pages.steps,
        comment_places=review_pages.comment_places,
        comment_place=review_pages.comment_place,
    )


def menu() -> list[tuple[str, str, str]]:
    """Return endpoint, name and act of every page that this person's menu has."""
    entries = [
        ("desk.start", _("Start"), DESK),
        ("desk.drafts", _("Drafts"), DESK),
        ("desk.waiting", _("Waiting"), REVIEW),
        ("desk.own_records", _("Our records"), WRITE),
        ("desk.imports", _("Import"), WRITE),
        ("desk.people", _("People"), KEEP),
        ("desk.keeper_network", _("Partners"), KEEP),
        ("desk.settings", _("This node"), KEEP),
        ("desk.account", _("Account"), DESK),
    ]
    mine = [entry for entry in entries if me().who.may(entry[2])]
    if me().who.may(KEEP) and setting_up.is_open(desk()):
        mine.insert(1, ("desk.setup", _("Set-up"), KEEP))
    return mine
