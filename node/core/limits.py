"""What the protocol fixes for everybody (`schemas/protocol.md`, "Limits").

These are not settings: a node that chose others could not talk to its peers. Sizes are bytes of
decompressed data, times are seconds. What a keeper may choose stands in `node.config`.
"""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

#: Entries in a full page of a log; a full page never changes again.
PAGE_LINES: Final = 256
#: One signed statement, without the end of its line.
MAX_STATEMENT: Final = 16 * KIB
#: One answer of entries: just a page of the longest statements, each with the end of its line.
MAX_PAGE: Final = PAGE_LINES * (MAX_STATEMENT + 1)
#: One content: the words of one revision.
MAX_CONTENT: Final = 256 * KIB
#: One answer of contents ends before this and is continued by `?after=SEQ`.
MAX_CONTENTS_ANSWER: Final = 8 * MIB
#: One checkpoint with all its signature lines.
MAX_NOTE: Final = 16 * KIB
MAX_NOTE_SIGNATURES: Final = 32
#: One page of `heads`.
MAX_HEADS: Final = 1 * MIB
#: Hashes in an inclusion or consistency path; sizes stay below 2**53, so 53 is the most needed.
MAX_PATH: Final = 64
#: One C2SP tlog-proof text: a path, a few words, and a note.
MAX_PROOF_FILE: Final = MAX_NOTE + 4 * KIB

#: Objects and arrays inside one another, the outermost counted as 1.
MAX_NESTING: Final = 32
#: Integers are within ±(2**53 - 1), so that every language reads the same number.
MAX_SAFE_INTEGER: Final = 2**53 - 1

#: A Multikey has 48 characters; anything longer is refused before it is decoded.
MAX_BASE58: Final = 128
#: Recovery keys that one epoch may name.
MAX_NEXT: Final = 3

#: A statement or a checkpoint dated further ahead of the reader's clock is flagged.
MAX_FUTURE: Final = 24 * 3600
#: The dated line of a checkpoint is renewed at least this often.
RENEW_EVERY: Final = 24 * 3600
