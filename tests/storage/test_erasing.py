"""An erasure removes the words for good, and reaches only what its origin may erase."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from node.core.canonical import digest
from node.errors import GoneError
from node.storage.entries import ERASED, HELD, MISSING
from tests.storage.holding import entries_of, hold, put
from tests.support.making import SampleLog, record_id, sample_content

if TYPE_CHECKING:
    from node.storage import Database
    from tests.support.databases import Databases


def test_an_erased_content_is_gone_and_the_others_are_as_before(database: Database) -> None:
    sample = SampleLog().publish(5)
    log = hold(database, sample)
    with database.writing() as unit:
        erased = unit.contents.erase_record(sample.epoch.oid, record_id(3))
        assert erased == [digest(sample_content(3))]
    with database.reading() as unit:
        with pytest.raises(GoneError):
            unit.contents.get(erased[0])
        with pytest.raises(GoneError):
            unit.contents.of_entry(log.id, 3)
        kept = [(n, sample_content(n)) for n in (1, 2, 4, 5)]
        assert unit.contents.page_items(log.id, 0) == kept
        for seq, raw in kept:
            assert unit.contents.get(digest(raw)) == raw
            assert unit.contents.of_entry(log.id, seq) == raw
        # The block was written again, so it is the page once more.
        assert unit.contents.page_stored(log.id, 0) is not None
        assert [row.state for row in unit.entries.rows(log.id, 1, 6)] == [
            HELD,
            HELD,
            ERASED,
            HELD,
            HELD,
        ]
        # The log itself is untouched: history still verifies.
        assert unit.entries.raw(log.id, 3) == sample.lines[3]


def test_all_revisions_in_all_epochs_are_erased(database: Database) -> None:
    first = SampleLog().publish(2, record=record_id(9))
    second = first.succeed()
    second.publish(3).publish(1, record=record_id(9), revision=3)
    logs = [hold(database, first), hold(database, second)]
    with database.writing() as unit:
        erased = unit.contents.erase_record(first.epoch.oid, record_id(9))
        assert len(erased) == 3
        states = [row.state for row in unit.entries.revisions(first.epoch.oid, record_id(9))]
        assert states == [ERASED] * 3
        assert unit.contents.page(logs[0].id, 0) == []
        assert [seq for seq, _ in unit.contents.page_items(logs[1].id, 0)] == [3]


def test_the_last_content_of_a_block_takes_the_block_with_it(database: Database) -> None:
    sample = SampleLog().publish(1)
    hold(database, sample)
    with database.writing() as unit:
        unit.contents.erase_record(sample.epoch.oid, record_id(1))
        assert unit.contents.size_of(sample.epoch.oid) == 0


def test_contents_may_come_after_an_erasure_into_the_same_page(database: Database) -> None:
    sample = SampleLog().publish(4)
    log = hold(database, sample, contents=False)
    with database.writing() as unit:
        put(unit, log, [1, 2])
        unit.contents.erase_record(sample.epoch.oid, record_id(1))
        put(unit, log, [3, 4])
        assert unit.contents.page(log.id, 0) == [sample_content(n) for n in (2, 3, 4)]


def test_what_was_erased_is_never_taken_in_again(database: Database) -> None:
    sample = SampleLog().publish(2)
    log = hold(database, sample)
    with database.writing() as unit:
        unit.contents.erase_record(sample.epoch.oid, record_id(1))
    with database.writing() as unit:
        assert put(unit, log, [1]) == 0
        assert unit.entries.missing(log.id, 9) == []
        with pytest.raises(GoneError):
            unit.contents.get(digest(sample_content(1)))


def test_a_later_entry_of_the_origin_that_names_the_digest_again_starts_erased(
    database: Database,
) -> None:
    sample = SampleLog().publish(1)
    log = hold(database, sample)
    raw = sample_content(1)
    sample.publish(1, content_digest=digest(raw), content_size=len(raw)).publish(1)
    with database.writing() as unit:
        unit.contents.erase_record(sample.epoch.oid, record_id(1))
        unit.entries.append(log.id, entries_of(sample, 2))
        assert [row.state for row in unit.entries.rows(log.id, 1, 4)] == [ERASED, ERASED, MISSING]
        assert unit.contents.put(log.id, 0, [(2, raw)]) == 0


def test_nobody_erases_the_words_of_another_by_naming_their_digest(database: Database) -> None:
    """Digests are public; an own entry that names a foreign one must give no power over it."""
    raw = sample_content(1)
    victim = SampleLog("victim").publish(1)
    thief = SampleLog("thief").publish(1, content_digest=digest(raw), content_size=len(raw))
    hold(database, thief)
    with database.writing() as unit:
        unit.contents.erase_record(thief.epoch.oid, record_id(1))
    log = hold(database, victim)
    with database.writing() as unit:
        assert unit.contents.get(digest(raw)) == raw
        unit.contents.erase_record(thief.epoch.oid, record_id(1))
        assert unit.contents.get(digest(raw)) == raw
        assert unit.contents.page(log.id, 0) == [raw]


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(record_id(77), id="a record that is not there"),
        pytest.param("not an id", id="no id at all"),
    ],
)
def test_erasing_what_is_not_there_changes_nothing(database: Database, record: str) -> None:
    sample = SampleLog().publish(2)
    log = hold(database, sample)
    with database.writing() as unit:
        assert unit.contents.erase_record(sample.epoch.oid, record) == []
        assert unit.contents.erase_record("b" * 52, record_id(1)) == []
        assert len(unit.contents.page(log.id, 0)) == 2


def test_erasing_twice_is_harmless(database: Database) -> None:
    sample = SampleLog().publish(3)
    log = hold(database, sample)
    for _ in range(2):
        with database.writing() as unit:
            unit.contents.erase_record(sample.epoch.oid, record_id(2))
    with database.reading() as unit:
        assert unit.contents.page(log.id, 0) == [sample_content(1), sample_content(3)]


def test_a_content_that_never_came_can_be_erased_before_it_does(database: Database) -> None:
    sample = SampleLog().publish(2)
    log = hold(database, sample, contents=False)
    with database.writing() as unit:
        unit.contents.erase_record(sample.epoch.oid, record_id(1))
        assert [row.seq for row in unit.entries.missing(log.id, 9)] == [2]
        with pytest.raises(GoneError):
            unit.contents.get(digest(sample_content(1)))


def test_no_byte_of_an_erased_content_stays_in_the_files(sqlite_databases: Databases) -> None:
    address = sqlite_databases.address()
    database = sqlite_databases.open(address)
    # Bytes that do not compress stand in the file as they are, so they can be looked for.
    words = [random.Random(n).randbytes(5000).replace(b"\n", b"-") for n in range(4)]
    sample = SampleLog()
    for raw in words:
        sample.publish(1, content_digest=digest(raw), content_size=len(raw))
    log = hold(database, sample, contents=False)
    for seq, raw in enumerate(words, 1):
        # One at a time: each writes the open block again and frees its earlier form.
        with database.writing() as unit:
            unit.contents.put(log.id, 0, [(seq, raw)])

    def found(raw: bytes) -> bool:
        file = Path(address.removeprefix("sqlite:///"))
        files = file.parent.glob(f"{file.name}*")
        data = b"".join(each.read_bytes() for each in files)
        return any(raw[at : at + 64] in data for at in range(0, 5000 - 64, 64))

    assert found(words[1])
    with database.writing() as unit:
        unit.contents.erase_record(sample.epoch.oid, record_id(2))
    assert not found(words[1])
    assert all(found(words[n]) for n in (0, 2, 3))
