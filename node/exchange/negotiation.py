"""Which encoding an answer goes out in: what the client accepts against what we can give.

Pages are kept as zstd frames, so to a client that takes zstd they go out as they lie. Everything
else is compressed with gzip, and small answers not at all. An entity tag names exact bytes (strong,
RFC 9110 section 8.8.3), so each encoding has a tag of its own; a client may come back with any.
"""

from __future__ import annotations

import gzip

#: Below this many bytes, compressing costs more than it saves.
WORTHWHILE = 512


def accepted(header: str) -> frozenset[str]:
    """Read an Accept-Encoding header; an encoding with ``q=0`` is not accepted.

    What cannot be understood is left out: the client then gets plain bytes.
    """
    found = set()
    for item in header.lower().split(","):
        name, _, parameters = item.strip().partition(";")
        if name.strip() and not _refused(parameters):
            found.add(name.strip())
    return frozenset(found)


def compress(body: bytes) -> bytes:
    """Compress with gzip, giving the same bytes for the same body every time."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def tag(name: str, encoding: str) -> str:
    """Give the strong entity tag, without quotation marks, of a body in an encoding."""
    return f"{name}-{encoding}" if name and encoding != "identity" else name


def _refused(parameters: str) -> bool:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return False
    try:
        return float(value) <= 0
    except ValueError:
        return True
