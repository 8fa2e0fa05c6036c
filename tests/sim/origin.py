"""A made-up organisation that signs: it publishes, revises, withdraws, erases, forks, moves on.

Everything it signs is real; what makes it hostile is only what it chooses to sign. Its logs are
plain lists, so a test can put anything into them.
"""

from __future__ import annotations

import copy
import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from node.contract import load_contract
from node.core.canonical import digest, jcs, parse
from node.core.checkpoints import make_checkpoint, make_proof_file
from node.core.contents import BlobRef, make_content
from node.core.epochs import Epoch, make_genesis, make_succession, open_genesis, open_succession
from node.core.keys import SecretKey, key_digest
from node.core.merkle import Edge, inclusion_path, leaf_hash, root_of
from node.core.statements import build_statement, sign_statement
from tests.support.clock import START


def secret(name: str) -> SecretKey:
    return SecretKey.from_seed(hashlib.sha256(name.encode()).digest())


def practice(title: str, **body: Any) -> dict[str, Any]:
    """A small good practice that the schema accepts."""
    return {
        "title": {"en": title},
        "summary": {"en": f"{title}, in short."},
        "axis": "programmes",
        "success_factor": ["social-capital"],
        "country": ["DK"],
        "language": "en",
        "challenge": {"en": "Newcomers know nobody."},
        "how_it_works": [{"title": {"en": "Meet"}, "text": {"en": "Talk once a week."}}],
        "target_group": ["refugees"],
        "results": {"en": "People found work."},
        **body,
    }


@dataclass
class SimLog:
    """One epoch: its lines as they stand in the log, and the contents by digest."""

    epoch: Epoch
    signer: SecretKey
    lines: list[bytes]
    contents: dict[str, bytes] = field(default_factory=dict)
    #: Which content stands behind which entry, in order.
    digests: dict[int, str] = field(default_factory=dict)
    hashed: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.lines)

    def leaves(self, size: int | None = None) -> list[bytes]:
        """Return the leaf hashes; lines may be added between two calls, not changed."""
        self.hashed += [leaf_hash(line) for line in self.lines[len(self.hashed) :]]
        return self.hashed[:size]

    def root(self, size: int | None = None) -> bytes:
        return Edge().extend(self.leaves(size)).root()

    def note(self, now: datetime, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        return make_checkpoint(
            self.epoch.oid, self.epoch.number, size, self.root(size), self.signer, now
        )

    def proof(self, index: int, now: datetime, size: int | None = None) -> bytes:
        size = self.size if size is None else size
        leaves = self.leaves(size)
        path = inclusion_path(index, size, lambda start, end: root_of(leaves[start:end]))
        return make_proof_file(index, path, self.note(now, size))


class SimOrigin:
    """An organisation with one log for each of its epochs, the last one being written to."""

    def __init__(self, name: str, now: datetime = START) -> None:
        self.name = name
        self.now = now
        self._made = 0
        signer = secret(f"{name} key 0")
        raw = make_genesis(signer, [self._recovery(0)], hashlib.sha256(name.encode()).digest(), now)
        epoch = open_genesis(raw)
        self.oid = epoch.oid
        self.logs = [SimLog(epoch, signer, [raw])]
        self.blobs: dict[str, bytes] = {}

    @property
    def log(self) -> SimLog:
        return self.logs[-1]

    def publish(
        self,
        title: str = "A practice",
        record: str | None = None,
        *,
        revision: int = 1,
        files: tuple[bytes, ...] = (),
        schema: str = "good-practice/1",
        body: dict[str, Any] | None = None,
    ) -> str:
        """Publish a record, or a revision of one; returns its id."""
        self._made += 1
        record = record or self._uuid(f"record {self._made}")
        kind = schema.partition("/")[0]
        references = []
        for number, data in enumerate(files):
            self.blobs[digest(data)] = data
            name = f"file-{number}.txt"
            references.append(BlobRef(digest(data), len(data), "text/plain", name, {"en": "Text"}))
        raw = make_content(
            kind,
            practice(title) if body is None else body,
            salt=hashlib.sha256(f"{self.name} salt {self._made}".encode()).digest(),
            blobs=references,
            fallback={"title": {"en": title}, "summary": {"en": title}},
        )
        return self.publish_raw(raw, record, revision, schema)

    def publish_raw(
        self, raw: bytes, record: str | None = None, revision: int = 1, schema: str = ""
    ) -> str:
        """Publish exactly these bytes as a content, whatever they are."""
        self._made += 1
        record = record or self._uuid(f"record {self._made}")
        self.log.contents[digest(raw)] = raw
        self.log.digests[self.log.size] = digest(raw)
        self.say(
            type="publish",
            record=record,
            revision=revision,
            schema=schema or "good-practice/1",
            content_digest=digest(raw),
            content_size=len(raw),
        )
        return record

    def publish_many(self, count: int) -> list[str]:
        return [self.publish(f"Practice {number}") for number in range(count)]

    def withdraw(self, record: str) -> None:
        self.say(type="withdraw", record=record)

    def erase(self, record: str) -> None:
        self.say(type="erase", record=record)

    def say(self, **members: Any) -> bytes:
        """Sign any statement at the next place of the log."""
        log = self.log
        document = build_statement(
            **{
                "origin": self.oid,
                "epoch": log.epoch.number,
                "seq": log.size,
                "created": self.now,
                **members,
            }
        )
        raw = sign_statement(document, log.signer)
        log.lines.append(raw)
        return raw

    def say_wrong(self, record: str, **changed: Any) -> None:
        """Put a statement into the log whose proof does not hold: changed after it was signed."""
        log = self.log
        raw = make_content(
            "good-practice",
            practice("Wrong"),
            salt=hashlib.sha256(record.encode()).digest(),
            fallback={"title": {"en": "Wrong"}, "summary": {}},
        )
        document = build_statement(
            type="publish",
            origin=self.oid,
            epoch=log.epoch.number,
            seq=log.size,
            created=self.now,
            record=record,
            revision=1,
            schema="good-practice/1",
            content_digest=digest(raw),
            content_size=len(raw),
        )
        other = secret("somebody else")
        log.contents[digest(raw)] = raw
        log.digests[log.size] = digest(raw)
        signed = sign_statement(document, other)
        value = parse(signed, limit=len(signed))
        assert isinstance(value, dict)
        proof = dict(value["proof"])
        key = log.signer.public
        proof["verificationMethod"] = key.verification_method
        log.lines.append(jcs({**value, **changed, "proof": proof}))

    def put_line(self, line: bytes) -> None:
        """Put any bytes into the log as an entry."""
        self.log.lines.append(line)

    def fork(self) -> SimOrigin:
        """Return the same organisation in another world, from here on."""
        return copy.deepcopy(self)

    def succeed(self, size: int | None = None, label: str = "") -> SimLog:
        """Start a new epoch with the recovery key; the old one counts up to `size`."""
        old = self.log
        number = old.epoch.number
        size = old.size if size is None else size
        signer = secret(f"{self.name} key {number + 1}{label}")
        raw = make_succession(
            old.epoch,
            secret(f"{self.name} recovery {number}"),
            signer.public,
            [self._recovery(number + 1, label)],
            size,
            old.root(size),
            self.now,
        )
        self.logs.append(SimLog(open_succession(old.epoch, raw), signer, [raw]))
        return self.log

    def _recovery(self, number: int, label: str = "") -> str:
        return key_digest(secret(f"{self.name} recovery {number}{label}").public)

    def _uuid(self, name: str) -> str:
        value = hashlib.sha256(f"{self.name} {name}".encode()).digest()[:16]
        return str(uuid.UUID(bytes=value, version=4))


def check_practice() -> None:
    """Fail when the sample body is not what the schema wants, so that tests do not mislead."""
    faults = load_contract().validate("good-practice/1", practice("x"))
    assert not faults, [fault.message for fault in faults]
