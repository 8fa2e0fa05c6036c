"""Step 8 of a round: contents, page by page.

Only what a log still wants is asked for: its entries were read to the head first, so nothing that
was withdrawn for good or erased is fetched. A content counts by its digest and size, whoever sends
it; a line that no wanted entry names is dropped and the peer is named for it. What a peer leaves
out (it may not hold it, or withhold it) is wanted from others: a work row asks them later.

Right bytes with wrong words (an unknown form, a body that breaks its schema) are the origin's
doing: they are stored and passed on, marked with the reason, and not shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from node.core.acceptance import AcceptedContent, accept_content
from node.core.canonical import digest as digest_of
from node.core.contents import BadContentError
from node.core.limits import PAGE_LINES
from node.core.statements import Statement
from node.errors import GoneError, NotFoundError
from node.exchange.ahead import ahead
from node.exchange.context import Exchange
from node.exchange.projection import apply_contents
from node.exchange.rounding import Round, called
from node.net.client import PeerClient
from node.storage import EntryRow, Log

#: The kind of the work rows that ask other peers for what one has left out.
MISSING = "missing"
#: So few contents of a page, when they are not its tail, are asked for one by one.
ONE_BY_ONE = 2
#: A log whose contents were left out is asked about again after this long, in seconds.
ASK_AGAIN = 60


@dataclass(frozen=True, slots=True)
class Arrived:
    """Contents of one page as they came: the rows that were wanted, and the lines."""

    page: int
    wanted: Sequence[EntryRow]
    lines: Sequence[bytes]


def fetch_contents(round_: Round, oid: str) -> None:
    """Fetch the contents that the logs of one origin want.

    Raises `PeerUnreachableError`, and `PeerMisbehavesError` for what is no content at all, with
    everything before it kept.
    """
    with round_.x.database.reading() as uow:
        logs = uow.logs.of(oid)
        origin = uow.origins.get(oid)
    name = called(oid, origin.name if origin else "")
    for log in logs:
        _fetch_log(round_, log, name)


def take(
    x: Exchange, log: Log, page: int, wanted: Sequence[EntryRow], lines: Sequence[bytes]
) -> tuple[list[tuple[EntryRow, AcceptedContent]], int]:
    """Check and store contents of one page in one transaction.

    Returns what was taken, and how many lines were ones that no wanted entry names. Used by
    rounds, and by whoever asks other peers later.
    """
    by_digest: dict[str, list[EntryRow]] = defaultdict(list)
    for row in wanted:
        if row.digest is not None:
            by_digest[row.digest].append(row)
    taken: list[tuple[EntryRow, AcceptedContent]] = []
    items: list[tuple[int, bytes]] = []
    strange = 0
    for raw in lines:
        rows = by_digest.pop(digest_of(raw), None)
        if rows is None:
            strange += 1
            continue
        for row in rows:
            try:
                taken.append(
                    (row, accept_content(statement_of(log, row), raw, x.contract.validate_received))
                )
            except BadContentError:
                strange += 1  # the digest fits and the size does not: the entry is wrong
                continue
            items.append((row.seq, raw))
    if taken:
        with x.database.writing() as uow:
            uow.contents.put(log.id, page, items)
            for row, accepted in taken:
                if accepted.fault is not None:
                    uow.contents.mark_faulty(log.id, row.seq, accepted.fault)
            apply_contents(x, uow, log.oid, taken)
    return taken, strange


def _fetch_log(round_: Round, log: Log, name: str) -> None:
    x = round_.x
    done = left_out = 0
    room = _room(x, log.oid)
    pages = ahead(_pages(round_.x, round_.client, log))
    try:
        for arrived in pages:
            size = sum(map(len, arrived.lines))
            if size > room:
                round_.tally.refuse(
                    name,
                    f"It has filled its {x.settings.origin_quota // 2**20:,} MiB here; "
                    "further contents are not taken. Raise origin_quota to take them.",
                    "quota",
                )
                return
            room -= size
            taken, strange = take(x, log, arrived.page, arrived.wanted, arrived.lines)
            _count(round_, name, taken, strange)
            left_out += len(arrived.wanted) - len(taken)
            done += len(taken)
            round_.step("contents", done, done + left_out)
    finally:
        pages.close()
    if left_out:
        round_.tally.left_out += left_out
        _ask_others(x, log)


def _pages(x: Exchange, client: PeerClient, log: Log) -> Generator[Arrived, None, None]:
    """Yield page after page of wanted contents, as the peer sends them."""
    after = -1
    while True:
        with x.database.reading() as uow:
            rows = uow.entries.missing(log.id, PAGE_LINES, after=after)
        if not rows:
            return
        page = rows[0].seq // PAGE_LINES
        wanted = [row for row in rows if row.seq // PAGE_LINES == page]
        yield Arrived(page, wanted, _lines(client, log, page, wanted))
        after = wanted[-1].seq


def _lines(client: PeerClient, log: Log, page: int, wanted: Sequence[EntryRow]) -> list[bytes]:
    if len(wanted) <= ONE_BY_ONE:
        return _singly(client, wanted)
    seq_of = {row.digest: row.seq for row in reversed(wanted)}
    after = wanted[0].seq - 1
    lines: list[bytes] = []
    while True:
        cut = after if after >= page * PAGE_LINES else None
        try:
            got = client.contents(log.oid, log.epoch.number, page, cut)
        except NotFoundError:
            return lines  # the peer relays the log and holds nothing of this page
        lines += got
        reached = max((seq_of.get(digest_of(raw), -1) for raw in got), default=-1)
        # An answer may end early (it has a limit); it goes on behind the last one that came.
        if reached <= after or reached >= wanted[-1].seq:
            return lines
        after = reached


def _singly(client: PeerClient, wanted: Sequence[EntryRow]) -> list[bytes]:
    lines = []
    for digest in dict.fromkeys(row.digest for row in wanted if row.digest is not None):
        try:
            lines.append(client.content(digest))
        except (NotFoundError, GoneError):
            continue
    return lines


def _count(
    round_: Round, name: str, taken: Sequence[tuple[EntryRow, AcceptedContent]], strange: int
) -> None:
    tally = round_.tally
    tally.contents += len(taken)
    tally.verified += len(taken)
    for row, accepted in taken:
        if accepted.fault is not None:
            tally.refuse(
                f"revision {row.revision} of a record of {name}",
                f"{accepted.fault} It is kept, passed on and not shown.",
                "faulty",
            )
    if strange:
        tally.refuse(
            f"{strange} {'content' if strange == 1 else 'contents'} of {name}",
            "What the peer sent is not what the log names by its digest. It was dropped.",
            "altered",
        )


def _ask_others(x: Exchange, log: Log) -> None:
    """Ask other peers later for what this one has left out."""
    now = x.clock.now()
    key = f"{log.oid}/{log.epoch.number}"
    with x.database.writing() as uow:
        if uow.work.get(MISSING, key) is None:
            due = now + timedelta(seconds=ASK_AGAIN)
            uow.work.add(MISSING, key, due, {"oid": log.oid, "epoch": log.epoch.number})


def _room(x: Exchange, oid: str) -> int:
    """Return how many bytes this origin may still fill here."""
    with x.database.reading() as uow:
        return x.settings.origin_quota - uow.contents.size_of(oid)


def statement_of(log: Log, row: EntryRow) -> Statement:
    """Return what `accept_content` reads of the statement; the rest of it is not at hand."""
    assert row.created is not None  # noqa: S101  a row that names a content was readable
    return Statement(
        raw=b"",
        document={},
        type=row.type,
        origin=log.oid,
        epoch=log.epoch.number,
        seq=row.seq,
        created=row.created,
        record=row.record,
        revision=row.revision,
        schema=row.schema,
        content_digest=row.digest,
        content_size=row.size,
    )
