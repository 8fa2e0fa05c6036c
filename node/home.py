"""Opens a node's home: joins the parts that use cases are given.

    settings.toml      what the keeper chose
    keys/origin.key    the signing key of the current epoch (0600)
    node.db            logs, contents and everything else (unless on PostgreSQL)
    blobs/             files by digest
    index/             the search index; may be deleted, is made again
    high-water.json    how far the own log was signed; notices a restored old backup

Nothing here decides anything; a wrong home stops the start with a sentence that says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from node.catalogue.context import Catalogue
from node.catalogue.following import Following
from node.config import Settings, load_settings
from node.contract import Contract, load_contract
from node.editorial.context import Editorial
from node.editorial.missing import MissedSearches
from node.editorial.providers import Provider, provider_of
from node.errors import PeerMisbehavesError, PeerUnreachableError
from node.exchange.context import Exchange
from node.exchange.proving import proof_file
from node.net.addresses import resolve
from node.net.asking import Asking
from node.net.clamd import Clamd
from node.net.translating import LibreTranslate
from node.net.transport import HttpTransport
from node.net.webpages import fetch_page
from node.search import SearchIndex
from node.search.follower import follow, rebuild
from node.storage.blobs import FileBlobStore
from node.storage.database import Database
from node.storage.highwater import HighWater
from node.storage.keyfiles import read_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from node.core.keys import SecretKey
    from node.core.ports import Transport
    from node.exchange.schedule import Worker
    from node.storage import WorkRow

KEY_FILE = Path("keys") / "origin.key"


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Return the time now, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Node:
    """One open home. Close it when done; after a fork, open it again in the child."""

    settings: Settings
    database: Database
    contract: Contract
    clock: SystemClock
    blobs: FileBlobStore
    signer: SecretKey | None
    highwater: HighWater

    @cached_property
    def index(self) -> SearchIndex:
        """The search index, opened when it is first asked for."""
        return SearchIndex.open(self.settings.home / "index")

    @cached_property
    def exchange(self) -> Exchange:
        """What the use cases of the exchange are given."""
        return Exchange(
            database=self.database,
            contract=self.contract,
            clock=self.clock,
            settings=self.settings,
            blobs=self.blobs,
            signer=self.signer,
            highwater=self.highwater,
        )

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the use cases of the catalogue are given."""
        return Catalogue(
            database=self.database,
            contract=self.contract,
            index=self.index,
            settings=self.settings,
            clock=self.clock,
            prove=lambda oid, record, revision: proof_file(self.exchange, oid, record, revision),
            missed=MissedSearches(self.database, self.clock),
        )

    @cached_property
    def editorial(self) -> Editorial:
        """What the use cases of the desk are given."""
        return Editorial(
            self.exchange,
            scan=Clamd(self.settings.clamd).scan if self.settings.clamd else None,
            follow=Following(),
            suggest=self._suggest if self.settings.libretranslate_url else None,
            fetch=fetch_page,
            provider=self._provider() if self.settings.oidc_issuer else None,
        )

    def _provider(self) -> Provider:
        s = self.settings
        host = (urlsplit(s.oidc_issuer).hostname or "").lower()
        return provider_of(s, Asking(host, private_ok=s.oidc_private))

    def _suggest(self, texts: Sequence[str], source: str, target: str) -> Iterator[tuple[int, str]]:
        s = self.settings
        server = LibreTranslate(
            s.libretranslate_url, s.libretranslate_key, private_ok=s.libretranslate_private
        )
        return server.translate(texts, source, target)

    def transport(
        self,
        url: str,
        private_ok: bool,  # noqa: FBT001 - a port's shape
        *,
        patience: float | None = None,
    ) -> Transport:
        """Make a bounded connection to the node at `url`.

        `patience`, in seconds, shortens the deadline of a request where a person waits.
        """
        deadline = self.settings.request_deadline
        return HttpTransport(
            url,
            private_ok=private_ok,
            patience=deadline if patience is None else min(patience, deadline),
            slowest=self.settings.min_bytes_per_second,
        )

    def is_private(self, url: str) -> bool:
        """Say whether the address leads into a private network, as seen from here.

        An address that leads nowhere is not private: the first request will say what is wrong.
        """
        try:
            parts = urlsplit(url)
            resolve(parts.hostname or "", parts.port or 80, private_ok=False)
        except PeerMisbehavesError:
            return True
        except (PeerUnreachableError, ValueError):
            pass
        return False

    def follow_index(self) -> int:
        """Bring the search index up to the store; return how many records were looked at."""
        policy = self.settings.join_duplicates
        return follow(self.database, self.contract, self.index, policy=policy)

    def rebuild_index(self) -> int:
        """Make the search index again from nothing; return how many records are in it."""
        policy = self.settings.join_duplicates
        return rebuild(self.database, self.contract, self.index, policy=policy)

    def worker(self) -> Worker:
        """Make a worker that does this node's due work."""
        from node.editorial.importsteps import IMPORT  # noqa: PLC0415
        from node.exchange.schedule import Worker  # noqa: PLC0415 - only the worker process
        from node.exchange.takeover import worker_name  # noqa: PLC0415

        return Worker(
            self.exchange,
            self.transport,
            name=worker_name(),
            follow_index=self.follow_index,
            chores=self.do_chores,
            tasks={IMPORT: self.import_step},
        )

    def import_step(self, row: WorkRow) -> float | None:
        """Go through the next rows of a table; return in how many seconds the next are due."""
        from node.editorial.importsteps import PAUSE, step  # noqa: PLC0415 - only the worker process

        return None if step(self.editorial, row.key) else PAUSE

    def do_chores(self) -> None:
        """Do what the desk wants done now and then; the worker calls this once a minute."""
        from node.editorial.chores import do_chores  # noqa: PLC0415 - only the worker process
        from node.editorial.mail_presenting import notice_mail  # noqa: PLC0415

        do_chores(self.editorial, notice_mail)

    def close(self) -> None:
        """Close the database's connections."""
        self.database.dispose()


def open_home(home: Path, *, migrate: bool = False, new: bool = False, **settings: Any) -> Node:
    """Open the node in `home`; `settings` win over its file and the environment.

    `migrate` brings the database to this version first; `new` is for `init`, before there is a
    key. Raises `DamageError` or `BadInputError` with what to do.
    """
    home = home.absolute()
    chosen = load_settings(home, **settings)
    database = Database.open(chosen.database)
    try:
        if migrate:
            database.migrate()
        database.check_version()
        return Node(
            settings=chosen,
            database=database,
            contract=load_contract(Path(chosen.schemas) if chosen.schemas else None),
            clock=SystemClock(),
            blobs=FileBlobStore(home / "blobs"),
            signer=None if new else read_key(home / KEY_FILE),
            highwater=HighWater(home / "high-water.json"),
        )
    except BaseException:
        database.dispose()
        raise
