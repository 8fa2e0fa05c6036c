"""Which files records name, and which of them are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.core.contents import BlobRef
from node.storage.files import ERASED, FAULTY, HELD, WANTED, BlobRow
from tests.support.making import NOON, record_id

if TYPE_CHECKING:
    from node.storage import Database

OID, OTHER = "a" * 52, "b" * 52


def _digest(number: int) -> str:
    return f"sha256:{number:064x}"


def _file(number: int) -> BlobRef:
    return BlobRef(_digest(number), number * 100, "image/png", f"{number}.png")


@pytest.fixture(autouse=True)
def origins(database: Database) -> None:
    with database.writing() as unit:
        unit.origins.add(OID, first_seen=NOON)
        unit.origins.add(OTHER, first_seen=NOON)


def test_a_file_that_a_record_names_is_wanted(database: Database) -> None:
    with database.writing() as unit:
        unit.blobs.refer(OID, record_id(1), 1, [_file(2), _file(1), _file(2)])
        unit.blobs.refer(OID, record_id(1), 1, [_file(1)])
        unit.blobs.refer(OID, record_id(2), 1, [])
        wanted = BlobRow(_digest(1), 100, "image/png", WANTED, None)
        assert unit.blobs.get(_digest(1)) == wanted
        assert [file.digest for file in unit.blobs.wanted(9)] == [_digest(1), _digest(2)]
        assert unit.blobs.wanted(1) == [wanted]
        assert unit.blobs.wanted(9, max_size=100) == [wanted]
        assert {file.digest for file in unit.blobs.of_record(OID, record_id(1))} == {
            _digest(1),
            _digest(2),
        }
        assert unit.blobs.of_record(OTHER, record_id(1)) == []


def test_a_file_that_came_is_held_and_one_that_cannot_be_had_is_not_asked_for_again(
    database: Database,
) -> None:
    with database.writing() as unit:
        unit.blobs.refer(OID, record_id(1), 1, [_file(1), _file(2)])
        unit.blobs.mark_held(_digest(1))
        unit.blobs.mark_faulty(_digest(2), "It is larger than 25 MiB.")
        assert [file.digest for file in unit.blobs.held()] == [_digest(1)]
        held, faulty = unit.blobs.get(_digest(1)), unit.blobs.get(_digest(2))
        assert held is not None
        assert faulty is not None
        assert (held.state, held.fault) == (HELD, None)
        assert (faulty.state, faulty.fault) == (FAULTY, "It is larger than 25 MiB.")
        assert unit.blobs.wanted(9) == []
        # Another record that names it changes nothing.
        unit.blobs.refer(OID, record_id(2), 1, [_file(1)])
        assert unit.blobs.wanted(9) == []


def test_only_files_that_no_other_record_names_go_with_a_record(database: Database) -> None:
    with database.writing() as unit:
        unit.blobs.refer(OID, record_id(1), 1, [_file(1), _file(2)])
        unit.blobs.refer(OID, record_id(1), 2, [_file(2), _file(3)])
        unit.blobs.refer(OTHER, record_id(1), 1, [_file(3)])
        for number in (1, 2, 3):
            unit.blobs.mark_held(_digest(number))
        assert sorted(unit.blobs.forget_record(OID, record_id(1))) == [_digest(1), _digest(2)]
        states = [unit.blobs.get(_digest(number)) for number in (1, 2, 3)]
        assert [file and file.state for file in states] == [ERASED, ERASED, HELD]
        assert unit.blobs.forget_record(OID, record_id(1)) == []
        assert unit.blobs.named_by(_digest(3), OTHER)
        assert not unit.blobs.named_by(_digest(3), OID)


def test_an_erased_file_is_wanted_again_when_a_living_record_names_it(database: Database) -> None:
    with database.writing() as unit:
        unit.blobs.refer(OID, record_id(1), 1, [_file(1)])
        unit.blobs.forget_record(OID, record_id(1))
        unit.blobs.refer(OID, record_id(2), 1, [_file(1)])
        assert [file.digest for file in unit.blobs.wanted(9)] == [_digest(1)]


def test_forgetting_references_keeps_what_is_held(database: Database) -> None:
    with database.writing() as unit:
        unit.blobs.refer(OID, record_id(1), 1, [_file(1)])
        unit.blobs.mark_held(_digest(1))
        unit.blobs.clear_references()
        assert unit.blobs.of_record(OID, record_id(1)) == []
        assert [file.digest for file in unit.blobs.held()] == [_digest(1)]


def test_what_is_no_digest_is_no_file(database: Database) -> None:
    with database.reading() as unit:
        assert unit.blobs.get("../../etc/passwd") is None
        assert unit.blobs.get(_digest(9)) is None
