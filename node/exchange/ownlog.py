"""Writing into the own log: the one place where this node signs.

Rules, in this order, all inside one writing transaction, in which writers take turns:

1. the log is the own origin's newest, and the key at hand is the one that signs it;
2. the log is not shorter than the high-water mark, which is kept *outside* the database: a database
   restored from an old backup would otherwise sign other entries at positions already used, and
   every partner would hold the proof of a fork;
3. entries get their position, are signed and appended, and take effect in the catalogue;
4. one checkpoint over all of them and one announcement land in the same commit;
5. the mark is raised after the commit. A crash in between leaves it too low, which is harmless.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from node.core.acceptance import AcceptedContent, Entry
from node.core.checkpoints import make_checkpoint, open_checkpoint
from node.core.limits import PAGE_LINES
from node.core.merkle import Edge, leaf_hash
from node.core.statements import build_statement, parse_statement, sign_statement
from node.errors import DamageError
from node.exchange.announcing import ask_to_announce
from node.exchange.context import Exchange, own_origin
from node.exchange.projection import apply_contents, apply_entries

if TYPE_CHECKING:
    from datetime import datetime

    from node.core.contents import Content
    from node.core.ports import Signer
    from node.storage import Log, UnitOfWork

_logger = logging.getLogger(__name__)


class OldBackupError(DamageError):
    """The database is older than what this node has already signed."""

    code = "old-backup"


@dataclass(slots=True)
class OwnLog:
    """The own log inside one transaction: `add` any number of entries, then `close` once."""

    x: Exchange
    uow: UnitOfWork
    log: Log
    signer: Signer
    now: datetime
    _entries: list[Entry] = field(default_factory=list)
    _contents: list[tuple[int, Content]] = field(default_factory=list)

    def add(self, content: Content | None = None, **members: Any) -> Entry:
        """Sign one statement at the next position; `members` are those of its type."""
        seq = self.log.size + len(self._entries)
        if content is not None:
            members |= {"content_digest": content.digest, "content_size": content.size}
            self._contents.append((seq, content))
        document = build_statement(
            origin=self.log.oid,
            epoch=self.log.epoch.number,
            seq=seq,
            created=self.now,
            **members,
        )
        raw = sign_statement(document, self.signer)
        entry = Entry(seq, raw, parse_statement(raw), None)
        self._entries.append(entry)
        return entry

    def close(self) -> None:
        """Write the entries and contents, what they mean, the checkpoint and the announcement."""
        uow, log = self.uow, self.log
        uow.entries.append(log.id, self._entries)
        edge = log.edge.extend(leaf_hash(entry.raw) for entry in self._entries)
        seal(self, edge)
        apply_entries(self.x, uow, log, self._entries)
        self._store_contents()
        ask_to_announce(uow, log.oid, log.epoch.number, edge.size, self.now)

    def _store_contents(self) -> None:
        first = self.log.size
        for page, group in groupby(self._contents, key=lambda item: item[0] // PAGE_LINES):
            items = list(group)
            self.uow.contents.put(self.log.id, page, [(seq, c.raw) for seq, c in items])
            rows = self.uow.entries.rows(self.log.id, items[0][0], items[-1][0] + 1)
            contents = dict(items)
            arrived = [
                (row, AcceptedContent(contents[row.seq], None))
                for row in rows
                if row.seq >= first and row.seq in contents
            ]
            apply_contents(self.x, self.uow, self.log.oid, arrived)


def open_own_log(x: Exchange, uow: UnitOfWork) -> OwnLog:
    """Open the own log for writing, in the transaction `uow`.

    Raises `DamageError` when the key does not fit or there is no log, `OldBackupError` by rule 2.
    """
    signer = x.require_signer()
    oid = own_origin(uow)
    log = uow.logs.current(oid)
    if log is None:
        raise DamageError(
            "The log of this node is missing from the database.",
            hint="Restore a backup, or bring the log back from partners.",
        )
    if signer.public != log.epoch.key:
        raise DamageError(
            "The signing key in this home is not the one that this node's log is signed with.",
            hint="Put back the key file that belongs to this database. Nothing was signed.",
            expected=log.epoch.key.multikey,
            found=signer.public.multikey,
        )
    check_high_water(x, log)
    return OwnLog(x, uow, log, signer, x.clock.now())


def check_high_water(x: Exchange, log: Log) -> None:
    """Raise `OldBackupError` when this node has signed more than the database knows of."""
    mark = x.highwater.get(log.oid, log.epoch.number)
    if mark > log.size:
        raise OldBackupError(
            f"This database holds {log.size} entries of this node's own log, but {mark} were "
            "signed already: an old backup was probably restored. Nothing was signed now.",
            hint=(
                "Let the node fetch its own entries back from its partners with `footbridge sync`,"
                " then publish again. Signing without them would look like a forgery."
            ),
            held=log.size,
            signed=mark,
        )


def seal(own: OwnLog, edge: Edge) -> None:
    """Sign and store the checkpoint of the own log at `edge`; the mark follows the commit."""
    oid, epoch = own.log.oid, own.log.epoch.number
    note = make_checkpoint(oid, epoch, edge.size, edge.root(), own.signer, own.now)
    own.uow.logs.save_head(
        own.log.id,
        size=edge.size,
        edge=edge,
        checkpoint=open_checkpoint(note, own.log.epoch),
        target=None,
        change=own.uow.next_change(),
    )
    own.uow.after_commit(lambda: _raise_mark(own.x, oid, epoch, edge.size))


def _raise_mark(x: Exchange, oid: str, epoch: int, size: int) -> None:
    """Raise the mark; what was signed stands even when that fails, so nobody must sign it again."""
    try:
        x.highwater.raise_to(oid, epoch, size)
    except DamageError as error:
        _logger.warning("The high-water mark could not be raised: %s", error.explain())
