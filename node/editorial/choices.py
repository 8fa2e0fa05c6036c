"""What the keeper chose for the desk; kept in the database, because it is chosen in the browser."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from node.storage import UnitOfWork

KEY = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The keeper's choices with their defaults."""

    #: Writers may publish their own drafts without a colleague's review.
    direct_publishing: bool = False
    #: Keepers and editors must have a second factor.
    second_factor_required: bool = False
    #: Languages that texts are asked for side by side, beside the one a draft is written in.
    languages: tuple[str, ...] = ()
    #: Months after which a record that nobody confirmed is called going stale.
    stale_after_months: int = 18
    #: Whether the first start's guide has been finished.
    set_up: bool = False


def choices(uow: UnitOfWork) -> Choices:
    """Return what was chosen; members that this version does not know are left alone."""
    kept = uow.settings.get(KEY, {})
    known = {field.name: kept[field.name] for field in fields(Choices) if field.name in kept}
    if "languages" in known:
        known["languages"] = tuple(known["languages"])
    return Choices(**known)


def choose(uow: UnitOfWork, chosen: Choices) -> None:
    """Keep the choices."""
    uow.settings.put(KEY, uow.settings.get(KEY, {}) | asdict(chosen))
