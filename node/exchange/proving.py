"""Proofs to take away: that an entry stands in a log, and one file that proves a whole record.

The proof file is for somebody who has no Footbridge software and no reason to trust this node::

    {"format": "footbridge-proof/1",
     "origin": "<oid>", "record": "<uuid>", "revision": 3, "epoch": 0, "seq": 17,
     "epochs": ["<statement>", …],         entry 0 of each epoch, from the genesis on
     "statement": "<statement>",           the signed log entry
     "proof": "c2sp.org/tlog-proof@v1…", inclusion path and checkpoint, of a closed epoch null and
     "path": ["<base64>", …],              instead the path to the root that its successor signed
     "content": "<content>" or null,       the words themselves, null when they were erased
     "check": ["…", …]}                    how to check it, in plain words

Statements and contents are JSON texts inside strings, so that their exact bytes survive every
editor and parser on the way. `tests/reference/verify_proof.py` checks such a file on its own.

Once a later epoch has closed one, no checkpoint by its key proves anything: whoever stole that key
can sign any tree with it. What counts is the tree that the successor signed, `continues.root` at
`continues.size`, so the path leads there (protocol.md 6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.core.base64text import encode_base64
from node.core.checkpoints import make_proof_file
from node.core.merkle import inclusion_path
from node.core.statements import PUBLISH
from node.errors import GoneError, NotFoundError
from node.exchange.standing import Voids
from node.storage.entries import FAULTY, HELD
from node.storage.records import ERASED

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from node.storage import EntryRow, Log, UnitOfWork

FORMAT = "footbridge-proof/1"

HOW_TO_CHECK = """\
Everything here is made of SHA-256, Ed25519 and canonical JSON (RFC 8785); any program that has \
these can check it, such as verify_proof.py of the Footbridge sources.
1. The origin: SHA-256 of the first of 'epochs' without 'proof' and 'origin', in base32, is the \
oid. Each later one is signed by a key whose digest stands in 'next' of the one before.
2. The statement: its proof (W3C Data Integrity, eddsa-jcs-2022) is by the 'key' of its epoch.
3. The log: SHA-256 of a zero byte and the statement, followed along the path in 'proof' (RFC \
9162), gives the root in the checkpoint, which is signed by the same key (C2SP). When a later \
epoch follows, only what that one signed counts: the path is in 'path' and gives the root in its \
'continues' at the size there, and 'seq' is below that size.
4. The words: SHA-256 of 'content' is the digest in the statement, its length the size.
What remains for you: compare the oid with one that you got from the organisation itself, and \
mind the date of the checkpoint, because a newer key may have followed since.\
""".splitlines()


def inclusion_proof(uow: UnitOfWork, log: Log, seq: int) -> bytes:
    """Return the C2SP tlog-proof text of an entry, under the checkpoint that is relayed.

    Raises `NotFoundError` when the checkpoint does not cover the entry.
    """
    checkpoint = log.checkpoint
    if checkpoint is None or seq >= checkpoint.size:
        raise NotFoundError(f"Entry {seq} of this log is not held here.", seq=seq)
    path = inclusion_path(seq, checkpoint.size, uow.entries.subtree(log.id))
    return make_proof_file(seq, path, checkpoint.note)


def proof_file(x: Exchange, oid: str, record: str, revision: int | None = None) -> dict[str, Any]:
    """Return the proof file of one revision of a record; without `revision`, of the one shown.

    Raises `NotFoundError` when the record or revision is not held, or when nothing that its origin
    signed proves it: it is void, or its closed epoch is not held to the end. `GoneError` when
    erased.
    """
    with x.database.reading() as uow:
        row = uow.records.get(oid, record)
        if row is not None and row.state == ERASED:
            raise GoneError("This record was erased for good.", record=record)
        logs = {log.id: log for log in uow.logs.of(oid)}
        entries = [e for e in uow.entries.revisions(oid, record) if e.type == PUBLISH]
        shown = None if row is None else row.revision
        wanted = revision if revision is not None else shown
        found = [entry for entry in entries if entry.revision == wanted]
        if not found:
            raise NotFoundError(f"Revision {wanted} of {record} is not held here.", record=record)
        voids = Voids(logs.values(), uow.entries.subtree)
        found = [entry for entry in found if not voids.has(entry.log_id, entry.seq)]
        if not found:
            raise NotFoundError(
                "Its origin has declared this revision void with a later key.", record=record
            )
        entry = _meant(found, logs, row.seq if row and revision is None else None)
        return _file(uow, logs, logs[entry.log_id], entry)


def _meant(found: list[EntryRow], logs: dict[int, Log], seq: int | None) -> EntryRow:
    """Choose among entries of one revision number (an origin should not, but may, repeat one)."""
    exact = [entry for entry in found if entry.seq == seq]
    newest = sorted(exact or found, key=lambda e: (logs[e.log_id].epoch.number, e.seq))
    return newest[-1]


def _file(uow: UnitOfWork, logs: dict[int, Log], log: Log, entry: EntryRow) -> dict[str, Any]:
    content = None
    if entry.state in {HELD, FAULTY}:
        content = uow.contents.of_entry(log.id, entry.seq).decode("utf-8")
    numbers = {each.epoch.number: each for each in logs.values()}
    return {
        "format": FORMAT,
        "origin": log.oid,
        "record": entry.record,
        "revision": entry.revision,
        "epoch": log.epoch.number,
        "seq": entry.seq,
        "epochs": [each.epoch.raw.decode("utf-8") for _, each in sorted(numbers.items())],
        "statement": uow.entries.raw(log.id, entry.seq).decode("utf-8"),
        **_place(uow, log, entry.seq, numbers.get(log.epoch.number + 1)),
        "content": content,
        "check": HOW_TO_CHECK,
    }


def _place(uow: UnitOfWork, log: Log, seq: int, successor: Log | None) -> dict[str, Any]:
    """Return the members that prove the entry's place in the log."""
    ends = None if successor is None else successor.epoch.continues
    if ends is None:
        return {"proof": inclusion_proof(uow, log, seq).decode("utf-8")}
    if log.size < ends.size:
        raise NotFoundError(
            f"Its epoch was closed at {ends.size:,} entries, and {log.size:,} of them are held.",
            hint="The proof can be made when the others have come.",
        )
    path = inclusion_path(seq, ends.size, uow.entries.subtree(log.id))
    return {"proof": None, "path": [encode_base64(step) for step in path]}
