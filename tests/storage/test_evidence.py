"""Evidence is kept once and never overwritten; the audit trail only grows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from node.storage.audit import AuditRow
from node.storage.evidence import EvidenceRow
from tests.support.making import NOON

if TYPE_CHECKING:
    from node.storage import Database

OID = "a" * 52


def test_both_notes_are_kept_with_the_reason(database: Database) -> None:
    with database.writing() as unit:
        peer = unit.peers.add("https://a.example", OID, added=NOON).id
        assert unit.evidence.add(OID, 2, "fork", b"one\n", b"two\xff", "Two truths.", peer, NOON)
        assert unit.evidence.of(OID) == [
            EvidenceRow(1, OID, 2, "fork", "Two truths.", b"one\n", b"two\xff", peer, NOON)
        ]
        assert unit.evidence.of("b" * 52) == []


def test_the_same_two_notes_are_kept_once_in_either_order(database: Database) -> None:
    with database.writing() as unit:
        assert unit.evidence.add(OID, 0, "fork", b"a", b"b", "first", None, NOON)
        assert not unit.evidence.add(OID, 0, "fork", b"b", b"a", "second", None, NOON)
        assert unit.evidence.add(OID, 0, "rollback", b"a", b"b", "another kind", None, NOON)
        assert unit.evidence.add(OID, 0, "fork", b"a", b"c", "another note", None, NOON)
        whys = [row.why for row in unit.evidence.of(OID)]
        assert whys == ["first", "another kind", "another note"]


def test_evidence_outlives_the_peer_that_brought_it(database: Database) -> None:
    with database.writing() as unit:
        peer = unit.peers.add("https://a.example", OID, added=NOON).id
        unit.evidence.add(OID, 0, "fork", b"a", b"b", "why", peer, NOON)
        unit.peers.remove(peer)
        assert [row.peer_id for row in unit.evidence.of(OID)] == [None]


def test_acts_are_read_back_newest_first(database: Database) -> None:
    with database.writing() as unit:
        for number in range(3):
            unit.audit.add("keeper", "peer added", {"n": number}, NOON + timedelta(days=number))
        assert unit.audit.newest(2) == [
            AuditRow(3, NOON + timedelta(days=2), "keeper", "peer added", {"n": 2}),
            AuditRow(2, NOON + timedelta(days=1), "keeper", "peer added", {"n": 1}),
        ]
