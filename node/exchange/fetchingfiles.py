"""Step 9 of a round: the files that contents name, by the keeper's policy.

=======  ==================================================================
all      every file up to `blob_max`
small    files up to `blob_small`; larger ones are fetched when somebody asks
none     no file before somebody asks
=======  ==================================================================

A file is known by its digest, so any peer may bring it and nobody can bring another one: the
store of files keeps only bytes that hash to the name. A file that is larger than `blob_max` is
marked so and not asked for again. One that this peer does not have is asked of the next peer.
"""

from __future__ import annotations

from datetime import timedelta

from node.errors import GoneError, NotFoundError, PeerMisbehavesError
from node.exchange.context import Exchange
from node.exchange.rounding import Round
from node.net.client import PeerClient
from node.storage import BlobRow
from node.storage.blobs import WrongBytesError

#: The kind of the work row that asks other peers for files that one does not have.
FILES = "files"
#: After this long, in seconds.
ASK_AGAIN = 60

ALL, SMALL, NONE = "all", "small", "none"
#: Files asked for in one round; the rest waits for the next, so one peer never blocks a worker.
MOST = 500


def fetch_files(round_: Round) -> None:
    """Fetch the files that are wanted here from this peer, as far as it has them.

    Raises `PeerUnreachableError`; files that came before stay.
    """
    wanted = wanted_files(round_.x)
    for number, file in enumerate(wanted):
        try:
            if not fetch_file(round_.x, round_.client, file):
                continue
        except WrongBytesError:
            _refuse(round_, file, "What the peer sent is not the file that its digest names.")
            continue
        except PeerMisbehavesError as error:
            _refuse(round_, file, error.message)
            continue
        round_.tally.blobs += 1
        round_.step("files", number + 1, len(wanted))
    ask_later(round_.x)


def ask_later(x: Exchange) -> None:
    """Have other peers asked for the files that are still wanted, if any are."""
    if not wanted_files(x):
        return
    with x.database.writing() as uow:
        if uow.work.get(FILES, FILES) is None:
            uow.work.add(FILES, FILES, x.clock.now() + timedelta(seconds=ASK_AGAIN))


def _refuse(round_: Round, file: BlobRow, why: str) -> None:
    round_.tally.refuse(f"the file {file.digest[:19]}…", f"{why} It was dropped.", "altered")


def wanted_files(x: Exchange) -> list[BlobRow]:
    """Return the files to be fetched by the keeper's policy, the smallest first."""
    settings = x.settings
    if settings.blob_policy == NONE:
        return []
    largest = settings.blob_max
    if settings.blob_policy == SMALL:
        largest = min(largest, settings.blob_small)
    with x.database.reading() as uow:
        return uow.blobs.wanted(MOST, max_size=largest)


def fetch_file(x: Exchange, client: PeerClient, file: BlobRow) -> bool:
    """Fetch one file from one peer; False when the peer does not have it.

    Raises `WrongBytesError` when it sends another file; nothing is kept then.
    """
    if not x.blobs.has(file.digest):
        try:
            x.blobs.put_stream(
                client.blob(file.digest, file.size), digest=file.digest, size=file.size
            )
        except (NotFoundError, GoneError):
            return False
    with x.database.writing() as uow:
        uow.blobs.mark_held(file.digest)
    return True
