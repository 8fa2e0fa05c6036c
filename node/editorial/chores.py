"""What the worker does for the desk now and then: each chore alone, so that none stops another.

All of them may be done twice and by several workers; what is due lies in the database.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from node.editorial.notifying import mail_notices
from node.editorial.releasing import release_due
from node.editorial.reminding import remind_due
from node.editorial.reviewby import remind_review_by
from node.editorial.tidying import cleanup
from node.errors import FootbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.editorial.context import Editorial
    from node.editorial.notifying import Compose

LOG = logging.getLogger(__name__)

#: People wait for the first two, so they come first.
CHORES: tuple[Callable[[Editorial], object], ...] = (
    release_due,
    remind_due,
    remind_review_by,
    cleanup,
)


def do_chores(d: Editorial, compose: Compose) -> None:
    """Publish what is scheduled, remind, tell by mail, remove what nobody needs.

    `compose` words a mail; it belongs to a face, so the caller hands it in.
    """
    chores: list[Callable[[Editorial], object]] = [*CHORES, partial(mail_notices, compose=compose)]
    for chore in chores:
        try:
            chore(d)
        except FootbridgeError as error:
            LOG.error("%s: %s", _name(chore), error.explain())  # noqa: TRY400 - a sentence
        except Exception:
            LOG.exception("A chore of the desk stumbled and is done again: %s", _name(chore))


def _name(chore: Callable[..., object]) -> str:
    inner = chore.func if isinstance(chore, partial) else chore
    return str(getattr(inner, "__name__", inner))
