"""Logs: one for each epoch of each origin, with its head.

What is read here was verified before it was stored, so epochs and checkpoints are put together
from columns and no signature is checked again; `footbridge verify` does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, insert, select, update

from node.core.acceptance import HeldLog
from node.core.checkpoints import Checkpoint
from node.core.epochs import Continues, Epoch
from node.core.keys import PublicKey
from node.core.merkle import Edge
from node.storage.store import AnyRow, Store
from node.storage.tables.logs import logs, origins

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from node.storage.origins import Origins


@dataclass(frozen=True, slots=True)
class Log:
    """One epoch's log as held here.

    `checkpoint` is the newest one whose tree is held completely, the one that is relayed; `target`
    a newer verified one that is still being filled up to. `applied` is the size up to which
    withdrawals and erasures have been obeyed.
    """

    id: int
    oid: str
    epoch: Epoch
    size: int
    edge: Edge
    checkpoint: Checkpoint | None
    target: Checkpoint | None
    applied: int
    change: int
    own: bool
    frozen: bool

    def held(self) -> HeldLog:
        """Return what `core.acceptance` judges by."""
        return HeldLog(
            epoch=self.epoch,
            size=self.size,
            edge=self.edge,
            checkpoint=self.checkpoint,
            frozen=self.frozen,
            target=self.target,
        )


class Logs(Store):
    """Logs by origin and epoch."""

    def __init__(self, connection: Connection, origins_: Origins) -> None:
        super().__init__(connection)
        self._origins = origins_

    def get(self, oid: str, epoch: int) -> Log | None:
        """Return one log, or None when it is not held."""
        return self._one(_SELECT.where(origins.c.oid == oid, logs.c.epoch == epoch))

    def by_id(self, log_id: int) -> Log | None:
        """Return one log by its number."""
        return self._one(_SELECT.where(logs.c.id == log_id))

    def current(self, oid: str) -> Log | None:
        """Return the log of the origin's newest epoch."""
        return self._one(_SELECT.where(origins.c.oid == oid).order_by(logs.c.epoch.desc()).limit(1))

    def of(self, oid: str) -> list[Log]:
        """Return all logs of an origin in the order of their epochs."""
        return self._many(_SELECT.where(origins.c.oid == oid).order_by(logs.c.epoch))

    def all(self) -> list[Log]:
        """Return every log, in the order in which they came."""
        return self._many(_SELECT.order_by(logs.c.id))

    def changed_since(self, change: int, limit: int) -> list[Log]:
        """Return up to `limit` logs whose head changed after `change`, the earliest first."""
        return self._many(
            _SELECT.where(logs.c.change > change).order_by(logs.c.change).limit(limit)
        )

    def create(self, epoch: Epoch, own: bool, *, change: int = 0) -> Log:  # noqa: FBT001
        """Start the empty log of an epoch whose origin was added before.

        Raises `NotFoundError` when the origin is unknown.
        """
        follows = epoch.continues
        number = self._connection.execute(
            insert(logs)
            .values(
                origin_id=self._origins.id(epoch.oid),
                epoch=epoch.number,
                own=own,
                frozen=False,
                key=epoch.key.raw,
                next=list(epoch.next),
                continues_size=None if follows is None else follows.size,
                continues_root=None if follows is None else follows.root,
                statement=epoch.raw,
                size=0,
                edge=Edge().to_bytes(),
                applied=0,
                change=change,
            )
            .returning(logs.c.id)
        ).scalar_one()
        log = self.by_id(number)
        assert log is not None  # noqa: S101  just written
        return log

    def save_head(
        self,
        log_id: int,
        *,
        size: int,
        edge: Edge,
        checkpoint: Checkpoint | None,
        target: Checkpoint | None,
        change: int,
    ) -> None:
        """Store the new head. The entries that lead to it are appended in the same transaction."""
        self._connection.execute(
            update(logs)
            .where(logs.c.id == log_id)
            .values(
                size=size,
                edge=edge.to_bytes(),
                change=change,
                **_columns("checkpoint", checkpoint),
                **_columns("target", target),
            )
        )

    def set_applied(self, log_id: int, applied: int, *, change: int) -> None:
        """Store up to which size withdrawals and erasures were obeyed; never goes back."""
        self._connection.execute(
            update(logs)
            .where(logs.c.id == log_id, logs.c.applied < applied)
            .values(applied=applied, change=change)
        )

    def freeze(self, log_id: int) -> None:
        """Take nothing more into this log: its origin was caught with two truths."""
        self._connection.execute(update(logs).where(logs.c.id == log_id).values(frozen=True))

    def thaw(self, log_id: int) -> None:
        """Let this log grow again."""
        self._connection.execute(update(logs).where(logs.c.id == log_id).values(frozen=False))

    def _one(self, query: Select[Any]) -> Log | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _log(row)

    def _many(self, query: Select[Any]) -> list[Log]:
        return [_log(row) for row in self._connection.execute(query)]


#: The columns of a checkpoint, each with its prefix.
_HEAD = ("note", "size", "root", "dated")
_SELECT = select(origins.c.oid, logs).join(origins, origins.c.id == logs.c.origin_id)


def _columns(prefix: str, checkpoint: Checkpoint | None) -> dict[str, Any]:
    return {
        f"{prefix}_{name}": None if checkpoint is None else getattr(checkpoint, name)
        for name in _HEAD
    }


def _log(row: AnyRow) -> Log:
    return Log(
        id=row.id,
        oid=row.oid,
        epoch=_epoch(row),
        size=row.size,
        edge=Edge.from_bytes(row.edge),
        checkpoint=_checkpoint(row, "checkpoint"),
        target=_checkpoint(row, "target"),
        applied=row.applied,
        change=row.change,
        own=row.own,
        frozen=row.frozen,
    )


def _epoch(row: AnyRow) -> Epoch:
    follows = None
    if row.continues_size is not None:
        follows = Continues(epoch=row.epoch - 1, size=row.continues_size, root=row.continues_root)
    return Epoch(
        oid=row.oid,
        number=row.epoch,
        key=_key(row.key),
        next=tuple(row.next),
        continues=follows,
        raw=row.statement,
    )


@lru_cache(maxsize=4096)
def _key(raw: bytes) -> PublicKey:
    """Return a key that was checked before; checking its point again costs more than the query."""
    return PublicKey(raw)


def _checkpoint(row: AnyRow, prefix: str) -> Checkpoint | None:
    parts = {name: getattr(row, f"{prefix}_{name}") for name in _HEAD}
    if parts["note"] is None:
        return None
    return Checkpoint(oid=row.oid, epoch=row.epoch, **parts)
