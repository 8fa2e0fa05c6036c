"""How a record stands, decided from its entries alone; no store and no clock inside.

Rules (protocol.md 5 and 7):

1. Entries count in the order (epoch, seq), never by time and never by revision number.
2. Void are entries of an old epoch from the size on that its successor names; they never count.
   When the log held is not the one whose root the successor signed, all of them are void.
3. An entry whose statement is faulty says nothing. It only explains why nothing is shown.
4. An erase is final, wherever it stands among the record's entries.
5. A withdraw takes back everything before it; the next publish lifts it, but shows only itself.
6. Shown is the newest revision whose content is held and right. A newer one that is still on its
   way, or faulty, does not take away what readers already have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.core.statements import ERASE, PUBLISH, WITHDRAW
from node.storage.entries import FAULTY, HELD, MISSING
from node.storage.records import ERASED, HIDDEN, PENDING, SHOWN, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from node.core.epochs import Continues
    from node.core.merkle import Subtree
    from node.storage import EntryRow, Log


@dataclass(frozen=True, slots=True)
class Standing:
    """What the catalogue says of a record: its state, and which entry it shows or tells of."""

    state: str
    entry: EntryRow
    first: EntryRow
    fault: str | None = None


class Voids:
    """Which entries of one origin's logs a later epoch has declared void (rule 2)."""

    def __init__(self, logs: Iterable[Log], subtree: Callable[[int], Subtree]) -> None:
        """Prepare. `subtree` gives the hashes of a log, by its number."""
        by_epoch = {log.epoch.number: log for log in logs}
        self._subtree = subtree
        self._closed: dict[int, tuple[Log, Continues]] = {}
        self._end: dict[int, int] = {}
        for number, log in by_epoch.items():
            successor = by_epoch.get(number + 1)
            if successor is not None and successor.epoch.continues is not None:
                self._closed[log.id] = (log, successor.epoch.continues)

    def has(self, log_id: int, seq: int) -> bool:
        """Say whether the entry at this place is void."""
        end = self.end(log_id)
        return end is not None and seq >= end

    def end(self, log_id: int) -> int | None:
        """Return from which index on the log's entries are void; None when none are."""
        if log_id not in self._closed:
            return None
        if log_id not in self._end:
            log, ends = self._closed[log_id]
            self._end[log_id] = ends.counted(log.size, self._subtree(log_id))
        return self._end[log_id]

    def closed_at(self, log_id: int) -> int | None:
        """Return the size at which a later epoch closed the log, whatever log it was."""
        return self._closed[log_id][1].size if log_id in self._closed else None


def standing(entries: Sequence[EntryRow]) -> Standing | None:
    """Decide how a record stands; `entries` are those that are not void, in order.

    None when they publish nothing and erase nothing.
    """
    sound = [entry for entry in entries if not has_faulty_statement(entry)]
    published = [entry for entry in sound if entry.type == PUBLISH]
    erasing = [entry for entry in sound if entry.type == ERASE]
    if erasing:
        told = [*published, *erasing]
        return Standing(ERASED, published[-1] if published else erasing[-1], told[0])
    if not published:
        return _only_faulty(entries)
    held = [entry for entry in published if entry.state == HELD]
    since = _since_withdrawal(sound)
    if not since:
        return Standing(WITHDRAWN, (held or published)[-1], published[0])
    return _newest(since, published[0])


def has_faulty_statement(entry: EntryRow) -> bool:
    """Say whether the statement itself is wrong, and not only the content it names."""
    return entry.fault is not None and entry.state != FAULTY


def _since_withdrawal(sound: Iterable[EntryRow]) -> list[EntryRow]:
    since: list[EntryRow] = []
    for entry in sound:
        if entry.type == WITHDRAW:
            since.clear()
        elif entry.type == PUBLISH:
            since.append(entry)
    return since


def _newest(since: Sequence[EntryRow], first: EntryRow) -> Standing:
    fault: str | None = None
    for entry in reversed(since):
        if entry.state == HELD:
            return Standing(SHOWN, entry, first, fault)
        if entry.state == FAULTY and fault is None:
            fault = f"Revision {entry.revision} cannot be shown: {entry.fault}"
    if any(entry.state == MISSING for entry in since):
        return Standing(PENDING, since[-1], first, fault)
    return Standing(HIDDEN, since[-1], first, fault or "Its words are withheld here.")


def _only_faulty(entries: Sequence[EntryRow]) -> Standing | None:
    faulty = [entry for entry in entries if entry.type == PUBLISH]
    if not faulty:
        return None
    return Standing(HIDDEN, faulty[-1], faulty[0], faulty[-1].fault)
