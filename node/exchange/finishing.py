"""The beginning and the end of a round: the peer's standing, run history, announcing onward.

The end is one transaction. A round in which nothing was new and nothing wrong leaves no row in
the history, only the time in the peer's own row: a node asks its peers some hundred times a day,
and the keeper wants to read what happened.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from node.config import Settings
from node.errors import NotFoundError
from node.exchange.announcing import ask_to_announce
from node.exchange.reports import COMPLETE, FAILED, Refusal, RoundReport
from node.exchange.rounding import Round
from node.net.answers import Heads
from node.storage import PeerRow, UnitOfWork

#: The share of the interval by which a round comes earlier or later at random, so that nodes
#: started together do not ask together for ever.
JITTER = 0.2


def begin(round_: Round) -> None:
    """Put the peer's next round off while this one is under way.

    Only until the lease is over: a round that dies is begun anew soon. An announcement that comes
    meanwhile makes the peer due earlier than that, by which the end of the round knows it.
    """
    x = round_.x
    round_.provisional = round_.now + timedelta(seconds=x.settings.lease)
    with x.database.writing() as uow:
        current = uow.peers.get(round_.peer.id)
        if current is not None:
            uow.peers.save(replace(current, next_due=round_.provisional))


def finish(round_: Round, heads: Heads | None) -> RoundReport:
    """Write down how the round went and return it. Raises `DamageError`."""
    x, tally, peer = round_.x, round_.tally, round_.peer
    ended = x.clock.now()
    outcome = tally.outcome
    report = RoundReport(
        peer_id=peer.id,
        peer=peer.name or peer.url,
        started=round_.now,
        ended=ended,
        outcome=outcome,
        entries=tally.entries,
        contents=tally.contents,
        blobs=tally.blobs,
        bytes=round_.client.bytes,
        requests=round_.client.requests,
        verified=tally.verified,
        refused=tuple(tally.refused),
        left_out=tally.left_out,
        sentence=tally.sentence(),
        complete_as_of=round_.now if outcome == COMPLETE else peer.complete_as_of,
    )
    with x.database.writing() as uow:
        if not report.idle:
            _remember(uow, report, tally.reasons)
        _announce_onward(round_, uow)
        current = uow.peers.get(peer.id)
        if current is not None:
            uow.peers.save(_standing(round_, current, report, heads))
    return report


def next_due(settings: Settings, now: datetime, failures: int) -> datetime:
    """Return when a peer is due again: about the interval, or the back-off after failures."""
    if failures:
        wait = min(settings.backoff_first * 2.0 ** min(failures - 1, 30), settings.backoff_max)
    else:
        wait = settings.sync_interval
    return now + timedelta(seconds=wait * random.uniform(1 - JITTER, 1 + JITTER))


def _remember(uow: UnitOfWork, report: RoundReport, reasons: Sequence[Refusal]) -> None:
    try:
        number = uow.rounds.start(report.peer_id, report.started)
    except NotFoundError:  # pragma: no cover - the peer was removed meanwhile
        return
    uow.rounds.finish(
        number,
        ended=report.ended,
        outcome=report.outcome,
        sentence=report.sentence,
        refused=[each.as_row() for each in reasons],
        entries=report.entries,
        contents=report.contents,
        blobs=report.blobs,
        bytes=report.bytes,
        requests=report.requests,
        verified=report.verified,
    )


def _announce_onward(round_: Round, uow: UnitOfWork) -> None:
    """Tell our own peers of what we have just learned, so that a chain of nodes is quick."""
    if not round_.x.settings.announce:
        return
    newest = {(oid, epoch): size for oid, epoch, size in round_.tally.advanced}
    for (oid, epoch), size in newest.items():
        ask_to_announce(uow, oid, epoch, size, round_.x.clock.now(), told_by=round_.peer.id)


def _standing(round_: Round, current: PeerRow, report: RoundReport, heads: Heads | None) -> PeerRow:
    """Return the peer's row after the round. What the keeper changed meanwhile stays."""
    failed = report.outcome == FAILED
    failures = current.failures + 1 if failed else 0
    due = next_due(round_.x.settings, report.ended, failures)
    if round_.provisional is not None and current.next_due < round_.provisional:
        due = current.next_due  # somebody announced something while the round was under way
    token, etag = current.heads_token, current.heads_etag
    if round_.tally.forget_token:
        token = etag = ""
    elif heads is not None and not round_.tally.hold_token:
        token, etag = heads.token, heads.etag or ""
    return replace(
        current,
        name=round_.peer.name,
        heads_token=token,
        heads_etag=etag,
        next_due=due,
        failures=failures,
        last_ok=current.last_ok if failed else report.ended,
        complete_as_of=report.complete_as_of,
        last_error=report.sentence if failed or report.refused else "",
    )
