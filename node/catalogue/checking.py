"""The checks behind "is this genuine?", each from bytes alone and each telling one thing.

`Materials` are bytes as they stand in the store. Nothing parsed or decided earlier is trusted: a
damaged or altered database fails here as it would fail at any outsider's. A check that rests on
another one which failed is skipped, so a report never claims more than was proved.

In an open epoch its own key says what the log is, by a checkpoint. When a later epoch has closed
it, only that one does: whoever stole the old key can sign any other tree with it (protocol.md 2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from node.core.base64text import encode_base64
from node.core.canonical import digest, format_time
from node.core.checkpoints import Checkpoint, open_checkpoint, origin_line
from node.core.contents import open_content
from node.core.epochs import Continues, Epoch, open_genesis, open_succession
from node.core.limits import MAX_FUTURE
from node.core.merkle import BadTreeError, leaf_hash, verify_inclusion
from node.core.statements import PUBLISH, parse_statement, verify_statement
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract import Contract
    from node.core.contents import Content
    from node.core.statements import Statement

Result = Literal["passed", "failed", "warning", "skipped"]

#: The checks in the order they are shown; each name is also the key of its explanation.
CHECKS = (
    "origin",  # the oid is the digest of the genesis statement
    "epochs",  # each later key was named by a recovery key of the epoch before
    "statement",  # the statement is signed by its epoch's key and stands where it says
    "inclusion",  # the statement is a leaf of the log's tree, shown by a Merkle path
    "checkpoint",  # the tree's root is signed by the origin; when closed, by the next epoch
    "date",  # the checkpoint's dated signature is recent; a warning when it is not
    "content",  # the content's bytes have the digest and size that the statement signs
    "schema",  # the body follows the published schema; skipped when it is unknown here
)

#: Origins renew the dated signature daily; a day is left for rounds that failed.
FRESH = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its outcome."""

    #: One of `CHECKS`.
    name: str
    result: Result
    #: Ids, sizes, dates that the check was about, as text for showing and copying.
    facts: Mapping[str, str] = field(default_factory=dict)
    #: Why it failed, was skipped or needs attention: a stable name, "" when passed. Failures have
    #: the code of their error (``bad-tree``); the others are listed with `examine_materials`.
    reason: str = ""
    #: The same as one plain English sentence.
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """The stored bytes about one revision of one record."""

    oid: str
    epoch: int
    seq: int
    record: str
    #: Entry 0 of each epoch's log, from the genesis on, as far as held.
    epochs: Sequence[bytes]
    statement: bytes
    #: In the tree of `note`, or, when `epochs` go on, in the one that the next epoch has closed.
    #: None when the entries that it takes are not held.
    path: Sequence[bytes] | None
    #: The checkpoint; of no account in a closed epoch.
    note: bytes | None
    content: bytes | None


def examine_materials(found: Materials, contract: Contract, now: datetime) -> tuple[Check, ...]:
    """Make every check, in the order of `CHECKS`.

    Reasons beside error codes: ``rests-on-failed``, ``no-checkpoint``, ``not-renewed``,
    ``ahead-of-clock``, ``closed-log``, ``end-not-held``, ``not-held``,
    ``unknown-schema``, ``breaks-schema``.
    """
    examiner = _Examiner(found, contract, now)
    return tuple(getattr(examiner, name)() for name in CHECKS)


class _Examiner:
    """Makes the checks in order; later ones use only what earlier ones verified."""

    def __init__(self, found: Materials, contract: Contract, now: datetime) -> None:
        self._found = found
        self._contract = contract
        self._now = now
        self._epoch: Epoch | None = None
        self._ends: Continues | None = None
        self._statement: Statement | None = None
        self._checkpoint: Checkpoint | None = None
        self._content: Content | None = None
        # Opened first although it is shown fifth: the path is followed to a signed root only.
        self._checkpoint_error: BadInputError | None = None

    def origin(self) -> Check:
        facts = {"oid": self._found.oid}
        try:
            self._epoch = open_genesis(self._found.epochs[0], self._found.oid)
        except IndexError:
            return _skipped("origin", "not-held", "The origin's genesis is not held.", facts)
        except BadInputError as error:
            return _failed("origin", error, facts)
        return Check("origin", "passed", facts | {"first_key": self._epoch.key.multikey})

    def epochs(self) -> Check:
        facts = {"epoch": str(self._found.epoch)}
        if self._epoch is None:
            return _resting("epochs", facts)
        chain, self._epoch = [self._epoch], None
        try:
            # One more than the statement's own: it says where that one ends.
            for raw in self._found.epochs[1 : self._found.epoch + 2]:
                chain.append(open_succession(chain[-1], raw))
        except BadInputError as error:
            return _failed("epochs", error, facts)
        if len(chain) <= self._found.epoch:
            return _skipped("epochs", "not-held", "A later epoch's start is not held.", facts)
        self._epoch = chain[self._found.epoch]
        facts["key"] = self._epoch.key.multikey
        if chain[-1] is not self._epoch:
            self._ends = chain[-1].continues
            facts["next_key"] = chain[-1].key.multikey
        return Check("epochs", "passed", facts)

    def statement(self) -> Check:
        raw = self._found.statement
        facts = {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": str(len(raw))}
        if self._epoch is None:
            return _resting("statement", facts)
        try:
            statement = parse_statement(raw)
            verify_statement(statement, self._epoch.key)
        except BadInputError as error:
            return _failed("statement", error, facts)
        named = (statement.origin, statement.epoch, statement.seq, statement.record)
        meant = (self._found.oid, self._found.epoch, self._found.seq, self._found.record)
        if named != meant or statement.type != PUBLISH:
            misplaced = BadInputError("The statement speaks of another record or place in the log.")
            return _failed("statement", misplaced, facts)
        self._statement = statement
        return Check(
            "statement",
            "passed",
            facts
            | {
                "key": self._epoch.key.multikey,
                "created": format_time(statement.created),
                "revision": str(statement.revision),
                "schema": str(statement.schema),
            },
        )

    def inclusion(self) -> Check:
        self._open_checkpoint()
        leaf = leaf_hash(self._found.statement)
        facts = {
            "index": str(self._found.seq),
            "leaf": leaf.hex(),
            "path": str(len(self._found.path or ())),
        }
        if self._ends is None and self._found.note is None:
            return _skipped("inclusion", "no-checkpoint", "No checkpoint covers it yet.", facts)
        tree = self._ends or self._checkpoint
        if tree is None:
            return _resting("inclusion", facts)
        facts["size"] = str(tree.size)
        if self._ends is not None and self._ends.voids(self._found.seq):
            void = BadTreeError("A later key of the origin has declared this entry void.")
            return _failed("inclusion", void, facts)
        if self._found.path is None:
            why = "Not all entries of this part of the log, which was closed, are held yet."
            return _skipped("inclusion", "end-not-held", why, facts)
        try:
            verify_inclusion(leaf, self._found.seq, tree.size, self._found.path, tree.root)
        except BadInputError as error:
            return _failed("inclusion", error, facts)
        return Check("inclusion", "passed", facts)

    def checkpoint(self) -> Check:
        facts = {"log": origin_line(self._found.oid, self._found.epoch)}
        if self._ends is not None:
            facts |= {"size": str(self._ends.size), "root": encode_base64(self._ends.root)}
            why = "A recovery key has signed this as the end of the log's part, with the next key."
            return Check("checkpoint", "passed", facts, "closed-log", why)
        if self._found.note is None:
            return _skipped("checkpoint", "no-checkpoint", "No checkpoint covers it yet.", facts)
        if self._checkpoint_error is not None:
            return _failed("checkpoint", self._checkpoint_error, facts)
        if self._checkpoint is None:
            return _resting("checkpoint", facts)
        facts |= {
            "size": str(self._checkpoint.size),
            "root": encode_base64(self._checkpoint.root),
        }
        return Check("checkpoint", "passed", facts)

    def date(self) -> Check:
        if self._ends is not None:
            why = "A later key has taken over; this part of the log is closed and not renewed."
            return Check("date", "passed", {}, "closed-log", why)
        if self._checkpoint is None:
            return _resting("date", {})
        dated = datetime.fromtimestamp(self._checkpoint.dated, UTC)
        age = self._now - dated
        facts = {"dated": format_time(dated), "age_seconds": str(int(age.total_seconds()))}
        if age < -timedelta(seconds=MAX_FUTURE):
            why = "The origin dated its checkpoint more than a day ahead of this node's clock."
            return Check("date", "warning", facts, "ahead-of-clock", why)
        if age > FRESH:
            why = "The origin has not renewed its checkpoint for more than two days."
            return Check("date", "warning", facts, "not-renewed", why)
        return Check("date", "passed", facts)

    def content(self) -> Check:
        statement, raw = self._statement, self._found.content
        if raw is None:
            return _skipped("content", "not-held", "The content is not held here.", {})
        facts = {"digest": digest(raw), "size": str(len(raw))}
        if statement is None:
            return _resting("content", facts)
        try:
            self._content = open_content(
                raw,
                digest=statement.content_digest or "",
                size=statement.content_size or 0,
            )
        except BadInputError as error:
            return _failed("content", error, facts)
        return Check("content", "passed", facts)

    def schema(self) -> Check:
        if self._content is None or self._statement is None:
            return _resting("schema", {})
        schema = str(self._statement.schema)
        facts = {"schema": schema}
        kind = self._contract.kind(schema)
        if kind is None:
            why = "This node does not know the schema and shows the plain title and summary."
            return _skipped("schema", "unknown-schema", why, facts)
        faults = self._contract.validate_received(schema, self._content.body)
        if kind.name != self._content.kind:
            why = "The content says to be of another kind than the statement."
            return Check("schema", "failed", facts, "breaks-schema", why)
        if faults:
            facts["faults"] = str(len(faults))
            return Check("schema", "failed", facts, "breaks-schema", faults[0].message)
        return Check("schema", "passed", facts)

    def _open_checkpoint(self) -> None:
        if self._found.note is None or self._epoch is None or self._ends is not None:
            return
        try:
            self._checkpoint = open_checkpoint(self._found.note, self._epoch)
        except BadInputError as error:
            self._checkpoint_error = error


def _failed(name: str, error: BadInputError, facts: Mapping[str, str]) -> Check:
    return Check(name, "failed", facts, error.code, error.message)


def _skipped(name: str, reason: str, why: str, facts: Mapping[str, str]) -> Check:
    return Check(name, "skipped", facts, reason, why)


def _resting(name: str, facts: Mapping[str, str]) -> Check:
    why = "This rests on a check that could not be passed."
    return _skipped(name, "rests-on-failed", why, facts)
