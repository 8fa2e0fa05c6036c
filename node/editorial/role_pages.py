"""What the roles are called and what each opens, in the reader's language."""

from __future__ import annotations

from node.editorial.rights import CONTRIBUTOR, EDITOR, FUNDER, KEEPER, ROLES, TRANSLATOR
from node.web.words import gettext as _


def role_names() -> dict[str, str]:
    """Return the name of each role, in their order."""
    names = {
        CONTRIBUTOR: _("Contributor"),
        EDITOR: _("Editor"),
        TRANSLATOR: _("Translator"),
        KEEPER: _("Keeper"),
        FUNDER: _("Funder"),
    }
    return {role: names[role] for role in ROLES}


def role_help() -> dict[str, str]:
    """Return what each role opens, in a sentence."""
    return {
        CONTRIBUTOR: _("Writes and imports records, and sends them for review."),
        EDITOR: _("Reviews and publishes what others wrote; withdraws and erases."),
        TRANSLATOR: _("Translates records, one's own organisation's and partners'."),
        KEEPER: _("Looks after this node: people, partners, settings."),
        FUNDER: _("Reads, keeps searches, and makes reports."),
    }
