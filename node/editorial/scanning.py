"""Looking for viruses in what staff add, where the keeper has set a scanner.

A scanner that is set and silent means that nothing is taken: a file that nobody looked into must
not go out under the organisation's signature only because the scanner was being updated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.editorial.refusing import FileRefusedError
from node.errors import PeerMisbehavesError, PeerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.editorial.context import Editorial

PIECE = 256 * 1024


def look_for_viruses(d: Editorial, path: Path, name: str) -> None:
    """Raise `FileRefusedError` when a file is infected, or the scanner that is set is silent."""
    if d.scan is None:
        return
    try:
        virus = d.scan(pieces(path))
    except (PeerUnreachableError, PeerMisbehavesError) as error:
        raise FileRefusedError("scanner-silent", name) from error
    if virus:
        raise FileRefusedError("infected", name, virus=virus[:100])


def pieces(path: Path) -> Iterator[bytes]:
    """Give a file's bytes in pieces."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
