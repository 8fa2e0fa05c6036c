"""Which files records name, and which of them lie in the blob store.

The store of bytes itself is `blobs`; this is what the database knows about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, select, update

from node.core.canonical import is_digest
from node.storage.store import Store
from node.storage.tables.catalogue import blobs, record_blobs, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from node.core.contents import BlobRef
    from node.storage.origins import Origins

#: WANTED is not here yet; FAULTY came with other bytes than named, or is too large; ERASED is gone.
WANTED, HELD, FAULTY, ERASED = "wanted", "held", "faulty", "erased"


@dataclass(frozen=True, slots=True)
class BlobRow:
    """One file by digest; size in bytes as the content says it."""

    digest: str
    size: int
    media_type: str
    state: str
    fault: str | None


class Files(Store):
    """Files by digest, and by the record that names them."""

    def __init__(self, connection: Connection, origins: Origins) -> None:
        super().__init__(connection)
        self._origins = origins

    def refer(self, oid: str, record: str, revision: int, files: Sequence[BlobRef]) -> None:
        """Say that a revision names these files; those not known become WANTED.

        A file that was erased is wanted again, since a living record names it.
        """
        if not files:
            return
        origin = self._origins.id(oid)
        new = self._upsert(blobs)
        self._connection.execute(
            new.on_conflict_do_update(
                index_elements=[blobs.c.digest],
                set_={"state": WANTED, "fault": None},
                where=blobs.c.state == ERASED,
            ),
            [
                {
                    "digest": file.digest,
                    "size": file.size,
                    "media_type": file.media_type,
                    "state": WANTED,
                }
                for file in {file.digest: file for file in files}.values()
            ],
        )
        self._connection.execute(
            self._upsert(record_blobs).on_conflict_do_nothing(),
            [
                {
                    "record": record,
                    "origin_id": origin,
                    "digest": digest,
                    "revision": revision,
                }
                for digest in dict.fromkeys(file.digest for file in files)
            ],
        )

    def get(self, digest: str) -> BlobRow | None:
        """Return what is known of a file, or None."""
        if not is_digest(digest):
            return None
        row = self._connection.execute(_SELECT.where(blobs.c.digest == digest)).one_or_none()
        return None if row is None else BlobRow(*row)

    def wanted(self, limit: int, *, max_size: int | None = None) -> list[BlobRow]:
        """Return up to `limit` files that are not here yet, the smallest first."""
        query = _SELECT.where(blobs.c.state == WANTED).order_by(blobs.c.size, blobs.c.digest)
        if max_size is not None:
            query = query.where(blobs.c.size <= max_size)
        return [BlobRow(*row) for row in self._connection.execute(query.limit(limit))]

    def of_record(self, oid: str, record: str) -> list[BlobRow]:
        """Return the files that any revision of a record names."""
        query = _SELECT.where(
            blobs.c.digest.in_(select(record_blobs.c.digest).where(*self._is_record(oid, record)))
        )
        return [BlobRow(*row) for row in self._connection.execute(query)]

    def named_by(self, digest: str, oid: str) -> bool:
        """Say whether any record of this origin names the file."""
        return (
            self._connection.execute(
                select(record_blobs.c.digest)
                .where(
                    record_blobs.c.digest == digest,
                    record_blobs.c.origin_id == self._origins.find_id(oid),
                )
                .limit(1)
            ).first()
            is not None
        )

    def only_named_by_hidden(self, digest: str, fault: str) -> bool:
        """Say whether all records that name the file are hidden for this fault."""
        query = (
            select(records.c.fault)
            .join(
                record_blobs,
                and_(
                    records.c.record == record_blobs.c.record,
                    records.c.origin_id == record_blobs.c.origin_id,
                ),
            )
            .where(record_blobs.c.digest == digest)
            .distinct()
        )
        return set(self._connection.scalars(query)) == {fault}

    def mark_held(self, digest: str) -> None:
        """Say that the blob store has the file."""
        self._mark(digest, state=HELD, fault=None)

    def mark_faulty(self, digest: str, fault: str) -> None:
        """Say why the file cannot be had; it is not asked for again."""
        self._mark(digest, state=FAULTY, fault=fault)

    def forget_record(self, oid: str, record: str) -> list[str]:
        """Drop a record's files; return the digests that no other record names.

        Those are ERASED from now on: the caller deletes them from the blob store after the commit.
        """
        ours = list(
            self._connection.execute(
                select(record_blobs.c.digest).distinct().where(*self._is_record(oid, record))
            ).scalars()
        )
        self._connection.execute(delete(record_blobs).where(*self._is_record(oid, record)))
        alone = list(
            self._connection.execute(
                select(blobs.c.digest).where(
                    blobs.c.digest.in_(ours),
                    ~exists().where(record_blobs.c.digest == blobs.c.digest),
                )
            ).scalars()
        )
        self._connection.execute(
            update(blobs).where(blobs.c.digest.in_(alone)).values(state=ERASED, fault=None)
        )
        return alone

    def held(self) -> list[BlobRow]:
        """Return every file that the blob store should have, for `verify`."""
        query = _SELECT.where(blobs.c.state == HELD).order_by(blobs.c.digest)
        return [BlobRow(*row) for row in self._connection.execute(query)]

    def total_held(self) -> int:
        """Return how many bytes the files that are held take."""
        query = select(func.coalesce(func.sum(blobs.c.size), 0)).where(blobs.c.state == HELD)
        return int(self._connection.execute(query).scalar_one())

    def clear_references(self) -> None:
        """Forget which record names which file, for `rebuild`; what is held stays held."""
        self._connection.execute(delete(record_blobs))

    def _mark(self, digest: str, **values: Any) -> None:
        self._connection.execute(update(blobs).where(blobs.c.digest == digest).values(**values))

    def _is_record(self, oid: str, record: str) -> tuple[Any, ...]:
        return (
            record_blobs.c.origin_id == self._origins.find_id(oid),
            record_blobs.c.record == record,
        )


_SELECT = select(blobs.c.digest, blobs.c.size, blobs.c.media_type, blobs.c.state, blobs.c.fault)
