"""Contents: exact bytes by digest and by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import zstandard

from node.core.acceptance import Entry
from node.core.canonical import digest
from node.core.statements import parse_statement
from node.errors import NotFoundError
from node.storage.blocks import BLOCK_BYTES
from node.storage.entries import FAULTY, HELD, WITHHELD
from tests.storage.holding import hold, put, start
from tests.support.making import SampleLog, sample_content

if TYPE_CHECKING:
    from node.storage import Database, Log

SAMPLE = SampleLog().publish(300)


def _large(number: int, size: int = 200_000) -> bytes:
    return (b"%d " % number) + b"x" * size


def _hold_large(database: Database, count: int) -> Log:
    """Store entries whose contents are large, so that a page needs several blocks."""
    sample = SampleLog()
    for number in range(1, count + 1):
        raw = _large(number)
        sample.publish(1, content_digest=digest(raw), content_size=len(raw))
    return hold(database, sample, contents=False)


def test_contents_come_back_as_received(database: Database) -> None:
    log = hold(database, SAMPLE)
    with database.reading() as unit:
        for seq in (1, 255, 256, 300):
            raw = sample_content(seq)
            assert unit.contents.get(digest(raw)) == raw
            assert unit.contents.of_entry(log.id, seq) == raw
        assert unit.contents.page(log.id, 0) == [sample_content(n) for n in range(1, 256)]
        assert unit.contents.page(log.id, 1) == [sample_content(n) for n in range(256, 301)]
        assert unit.contents.page(log.id, 2) == []


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([[1], [2], [3], [4], [5]], id="one by one"),
        pytest.param([[5], [3, 1], [2, 4]], id="out of order"),
        pytest.param([[1, 2, 3], [2, 3, 4, 5], [1, 5]], id="some of them twice"),
    ],
)
def test_a_page_is_in_order_however_its_contents_came(
    database: Database, order: list[list[int]]
) -> None:
    log = hold(database, SampleLog().publish(5), contents=False)
    stored = 0
    for seqs in order:
        with database.writing() as unit:
            stored += put(unit, log, seqs)
    assert stored == 5
    with database.reading() as unit:
        assert unit.contents.page_items(log.id, 0) == [(n, sample_content(n)) for n in range(1, 6)]
        assert {row.state for row in unit.entries.rows(log.id, 1, 6)} == {HELD}


def test_a_page_in_one_block_is_served_as_the_frame_it_is_stored_in(database: Database) -> None:
    log = hold(database, SAMPLE)
    with database.reading() as unit:
        stored = unit.contents.page_stored(log.id, 0)
        assert stored is not None
        lines = b"".join(sample_content(n) + b"\n" for n in range(1, 256))
        assert zstandard.decompress(stored) == lines


def test_a_page_that_is_not_just_its_block_is_not_served_as_stored(database: Database) -> None:
    log = hold(database, SampleLog().publish(4), contents=False)
    with database.writing() as unit:
        assert unit.contents.page_stored(log.id, 0) is None
        put(unit, log, [2, 1])
        assert unit.contents.page_stored(log.id, 0) is None
    log = hold(database, SampleLog("other").publish(4))
    with database.writing() as unit:
        assert unit.contents.page_stored(log.id, 0) is not None
        unit.entries.set_state(log.id, [4], WITHHELD)
        assert unit.contents.page_stored(log.id, 0) is None
        assert unit.contents.page(log.id, 0) == [sample_content(n) for n in (1, 2, 3)]


def test_large_contents_fill_several_blocks_and_come_back_in_order(database: Database) -> None:
    count = 2 * BLOCK_BYTES // 200_000 + 2
    log = _hold_large(database, count)
    with database.writing() as unit:
        assert unit.contents.put(log.id, 0, [(n, _large(n)) for n in range(1, count + 1)]) == count
        assert unit.contents.page_stored(log.id, 0) is None
        assert unit.contents.page(log.id, 0) == [_large(n) for n in range(1, count + 1)]
        assert unit.contents.size_of(log.oid) == sum(
            len(_large(n)) + 1 for n in range(1, count + 1)
        )


def test_an_answer_ends_before_the_limit_and_goes_on_after_a_seq(database: Database) -> None:
    log = _hold_large(database, 5)
    size = len(_large(1)) + 1
    with database.writing() as unit:
        unit.contents.put(log.id, 0, [(n, _large(n)) for n in range(1, 6)])

        def seqs(after: int, limit: int) -> list[int]:
            return [seq for seq, _ in unit.contents.page_items(log.id, 0, after, limit)]

        assert seqs(-1, 2 * size) == [1, 2]
        assert seqs(-1, 2 * size - 1) == [1]
        assert seqs(2, 2 * size) == [3, 4]
        assert seqs(4, 2 * size) == [5]
        assert seqs(5, 2 * size) == []
        # One line is always given, or who asks would never come to the next.
        assert seqs(-1, 10) == [1]


def test_entries_of_a_page_that_name_one_content_share_its_line(database: Database) -> None:
    raw = sample_content(1)
    sample = SampleLog().publish(3, content_digest=digest(raw), content_size=len(raw))
    log = hold(database, sample, contents=False)
    with database.writing() as unit:
        assert unit.contents.put(log.id, 0, [(2, raw), (1, raw)]) == 1
        assert unit.contents.page_items(log.id, 0) == [(1, raw)]
        for seq in (1, 2, 3):
            assert unit.contents.of_entry(log.id, seq) == raw
        assert unit.contents.page_stored(log.id, 0) is not None
        assert unit.entries.missing(log.id, 9) == []


def test_what_no_entry_of_the_page_wants_is_not_stored(database: Database) -> None:
    log = hold(database, SampleLog().publish(2), contents=False)
    with database.writing() as unit:
        # Entry 0 has no content, 7 does not exist, and 1 is not on page 1.
        assert unit.contents.put(log.id, 0, [(0, b"a"), (7, b"b")]) == 0
        assert unit.contents.put(log.id, 1, [(1, sample_content(1))]) == 0
        assert unit.contents.size_of(log.oid) == 0


@pytest.mark.parametrize("wanted", ["sha256:" + "0" * 64, "sha256:XYZ", "", "\x00"])
def test_a_digest_that_is_not_held_or_none_at_all_is_not_found(
    database: Database, wanted: str
) -> None:
    with database.reading() as unit, pytest.raises(NotFoundError):
        unit.contents.get(wanted)


def test_the_content_of_an_entry_without_one_is_not_found(database: Database) -> None:
    log = hold(database, SampleLog().publish(1), contents=False)
    with database.reading() as unit:
        for seq in (0, 1, 2):
            with pytest.raises(NotFoundError):
                unit.contents.of_entry(log.id, seq)


def test_a_faulty_content_is_kept_and_passed_on(database: Database) -> None:
    log = hold(database, SampleLog().publish(2))
    with database.writing() as unit:
        unit.contents.mark_faulty(log.id, 1, "title: is missing")
        row = unit.entries.row(log.id, 1)
        assert row is not None
        assert (row.state, row.fault) == (FAULTY, "title: is missing")
        assert unit.contents.get(digest(sample_content(1))) == sample_content(1)
        assert len(unit.contents.page(log.id, 0)) == 2


def test_a_withheld_content_is_not_served_by_digest(database: Database) -> None:
    log = hold(database, SampleLog().publish(1))
    with database.writing() as unit:
        unit.entries.set_state(log.id, [1], WITHHELD)
        with pytest.raises(NotFoundError):
            unit.contents.get(digest(sample_content(1)))
        assert unit.contents.page(log.id, 0) == []


def test_a_content_held_for_one_origin_is_served_though_another_lacks_it(
    database: Database,
) -> None:
    one, other = SampleLog("one").publish(1), SampleLog("other").publish(1)
    hold(database, one, contents=False)
    hold(database, other)
    with database.reading() as unit:
        assert unit.contents.get(digest(sample_content(1))) == sample_content(1)
        assert unit.contents.size_of(one.epoch.oid) == 0


def test_contents_and_entries_may_come_in_turns(database: Database) -> None:
    with database.writing() as unit:
        log = start(unit, SAMPLE)
    for seq in range(8):
        raw = SAMPLE.lines[seq]
        with database.writing() as unit:
            unit.entries.append(log.id, [Entry(seq, raw, parse_statement(raw), None)])
            put(unit, log, [seq] if seq else [])
    with database.reading() as unit:
        assert unit.contents.page(log.id, 0) == [sample_content(n) for n in range(1, 8)]
        assert unit.contents.page_stored(log.id, 0) is not None
