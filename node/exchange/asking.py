"""Asking other peers for contents and files that one has left out (work rows `MISSING`, `FILES`).

A peer that relays a log may lack some of its contents: it fills its quota, it withholds some, or
it is still fetching itself. Each active peer is asked for the digests one by one; whoever has one
brings it. What nobody has is asked for again, less and less often, for as long as the log wants it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from node.core.limits import PAGE_LINES
from node.core.ports import Transport
from node.errors import (
    FootbridgeError,
    GoneError,
    NotFoundError,
    PeerMisbehavesError,
    PeerUnreachableError,
)
from node.exchange.context import Exchange
from node.exchange.fetching import MISSING, take
from node.exchange.fetchingfiles import ask_later, fetch_file, wanted_files
from node.net.client import PeerClient
from node.storage import EntryRow, Log, PeerRow, UnitOfWork
from node.storage.blobs import WrongBytesError
from node.storage.origins import BLOCKED
from node.storage.peers import ACTIVE, ALL

LOG = logging.getLogger(__name__)

#: Contents asked for at one time, from each peer.
AT_MOST = 100
#: Contents of one log that are counted; beyond it nobody wants to know exactly.
MOST_COUNTED = 10_000


def ask_others(x: Exchange, oid: str, epoch: int, connect: Callable[[PeerRow], Transport]) -> bool:
    """Ask all active peers for contents that a log wants; True when nothing is wanted any more."""
    with x.database.reading() as uow:
        log = uow.logs.get(oid, epoch)
        origin = uow.origins.get(oid)
        peers = [peer for peer in _active(uow) if peer.scope == ALL or peer.oid == oid]
    if log is None or origin is None or origin.status == BLOCKED:
        return True
    for peer in peers:
        wanted = _wanted(x, log)
        if not wanted:
            break
        try:
            _ask(x, log, wanted, PeerClient(connect(peer)))
        except FootbridgeError as error:
            LOG.info("%s could not be asked for contents: %s", peer.name or peer.url, error)
    ask_later(x)
    return not _wanted(x, log)


def ask_again(x: Exchange, peer: PeerRow, transport: Transport) -> int:
    """Ask one peer now for contents that others, or itself, left out earlier.

    Returns how many it brought. A round does not do this: it looks only at logs that changed. What
    the peer does wrong is logged and not raised, for the work row stays until nothing is missing.
    """
    with x.database.reading() as uow:
        logs = [log for log in _left_out(uow) if peer.scope == ALL or peer.oid == log.oid]
    done = 0
    for log in logs:
        try:
            done += _ask_all(x, log, PeerClient(transport))
        except FootbridgeError as error:
            LOG.info("%s could not be asked for contents: %s", peer.name or peer.url, error)
            break
    if done:
        ask_later(x)
    return done


def count_missing(x: Exchange) -> int:
    """Return how many contents are known to exist, were left out, and are still asked for."""
    with x.database.reading() as uow:
        return sum(len(uow.entries.missing(log.id, MOST_COUNTED)) for log in _left_out(uow))


def _left_out(uow: UnitOfWork) -> list[Log]:
    """Return the logs whose contents somebody left out, without those of blocked origins."""
    found = []
    for row in uow.work.waiting(MISSING):
        oid, _, epoch = row.key.partition("/")
        log, origin = uow.logs.get(oid, int(epoch)), uow.origins.get(oid)
        if log is not None and origin is not None and origin.status != BLOCKED:
            found.append(log)
    return found


def ask_for_files(x: Exchange, connect: Callable[[PeerRow], Transport]) -> bool:
    """Ask all active peers for the files that are wanted; True when none is any more."""
    with x.database.reading() as uow:
        peers = _active(uow)
    for peer in peers:
        for file in wanted_files(x):
            try:
                fetch_file(x, PeerClient(connect(peer)), file)
            except PeerUnreachableError as error:
                LOG.info("%s could not be asked for files: %s", peer.name or peer.url, error)
                break
            except (WrongBytesError, PeerMisbehavesError) as error:
                LOG.info("%s sent a wrong file: %s", peer.name or peer.url, error)
    return not wanted_files(x)


def _active(uow: UnitOfWork) -> list[PeerRow]:
    return [peer for peer in uow.peers.all() if peer.state == ACTIVE]


def _wanted(x: Exchange, log: Log) -> list[EntryRow]:
    with x.database.reading() as uow:
        return uow.entries.missing(log.id, AT_MOST)


def _ask_all(x: Exchange, log: Log, client: PeerClient) -> int:
    done, after = 0, -1
    while True:
        with x.database.reading() as uow:
            wanted = uow.entries.missing(log.id, AT_MOST, after=after)
        if not wanted:
            return done
        done += _ask(x, log, wanted, client)
        after = wanted[-1].seq


def _ask(x: Exchange, log: Log, wanted: list[EntryRow], client: PeerClient) -> int:
    """Ask a peer for contents one by one; return how many it brought."""
    done = 0
    for row in wanted:
        if row.digest is None:
            continue
        try:
            raw = client.content(row.digest)
        except (NotFoundError, GoneError):
            continue
        done += len(take(x, log, row.seq // PAGE_LINES, [row], [raw])[0])
    return done
