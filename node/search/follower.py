"""Keeps the index up with the store: reads what changed since the cursor, writes it, moves on.

Nobody else writes to the index. Every pass can be made twice, and any process may make it; the
cursor is committed with the records, so a pass that dies anywhere is simply made again.

The index is made anew, by itself, when

* it was damaged or deleted, or its schema version is another (it is then empty, cursor 0);
* it was made by other software, from other schemas or by another policy on duplicates (`made_by`);
* it is ahead of the store: the store was restored from a backup.

What is not shown (withdrawn, erased, hidden, waiting for its content) is taken out.
"""

from __future__ import annotations

import hashlib
import logging
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from node.search.documents import Rules, write
from node.search.folder import IndexDamagedError
from node.search.index import IndexBusyError, State
from node.search.schema import VERSION

if TYPE_CHECKING:
    from node.contract import Contract
    from node.search.index import SearchIndex, Writer
    from node.storage import Database, RecordRow, UnitOfWork

_log = logging.getLogger("node.search")

#: Records read from the store in one transaction.
BATCH = 512
#: Records after which what was written becomes visible, while catching up.
COMMIT_AFTER = 8192


def follow(
    database: Database,
    contract: Contract,
    index: SearchIndex,
    limit: int | None = None,
    *,
    wait: float = 1.0,
    policy: str = "authors",
) -> int:
    """Bring the index up to the store, or `limit` records further; return how many changed.

    `policy` says whose claims join duplicates (`node.core.sameness`). When another process is at
    it, waits `wait` seconds and then leaves it to that process.
    """
    made_by = made_by_of(contract, policy)
    rules = Rules(contract, policy)
    if not _is_behind(database, index, _state(index), made_by):
        return 0
    try:
        with index.writing(wait) as writer:
            # Another process may have gone on while this one waited for its turn.
            state = index.state()
            if state == State():
                # Empty: filled step by step, so that readers see the first records soon.
                done = _catch_up(database, rules, writer, State(0, made_by), limit)
                index.tidy()
                return done
            if _is_foreign(database, state, made_by):
                _log.info("The search index is made anew: store or schemas have changed.")
                return _make(database, rules, writer, made_by)
            return _catch_up(database, rules, writer, state, limit)
    except IndexBusyError:
        return 0


def rebuild(
    database: Database, contract: Contract, index: SearchIndex, *, policy: str = "authors"
) -> int:
    """Make the index again from nothing; readers have the old one until it is done.

    Raises `IndexBusyError` when another process keeps writing to it.
    """
    _state(index)
    with index.writing() as writer:
        done = _make(database, Rules(contract, policy), writer, made_by_of(contract, policy))
    index.tidy()
    return done


def _state(index: SearchIndex) -> State:
    """Return how far the index has come; a damaged one is first replaced by an empty one."""
    try:
        if not index.is_damaged():
            return index.state()
    except IndexDamagedError:
        pass
    _log.warning("The search index was damaged. It is made again from the store.")
    index.replace()
    return index.state()


@lru_cache(maxsize=4)
def made_by_of(contract: Contract, policy: str = "authors") -> str:
    """Return what an index must have been made by to be still right."""
    schemas = {kind.schema: kind.json_schema for kind in contract.every_kind}
    raw = orjson.dumps(schemas, default=dict, option=orjson.OPT_SORT_KEYS)
    return f"{VERSION}-{policy}-{hashlib.sha256(raw).hexdigest()[:16]}"


def _is_foreign(database: Database, state: State, made_by: str) -> bool:
    return state.made_by != made_by or state.cursor > database.stamp()


def _is_behind(database: Database, index: SearchIndex, state: State, made_by: str) -> bool:
    if state.made_by != made_by:
        return True
    stamp = database.stamp()
    # Heads of logs move the counter too; a counter that was looked at needs no second look.
    if stamp in (state.cursor, index.looked_at):
        return False
    if stamp < state.cursor:
        return True
    with database.reading() as unit:
        if unit.records.changed_since(state.cursor, 1):
            return True
    index.looked_at = stamp
    return False


def _make(database: Database, rules: Rules, writer: Writer, made_by: str) -> int:
    writer.clear()
    return _catch_up(database, rules, writer, State(0, made_by), None, at_once=True)


def _catch_up(
    database: Database,
    rules: Rules,
    writer: Writer,
    state: State,
    limit: int | None,
    *,
    at_once: bool = False,
) -> int:
    """Write what changed after `state`; `at_once` shows nothing before all is written."""
    done = waiting = 0
    cursor = state.cursor
    while limit is None or done < limit:
        size = BATCH if limit is None else min(BATCH, limit - done)
        with database.reading() as unit:
            rows, cursor, more = _changed(unit, cursor, size)
            for start in range(0, len(rows), BATCH):
                write(unit, rules, writer, rows[start : start + BATCH])
        done += len(rows)
        waiting += len(rows)
        if not more:
            break
        if waiting >= COMMIT_AFTER and not at_once:
            writer.commit(State(cursor, state.made_by))
            waiting = 0
    if waiting or at_once:
        writer.commit(State(cursor, state.made_by))
    return done


def _changed(unit: UnitOfWork, cursor: int, size: int) -> tuple[list[RecordRow], int, bool]:
    """Return the next changed records, the cursor after them, and whether there may be more.

    Records that changed together carry one number and are never parted: a full batch ends before
    its last number.
    """
    rows = unit.records.changed_since(cursor, size)
    if len(rows) < size:
        return rows, unit.last_change(), False
    complete = [row for row in rows if row.change < rows[-1].change]
    if not complete:
        return _changed(unit, cursor, size * 2)
    return complete, complete[-1].change, True
