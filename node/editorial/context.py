"""What every use case of the desk needs, in one frozen object.

Use cases are plain functions that take an `Editorial` first and the person who acts second; each is
one verb and one transaction. Views parse and present, and hold no rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial.mail import mailer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from node.config import Settings
    from node.contract import Contract
    from node.core.ports import Clock
    from node.editorial.mail import Mailer
    from node.editorial.ports import Fetch, Follow, Suggest
    from node.editorial.providers import Provider
    from node.exchange.context import Exchange
    from node.storage import BlobStore, Database


@dataclass(frozen=True, slots=True)
class Editorial:
    """One node's desk: its people and their drafts, over the exchange that signs for them."""

    exchange: Exchange
    #: Looks for viruses: takes a file's pieces, returns the name of what it found or "". None where
    #: no scanner is set. Raises as `node.net.clamd.Clamd.scan`.
    scan: Callable[[Iterable[bytes]], str] | None = None
    #: Follows translated texts to where their originals stand now.
    follow: Follow | None = None
    #: Suggests translations; None where no server is set.
    suggest: Suggest | None = None
    #: Fetches a page of the web that somebody names.
    fetch: Fetch | None = None
    #: Who else says who somebody is; None where there is no single sign-on.
    provider: Provider | None = None

    @property
    def database(self) -> Database:
        """The store."""
        return self.exchange.database

    @property
    def contract(self) -> Contract:
        """Kinds and vocabularies."""
        return self.exchange.contract

    @property
    def settings(self) -> Settings:
        """What the keeper chose."""
        return self.exchange.settings

    @property
    def blobs(self) -> BlobStore:
        """Where files lie."""
        return self.exchange.blobs

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.exchange.clock

    @property
    def mailer(self) -> Mailer | None:
        """What mail goes out by; None where no mail server is set."""
        return mailer_of(self.settings)

    def now(self) -> datetime:
        """Return the time now, aware, in UTC."""
        return self.exchange.clock.now()
