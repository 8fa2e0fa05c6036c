"""`verify` must find every way in which the store can differ from what was signed.

The database is altered behind the store's back, as damage or an intruder would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from node.core.limits import PAGE_LINES
from node.exchange.context import Exchange
from node.exchange.drafts import Attachment
from node.exchange.publishing import publish, withdraw
from node.operations.verify import verify_store
from node.storage import Database
from node.storage.packing import pack, unpack
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import make_exchange, practice


@pytest.fixture
def x(tmp_path: Path, database: Database) -> Exchange:
    """Give a node with two published records, one of them withdrawn."""
    made = make_exchange(tmp_path, database=database)
    first, _second = publish(made, [practice("One"), practice("Two")])
    withdraw(made, first.record)
    return made


def alter(x: Exchange, change: Callable[[Connection], None]) -> list[str]:
    """Change the database and return what `verify` then says."""
    with x.database.writing() as uow:
        change(uow.connection)
    return [f"{finding.where}: {finding.what}" for finding in verify_store(x).findings]


def swap(table: str, old: bytes, new: bytes) -> Callable[[Connection], None]:
    """Replace bytes inside a packed page, of the same length, with a right checksum."""

    def change(connection: Connection) -> None:
        (data,) = connection.execute(text(f"SELECT data FROM {table}")).one()
        plain = unpack(data)
        assert old in plain
        statement = text(f"UPDATE {table} SET data = :data")
        connection.execute(statement, {"data": pack(plain.replace(old, new))})

    return change


def sql(statement: str) -> Callable[[Connection], None]:
    return lambda connection: connection.execute(text(statement)) and None


def test_an_honest_store_is_sound_and_everything_in_it_is_counted(x: Exchange) -> None:
    report = verify_store(x)
    assert report.findings == []
    assert (report.logs, report.entries, report.contents, report.records) == (1, 4, 2, 2)


def test_many_pages_are_sound_and_progress_is_told(tmp_path: Path, database: Database) -> None:
    x = make_exchange(tmp_path, database=database)
    publish(x, [practice(f"Practice {number}") for number in range(PAGE_LINES + 5)])
    told: list[int] = []
    report = verify_store(x, on_progress=lambda by, _where: told.append(by))
    assert report.sound
    assert told == [PAGE_LINES, 6]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            swap("entry_pages", b'"revision":1', b'"revision":7'),
            "do not lead",
            id="a line was changed",
        ),
        pytest.param(
            swap("content_blocks", b"Two", b"Too"),
            "not what was signed",
            id="a content was changed",
        ),
        pytest.param(
            sql("UPDATE entries SET revision = 2 WHERE seq = 1"),
            "says something else than its line",
            id="a row was changed",
        ),
        pytest.param(
            sql("UPDATE entries SET fault = 'x' WHERE seq = 2"),
            "against its log",
            id="a fault was invented",
        ),
        pytest.param(
            sql("UPDATE records SET state = 'shown'"),
            "against its log",
            id="a withdrawn record is shown again",
        ),
        pytest.param(sql("DELETE FROM entries WHERE seq = 3"), "rows", id="a row was taken away"),
        pytest.param(
            sql("UPDATE logs SET size = 3"), "not lead to the tree", id="the size was changed"
        ),
        pytest.param(
            swap("entry_pages", b"eddsa-jcs-2022", b"eddsa-jcs-2023"),
            "does not follow from its origin",
            id="the genesis was changed",
        ),
        pytest.param(
            sql("UPDATE logs SET checkpoint_note = substr(checkpoint_note, 1, 150)"),
            "checkpoint does not verify",
            id="the checkpoint was cut",
        ),
        pytest.param(
            sql("UPDATE content_blocks SET data = substr(data, 1, 60)"),
            "content is gone",
            id="a block was cut",
        ),
        pytest.param(
            sql("UPDATE entry_pages SET data = substr(data, 1, 60)"),
            "cannot be read",
            id="a page was cut",
        ),
    ],
)
def test_an_alteration_is_found(
    x: Exchange, change: Callable[[Connection], None], said: str
) -> None:
    findings = alter(x, change)
    assert any(said in finding for finding in findings), findings


def test_a_damaged_log_that_a_later_epoch_closed_is_found_like_any_other(x: Exchange) -> None:
    """What counts of it is found out from its tree, which cannot be read."""
    origin = Foreign()
    origin.publish(1)
    origin.store(x)
    origin.succeed()
    origin.store(x)
    assert verify_store(x).sound
    findings = alter(x, sql("UPDATE entry_pages SET data = substr(data, 1, 60)"))
    assert any(finding.startswith(f"record {record_id(1)}: Its log") for finding in findings)


def test_a_restored_old_backup_is_found(x: Exchange) -> None:
    oid = x.own_oid()
    x.highwater.raise_to(oid, 0, 9)
    (finding,) = verify_store(x).findings
    assert "old backup" in finding.what
    assert "Do not publish" in finding.hint


def test_a_changed_and_a_missing_file_are_found(tmp_path: Path, database: Database) -> None:
    x = make_exchange(tmp_path, database=database)
    kept = Attachment(source=b"photo one", media_type="image/png", name="a.png", alt={"en": "A"})
    lost = Attachment(source=b"photo two", media_type="image/png", name="b.png", alt={"en": "B"})
    publish(x, [replace(practice(), blobs=[kept, lost])])
    assert verify_store(x).files == 2
    first, second = sorted(
        path for path in (x.settings.home / "blobs").rglob("*") if path.is_file()
    )
    first.chmod(0o644)
    first.write_bytes(b"photo 0ne")
    second.unlink()
    said = " ".join(finding.what for finding in verify_store(x).findings)
    assert "not what its name says" in said
    assert "cannot be read" in said
