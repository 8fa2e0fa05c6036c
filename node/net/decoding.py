"""Undoing gzip and zstd without trusting what they claim.

A few kilobytes can be made to expand into gigabytes, so nothing is ever decompressed "to the
end": each step gives a bounded piece, and whoever reads stops asking at the limit.
Window sizes are capped as well, because a frame's header alone can ask for gigabytes of memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import zstandard

from node.errors import PeerMisbehavesError, PeerUnreachableError

#: The most that one step receives, in bytes.
CHUNK = 64 * 1024
#: The largest zstd window accepted (RFC 8878 recommends that decoders support 8 MiB).
ZSTD_WINDOW = 8 * 1024 * 1024
#: What is given to the zstd decoder at once, in bytes; it can become 8 MiB.
ZSTD_SLICE = 256

#: Receives at most so many bytes; empty at the end.
Receive = Callable[[int], bytes]

#: What is sent as `Accept-Encoding`, the better one first.
ACCEPTED = "zstd, gzip"


def decoded(receive: Receive, encoding: str) -> Iterator[bytes]:
    """Yield the body that `receive` brings, decompressed, in bounded pieces.

    `encoding` is the answer's Content-Encoding. Raises `PeerMisbehavesError` for an encoding
    that was not asked for and for damaged data, `PeerUnreachableError` for data that is cut off.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _plain(receive)
    if name == "gzip":
        return _gzip(receive)
    if name == "zstd":
        return _zstd(receive)
    raise PeerMisbehavesError(
        f"The peer packed its answer as {encoding[:40]!r}, which was not asked for."
    )


def collect(pieces: Iterator[bytes], limit: int) -> bytes:
    """Join `pieces`; raise `PeerMisbehavesError` as soon as they exceed `limit` bytes."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise PeerMisbehavesError(
                f"The peer sent more than the {limit:,} bytes that this answer may have.",
                limit=limit,
            )
    return bytes(body)


def _plain(receive: Receive) -> Iterator[bytes]:
    while piece := receive(CHUNK):
        yield piece


def _gzip(receive: Receive) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    waiting = b""
    begun = False
    while True:
        if not waiting:
            waiting = receive(CHUNK)
            if not waiting:
                break
        if member.eof:  # RFC 1952: several members in a row are one file.
            member = zlib.decompressobj(wbits=31)
        begun = True
        try:
            piece = member.decompress(waiting, CHUNK)
        except zlib.error as error:
            raise _damaged("gzip") from error
        waiting = member.unused_data if member.eof else member.unconsumed_tail
        if piece:
            yield piece
    while begun and not member.eof:  # what the decoder still holds back
        piece = member.decompress(b"", CHUNK)
        if not piece:
            raise _cut()
        yield piece


def _zstd(receive: Receive) -> Iterator[bytes]:
    # This decoder gives all that its input expands to at once: at worst 128 KiB for each
    # four bytes (RFC 8878, RLE blocks). So it is fed in slices small enough to be harmless.
    plain = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    frame = plain.decompressobj()
    begun = False
    while waiting := receive(CHUNK):
        for start in range(0, len(waiting), ZSTD_SLICE):
            piece = waiting[start : start + ZSTD_SLICE]
            while piece:
                if frame.eof:  # Frames in a row are one file.
                    frame = plain.decompressobj()
                begun = True
                try:
                    out = frame.decompress(piece)
                except zstandard.ZstdError as error:
                    raise _damaged("zstd") from error
                if out:
                    yield out
                piece = frame.unused_data if frame.eof else b""
    if begun and not frame.eof:
        raise _cut()


def _damaged(name: str) -> PeerMisbehavesError:
    return PeerMisbehavesError(f"The peer's answer says it is packed as {name}, but it is not.")


def _cut() -> PeerUnreachableError:
    return PeerUnreachableError("The answer broke off in the middle.")
