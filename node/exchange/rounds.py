"""One round with one peer, in the order of `schemas/protocol.md`, "One round with one peer".

1.  The clock is fixed for the round.
2.  The peer's heads are asked for, those that changed since the last complete round.
3.  Each is judged against what is held (`heads`), origin by origin, epoch by epoch.
4.  Entries are filled up to each verified head (`filling`), withdrawals and erasures with them;
    proofs are checked beside it (`proofchecks`).
5.  Then, and only then, the contents that the logs still want (`fetching`), and the files.
6.  The peer's token is kept only when nothing has to be asked for again. So a round that is cut
    anywhere is simply begun anew, with any peer, and asks for what is not held yet.

What is wrong with one log is one refusal with one sentence, and the round goes on with the next
log. Only a peer that goes away ends its round, and damage at home ends it too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from node.core.ports import Transport
from node.errors import DamageError, FootbridgeError, PeerMisbehavesError, PeerUnreachableError
from node.exchange.context import Exchange
from node.exchange.fetching import fetch_contents
from node.exchange.fetchingfiles import fetch_files
from node.exchange.filling import fill
from node.exchange.finishing import begin, finish
from node.exchange.heads import judge
from node.exchange.proofchecks import ProofChecks
from node.exchange.reports import OnProgress, RoundReport
from node.exchange.rounding import Round, called
from node.net.answers import HeadLine, Heads
from node.net.client import PeerClient
from node.net.transport import end_by
from node.storage import PeerRow

#: Pages of heads asked for in one round; each has up to 1 MiB, several thousand logs.
MAX_HEAD_PAGES = 100


def sync_peer(
    x: Exchange,
    peer: PeerRow,
    transport: Transport,
    *,
    on_progress: OnProgress | None = None,
    alive: Callable[[], None] | None = None,
) -> RoundReport:
    """Pull what is new from one peer, verify it, keep it, and say what happened.

    `alive` is called now and then, for whoever holds a lease on the peer. Everything a peer can
    do wrong ends up in the report; what is raised is only `DamageError`, after the round was
    noted as failed where that is still possible.
    """
    round_ = Round(
        x=x,
        peer=peer,
        client=PeerClient(transport),
        now=x.clock.now(),
        checks=ProofChecks(x),
        until=time.monotonic() + x.settings.round_deadline,
        on_progress=on_progress,
        alive=alive,
    )
    begin(round_)
    heads: Heads | None = None
    end_by(transport, round_.until)
    try:
        heads = _pull(round_)
    except FootbridgeError as error:
        round_.tally.broken = error
    finally:
        end_by(transport, None)  # the connection is kept, and used between rounds as well
    try:
        for log, seq, fault in round_.checks.settle():
            round_.refuse_entry(log.oid, seq, fault)
    except DamageError as error:
        round_.tally.broken = error
    return finish(round_, heads)


def _pull(round_: Round) -> Heads:
    """Do the round; return the last page of heads, whose token and ETag are to be kept."""
    if not round_.peer.heads_token or round_.peer.failures:
        _check_identity(round_)
    seen: set[str] = set()
    last: Heads | None = None
    for heads in _head_pages(round_):
        last = heads
        lines = sorted(heads.logs, key=attrgetter("oid", "epoch"))
        for oid, group in groupby(lines, key=attrgetter("oid")):
            seen.add(oid)
            _take_origin(round_, oid, list(group))
    if round_.put_off:
        most = round_.x.settings.new_origins_a_day
        round_.tally.refuse(
            f"{round_.put_off} new {'origin' if round_.put_off == 1 else 'origins'}",
            f"A peer may introduce {most} a day. The others wait; take them by adding their "
            "nodes as peers, or wait until tomorrow.",
            "newcomers",
            again=True,
        )
    if seen:
        fetch_files(round_)
    assert last is not None  # noqa: S101  there is always a first page
    return last


def _take_origin(round_: Round, oid: str, lines: list[HeadLine]) -> None:
    """Take what is new of one origin; what is wrong with it does not stop the others."""
    filled = 0
    for line in lines:
        before = round_.tally.entries
        try:
            found = judge(round_, line)
            if found is not None:
                fill(round_, found)
        except (PeerUnreachableError, DamageError):
            raise
        except FootbridgeError as error:
            what = f"the log of {_name(round_, oid)}"
            round_.tally.refuse(what, error.explain(), "log", again=True)
        filled += round_.tally.entries - before
    try:
        fetch_contents(round_, oid)
    except (PeerUnreachableError, DamageError):
        raise
    except FootbridgeError as error:
        what = f"contents of {_name(round_, oid)}"
        round_.tally.refuse(what, error.explain(), "contents", again=True)


def _head_pages(round_: Round) -> Iterator[Heads]:
    """Ask for the heads that changed since the last complete round, page after page."""
    token = round_.peer.heads_token or None
    etag = round_.peer.heads_etag or None if token else None
    for _ in range(MAX_HEAD_PAGES):
        try:
            heads = round_.client.heads(token, etag)
        except PeerMisbehavesError as error:
            # A peer that was made anew does not know a token of its earlier life.
            if token is None or error.facts.get("status") != 400:  # noqa: PLR2004
                raise
            token = etag = None
            continue
        yield heads
        if not heads.more:
            return
        if heads.token == token:
            raise PeerMisbehavesError("The peer's list of logs has no end.")
        token, etag = heads.token, None
    round_.tally.hold_token = True


def _check_identity(round_: Round) -> None:
    """Refuse a node that answers as somebody else than the peer that the keeper added.

    Asked at the first round and after failures, when an address may have changed hands. What
    another node could do in between is nothing: it cannot sign for anybody.
    """
    info = round_.client.node()
    if info.oid != round_.peer.oid:
        raise PeerMisbehavesError(
            f"At {round_.peer.url} another node answers than the one you added.",
            hint="Ask the organisation; if it has a new node, remove this peer and add it anew.",
            expected=round_.peer.oid,
            found=info.oid,
        )
    if info.name and info.name != round_.peer.name:
        round_.peer = replace(round_.peer, name=info.name)


def _name(round_: Round, oid: str) -> str:
    with round_.x.database.reading() as uow:
        origin = uow.origins.get(oid)
    return called(oid, origin.name if origin else "")
