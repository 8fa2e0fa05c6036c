"""What the worker does for the desk now and then: each chore alone, so that none stops another.

All of them may be done twice and by several workers; what is due lies in the database.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from node.editorial.releasing import release_due
from node.editorial.reminding import remind_due
from node.editorial.tidying import cleanup
from node.errors import FootbridgeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.editorial.context import Editorial

LOG = logging.getLogger(__name__)

#: People wait for the first two, so they come first.
CHORES: tuple[Callable[[Editorial], object], ...] = (release_due, remind_due, cleanup)


def do_chores(d: Editorial) -> None:
    """Publish what is scheduled, remind whom it is time to remind, remove what nobody needs."""
    for chore in CHORES:
        try:
            chore(d)
        except FootbridgeError as error:
            LOG.error("%s: %s", chore.__name__, error.explain())  # noqa: TRY400 - a sentence
        except Exception:
            LOG.exception("A chore of the desk stumbled and is done again: %s", chore.__name__)
