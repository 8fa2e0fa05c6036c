"""Somebody as use cases take them where no browser is: the worker, and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.editorial.sessions import Signed
from node.storage.sessions import SessionRow

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.storage.people import PersonRow


def acting(d: Editorial, person: PersonRow) -> Signed:
    """Return a person who asked for something earlier, or who runs the node's command.

    No session is opened: what the browser would hold is empty, and opens nothing.
    """
    now = d.now()
    session = SessionRow(
        token=b"",
        person=person.id,
        created=now,
        seen=now,
        expires=now,
        agent="",
        complete=True,
        proved_until=None,
        data={},
    )
    return Signed(person, session)
