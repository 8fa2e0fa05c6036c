"""A statement that asks for more than this node understands: kept, passed on, not acted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from node.exchange.ownlog import open_own_log
from node.operations.verify import verify_store
from tests.forward.future import future_node, old, published, pull, today
from tests.support.nodes import make_exchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.exchange.context import Exchange
    from node.storage import RecordRow


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[tuple[Exchange, Exchange, Exchange]]:
    future = future_node(tmp_path)
    middle, far = make_exchange(tmp_path, "Puente"), make_exchange(tmp_path, "Gefyra")
    yield future, middle, far
    for x in (future, middle, far):
        x.database.dispose()


def say(x: Exchange, **members: Any) -> None:
    """Sign a statement of this node's own, as a newer program might."""
    with x.database.writing() as unit:
        log = open_own_log(x, unit)
        log.add(**members)
        log.close()


def row(x: Exchange, oid: str, record: str) -> RecordRow:
    with x.database.reading() as unit:
        found = unit.records.get(oid, record)
    assert found is not None
    return found


ACTS = [
    pytest.param({"type": "withdraw"}, id="a withdrawal on a condition"),
    pytest.param({"type": "erase"}, id="an erasure on a condition"),
]


@pytest.mark.parametrize("act", ACTS)
def test_what_must_be_understood_first_is_not_acted_on(
    chain: tuple[Exchange, Exchange, Exchange], act: dict[str, Any]
) -> None:
    future, middle, far = chain
    (record,) = published(future, old())
    pull(middle, future)
    pull(far, middle)
    say(future, record=record, crit=["until"], **act)
    told = pull(middle, future)
    assert "asks for what this version does not know: until" in told.sentence
    pull(far, middle)
    oid = future.own_oid()
    for x in (middle, far):
        assert row(x, oid, record).state == "shown"
        with x.database.reading() as unit:
            entry = unit.entries.revisions(oid, record)[-1]
        assert entry.type == act["type"]
        assert "until" in (entry.fault or ""), "the entry says what was not understood"
        assert verify_store(x).findings == []
    assert "Evenings of talk" in today(far).page(f"/records/{record}")


def test_it_is_passed_on_as_it_is(chain: tuple[Exchange, Exchange, Exchange]) -> None:
    future, middle, far = chain
    (record,) = published(future, old())
    say(future, type="withdraw", record=record, crit=["until"])
    pull(middle, future)
    pull(far, middle)
    lines = []
    for x in chain:
        with x.database.reading() as unit:
            log = unit.logs.current(future.own_oid())
            assert log is not None
            assert log.checkpoint is not None
            lines.append((unit.entries.page(log.id, 0), log.checkpoint.root))
    assert lines[0] == lines[1] == lines[2]


def test_a_type_of_statement_that_is_not_known_is_kept_and_does_nothing(
    chain: tuple[Exchange, Exchange, Exchange],
) -> None:
    future, middle, far = chain
    (record,) = published(future, old())
    say(future, type="endorse", record=record)
    (after,) = published(future, old("Bread and letters"))
    pull(middle, future)
    pull(far, middle)
    for each in (record, after):
        assert row(far, future.own_oid(), each).state == "shown"
    assert verify_store(far).findings == []
