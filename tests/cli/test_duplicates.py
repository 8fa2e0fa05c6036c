"""`footbridge duplicates`, as a keeper types it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from node.exchange.drafts import Draft
from node.exchange.publishing import publish
from node.home import open_home
from tests.support.nodes import practice

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


@pytest.fixture
def two(made: Run, home: Path) -> tuple[str, str]:
    """Publish two records in the home that was made; give their ids."""
    del made
    node = open_home(home)
    done = publish(node.exchange, [practice("Talk café"), practice("Language café")])
    node.close()
    return done[0].record, done[1].record


def test_two_records_are_joined_and_parted_again(run: Run, two: tuple[str, str]) -> None:
    said = run("duplicates", "join", *two, "--reason", "we wrote it twice")
    assert said.exit_code == 0, said.output
    assert "“Talk café” and “Language café” are shown as one result" in said.output
    assert json.loads(run("search", "café", "--json").output)["total"] == 1
    (only,) = json.loads(run("duplicates", "list", "--json").output)
    assert (only["decision"], only["reason"]) == ("join", "we wrote it twice")
    assert {only["one"].partition("/")[2], only["other"].partition("/")[2]} == set(two)
    said = run("duplicates", "apart", *reversed(two))
    assert "are shown apart." in said.output
    assert json.loads(run("search", "café", "--json").output)["total"] == 2
    assert "apart" in run("duplicates", "list").output
    assert "taken back" in run("duplicates", "forget", *two).output
    assert "Nothing was decided" in run("duplicates", "list").output


def test_every_decision_is_in_the_audit_trail(run: Run, home: Path, two: tuple[str, str]) -> None:
    run("duplicates", "join", *two, "--reason", "twice")
    run("duplicates", "apart", *two)
    run("duplicates", "forget", *two)
    node = open_home(home)
    with node.database.reading() as uow:
        rows = [row for row in uow.audit.newest(10) if row.what.startswith("duplicates")]
    node.close()
    assert [row.what for row in rows] == [
        "duplicates: decision taken back",
        "duplicates: kept apart",
        "duplicates: joined",
    ]
    assert rows[-1].detail["reason"] == "twice"
    assert {row.who for row in rows} == {"keeper"}


def test_json_says_what_was_done(run: Run, two: tuple[str, str]) -> None:
    done = json.loads(run("duplicates", "join", *two, "--json").output)
    assert done["decision"] == "join"
    assert done["one"].endswith(two[0])
    assert json.loads(run("duplicates", "forget", *two, "--json").output)["decision"] is None


@pytest.mark.parametrize("command", ["join", "apart"])
def test_what_cannot_be_one_is_refused_in_words(
    run: Run, home: Path, two: tuple[str, str], command: str
) -> None:
    nowhere = "00000000-0000-4000-8000-000000000000"
    node = open_home(home)
    body = {
        "name": {"en": "We"},
        "mission": {"en": "We do."},
        "language": "en",
        "type": "ngo",
        "countries": ["ES"],
    }
    (other_kind,) = publish(node.exchange, [Draft(kind="organisation", body=body)])
    node.close()
    for other, phrase in [
        (nowhere, "held here"),
        (two[0], "one record"),
        (other_kind.record, "only records of one kind"),
    ]:
        said = run("duplicates", command, two[0], other)
        assert said.exit_code == 1
        assert phrase in said.output
    said = run("duplicates", command, *two, "--reason", "x" * 501)
    assert "at most 500" in said.output
    assert json.loads(run("duplicates", "list", "--json").output) == []


def test_what_was_never_decided_cannot_be_taken_back(run: Run, two: tuple[str, str]) -> None:
    said = run("duplicates", "forget", *two)
    assert said.exit_code == 1
    assert "Nothing was decided of these two" in said.output


def test_a_wrong_policy_stops_the_start_with_the_choices(run: Run, home: Path, made: Run) -> None:
    del made
    settings = home / "settings.toml"
    settings.write_text(settings.read_text() + 'join_duplicates = "some"\n')
    said = run("duplicates", "list")
    assert said.exit_code == 1
    assert "none, authors, all" in said.output
