"""What a keeper does with the network and the node, in the browser: each act by name in the trail.

The rules stand in `exchange`; here they get a person. Work that waits for another node is never
done while the page waits: it is made due, and the worker does it within a second.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from node.config import SETTINGS_FILE, Settings
from node.editorial.choices import choices, choose
from node.editorial.rights import KEEP
from node.editorial.sessions import require_proof
from node.errors import BadInputError, ConflictError, NotFoundError
from node.exchange import asking, erasures, history, peers
from node.exchange.fetching import MISSING
from node.exchange.fetchingfiles import FILES
from node.storage.peers import ACTIVE

if TYPE_CHECKING:
    from pathlib import Path

    from node.editorial.choices import Choices
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.exchange.erasures import WaitingErasures
    from node.exchange.history import PeerState
    from node.storage import EvidenceRow, PeerRow, RoundRow

MAX_MONTHS = 120
#: Settings whose values nobody should read over somebody's shoulder.
SECRET = ("password", "secret", "token", "key", "database_url")
INDEX, BLOBS = "index", "blobs"


@dataclass(frozen=True, slots=True)
class Network:
    """What needs a keeper, beside the partners themselves."""

    waiting: tuple[WaitingErasures, ...]
    evidence: tuple[EvidenceRow, ...]
    #: Contents that are known to exist and that no partner has brought yet.
    missing: int


@dataclass(frozen=True, slots=True)
class OnePeer:
    """One partner with its past rounds and what is kept as evidence about its origin."""

    state: PeerState
    rounds: tuple[RoundRow, ...]
    evidence: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the node runs with it. `value` is None where it is nobody's to read."""

    name: str
    value: Any
    #: It differs from the value that a new node has.
    changed: bool


@dataclass(frozen=True, slots=True)
class Disk:
    """Sizes in bytes."""

    database: int
    files: int
    drafts: int
    index: int
    free: int
    #: The folder to copy, and whether the database is somewhere else.
    home: Path
    apart: bool


def network(d: Editorial, by: Signed) -> Network:
    """Return what waits for the keeper and what is kept as evidence."""
    by.who.require(KEEP)
    with d.database.reading() as uow:
        evidence = tuple(uow.evidence.all())
    return Network(
        tuple(erasures.waiting_erasures(d.exchange)), evidence, asking.count_missing(d.exchange)
    )


def one_peer(d: Editorial, by: Signed, number: int) -> OnePeer:
    """Return one partner. Raises `NotFoundError`."""
    by.who.require(KEEP)
    state = history.peer_state(d.exchange, number)
    if state is None:
        raise NotFoundError("There is no such partner.", hint="It may have been removed.")
    rounds = history.past_rounds(d.exchange, number)
    with d.database.reading() as uow:
        return OnePeer(state, tuple(rounds), tuple(uow.evidence.of(state.peer.oid)))


def pause(d: Editorial, by: Signed, number: int) -> PeerRow:
    """Fetch nothing from a partner until it is resumed."""
    by.who.require(KEEP)
    return peers.pause_peer(d.exchange, str(number), by=by.person.name)


def resume(d: Editorial, by: Signed, number: int) -> PeerRow:
    """Fetch from a paused or blocked partner again."""
    by.who.require(KEEP)
    return peers.resume_peer(d.exchange, str(number), by=by.person.name)


def block(d: Editorial, by: Signed, number: int, reason: str) -> PeerRow:
    """Stop all exchange with a partner and hide what it published, whoever has it."""
    by.who.require(KEEP)
    words = reason.strip()
    if not words:
        raise BadInputError("Say why, for those who keep this node after you.")
    return peers.block_peer(d.exchange, str(number), words[:500], by=by.person.name)


def remove(d: Editorial, by: Signed, number: int) -> PeerRow:
    """Forget a partner's address and history; what came from it stays."""
    by.who.require(KEEP)
    return peers.remove_peer(d.exchange, str(number), by=by.person.name)


def sync_soon(d: Editorial, by: Signed, number: int) -> PeerRow:
    """Make a partner due at once. Raises `ConflictError` while it is paused or blocked."""
    by.who.require(KEEP)
    with d.database.writing() as uow:
        peer = uow.peers.get(number)
        if peer is None:
            raise NotFoundError("There is no such partner.", hint="It may have been removed.")
        if peer.state != ACTIVE:
            raise ConflictError("This partner is paused or blocked. Take it up again first.")
        uow.peers.set_due(number, d.now())
        detail = {"url": peer.url, "oid": peer.oid}
        uow.audit.add(by.person.name, "exchange asked for", detail, d.now())
    return peer


def ask_for_missing(d: Editorial, by: Signed) -> int:
    """Make all asking for what is missing due at once; return how many askings there are."""
    by.who.require(KEEP)
    with d.database.writing() as uow:
        rows = [row for kind in (MISSING, FILES) for row in uow.work.waiting(kind)]
        for row in rows:
            uow.work.add(row.kind, row.key, d.now(), row.payload)
        uow.audit.add(by.person.name, "missing asked for", {"number": len(rows)}, d.now())
    return len(rows)


def confirm_erasures(d: Editorial, by: Signed, oid: str) -> int:
    """Let the many erasures of an origin be carried out. Raises `ProofNeededError`."""
    by.who.require(KEEP)
    require_proof(d, by)
    return erasures.confirm_erasures(d.exchange, oid, by=by.person.name)


def chosen(d: Editorial, by: Signed) -> Choices:
    """Return what the keeper chose for the desk."""
    by.who.require(KEEP)
    with d.database.reading() as uow:
        return choices(uow)


def change_choices(d: Editorial, by: Signed, *, direct: bool, second: bool, months: int) -> None:
    """Change how the desk works. Raises `BadInputError` for months beyond 1 to `MAX_MONTHS`."""
    by.who.require(KEEP)
    if not 1 <= months <= MAX_MONTHS:
        raise BadInputError(f"Give a number of months from 1 to {MAX_MONTHS}.")
    with d.database.writing() as uow:
        before = choices(uow)
        after = replace(
            before,
            direct_publishing=direct,
            second_factor_required=second,
            stale_after_months=months,
        )
        changed = {
            each.name: getattr(after, each.name)
            for each in fields(after)
            if getattr(after, each.name) != getattr(before, each.name)
        }
        if changed:
            choose(uow, after)
            uow.audit.add(by.person.name, "settings changed", changed, d.now())


def settings(d: Editorial, by: Signed) -> list[Setting]:
    """Return the settings that this node was started with; they are changed in its file."""
    by.who.require(KEEP)
    fresh = Settings(home=d.settings.home, name="", country="", url="")
    return [
        Setting(
            each.name,
            None if any(part in each.name for part in SECRET) else getattr(d.settings, each.name),
            getattr(d.settings, each.name) != getattr(fresh, each.name),
        )
        for each in fields(Settings)
        if each.name != "home"
    ]


def settings_file(d: Editorial) -> Path:
    """Return the file in which settings are changed."""
    return d.settings.home / SETTINGS_FILE


def disk(d: Editorial, by: Signed) -> Disk:
    """Return what this node takes on its disk."""
    by.who.require(KEEP)
    home = d.settings.home
    with d.database.reading() as uow:
        files, drafts = uow.blobs.total_held(), uow.draft_files.total()
    return Disk(
        database=d.database.size(),
        files=files,
        drafts=drafts,
        index=_size_of(home / INDEX),
        free=shutil.disk_usage(home).free,
        home=home,
        apart=d.database.dialect != "sqlite",
    )


def _size_of(folder: Path) -> int:
    # A file may go while this looks: the index tidies up after itself.
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total
