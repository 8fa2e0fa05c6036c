"""The high-water mark: how large each own log was when it was last signed, outside the database.

A database restored from an old backup looks whole, and signing on from it would fork the log. This
file is not part of the backup, so after a restore it says more than the database does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from node.errors import DamageError
from node.storage.durable import alone, disk_errors, replacing

if TYPE_CHECKING:
    from pathlib import Path


class HighWater:
    """Sizes by oid and epoch in one small JSON file. They only grow."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, oid: str, epoch: int) -> int:
        """Return the largest size noted; 0 when none was. `DamageError` for an unreadable file."""
        return self.all().get(oid, {}).get(epoch, 0)

    def raise_to(self, oid: str, epoch: int, size: int) -> None:
        """Note a size, durably; a smaller one than noted changes nothing."""
        lock = self.path.with_name(f".{self.path.name}.lock")
        with disk_errors(self.path, "be written"), alone(lock):
            marks = self.all()
            mine = marks.setdefault(oid, {})
            if mine.get(epoch, -1) >= size:
                return
            mine[epoch] = size
            data = {o: {str(e): size for e, size in sizes.items()} for o, sizes in marks.items()}
            with replacing(self.path, mode=0o600) as file:
                file.write(orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))

    def all(self) -> dict[str, dict[int, int]]:
        """Return every mark by oid and epoch."""
        with disk_errors(self.path, "be read"):
            try:
                data = self.path.read_bytes()
            except FileNotFoundError:
                return {}
        try:
            return {
                oid: {int(epoch): _whole(size) for epoch, size in sizes.items()}
                for oid, sizes in orjson.loads(data).items()
            }
        except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError) as error:
            raise DamageError(
                f"{self.path} is damaged.",
                hint="Ask the peers first: after `footbridge sync` remove the file, "
                "and it is written again.",
            ) from error


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("not a size")
    return value
