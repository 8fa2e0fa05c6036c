"""Telling peers that a log has grown, so that they pull within a second and not by the schedule.

An announcement is one checkpoint and nothing else (what the other side makes of it stands in
`receiving`). It is a courtesy: it never waits for an answer longer than a moment, a failure is
logged and dropped, and the peer's own schedule catches up. A log that grows while announcements
are under way is announced once, with its newest checkpoint, and a peer is never told of its own
log, nor of what it has just told us.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from node.core.ports import Transport
from node.errors import FootbridgeError
from node.exchange.context import Exchange
from node.net.client import PeerClient
from node.storage import PeerRow, UnitOfWork
from node.storage.origins import BLOCKED
from node.storage.peers import ACTIVE

LOG = logging.getLogger(__name__)

#: The kind of the work rows that ask for an announcement.
ANNOUNCE = "announce"

#: Peers told at the same time.
AT_ONCE = 4

#: Gives the connection to a peer.
Connect = Callable[[PeerRow], Transport]


def ask_to_announce(
    uow: UnitOfWork, oid: str, epoch: int, size: int, now: datetime, *, told_by: int | None = None
) -> None:
    """Ask the worker, in the caller's transaction, to tell peers that a log has grown.

    `told_by` is the peer that the news came from, which need not hear it again.
    """
    payload = {"oid": oid, "epoch": epoch, "size": size}
    if told_by is not None:
        payload["from"] = told_by
    uow.work.add(ANNOUNCE, f"{oid}/{epoch}/{size}", now, payload)


class Announcer:
    """Sends announcements in threads of its own, at most one at a time to each peer."""

    def __init__(self, x: Exchange, connect: Connect) -> None:
        self._x = x
        self._connect = connect
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="announce")
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        #: What each peer is still to be told: the logs, by oid and epoch.
        self._waiting: dict[int, dict[tuple[str, int], None]] = {}
        self._busy: set[int] = set()
        #: The size of each log that each peer was last told.
        self._told: dict[tuple[int, str, int], int] = {}

    def announce(self, payload: dict[str, Any]) -> None:
        """Tell all active peers of the log that a work row names; returns at once."""
        oid, epoch = str(payload["oid"]), int(payload["epoch"])
        with self._x.database.reading() as uow:
            origin = uow.origins.get(oid)
            if origin is None or origin.status == BLOCKED:
                return
            peers = [peer for peer in uow.peers.all() if peer.state == ACTIVE]
        for peer in peers:
            if peer.oid != oid and peer.id != payload.get("from"):
                self._tell(peer, oid, epoch)

    def settle(self) -> None:
        """Wait until everybody was told, or could not be."""
        with self._idle:
            self._idle.wait_for(lambda: not self._busy)

    def close(self) -> None:
        """Wait for what is under way and send no more."""
        with self._lock:
            self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell(self, peer: PeerRow, oid: str, epoch: int) -> None:
        with self._lock:
            self._waiting.setdefault(peer.id, {})[oid, epoch] = None
            if peer.id in self._busy:
                return
            self._busy.add(peer.id)
        self._pool.submit(self._tell_all, peer)

    def _tell_all(self, peer: PeerRow) -> None:
        """Send what waits for a peer until nothing does."""
        while True:
            with self._lock:
                waiting = self._waiting.get(peer.id)
                if not waiting:
                    self._busy.discard(peer.id)
                    self._idle.notify_all()
                    return
                oid, epoch = next(iter(waiting))
                del waiting[oid, epoch]
            try:
                self._send(peer, oid, epoch)
            except FootbridgeError as error:
                LOG.info("%s was not told of new entries: %s", peer.name or peer.url, error)
            except Exception:
                LOG.exception("An announcement to %s failed.", peer.url)

    def _send(self, peer: PeerRow, oid: str, epoch: int) -> None:
        with self._x.database.reading() as uow:
            log = uow.logs.get(oid, epoch)
        if log is None or log.checkpoint is None:
            return
        key = (peer.id, oid, epoch)
        if self._told.get(key, -1) >= log.checkpoint.size:
            return
        self._told[key] = log.checkpoint.size
        PeerClient(self._connect(peer)).announce(log.checkpoint.note)
