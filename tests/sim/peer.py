"""A peer in memory that speaks the whole protocol, and can be made to break each rule of it.

`SimPeer` implements `node.core.ports.Transport`: what it is asked comes as a path, what it answers
goes through `hooks`, where a test puts the lie. It holds logs of any origins, each up to a size of
its own choice, and counts and lists what it was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from node.core.limits import PAGE_LINES
from node.core.ports import Answer
from node.errors import PeerMisbehavesError, PeerUnreachableError
from tests.sim.origin import SimLog, SimOrigin

JSON = {"content-type": "application/json"}
LINES = {"content-type": "application/jsonl"}
TEXT = {"content-type": "text/plain; charset=utf-8"}

#: Sees the path and the honest answer, gives the answer that is sent, or raises.
Hook = Callable[[str, Answer], Answer]


@dataclass
class Shelf:
    """One log as this peer holds it."""

    log: SimLog
    size: int
    dated: datetime
    change: int
    note: bytes | None = None

    def checkpoint(self) -> bytes:
        if self.note is not None:
            return self.note
        return self.log.note(self.dated, self.size)


@dataclass
class SimPeer:
    """A peer whose own origin is `origin`; `hold` puts more logs on its shelves."""

    origin: SimOrigin
    hooks: list[Hook] = field(default_factory=list)
    shelves: dict[tuple[str, int], Shelf] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    announced: list[bytes] = field(default_factory=list)
    answer_limit: int = 8 * 1024 * 1024
    heads_page: int = 1000
    #: A token of an earlier life is refused with 400.
    instance: str = "1"
    _change: int = 0

    def __post_init__(self) -> None:
        self.hold(self.origin)

    def hold(
        self, origin: SimOrigin, size: int | None = None, dated: datetime | None = None
    ) -> None:
        """Hold all logs of an origin as they are now, the last one up to `size`."""
        for log in origin.logs:
            key = (log.epoch.oid, log.epoch.number)
            known = self.shelves.get(key)
            wanted = log.size if size is None or log is not origin.log else size
            moment = dated or origin.now
            if known and (known.log, known.size, known.dated) == (log, wanted, moment):
                continue
            self._change += 1
            self.shelves[key] = Shelf(log, wanted, moment, self._change)
        self.blobs.update(origin.blobs)

    def renew(self, **later: float) -> None:
        """Date all heads later, as origins do daily."""
        for shelf in self.shelves.values():
            self._change += 1
            shelf.dated += timedelta(**later)
            shelf.change = self._change

    def on(self, pattern: str, change: Callable[[Answer], Answer]) -> None:
        """Send what `change` makes of the answers to paths that match `pattern`."""
        form = re.compile(pattern)
        self.hooks.append(lambda path, answer: change(answer) if form.search(path) else answer)

    # --- the transport --------------------------------------------------------------------------

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        limit: int,
        etag: str | None = None,
    ) -> Answer:
        params = params or {}
        asked = path + "".join(f"?{name}={value}" for name, value in params.items())
        self.asked.append(asked)
        answer = self._answer(path, params, etag)
        for hook in self.hooks:
            answer = hook(asked, answer)
        if len(answer.body) > limit:
            raise PeerMisbehavesError(
                f"The peer sent more than the {limit:,} bytes that this answer may have."
            )
        return answer

    def post(self, path: str, body: bytes, *, limit: int) -> Answer:
        self.asked.append(f"POST {path}")
        answer = Answer(204, b"", {})
        for hook in self.hooks:
            answer = hook(f"POST {path}", answer)
        self.announced.append(body)
        return answer

    def _answer(  # noqa: PLR0911  one return for each endpoint
        self, path: str, params: Mapping[str, str], etag: str | None
    ) -> Answer:
        match path.split("/"):
            case ["node"]:
                return _json(self._node())
            case ["heads"]:
                return self._heads(params.get("since"), etag)
            case ["logs", oid, epoch, what, number]:
                shelf = self.shelves.get((oid, int(epoch)))
                if shelf is None:
                    return _nothing(404)
                after = int(params["after"]) if "after" in params else -1
                return self._of_log(shelf, what, int(number), after)
            case ["contents", name]:
                return self._one(name, self._contents())
            case ["blobs", name]:
                return self._one(name, self.blobs)
        return _nothing(404)

    def _contents(self) -> dict[str, bytes]:
        shelves = self.shelves.values()
        return {name: raw for shelf in shelves for name, raw in shelf.log.contents.items()}

    def _node(self) -> dict[str, Any]:
        return {
            "oid": self.origin.oid,
            "name": self.origin.name,
            "country": "DK",
            "protocols": [1],
            "software": "sim/1",
            "limits": {},
        }

    def _heads(self, since: str | None, etag: str | None) -> Answer:
        token = f"{self.instance}.{self._change}"
        if etag == f'"{token}"':
            return Answer(304, b"", {"etag": etag})
        start = 0
        if since is not None:
            instance, _, number = since.partition(".")
            if instance != self.instance:
                return _nothing(400)
            start = int(number)
        changed = sorted(
            (shelf for shelf in self.shelves.values() if shelf.change > start),
            key=lambda shelf: shelf.change,
        )
        told = changed[: self.heads_page]
        more = len(changed) > len(told)
        logs = [
            {
                "oid": shelf.log.epoch.oid,
                "epoch": shelf.log.epoch.number,
                "size": shelf.size,
                "checkpoint": shelf.checkpoint().decode(),
                "applied": shelf.size,
            }
            for shelf in told
        ]
        last = f"{self.instance}.{told[-1].change}" if more else token
        body = {"token": last, "logs": logs, "more": more}
        return Answer(200, orjson.dumps(body), {**JSON, "etag": f'"{last}"'})

    def _of_log(self, shelf: Shelf, what: str, number: int, after: int) -> Answer:
        log, size = shelf.log, shelf.size
        if what == "proof":
            return Answer(200, log.proof(number, shelf.dated, size), TEXT)
        start, end = number * PAGE_LINES, min((number + 1) * PAGE_LINES, size)
        seqs = range(max(start, after + 1), end)
        if what == "entries":
            if start >= size:
                return _nothing(404)
            return Answer(200, b"".join(log.lines[seq] + b"\n" for seq in seqs), LINES)
        lines: dict[str, bytes] = {}
        total = 0
        for seq in seqs:
            name = log.digests.get(seq)
            if name is None or name in self.erased or name in lines:
                continue
            raw = log.contents.get(name)
            if raw is None:
                continue
            total += len(raw) + 1
            if lines and total > self.answer_limit:
                break
            lines[name] = raw
        return Answer(200, b"".join(raw + b"\n" for raw in lines.values()), LINES)

    def _one(self, name: str, held: Mapping[str, bytes]) -> Answer:
        if name in self.erased:
            return _nothing(410)
        if name not in held:
            return _nothing(404)
        return Answer(200, held[name], {"content-type": "application/octet-stream"})


def _json(value: dict[str, Any]) -> Answer:
    return Answer(200, orjson.dumps(value), JSON)


def _nothing(status: int) -> Answer:
    return Answer(status, b"", {"content-type": "application/problem+json"})


# --- lies -----------------------------------------------------------------------------------------


def down(answer: Answer) -> Answer:
    raise PeerUnreachableError("node.example.org does not answer: nothing listens there.")


def slow(answer: Answer) -> Answer:
    raise PeerUnreachableError("node.example.org was too slow to answer.")


def redirected(answer: Answer) -> Answer:
    raise PeerMisbehavesError("The peer sends us on to another place (http://10.0.0.1/).")


def web_page(answer: Answer) -> Answer:
    return Answer(200, b"<!doctype html><p>Parked", {"content-type": "text/html"})


def without_end(answer: Answer) -> Answer:
    return Answer(200, b"x" * (64 * 1024 * 1024), answer.headers)


def cut_off(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body[:-20], answer.headers)


def one_line_less(answer: Answer) -> Answer:
    lines = answer.body.split(b"\n")
    return Answer(answer.status, b"\n".join([*lines[:-2], b""]), answer.headers)


def flipped(answer: Answer) -> Answer:
    """Change one letter in the middle of the body, and keep it well-formed otherwise."""
    middle = len(answer.body) // 2
    at = next(i for i in range(middle, len(answer.body)) if answer.body[i : i + 1].isalnum())
    changed = b"b" if answer.body[at : at + 1] == b"a" else b"a"
    return Answer(answer.status, answer.body[:at] + changed + answer.body[at + 1 :], answer.headers)


def other_content(answer: Answer) -> Answer:
    return Answer(200, b'{"never":"asked for"}\n' if answer.body else b"", answer.headers)
