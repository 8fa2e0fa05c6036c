"""When a record is over, by this node's clock, so that an old offer cannot pass for an open one.

The day comes from the facet ``expires``, which every kind may have; no kind is named here. A date
without a day lasts to the end of its month or year, and the last day itself still counts.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from node.web.context import runtime
from node.web.formatting import day
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FACET = "expires"
#: From so many days on people plan by the date and not by what is left.
SOON = 60
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Expiry:
    """The last day of a record that ends."""

    #: As the record says it, perhaps only a month or a year.
    said: str
    last: date
    #: Days from today to the last one; below zero when it is over.
    left: int

    @property
    def over(self) -> bool:
        """Say whether the last day has passed."""
        return self.left < 0

    @property
    def words(self) -> str:
        """Return how it stands in a few words, for a badge."""
        if self.over:
            return _("Expired on %(date)s", date=day(self.said))
        if self.left == 0:
            return _("Last day today")
        if self.left <= SOON:
            return ngettext("%(num)s day left", "%(num)s days left", self.left)
        return _("Open until %(date)s", date=day(self.said))


def expiry(facets: Mapping[str, Sequence[str]]) -> Expiry | None:
    """Return when a record with these facets is over, None when it does not end."""
    said = next(iter(facets.get(FACET, ())), "")
    last = last_day(said)
    if last is None:
        return None
    return Expiry(said, last, (last - runtime().clock.now().date()).days)


def last_day(said: str) -> date | None:
    """Return the last day that an ISO 8601 date of any exactness includes, None when it is none."""
    parts = said.split("-")
    try:
        year, month, of_month = (int(part) for part in [*parts, "0", "0"][:3])
        month = month if len(parts) > 1 else DECEMBER
        return date(year, month, of_month if len(parts) > 2 else monthrange(year, month)[1])  # noqa: PLR2004 - year, month, day
    except ValueError:
        return None
