"""What every page calls an organisation: one name for this reader, its own beside it.

All pages ask here, so that nobody meets one organisation under two names on one page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from node.contract.languages import pick
from node.contract.names import Name, name_for
from node.web.context import runtime
from node.web.i18n import reading_languages
from node.web.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The kind in which an organisation describes itself, and how much of an oid stands for a name.
ORGANISATION = "organisation"
OID_START = 8


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


@dataclass(frozen=True, slots=True)
class Known:
    """What is known here of an organisation's names."""

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


def known_names() -> dict[str, Known]:
    """Return the names of every origin, by its oid; where there is no profile, as it was told."""
    with runtime().database.reading() as uow:
        origins = uow.origins.all()
        profiles = uow.records.newest(2 * len(origins) + 1, [ORGANISATION])
    found = {each.oid: Known(each.name or each.oid[:OID_START]) for each in origins}
    # The oldest of several profiles is written last and wins: it cannot be pushed aside.
    for row in profiles:
        name = pick(row.title, (row.language,))[1] or found[row.oid].name
        found[row.oid] = Known(name, row.title, row.language)
    return found


def own_name() -> Markup:
    """Return the name of the organisation that runs this node."""
    with runtime().database.reading() as uow:
        own = next((each.oid for each in uow.origins.all() if each.status == "own"), "")
    return called(known_names().get(own) or Known(runtime().settings.name))


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
