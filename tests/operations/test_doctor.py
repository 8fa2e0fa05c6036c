from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from node.errors import PeerUnreachableError
from node.exchange.identity import KEY_NAME
from node.exchange.publishing import publish
from node.home import Node, open_home
from node.operations.doctor import Diagnosis, examine_node
from node.operations.setup import initialise
from tests.support.nodes import practice

LONG_AGO = datetime.now(UTC) - timedelta(days=3)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return initialise(tmp_path / "home", name="Casa", country="ES", url="https://casa.example").home


def problems(found: list[Diagnosis]) -> list[str]:
    return [item.what for item in found if item.level == "problem"]


def test_a_new_node_has_no_problem_and_is_advised_to_add_a_partner(home: Path) -> None:
    found = examine_node(home)
    assert problems(found) == []
    advice = [item for item in found if item.level == "advice"]
    assert any("no partners yet" in item.what for item in advice)
    assert all(item.hint for item in found if item.level != "ok")


def test_a_folder_without_a_node_is_the_one_answer(tmp_path: Path) -> None:
    (found,) = examine_node(tmp_path / "nothing")
    assert found.level == "problem"
    assert "footbridge init" in found.hint


def _newer(home: Path) -> None:
    with sqlite3.connect(home / "node.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()


def _open_key(home: Path) -> None:
    (home / "keys" / KEY_NAME).chmod(0o604)


def _no_key(home: Path) -> None:
    (home / "keys" / KEY_NAME).unlink()


def _rubbish(home: Path) -> None:
    (home / "node.db").write_bytes(b"this is not a database, it is a letter" * 200)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(_newer, "newer", id="a database of a newer version"),
        pytest.param(_open_key, "other users", id="a key that others can read"),
        pytest.param(_no_key, "missing", id="no key"),
        pytest.param(_rubbish, "database", id="a database file that is none"),
    ],
)
def test_what_stops_the_start_is_said_with_what_to_do(
    home: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(home)
    (found,) = examine_node(home)
    assert found.level == "problem"
    assert said in found.what
    assert found.hint


def with_node(home: Path, act: Callable[[Node], None]) -> list[Diagnosis]:
    node = open_home(home)
    try:
        act(node)
    finally:
        node.close()
    return examine_node(home)


def _failing_peer(node: Node) -> None:
    with node.database.writing() as uow:
        peer = uow.peers.add(
            url="https://other.example",
            oid="a" * 52,
            name="Other",
            scope="all",
            private_ok=False,
            added=LONG_AGO,
        )
        error = PeerUnreachableError("It does not answer.")
        later = datetime.now(UTC) + timedelta(hours=1)
        uow.peers.save(replace(peer, failures=4, last_error=error.message, next_due=later))


def _forgotten_peer(node: Node) -> None:
    with node.database.writing() as uow:
        uow.peers.add(
            url="https://other.example",
            oid="a" * 52,
            name="Other",
            scope="all",
            private_ok=False,
            added=LONG_AGO,
        )


def _old_backup(node: Node) -> None:
    node.highwater.raise_to(node.exchange.own_oid(), 0, 17)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        pytest.param(_failing_peer, "4 times in a row", id="a partner that fails"),
        pytest.param(_forgotten_peer, "no worker is running", id="work that nobody does"),
        pytest.param(_old_backup, "17 entries were signed", id="an old backup"),
    ],
)
def test_what_is_wrong_with_the_exchange_is_said(
    home: Path, act: Callable[[Node], None], said: str
) -> None:
    assert any(said in what for what in problems(with_node(home, act)))


def test_another_nodes_key_is_noticed(home: Path, tmp_path: Path) -> None:
    other = initialise(
        tmp_path / "other", name="Otra", country="ES", url="https://otra.example"
    ).home
    (other / "keys" / KEY_NAME).replace(home / "keys" / KEY_NAME)
    assert any("not the one that signs" in what for what in problems(examine_node(home)))


def test_only_records_can_be_missing_from_the_index(home: Path) -> None:
    def said() -> str:
        (found,) = [item.what for item in examine_node(home) if "index" in item.what]
        return found

    assert "up to the store" in said(), "the entry that opens the log is no record"
    node = open_home(home)
    try:
        publish(node.exchange, [practice()])
        assert "changes of 1 record." in said()
        node.follow_index()
        assert "up to the store" in said()
    finally:
        node.close()
