"""An origin elsewhere, whose log and contents a test stores here as a round would.

Only bytes of the origin's own making are used; they pass `core.acceptance` like any peer's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from node.core.acceptance import accept_content, accept_entries
from node.core.canonical import digest
from node.core.checkpoints import open_checkpoint
from node.core.contents import make_content
from node.core.limits import PAGE_LINES
from node.core.statements import build_statement, parse_statement, sign_statement
from node.exchange.projection import apply_contents, apply_entries
from tests.support.making import NOON, SampleLog, record_id
from tests.support.nodes import practice

if TYPE_CHECKING:
    from datetime import datetime

    from node.exchange.context import Exchange
    from node.storage import Log, RecordRow


@dataclass
class Foreign:
    """An origin with a log in one epoch; `store` brings what is new to a node."""

    name: str = "Bro"
    log: SampleLog = field(init=False)
    contents: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = SampleLog(self.name)

    @property
    def oid(self) -> str:
        return self.log.epoch.oid

    def publish(
        self,
        record: int = 1,
        title: str = "Mentors",
        *,
        revision: int = 1,
        schema: str = "good-practice/1",
        created: datetime = NOON,
        **parts: Any,
    ) -> str:
        """Append a publish entry and return the digest of its content."""
        body = parts.pop("body", None) or dict(practice(title).body)
        salt = hashlib.sha256(f"{self.name} {len(self.contents)}".encode()).digest()
        raw = parts.pop("raw", None) or make_content(
            schema.partition("/")[0],
            body,
            salt=salt,
            fallback={"title": {"en": title}, "summary": {"en": "In short."}},
            blobs=parts.pop("blobs", ()),
        )
        self.contents[digest(raw)] = raw
        self.append(
            type="publish",
            record=record_id(record),
            revision=revision,
            schema=schema,
            content_digest=digest(raw),
            content_size=len(raw),
            created=created,
            **parts,
        )
        return digest(raw)

    def append(self, **members: Any) -> None:
        """Append any signed statement."""
        document = build_statement(
            **{
                "origin": self.oid,
                "epoch": self.log.epoch.number,
                "seq": self.log.size,
                "created": NOON,
                **members,
            }
        )
        self.log.add(sign_statement(document, self.log.key))

    def succeed(self, size: int | None = None) -> None:
        """Begin the next epoch with the recovery key; the old one counts up to `size`."""
        self.log = self.log.succeed(size)

    def store(self, x: Exchange, *, contents: bool = True) -> None:
        """Store what is new of the log at the node, and the contents that it wants."""
        with x.database.writing() as uow:
            uow.origins.add(self.oid, first_seen=x.clock.now())
            log = uow.logs.get(self.oid, self.log.epoch.number)
            log = log or uow.logs.create(self.log.epoch, own=False)
            lines = self.log.lines[log.size :]
            if lines:
                target = open_checkpoint(self.log.note(), self.log.epoch)
                accepted = accept_entries(log.held(), target, lines, None)
                uow.entries.append(log.id, accepted.entries)
                uow.logs.save_head(
                    log.id,
                    size=target.size,
                    edge=accepted.edge,
                    checkpoint=target,
                    target=None,
                    change=uow.next_change(),
                )
                apply_entries(x, uow, log, accepted.entries)
        if contents:
            self.bring(x, log)

    def bring(self, x: Exchange, log: Log | None = None) -> list[str]:
        """Store the contents that the node is missing; return their digests."""
        brought: list[str] = []
        with x.database.writing() as uow:
            logs = [log] if log else uow.logs.of(self.oid)
            for each in logs:
                for row in uow.entries.missing(each.id, 10_000):
                    raw = self.contents.get(row.digest or "")
                    if raw is None:
                        continue
                    statement = parse_statement(uow.entries.raw(each.id, row.seq))
                    accepted = accept_content(statement, raw, x.contract.validate_received)
                    uow.contents.put(each.id, row.seq // PAGE_LINES, [(row.seq, raw)])
                    if accepted.fault is not None:
                        uow.contents.mark_faulty(each.id, row.seq, accepted.fault)
                    found = uow.entries.row(each.id, row.seq)
                    assert found is not None
                    apply_contents(x, uow, self.oid, [(found, accepted)])
                    brought.append(row.digest or "")
        return brought

    def record(self, x: Exchange, number: int = 1) -> RecordRow | None:
        """Return how the node sees one of the origin's records."""
        with x.database.reading() as uow:
            return uow.records.get(self.oid, record_id(number))

    def state(self, x: Exchange, number: int = 1) -> str | None:
        row = self.record(x, number)
        return None if row is None else row.state
