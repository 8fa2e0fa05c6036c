"""What all tables share: one `MetaData`, constraint names, and the column types.

The types make both databases keep exactly the same thing. Times are whole microseconds since 1970
in UTC, because SQLite has no time type and would keep text without a zone. JSON is text written by
orjson, because it is never searched by the database. Digests and record ids are raw bytes: they are
the widest things in the widest tables and text would double them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Text
from sqlalchemy.types import TypeDecorator

from node.core.canonical import is_digest
from node.core.statements import is_record_id
from node.errors import BadInputError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

#: Constraints need names that are the same on both databases, or migrations cannot change them.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite counts up by itself only in a column that is exactly INTEGER PRIMARY KEY.
BigId = BigInteger().with_variant(Integer(), "sqlite")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time as whole microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return what the database keeps."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return what the program sees."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Json(TypeDecorator[Any]):
    """Any JSON value as text; NULL is None."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what the database keeps."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Return what the program sees."""
        return None if value is None else orjson.loads(value)


class Words(TypeDecorator[str]):
    """Text that may quote a stranger: PostgreSQL refuses U+0000, so it becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what the database keeps."""
        if value is not None and "\x00" in value:
            return value.replace("\x00", "\ufffd")
        return value


class Digest(TypeDecorator[str]):
    """`sha256:` and 64 hex digits, kept as 32 bytes."""

    impl = LargeBinary(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Return what the database keeps."""
        if value is None:
            return None
        if not is_digest(value):
            raise BadInputError(f"{value!r} is not a digest.")
        return bytes.fromhex(value[7:])

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what the program sees."""
        return None if value is None else f"sha256:{value.hex()}"


class RecordId(TypeDecorator[str]):
    """A record's UUID in its lower-case canonical form, kept as 16 bytes."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Return what the database keeps."""
        if value is None:
            return None
        if not is_record_id(value):
            raise BadInputError(f"{value!r} is not a record's id.")
        return bytes.fromhex(value.replace("-", ""))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what the program sees."""
        if value is None:
            return None
        text = value.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
