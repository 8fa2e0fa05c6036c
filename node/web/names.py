"""What every page calls an organisation: one name for this reader, its own beside it.

All pages ask here, so that nobody meets one organisation under two names on one page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from node.contract.names import Name, name_for
from node.web.i18n import reading_languages
from node.web.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping


class Named(Protocol):
    """Whoever has names by language, one of them the original, and one for want of any."""

    @property
    def name(self) -> str:
        """Return the name to show when there is no other."""

    @property
    def names(self) -> Mapping[str, str]:
        """Return the names by language."""

    @property
    def language(self) -> str:
        """Return the language of its own name."""


def name_of(who: Named) -> Name:
    """Return the name to show to this reader."""
    return name_for(who.names, reading_languages(), who.language, who.name)


def called(who: Named) -> Markup:
    """Return an organisation's name as markup, its own name beside it in other letters."""
    name = name_of(who)
    shown = Markup("<bdi{}>{}</bdi>").format(marked(name.language), name.text)
    if not name.own:
        return shown
    own = Markup('<bdi class="own-name"{}>{}</bdi>').format(marked(name.own_language), name.own)
    return Markup("{} ({})").format(shown, own)
