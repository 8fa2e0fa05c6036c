"""The unit of work: one transaction, all stores on it, one commit (made by `Database`).

Changes that others follow (peers by ``heads?since``, the search index by its cursor) carry numbers
from one counter. Writers take turns, so numbers are committed in their order, and a reader that has
seen number n has seen all before n.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from node.storage.audit import Audit
from node.storage.contents import Contents
from node.storage.desk import Desk
from node.storage.draftfiles import DraftFiles
from node.storage.drafts import Drafts
from node.storage.entries import Entries
from node.storage.evidence import EvidenceStore
from node.storage.files import Files
from node.storage.imports import Imports
from node.storage.logins import Logins
from node.storage.logs import Logs
from node.storage.mirrors import Mirrors
from node.storage.origins import Origins
from node.storage.peers import Peers
from node.storage.people import People
from node.storage.records import Records
from node.storage.rounds import Rounds
from node.storage.sameness import Sameness
from node.storage.sessions import Sessions
from node.storage.settings import SettingsStore
from node.storage.tables.logs import counter
from node.storage.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection


class UnitOfWork:
    """The stores on one transaction. Made by `Database.writing` and `Database.reading`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        #: What runs after the commit, in this order.
        self.followers: list[Callable[[], None]] = []
        self._change: int | None = None

    @cached_property
    def origins(self) -> Origins:
        """Who signs: origins and their standing here."""
        return Origins(self.connection)

    @cached_property
    def logs(self) -> Logs:
        """Heads: how far each log is held, and what is relayed."""
        return Logs(self.connection, self.origins)

    @cached_property
    def entries(self) -> Entries:
        """The lines of the logs, as received."""
        return Entries(self.connection, self.origins)

    @cached_property
    def contents(self) -> Contents:
        """The words, as received, and their erasure."""
        return Contents(self.connection, self.origins)

    @cached_property
    def records(self) -> Records:
        """What readers see: a projection."""
        return Records(self.connection, self.origins)

    @cached_property
    def sameness(self) -> Sameness:
        """What is said to be the same, and what the keeper decided of it."""
        return Sameness(self.connection, self.origins)

    @cached_property
    def blobs(self) -> Files:
        """Which files records name, and which are held."""
        return Files(self.connection, self.origins)

    @cached_property
    def peers(self) -> Peers:
        """The partners this node pulls from."""
        return Peers(self.connection)

    @cached_property
    def mirrors(self) -> Mirrors:
        """What peers say they hold of the own log."""
        return Mirrors(self.connection)

    @cached_property
    def rounds(self) -> Rounds:
        """The history of rounds."""
        return Rounds(self.connection)

    @cached_property
    def work(self) -> Work:
        """What is due."""
        return Work(self.connection)

    @cached_property
    def evidence(self) -> EvidenceStore:
        """What shows an origin's misbehaviour."""
        return EvidenceStore(self.connection)

    @cached_property
    def settings(self) -> SettingsStore:
        """Small values by name."""
        return SettingsStore(self.connection)

    @cached_property
    def audit(self) -> Audit:
        """Who did what."""
        return Audit(self.connection)

    @cached_property
    def people(self) -> People:
        """Who may sign in."""
        return People(self.connection)

    @cached_property
    def logins(self) -> Logins:
        """Logins elsewhere that stand for people here."""
        return Logins(self.connection)

    @cached_property
    def sessions(self) -> Sessions:
        """Open sessions, invitations, and failures to sign in."""
        return Sessions(self.connection)

    @cached_property
    def drafts(self) -> Drafts:
        """What is being written."""
        return Drafts(self.connection)

    @cached_property
    def imports(self) -> Imports:
        """Tables that are being imported."""
        return Imports(self.connection)

    @cached_property
    def draft_files(self) -> DraftFiles:
        """The files of what is being written."""
        return DraftFiles(self.connection)

    @cached_property
    def desk(self) -> Desk:
        """Notices, marks on records, words that found nothing."""
        return Desk(self.connection)

    def last_change(self) -> int:
        """Return the number of the last change, those of this transaction included."""
        if self._change is not None:
            return self._change
        return int(self.connection.execute(select(counter.c.value)).scalar_one())

    def next_change(self) -> int:
        """Return a new number for a change. Numbers of an undone transaction are given again."""
        # Kept in memory until the commit: a page of 256 records takes 256 numbers.
        self._change = self.last_change() + 1
        return self._change

    def after_commit(self, follower: Callable[[], None]) -> None:
        """Run `follower` once after this transaction was committed, and never otherwise."""
        self.followers.append(follower)

    def finish(self) -> None:
        """Write what was kept in memory. `Database.writing` calls this just before the commit."""
        if self._change is not None:
            self.connection.execute(update(counter).values(value=self._change))
