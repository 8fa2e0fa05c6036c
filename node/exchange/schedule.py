"""The worker: does what is due, as long as the node runs.

Work is rows, not messages (`architecture.md`, "Data"): peers that are due, and work rows. A worker
claims a row with a lease and prolongs it while it works; when a worker dies its leases run out and
another one takes over. So any number of workers may run, each step can be done twice, and nothing
is lost by a kill at any moment.

Rounds run in threads of their own, so that a peer that is slow or far away holds up nobody. At
rest a worker asks the database one small question every `poll_interval_ms`, and nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any

from node.core.ports import Transport
from node.errors import FootbridgeError
from node.exchange.announcing import ANNOUNCE, Announcer
from node.exchange.asking import ask_for_files, ask_others
from node.exchange.checkpointing import renew_checkpoint
from node.exchange.context import Exchange, TransportFactory
from node.exchange.erasures import carry_out
from node.exchange.fetching import MISSING
from node.exchange.fetchingfiles import FILES
from node.exchange.hiding import ERASURE
from node.exchange.proofchecks import PROOFS, check_proofs
from node.exchange.rounds import sync_peer
from node.exchange.takeover import keep_to_settings, take_over
from node.exchange.upgrading import keep_to_contract
from node.net.transport import HttpTransport
from node.storage import PeerRow, WorkRow
from node.storage.pulse import PulseTaker

LOG = logging.getLogger(__name__)

KINDS = (ANNOUNCE, ERASURE, PROOFS, MISSING, FILES)
#: Rounds at the same time. They wait for the network most of the time.
ROUNDS_AT_ONCE = 4
#: Due peers looked at in one tick.
MOST_DUE = 100
#: How often the head's date and the age of the history are looked at, in seconds.
CARE_INTERVAL = 600
#: The same after a start, in seconds.
FIRST_CARE = 60
#: How often the chores of the desk are done, in seconds.
CHORES_INTERVAL = 60
#: A worker that stumbled waits this long, in seconds, before it tries the same again.
STUMBLED = 5.0
#: Rounds older than this are forgotten.
HISTORY_DAYS = 180


class Worker:
    """Does one node's due work. `run_forever` in a process or thread, or `run_once` by hand."""

    def __init__(
        self,
        x: Exchange,
        connect: TransportFactory,
        *,
        name: str,
        follow_index: Callable[[], int] | None = None,
        chores: Callable[[], None] | None = None,
        tasks: Mapping[str, Callable[[WorkRow], float | None]] | None = None,
    ) -> None:
        """Prepare. `name` tells workers apart; `follow_index` brings a search index up to date.

        `chores` is done once a minute: what the desk wants done (publications that are due,
        uploads nobody finished). It may be done twice and by several workers.

        `tasks` do work rows of further kinds, each a step of some seconds that can be done twice.
        A task returns None when its work is done, or in how many seconds its next step is due.
        """
        self._x = x
        self._connect = connect
        self.name = name
        self._follow_index = follow_index
        self._tasks = dict(tasks or {})
        self._kinds = (*KINDS, *self._tasks)
        self._pulse = PulseTaker(self._kinds)
        self._followed = -1
        self._indexer = ThreadPoolExecutor(1, thread_name_prefix="index")
        self._following: Future[None] | None = None
        self._transports: dict[int, tuple[tuple[str, bool], Transport]] = {}
        self._transports_lock = threading.Lock()
        self._announcer = Announcer(x, self._transport)
        self._pool = ThreadPoolExecutor(ROUNDS_AT_ONCE, thread_name_prefix="round")
        self._busy: dict[int, Future[None]] = {}
        #: When a round with a peer last failed, so that announcements cannot make us hammer it.
        self._failed_at: dict[int, float] = {}
        # Not at once: the first rounds come before the first signature, so that a node restored
        # from an old backup has its own entries back before it signs anything.
        self._cared_at = x.clock.now() - timedelta(seconds=CARE_INTERVAL - FIRST_CARE)
        self._chores = chores
        self._chores_at = x.clock.now()

    def run_forever(self, stop: threading.Event) -> None:
        """Do what is due until `stop` is set; then wait for what is under way."""
        pause = self._x.settings.poll_interval_ms / 1000
        begun = False
        try:
            while not stop.is_set():
                try:
                    if not begun:
                        take_over(self._x, self.name)
                        keep_to_settings(self._x)
                        keep_to_contract(self._x)
                        begun = True
                    self.tick()
                except FootbridgeError as error:
                    LOG.error("%s", error.explain())  # noqa: TRY400  a sentence, not a trace
                    stop.wait(STUMBLED)
                except Exception:
                    LOG.exception("The worker stumbled and goes on.")
                    stop.wait(STUMBLED)
                stop.wait(pause)
        finally:
            self.close()

    def run_once(self) -> int:
        """Do all that is due now, wait until it is done, and return how many things that were."""
        done = 0
        while True:
            some = self.tick()
            wait([*self._busy.values(), *([self._following] if self._following else [])])
            if not some:
                self._announcer.settle()
                return done
            done += some

    def tick(self) -> int:
        """Begin all that is due and free; return how many things were begun or done."""
        x, now = self._x, self._x.clock.now()
        self._care(now)
        self._do_chores(now)
        self._busy = {key: job for key, job in self._busy.items() if not job.done()}
        with x.database.reading() as uow:
            pulse = self._pulse.take(uow, now)
            due = uow.peers.due(now, MOST_DUE) if pulse.peers_due else []
        done = 0
        for peer in [peer for peer in due if self._may_ask(peer)][: self._room()]:
            done += self._begin(peer, now)
        while pulse.work_due and self._work():
            done += 1
        self._follow(pulse.change)
        return done

    def close(self) -> None:
        """Wait for what is under way and close all connections."""
        self._pool.shutdown(wait=True)
        self._announcer.close()
        self._indexer.shutdown(wait=True)
        for _, transport in self._transports.values():
            if isinstance(transport, HttpTransport):
                transport.close()

    # --- rounds -------------------------------------------------------------------------------

    def _room(self) -> int:
        return ROUNDS_AT_ONCE - len(self._busy)

    def _may_ask(self, peer: PeerRow) -> bool:
        """Say whether a due peer may be asked: announcements must not make us hammer a sick one."""
        if peer.id in self._busy:
            return False
        failed_at = self._failed_at.get(peer.id)
        return failed_at is None or time.monotonic() - failed_at >= self._x.settings.backoff_first

    def _begin(self, peer: PeerRow, now: datetime) -> bool:
        with self._x.database.writing() as uow:
            if not uow.peers.claim(peer.id, self.name, now, self._x.settings.lease):
                return False
        self._busy[peer.id] = self._pool.submit(self._round, peer)
        return True

    def _round(self, peer: PeerRow) -> None:
        """Do one round and give the peer back, whatever happens."""
        x = self._x
        try:
            report = sync_peer(x, peer, self._transport(peer), alive=self._prolonger(peer))
            if not report.idle:
                LOG.info("%s: %s", report.peer, report.sentence)
            if report.outcome == "failed":
                self._failed_at[peer.id] = time.monotonic()
            else:
                self._failed_at.pop(peer.id, None)
            if report.entries or report.contents:
                self._follow(x.database.stamp())
        except FootbridgeError as error:
            self._failed_at[peer.id] = time.monotonic()
            LOG.error("The round with %s failed: %s", peer.name or peer.url, error.explain())  # noqa: TRY400
        except Exception:
            self._failed_at[peer.id] = time.monotonic()
            LOG.exception("The round with %s stumbled.", peer.name or peer.url)
        finally:
            try:
                with x.database.writing() as uow:
                    uow.peers.release(peer.id, self.name)
            except FootbridgeError as error:
                LOG.error("%s", error.explain())  # noqa: TRY400  the lease runs out by itself

    def _prolonger(
        self, peer: PeerRow, seconds: Callable[[], float] = time.monotonic
    ) -> Callable[[], None]:
        """Return what prolongs the lease on a peer, when a third of it has passed."""
        x = self._x
        claimed = seconds()

        def prolong() -> None:
            nonlocal claimed
            if seconds() - claimed > x.settings.lease / 3:
                claimed = seconds()
                with x.database.writing() as uow:
                    uow.peers.claim(peer.id, self.name, x.clock.now(), x.settings.lease)

        return prolong

    def _transport(self, peer: PeerRow) -> Transport:
        """Return the kept connection to a peer; a new one when its address has changed."""
        wanted = (peer.url, peer.private_ok)
        with self._transports_lock:
            kept = self._transports.get(peer.id)
            if kept is not None and kept[0] == wanted:
                return kept[1]
            transport = self._connect(*wanted)
            self._transports[peer.id] = (wanted, transport)
        if kept is not None and isinstance(kept[1], HttpTransport):
            kept[1].close()
        return transport

    # --- work rows ----------------------------------------------------------------------------

    def _work(self) -> bool:
        """Do one work row that is due; False when there is none."""
        x, now = self._x, self._x.clock.now()
        with x.database.writing() as uow:
            row = uow.work.claim(self._kinds, self.name, now, x.settings.lease)
        if row is None:
            return False
        next_step: float | None = None
        try:
            if row.kind in self._tasks:
                next_step = self._tasks[row.kind](row)
                finished, why = next_step is None, ""
            else:
                finished = self._carry_out(row)
                why = "" if finished else "Nobody has all of it yet."
        except FootbridgeError as error:
            finished, why = False, error.explain()
            LOG.warning("Work of the kind %s was put off: %s", row.kind, why)
        except Exception as error:
            finished, why = False, repr(error)
            LOG.exception("Work of the kind %s stumbled.", row.kind)
        with x.database.writing() as uow:
            if finished:
                uow.work.done(row.id)
            else:
                pause = self._patience(row) if next_step is None else timedelta(seconds=next_step)
                uow.work.retry(row.id, x.clock.now() + pause, why)
        return True

    def _carry_out(self, row: WorkRow) -> bool:
        """Do what a row asks for; False when it has to be done again later."""
        x, payload = self._x, _payload(row)
        if row.kind == ANNOUNCE:
            if x.settings.announce:
                self._announcer.announce(payload)
        elif row.kind == ERASURE:
            carry_out(x, payload["oid"], payload["record"])
        elif row.kind == PROOFS:
            oid, _, epoch = row.key.partition("/")
            check_proofs(x, oid, int(epoch), int(payload["from"]))
        elif row.kind == MISSING:
            return ask_others(x, payload["oid"], payload["epoch"], self._transport)
        elif row.kind == FILES:
            return ask_for_files(x, self._transport)
        return True

    def _patience(self, row: WorkRow) -> timedelta:
        settings = self._x.settings
        wait_for = settings.backoff_first * 2.0 ** min(row.attempts, 30)
        return timedelta(seconds=min(wait_for, settings.backoff_max))

    # --- index, head, history -------------------------------------------------------------------

    def _follow(self, stamp: int) -> None:
        """Begin to bring the search index up to the store, unless that is under way."""
        if self._follow_index is None or stamp == self._followed:
            return
        if self._following is None or self._following.done():
            self._following = self._indexer.submit(self._index, stamp, self._follow_index)

    def _index(self, stamp: int, follow_index: Callable[[], int]) -> None:
        try:
            while stamp != self._followed:
                follow_index()
                self._followed = stamp
                stamp = self._x.database.stamp()
        except Exception:
            LOG.exception("The search index could not be brought up to date; it is tried again.")
            time.sleep(STUMBLED)

    def _care(self, now: datetime) -> None:
        """Now and then: sign the own head anew when it is old, forget old rounds, sweep."""
        if (now - self._cared_at).total_seconds() < CARE_INTERVAL:
            return
        self._cared_at = now
        if self._x.signer is not None:
            renew_checkpoint(self._x)
        with self._x.database.writing() as uow:
            uow.rounds.prune(now - timedelta(days=HISTORY_DAYS))
        self._x.blobs.sweep()

    def _do_chores(self, now: datetime) -> None:
        """Now and then do what the desk wants done; it stumbles alone."""
        if self._chores is None or (now - self._chores_at).total_seconds() < CHORES_INTERVAL:
            return
        self._chores_at = now
        try:
            self._chores()
        except FootbridgeError as error:
            LOG.error("%s", error.explain())  # noqa: TRY400  a sentence, not a trace
        except Exception:
            LOG.exception("The chores of the desk stumbled and are done again in a minute.")


def _payload(row: WorkRow) -> dict[str, Any]:
    return row.payload if isinstance(row.payload, dict) else {}
