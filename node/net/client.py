"""`PeerClient`: the requests of `schemas/protocol.md` 6 as typed calls over any transport.

It knows paths, limits, statuses and content types, and splits what is in lines. It believes
nothing: what comes back is checked by `node.core.acceptance` before anything is kept.

Statuses become: 404 `NotFoundError`, 410 `GoneError` (both are ordinary: the peer does not hold
it), 429 and 5xx `PeerUnreachableError` (later again), everything else `PeerMisbehavesError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from node.core.canonical import split_lines
from node.core.limits import (
    MAX_CONTENT,
    MAX_CONTENTS_ANSWER,
    MAX_HEADS,
    MAX_PAGE,
    MAX_PROOF_FILE,
    PAGE_LINES,
)
from node.core.ports import Answer, Transport
from node.errors import (
    BadInputError,
    GoneError,
    NotFoundError,
    PeerMisbehavesError,
    PeerUnreachableError,
)
from node.net.answers import (
    EvidenceLine,
    Heads,
    NodeInfo,
    read_evidence,
    read_heads,
    read_node,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Answers that are a few lines: who a node is, what it says to an announcement.
SMALL = 64 * 1024
#: All evidence about one origin.
MAX_EVIDENCE = 1024 * 1024


@runtime_checkable
class StreamingTransport(Transport, Protocol):
    """A transport that can bring a file in pieces; `HttpTransport` is one."""

    def stream(self, path: str, *, limit: int) -> Iterator[bytes]:
        """Yield the body of GET `path` in pieces."""
        ...


class PeerClient:
    """Typed requests to one peer. Counts requests and bytes for the run history."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.requests = 0
        self.bytes = 0

    def node(self) -> NodeInfo:
        """Return who the peer says it is."""
        return read_node(self._json("node", limit=SMALL).body)

    def heads(self, since: str | None = None, etag: str | None = None) -> Heads:
        """Return the logs that changed since the token `since`; all logs without one."""
        params = {} if since is None else {"since": since}
        answer = self._get("heads", params=params, limit=MAX_HEADS, etag=etag)
        if answer.status == 304:  # noqa: PLR2004  the number is the name people know
            if etag is None:
                raise PeerMisbehavesError("The peer said 'not modified' to a first question.")
            return Heads(since or "", (), more=False, etag=etag, unchanged=True)
        _expect(answer, "heads")
        _expect_json(answer, "heads")
        return read_heads(answer.body, answer.headers.get("etag"))

    def entries(self, oid: str, epoch: int, page: int, after: int | None = None) -> list[bytes]:
        """Return statements of page `page` of a log, those behind the index `after`."""
        answer = self._log(f"logs/{oid}/{epoch}/entries/{page}", after, MAX_PAGE)
        return _lines(answer, "entries", PAGE_LINES)

    def contents(self, oid: str, epoch: int, page: int, after: int | None = None) -> list[bytes]:
        """Return contents of that page's entries, as many as the peer holds and one answer has."""
        answer = self._log(f"logs/{oid}/{epoch}/contents/{page}", after, MAX_CONTENTS_ANSWER)
        return _lines(answer, "contents", PAGE_LINES)

    def content(self, digest: str) -> bytes:
        """Return one content. Raises `NotFoundError` or `GoneError` when it is not there."""
        answer = self._get(f"contents/{digest}", limit=MAX_CONTENT)
        _expect(answer, "a content")
        return answer.body

    def blob(self, digest: str, size: int) -> Iterator[bytes]:
        """Yield a file in pieces, of at most `size` bytes together.

        Whether it is the file that the digest names is checked by the store of files, which
        keeps nothing else. Raises, also between pieces, `NotFoundError`, `GoneError`,
        `PeerMisbehavesError`, `PeerUnreachableError`.
        """
        path = f"blobs/{digest}"
        self.requests += 1
        if not isinstance(self._transport, StreamingTransport):
            answer = self._transport.get(path, limit=size)
            _expect(answer, "a file")
            self.bytes += len(answer.body)
            yield answer.body
            return
        try:
            for piece in self._transport.stream(path, limit=size):
                self.bytes += len(piece)
                yield piece
        except PeerMisbehavesError as error:
            status = error.facts.get("status")
            if isinstance(status, int):
                _expect(Answer(status=status, body=b"", headers={}), "a file")
            raise

    def proof(self, oid: str, epoch: int, seq: int) -> bytes:
        """Return the inclusion proof (tlog-proof text) of the entry `seq`."""
        answer = self._get(f"logs/{oid}/{epoch}/proof/{seq}", limit=MAX_PROOF_FILE)
        _expect(answer, "a proof")
        return answer.body

    def evidence(self, oid: str) -> tuple[EvidenceLine, ...]:
        """Return what the peer holds against an origin."""
        return read_evidence(self._json(f"evidence/{oid}", limit=MAX_EVIDENCE).body)

    def announce(self, checkpoint: bytes) -> None:
        """Tell the peer that a log has grown, by its new checkpoint."""
        self.requests += 1
        _expect(self._transport.post("announce", checkpoint, limit=SMALL), "an announcement")

    # --- one answer ---------------------------------------------------------------------------

    def _get(
        self,
        path: str,
        *,
        limit: int,
        params: Mapping[str, str] | None = None,
        etag: str | None = None,
    ) -> Answer:
        self.requests += 1
        answer = self._transport.get(path, params=params, limit=limit, etag=etag)
        self.bytes += len(answer.body)
        return answer

    def _json(self, path: str, *, limit: int) -> Answer:
        answer = self._get(path, limit=limit)
        _expect(answer, path.partition("/")[0])
        _expect_json(answer, path.partition("/")[0])
        return answer

    def _log(self, path: str, after: int | None, limit: int) -> Answer:
        params = {} if after is None else {"after": str(after)}
        answer = self._get(path, params=params, limit=limit)
        _expect(answer, "a page of a log")
        return answer


def _expect(answer: Answer, what: str) -> None:
    """Raise what a status other than success means."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004
        return
    if status == 410:  # noqa: PLR2004
        raise GoneError(f"The peer says that {what} was erased for good.", status=status)
    if status == 404:  # noqa: PLR2004
        raise NotFoundError(f"The peer does not have {what} (404).", status=status)
    if status == 429 or status >= 500:  # noqa: PLR2004
        raise PeerUnreachableError(
            f"The peer could not answer when asked for {what} (status {status}).",
            hint="The next round tries again.",
            status=status,
        )
    raise PeerMisbehavesError(
        f"The peer answered {status} when asked for {what}.",
        hint="It may not be a node, or a much newer one.",
        status=status,
    )


def _expect_json(answer: Answer, what: str) -> None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise PeerMisbehavesError(
            f"The peer answered {what!r} with {kind[:60] or 'something unnamed'} instead of JSON.",
            hint="The address may not be that of a node.",
        )


def _lines(answer: Answer, what: str, most: int) -> list[bytes]:
    if not answer.body:
        return []
    try:
        lines = split_lines(answer.body)
    except BadInputError as error:
        raise PeerMisbehavesError(
            f"The peer's page of {what} is cut off in the middle of a line."
        ) from error
    if len(lines) > most:
        raise PeerMisbehavesError(
            f"The peer sent {len(lines)} lines of {what} where at most {most} belong."
        )
    return lines
