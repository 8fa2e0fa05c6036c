"""Made-up origins, logs and records with fixed keys, so that every run sees the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from node.core.acceptance import HeldLog
from node.core.canonical import digest
from node.core.checkpoints import Checkpoint, make_checkpoint, make_proof_file, open_checkpoint
from node.core.contents import make_content
from node.core.epochs import Epoch, make_genesis, make_succession, open_genesis, open_succession
from node.core.keys import SecretKey, key_digest
from node.core.merkle import Edge, inclusion_path, leaf_hash, root_of
from node.core.statements import build_statement, sign_statement

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def secret(name: str) -> SecretKey:
    """Return the key that belongs to a name."""
    return SecretKey.from_seed(hashlib.sha256(name.encode()).digest())


def record_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def sample_content(number: int = 1, **body: Any) -> bytes:
    words = {"title": {"en": f"Practice {number}", "el": f"Πρακτική {number}"}, **body}
    salt = hashlib.sha256(f"salt {number}".encode()).digest()
    fallback = {"title": words["title"], "summary": {"en": "What we did."}}
    return make_content("good-practice", words, salt=salt, fallback=fallback)


@dataclass
class SampleLog:
    """One epoch of a made-up origin's log, growing entry by entry."""

    name: str = "Αλφα"
    epoch: Epoch = field(init=False)
    key: SecretKey = field(init=False)
    lines: list[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.key = secret(f"{self.name} 0")
        nonce = hashlib.sha256(f"{self.name} nonce".encode()).digest()
        recovery = [key_digest(secret(f"{self.name} recovery 0").public)]
        raw = make_genesis(self.key, recovery, nonce, NOON)
        self.epoch, self.lines = open_genesis(raw), [raw]

    @property
    def size(self) -> int:
        return len(self.lines)

    def edge(self, size: int | None = None) -> Edge:
        return Edge().extend(leaf_hash(line) for line in self.lines[:size])

    def document(self, **members: Any) -> dict[str, Any]:
        """Return an unsigned publish statement for the next place, with `members` changed."""
        content = sample_content(self.size)
        parts = {
            "type": "publish",
            "origin": self.epoch.oid,
            "epoch": self.epoch.number,
            "seq": self.size,
            "created": NOON,
            "record": record_id(self.size),
            "revision": 1,
            "schema": "good-practice/1",
            "content_digest": digest(content),
            "content_size": len(content),
        } | members
        return build_statement(**parts)

    def publish(self, count: int = 1, **members: Any) -> SampleLog:
        for _ in range(count):
            self.lines.append(sign_statement(self.document(**members), self.key))
        return self

    def add(self, line: bytes) -> SampleLog:
        self.lines.append(line)
        return self

    def note(self, size: int | None = None, now: datetime = NOON) -> bytes:
        size = self.size if size is None else size
        root = self.edge(size).root()
        return make_checkpoint(self.epoch.oid, self.epoch.number, size, root, self.key, now)

    def checkpoint(self, size: int | None = None, now: datetime = NOON) -> Checkpoint:
        return open_checkpoint(self.note(size, now), self.epoch)

    def proof(self, index: int, size: int | None = None) -> bytes:
        """Return the proof file of entry `index` in the tree of `size`."""
        size = self.size if size is None else size
        leaves = [leaf_hash(line) for line in self.lines]
        path = inclusion_path(index, size, lambda start, end: root_of(leaves[start:end]))
        return make_proof_file(index, path, self.note(size))

    def held(self, size: int | None = None, **members: Any) -> HeldLog:
        """Return what somebody holds who has the first `size` entries and their checkpoint."""
        size = self.size if size is None else size
        parts = {
            "epoch": self.epoch,
            "size": size,
            "edge": self.edge(size),
            "checkpoint": self.checkpoint(size) if size else None,
            "frozen": False,
        } | members
        return HeldLog(**parts)

    def succeed(self, size: int | None = None) -> SampleLog:
        """Return the log of the next epoch, which continues this one at `size`."""
        size = self.size if size is None else size
        number = self.epoch.number
        following = SampleLog(self.name)
        following.key = secret(f"{self.name} {number + 1}")
        raw = make_succession(
            self.epoch,
            secret(f"{self.name} recovery {number}"),
            following.key.public,
            [key_digest(secret(f"{self.name} recovery {number + 1}").public)],
            size,
            self.edge(size).root(),
            NOON,
        )
        following.epoch, following.lines = open_succession(self.epoch, raw), [raw]
        return following
