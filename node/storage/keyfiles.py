"""The node's own key on disk: a seed in a file that only its owner can read.

The file holds the secret Multikey as one line. It is refused when others could read it, since then
it may have been copied, and a copied key is to be rotated, not used in silence.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from node.core.keys import BadKeyError, SecretKey
from node.errors import DamageError
from node.storage.durable import disk_errors, flush_folder

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
#: Windows has no such bits; there the folder's own access list protects the file.
_HAS_MODES = os.name == "posix"


def write_key(path: Path, seed: bytes) -> None:
    """Write a key's 32-byte seed into a new file of mode 0600, in a folder made with mode 0700.

    Raises `DamageError` when there is a file already, since a lost key cannot be made again, and
    when the disk refuses.
    """
    key = SecretKey.from_seed(seed)
    with disk_errors(path, "be written"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".new-{path.name}-{os.getpid()}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(key.multikey.encode("ascii") + b"\n")
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, fails when the name is taken, whoever came first.
            os.link(part, path)
        except FileExistsError as error:
            raise DamageError(
                f"{path} holds a key already. It was left as it is.",
                hint="A key is never overwritten: choose another home, or move the file away.",
            ) from error
        finally:
            part.unlink(missing_ok=True)
        flush_folder(path.parent)


def read_key(path: Path) -> SecretKey:
    """Return the key in a file that `write_key` made.

    Raises `DamageError` when it is missing, not a key, or when it or its folder is open to others.
    """
    try:
        with disk_errors(path, "be read"), path.open("rb") as file:
            _refuse_open(path, os.fstat(file.fileno()).st_mode)
            _refuse_open(path.parent, path.parent.stat().st_mode)
            text = file.read(256)
    except DamageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise DamageError(
                f"The node's key {path} is missing.",
                hint="Bring it back from a backup, or move the node to a new key with the "
                "recovery key on paper.",
            ) from error
        raise
    try:
        return SecretKey.from_multikey(text.decode("ascii").strip())
    except (BadKeyError, UnicodeDecodeError) as error:
        raise DamageError(
            f"{path} does not hold a key.",
            hint="Bring the file back from a backup.",
        ) from error


def _refuse_open(path: Path, mode: int) -> None:
    if not (_HAS_MODES and mode & _OTHERS):
        return
    right = "700" if stat.S_ISDIR(mode) else "600"
    raise DamageError(
        f"{path} can be used by other users of this machine (its mode is {mode & 0o777:o}).",
        hint=f"Run `chmod {right} {path}`. If others may have read the key, move the node to a "
        "new one with the recovery key on paper.",
        path=str(path),
    )
