from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from node.catalogue import genuine
from node.catalogue.checking import CHECKS, Check, Materials, examine_materials
from node.catalogue.genuine import GenuineReport, examine
from node.catalogue.records import RevisionSummary, get_record, revisions_of
from node.core.epochs import make_genesis
from node.core.keys import key_digest
from node.errors import GoneError, NotFoundError
from node.exchange.publishing import erase, revise, withdraw
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import make_exchange, practice, signer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from node.exchange.context import Exchange
    from tests.catalogue.making import Shelf


@pytest.fixture
def x(tmp_path: Path) -> Iterator[Exchange]:
    exchange = make_exchange(tmp_path)
    yield exchange
    exchange.database.dispose()


def report(shelf: Shelf, record: str, **more: Any) -> GenuineReport:
    return examine(shelf.catalogue, record, now=shelf.x.clock.now(), **more)


def results(checks: tuple[Check, ...]) -> dict[str, str]:
    return {check.name: check.result for check in checks}


def materials(shelf: Shelf, record: str) -> Materials:
    view = get_record(shelf.catalogue, record)
    with shelf.x.database.reading() as uow:
        return genuine.gather(uow, shelf.oid, record, view.revisions[0])


def test_a_genuine_record_passes_every_check_in_order(shelf: Shelf) -> None:
    one = shelf.publish(*(practice(f"Number {n}") for n in range(5)))[2]
    found = report(shelf, one)
    assert [check.name for check in found.checks] == list(CHECKS)
    assert set(results(found.checks).values()) == {"passed"}
    assert found.genuine
    assert found.title == {"en": "Number 2"}


def test_ids_that_people_compare_are_among_the_facts(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    found = report(shelf, one)
    assert found.check("origin").facts["oid"] == shelf.oid
    assert found.check("statement").facts["key"] == signer_of("Puente").public.multikey
    assert found.check("content").facts["digest"] == get_record(shelf.catalogue, one).digest
    assert found.check("inclusion").facts["index"] == "1"
    assert all(isinstance(v, str) for check in found.checks for v in check.facts.values())
    with pytest.raises(KeyError):
        found.check("no-such-check")


def test_an_earlier_revision_is_examined_by_its_own_bytes(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice("First"))
    revise(shelf.x, one, practice("Second"))
    first, newest = report(shelf, one, revision=1), report(shelf, one)
    assert (first.genuine, newest.genuine) == (True, True)
    assert (first.revision, newest.revision) == (1, 2)
    assert (first.title, newest.title) == ({"en": "First"}, {"en": "Second"})
    with pytest.raises(NotFoundError):
        report(shelf, one, revision=3)


def test_an_unknown_record_is_not_found_and_an_erased_one_gone(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    with pytest.raises(NotFoundError):
        report(shelf, "0" * 36)
    erase(shelf.x, one)
    with pytest.raises(GoneError):
        report(shelf, one)


def test_a_withdrawn_record_is_still_genuine(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    withdraw(shelf.x, one)
    assert report(shelf, one).genuine


@pytest.mark.parametrize(
    ("hours", "result", "reason"),
    [
        (1, "passed", ""),
        (47, "passed", ""),
        (49, "warning", "not-renewed"),
        (24 * 400, "warning", "not-renewed"),
        (-23, "passed", ""),
        (-25, "warning", "ahead-of-clock"),
    ],
)
def test_the_age_of_the_checkpoint_is_told(
    shelf: Shelf, hours: int, result: str, reason: str
) -> None:
    (one,) = shelf.publish(practice())
    now = shelf.x.clock.now() + timedelta(hours=hours)
    found = examine(shelf.catalogue, one, now=now)
    check = found.check("date")
    assert (check.result, check.reason) == (result, reason)
    assert check.facts["age_seconds"] == str(hours * 3600)
    assert found.genuine


def test_a_closed_log_need_not_be_renewed(x: Exchange) -> None:
    closed = closed_log(x)
    now = x.clock.now() + timedelta(days=400)
    checks = examine_materials(closed, x.contract, now)
    assert set(results(checks).values()) == {"passed"}
    assert [check.name for check in checks if check.reason == "closed-log"] == [
        "checkpoint",
        "date",
    ]


def closed_log(x: Exchange, *, held: Foreign | None = None, closed: Foreign | None = None) -> Any:
    """Return the materials of record 1 in a log with one title, closed as one with another."""
    held, closed = held or titled("Mentors"), closed or titled("Mentors")
    held.store(x)
    closed.succeed()
    closed.store(x)
    with x.database.reading() as uow:
        log = uow.logs.get(held.oid, 0)
        assert log is not None
        row = uow.entries.row(log.id, 1)
        assert row is not None
        assert row.created is not None
        found = RevisionSummary(1, "good-practice/1", row.created, 0, 1, row.state, None, False)
        return genuine.gather(uow, held.oid, record_id(1), found)


def titled(*titles: str) -> Foreign:
    origin = Foreign()
    for number, title in enumerate(titles, 1):
        origin.publish(number, title)
    return origin


def test_a_log_that_a_thief_of_a_closed_key_signed_is_not_called_genuine(x: Exchange) -> None:
    """All that the old key could sign is signed; only the path to the successor's root fails."""
    forged = closed_log(x, held=titled("Send your fee to us"))
    checks = examine_materials(forged, x.contract, x.clock.now())
    assert {name for name, result in results(checks).items() if result != "passed"} == {"inclusion"}
    assert checks[CHECKS.index("inclusion")].result == "failed"
    assert "root" in checks[CHECKS.index("inclusion")].why
    with x.database.reading() as uow:
        row = uow.records.get(forged.oid, record_id(1))
        assert row is not None
        assert (row.state, revisions_of(uow, row)) == ("hidden", ())


def test_a_closed_log_that_is_held_in_part_is_not_called_genuine_yet(x: Exchange) -> None:
    part = closed_log(x, closed=titled("Mentors", "Groups"))
    checks = examine_materials(part, x.contract, x.clock.now())
    assert {name for name, result in results(checks).items() if result != "passed"} == {"inclusion"}
    place = checks[CHECKS.index("inclusion")]
    assert (place.result, place.reason) == ("skipped", "end-not-held")


def test_an_entry_behind_the_end_of_a_closed_log_is_void(x: Exchange) -> None:
    void = replace(closed_log(x), seq=2)
    place = examine_materials(void, x.contract, x.clock.now())[CHECKS.index("inclusion")]
    assert (place.result, place.reason) == ("failed", "bad-tree")
    assert "void" in place.why


def test_a_successor_that_nobody_authorised_closes_nothing(x: Exchange) -> None:
    found = closed_log(x)
    checks = examine_materials(
        replace(found, epochs=[found.epochs[0]] * 2), x.contract, x.clock.now()
    )
    assert results(checks)["epochs"] == "failed"
    assert results(checks)["inclusion"] == "skipped"


def _flip(raw: bytes) -> bytes:
    """Change one bit in the middle, leaving the length."""
    place = len(raw) // 2
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def path_of(found: Materials) -> list[bytes]:
    assert found.path is not None
    return list(found.path)


def _other_genesis() -> bytes:
    recovery = key_digest(signer_of("Recovery").public)
    from tests.support.clock import START

    return make_genesis(signer_of("Mallory"), (recovery,), b"n" * 32, START)


RESTS = {"epochs", "statement", "inclusion", "checkpoint", "date", "content", "schema"}

#: What was changed, which checks then fail, and which rest on those.
TAMPERED: list[tuple[str, Callable[[Materials], Materials], set[str], set[str]]] = [
    ("a bit of the genesis", lambda m: replace(m, epochs=[_flip(m.epochs[0])]), {"origin"}, RESTS),
    ("another genesis", lambda m: replace(m, epochs=[_other_genesis()]), {"origin"}, RESTS),
    ("no genesis at all", lambda m: replace(m, epochs=[]), set(), RESTS | {"origin"}),
    (
        "a second epoch that nobody authorised",
        lambda m: replace(m, epoch=1, epochs=[m.epochs[0], m.epochs[0]]),
        {"epochs"},
        RESTS - {"epochs"},
    ),
    (
        "an epoch that is not held",
        lambda m: replace(m, epoch=1),
        set(),
        RESTS,
    ),
    (
        "a bit of the statement",
        lambda m: replace(m, statement=_flip(m.statement)),
        {"statement", "inclusion"},
        {"content", "schema"},
    ),
    (
        "a statement under another record's name",
        lambda m: replace(m, record="11111111-1111-4111-8111-111111111111"),
        {"statement"},
        {"content", "schema"},
    ),
    (
        "another place in the log",
        lambda m: replace(m, seq=m.seq - 1),
        {"statement", "inclusion"},
        {"content", "schema"},
    ),
    ("a shorter path", lambda m: replace(m, path=path_of(m)[:-1]), {"inclusion"}, set()),
    (
        "a wrong hash in the path",
        lambda m: replace(m, path=[_flip(path_of(m)[0]), *path_of(m)[1:]]),
        {"inclusion"},
        set(),
    ),
    (
        "a bit of the checkpoint's root",
        lambda m: replace(m, note=m.note and m.note.replace(b"\n4\n", b"\n5\n")),
        {"checkpoint"},
        {"inclusion", "date"},
    ),
    ("no checkpoint", lambda m: replace(m, note=None), set(), {"inclusion", "checkpoint", "date"}),
    (
        "a bit of the content",
        lambda m: replace(m, content=_flip(m.content or b"")),
        {"content"},
        {"schema"},
    ),
    (
        "a byte more of content",
        lambda m: replace(m, content=(m.content or b"") + b" "),
        {"content"},
        {"schema"},
    ),
    ("no content", lambda m: replace(m, content=None), set(), {"content", "schema"}),
]


@pytest.mark.parametrize(
    ("change", "failed", "skipped"),
    [row[1:] for row in TAMPERED],
    ids=[row[0] for row in TAMPERED],
)
def test_whatever_was_changed_is_not_called_genuine(
    shelf: Shelf,
    change: Callable[[Materials], Materials],
    failed: set[str],
    skipped: set[str],
) -> None:
    one = shelf.publish(*(practice(f"Number {n}") for n in range(3)))[1]
    honest = materials(shelf, one)
    checks = examine_materials(change(honest), shelf.x.contract, shelf.x.clock.now())
    found = results(checks)
    assert {name for name, result in found.items() if result == "failed"} == failed
    assert {name for name, result in found.items() if result == "skipped"} == skipped
    assert all(check.why and check.reason for check in checks if check.result != "passed")
    whole = replace(report(shelf, one), checks=checks)
    assert not whole.genuine


def test_a_schema_that_is_not_known_here_does_not_make_a_record_false(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    bare = replace(shelf.x.contract, _by_schema={})
    checks = examine_materials(materials(shelf, one), bare, shelf.x.clock.now())
    schema = checks[CHECKS.index("schema")]
    assert (schema.result, schema.reason) == ("skipped", "unknown-schema")
    assert replace(report(shelf, one), checks=checks).genuine


def test_a_report_is_made_of_a_record_whose_stored_content_was_altered(shelf: Shelf) -> None:
    """The damage is done in the store itself, behind everybody's back."""
    (one,) = shelf.publish(practice())
    honest = materials(shelf, one)
    assert honest.content is not None
    with shelf.x.database.writing() as uow:
        _alter_content(uow, honest.content)
    found = report(shelf, one)
    assert found.check("content").result == "failed"
    assert found.check("content").reason == "bad-content"
    assert not found.genuine
    assert found.title == {"en": "Conversation groups"}


def _alter_content(uow: Any, content: bytes) -> None:
    from sqlalchemy import select, update

    from node.storage.packing import pack, unpack
    from node.storage.tables.logs import content_blocks

    for block in uow.connection.execute(select(content_blocks)).all():
        altered = unpack(block.data).replace(content, _flip(content))
        uow.connection.execute(
            update(content_blocks).where(content_blocks.c.id == block.id).values(data=pack(altered))
        )
