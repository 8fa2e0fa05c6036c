"""Every version that was saved, and any of them back; automatic saves are thinned out with time."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from node.editorial.drafting import Saved, changeable, readable, write
from node.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage.drafts import VersionRow

#: Automatic saves of earlier days are thinned out to one for each such span.
THINNED_TO = timedelta(minutes=10)
THINNED_AFTER = timedelta(days=1)


def versions(d: Editorial, by: Signed, draft: str) -> list[VersionRow]:
    """Return the saved versions, the newest first."""
    with d.database.reading() as uow:
        readable(uow, by, draft)
        return uow.drafts.versions(draft)


def restore(d: Editorial, by: Signed, draft: str, version: int) -> Saved:
    """Make an earlier version the current one, as a new version; nothing is taken away."""
    with d.database.writing() as uow:
        row = changeable(uow, by, draft)
        old = uow.drafts.version(draft, version)
        if old is None:
            raise NotFoundError("This draft has no version of this number.")
        if old.body == row.body:
            return Saved(row, changed=False)
        write(d, uow, by, row, old.body, "restored")
        return Saved(uow.drafts.require(draft))


def thin(d: Editorial, draft: str) -> int:
    """Forget the superfluous automatic saves of a draft; return how many. Work for the worker."""
    with d.database.writing() as uow:
        gone = superfluous(uow.drafts.versions(draft), d.now())
        uow.drafts.forget_versions(draft, gone)
    return len(gone)


def superfluous(kept: Sequence[VersionRow], now: datetime) -> list[int]:
    """Return which automatic saves may go: from earlier days, and followed within ten minutes."""
    gone = []
    ordered = sorted(kept, key=lambda each: each.version)
    for one, after in pairwise(ordered):
        old = now - one.at > THINNED_AFTER
        if one.what == "autosaved" and old and after.at - one.at < THINNED_TO:
            gone.append(one.version)
    return gone
