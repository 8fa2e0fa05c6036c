"""Entries: stored as received, in pages that are served as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import zstandard

from node.core.acceptance import Entry
from node.core.limits import PAGE_LINES
from node.errors import ConflictError, DamageError, NotFoundError
from node.storage.entries import ERASED, HELD, MISSING, NONE, UNREADABLE, WITHHELD
from node.storage.packing import lines_of, pack, unpack
from tests.storage.holding import entries_of, hold, put, start, unreadable
from tests.support.making import NOON, SampleLog, record_id

if TYPE_CHECKING:
    from node.storage import Database

SAMPLE = SampleLog().publish(600)


@pytest.mark.parametrize(
    "cuts",
    [
        pytest.param([601], id="all at once"),
        pytest.param([1, 601], id="the first, then the rest"),
        pytest.param([256, 512, 601], id="page by page"),
        pytest.param([255, 256, 257, 511, 513, 601], id="around the edges of pages"),
        pytest.param([100, 200, 300, 400, 500, 601], id="a hundred at a time"),
    ],
)
def test_bytes_come_back_as_received_however_they_were_appended(
    database: Database, cuts: list[int]
) -> None:
    with database.writing() as unit:
        log = start(unit, SAMPLE)
    for begin, end in zip([0, *cuts], cuts, strict=False):
        with database.writing() as unit:
            unit.entries.append(log.id, entries_of(SAMPLE, begin, end))
    with database.reading() as unit:
        assert unit.entries.size(log.id) == 601
        lines = [line for page in range(3) for line in lines_of(unit.entries.page(log.id, page))]
        assert lines == SAMPLE.lines
        for seq in (0, 1, 255, 256, 511, 512, 600):
            assert unit.entries.raw(log.id, seq) == SAMPLE.lines[seq]
        assert [row.seq for row in unit.entries.rows(log.id, 0, 999)] == list(range(601))
        assert unit.entries.subtree(log.id)(0, 601) == SAMPLE.edge().root()


def test_a_row_says_what_its_statement_says(database: Database) -> None:
    sample = SampleLog().publish(2)
    log = hold(database, sample, contents=False)
    with database.reading() as unit:
        epoch, publish = unit.entries.row(log.id, 0), unit.entries.row(log.id, 1)
        statement = entries_of(sample)[1].statement
    assert epoch is not None
    assert publish is not None
    assert statement is not None
    assert (epoch.type, epoch.record, epoch.state, epoch.created) == ("epoch", None, NONE, NOON)
    assert (publish.type, publish.record, publish.revision) == ("publish", record_id(1), 1)
    assert (publish.schema, publish.digest) == ("good-practice/1", statement.content_digest)
    assert (publish.size, publish.created) == (statement.content_size, NOON)
    assert (publish.state, publish.fault, publish.block_id) == (MISSING, None, None)


def test_a_line_that_is_no_statement_is_kept_with_its_fault(database: Database) -> None:
    raw = b'{"odd": "\xe2\x80\xa8 line", "\x85": 1}'
    with database.writing() as unit:
        log = start(unit, SampleLog())
        unit.entries.append(log.id, [Entry(0, raw, None, "It is \x00 no statement.")])
        row = unit.entries.row(log.id, 0)
        assert row is not None
        assert (row.type, row.state) == (UNREADABLE, NONE)
        assert row.fault == "It is \ufffd no statement."
        assert unit.entries.raw(log.id, 0) == raw


@pytest.mark.parametrize("first", [0, 2, 4, 300])
def test_entries_that_do_not_follow_are_refused_and_nothing_is_written(
    database: Database, first: int
) -> None:
    sample = SampleLog().publish(2)
    log = hold(database, sample)
    with database.writing() as unit:
        with pytest.raises(ConflictError, match="grew to 3 entries"):
            unit.entries.append(log.id, unreadable(5, first))
        assert unit.entries.size(log.id) == 3


def test_no_entries_are_appended_without_harm(database: Database) -> None:
    with database.writing() as unit:
        log = start(unit, SampleLog())
        unit.entries.append(log.id, [])
        assert unit.entries.size(log.id) == 0


def test_a_full_page_is_said_to_be_full_and_is_a_frame_that_any_reader_opens(
    database: Database,
) -> None:
    with database.writing() as unit:
        log = start(unit, SampleLog())
        unit.entries.append(log.id, unreadable(PAGE_LINES + 1))
        stored, full = unit.entries.page_stored(log.id, 0)
        rest, open_page = unit.entries.page_stored(log.id, 1)
    assert (full, open_page) == (True, False)
    assert zstandard.decompress(stored).count(b"\n") == PAGE_LINES
    assert zstandard.decompress(rest) == b"line 256\n"
    assert zstandard.get_frame_parameters(stored).has_checksum


def test_what_is_not_held_is_not_found(database: Database) -> None:
    log = hold(database, SampleLog().publish(2))
    with database.reading() as unit:
        for seq in (3, 256):
            with pytest.raises(NotFoundError):
                unit.entries.raw(log.id, seq)
            assert unit.entries.row(log.id, seq) is None
        with pytest.raises(NotFoundError):
            unit.entries.page(log.id, 1)
        with pytest.raises(NotFoundError):
            unit.entries.page_stored(99, 0)


def test_revisions_come_in_the_order_of_epoch_and_seq(database: Database) -> None:
    first = SampleLog().publish(1, record=record_id(7)).publish(1)
    first.publish(1, record=record_id(7), revision=2)
    second = first.succeed().publish(1, record=record_id(7), revision=3)
    other = SampleLog("other").publish(1, record=record_id(7))
    # Stored the other way round, so that the numbers of the logs do not give the order.
    for sample in (other, second, first):
        hold(database, sample, contents=False)
    with database.reading() as unit:
        rows = unit.entries.revisions(first.epoch.oid, record_id(7))
        assert [(row.seq, row.revision) for row in rows] == [(1, 1), (3, 2), (1, 3)]
        many = unit.entries.revisions_many(first.epoch.oid, [record_id(7), record_id(2), "odd"])
        assert [(row.record, row.seq) for row in many] == [
            (record_id(7), 1),
            (record_id(2), 2),
            (record_id(7), 3),
            (record_id(7), 1),
        ]
        assert unit.entries.revisions(first.epoch.oid, "not an id") == []
        assert unit.entries.revisions("b" * 52, record_id(7)) == []


def test_entries_are_found_by_the_digest_of_their_content(database: Database) -> None:
    sample = SampleLog().publish(3)
    log = hold(database, sample)
    with database.reading() as unit:
        row = unit.entries.row(log.id, 2)
        assert row is not None
        assert row.digest is not None
        assert unit.entries.by_digest(row.digest) == [row]
        assert unit.entries.by_digest("sha256:" + "0" * 64) == []


def test_missing_contents_are_told_in_order_until_they_are_held(database: Database) -> None:
    log = hold(database, SampleLog().publish(5), contents=False)
    with database.writing() as unit:
        assert [row.seq for row in unit.entries.missing(log.id, 3)] == [1, 2, 3]
        assert [row.seq for row in unit.entries.missing(log.id, 9, after=3)] == [4, 5]
        put(unit, log, [1, 2, 4])
        assert [row.seq for row in unit.entries.missing(log.id, 9)] == [3, 5]
        assert unit.entries.missing(log.id + 1, 9) == []


def test_states_are_set_but_what_was_erased_stays_erased(database: Database) -> None:
    sample = SampleLog().publish(3)
    log = hold(database, sample)
    with database.writing() as unit:
        unit.contents.erase_record(sample.epoch.oid, record_id(1))
        unit.entries.set_state(log.id, [1, 2], WITHHELD)
        states = [row.state for row in unit.entries.rows(log.id, 1, 4)]
        assert states == [ERASED, WITHHELD, HELD]


def test_a_fault_found_later_is_kept_with_the_entry(database: Database) -> None:
    log = hold(database, SampleLog().publish(2))
    with database.writing() as unit:
        unit.entries.set_fault(log.id, 1, "The proof is not by this key.")
        faults = [row.fault for row in unit.entries.rows(log.id, 0, 3)]
        assert faults == [None, "The proof is not by this key.", None]


@pytest.mark.parametrize("at", [5, -5])
def test_a_stored_page_with_a_changed_bit_is_damage(at: int) -> None:
    packed = bytearray(pack(bytes(range(256)) * 4))
    packed[at] ^= 1
    with pytest.raises(DamageError):
        unpack(bytes(packed))
