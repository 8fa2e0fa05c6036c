from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click
import pytest

from node.cli.serving import _prepare, run_command
from node.editorial import invitations
from node.editorial.drafting import begin
from node.editorial.sessions import Signed, open_session
from node.home import open_home
from node.storage.sessions import token_hash

if TYPE_CHECKING:
    from pathlib import Path

    from node.storage.people import PersonRow
    from tests.cli.conftest import Run

GOOD = "wind lamp orchard seven"


def data(run: Run, *words: str) -> Any:
    done = run("user", *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def accept(home: Path, link: str) -> PersonRow:
    """Use a link as the browser would."""
    node = open_home(home)
    try:
        return invitations.accept(node.editorial, link.rpartition("/")[2], GOOD)
    finally:
        node.close()


@pytest.fixture
def ana(made: Run, home: Path) -> PersonRow:
    """Add a keeper who also edits."""
    words = ("Ana", "ana@puente.example", "--role", "keeper", "--role", "editor")
    return accept(home, data(made, "add", *words)["link"])


def test_a_new_node_shows_the_code_for_its_first_person(made: Run) -> None:
    shown = data(made, "code")
    assert shown["address"] == f"http://127.0.0.1:8321/desk/welcome?code={shown['code']}"
    assert data(made, "code") == shown
    assert shown["code"] in made("user", "code").output
    assert "Nobody yet" in made("user", "list").output


def test_there_is_no_code_once_there_are_people(made: Run, ana: PersonRow) -> None:
    refused = made("user", "code")
    assert refused.exit_code == 1
    assert "has people already" in refused.output


def test_somebody_is_added_by_a_link(made: Run, ana: PersonRow) -> None:
    (one,) = data(made, "list")
    assert (one["name"], one["roles"], one["has_password"]) == ("Ana", ["editor", "keeper"], True)
    assert "$argon2" not in made("user", "list").output
    said = made("user", "add", "Bo", "bo@puente.example", "--role", "translator").output
    assert "http://127.0.0.1:8321/desk/invitation/" in said
    again = made("user", "add", "Ana", "ANA@puente.example", "--role", "editor")
    assert again.exit_code == 1
    wrong = made("user", "add", "Cy", "cy@puente.example", "--role", "owner")
    assert wrong.exit_code == 2


def test_roles_are_changed_and_the_last_keeper_stays(made: Run, ana: PersonRow) -> None:
    refused = made("user", "role", "ana@puente.example", "editor")
    assert refused.exit_code == 1
    assert "only keeper" in refused.output
    changed = data(made, "role", str(ana.id), "keeper", "funder")
    assert changed["roles"] == ["keeper", "funder"]
    assert made("user", "role", "nobody@puente.example", "editor").exit_code == 1


def test_a_lost_password_and_telephone_are_replaced_by_a_link(
    made: Run, ana: PersonRow, home: Path
) -> None:
    node = open_home(home)
    with node.database.writing() as uow:
        uow.people.change(ana.id, totp_seed=b"x" * 20)
    node.close()
    assert data(made, "list")[0]["second_factor"]
    kept = data(made, "reset", "ana@puente.example")
    assert data(made, "list")[0]["second_factor"]
    link = data(made, "reset", "ana@puente.example", "--second")["link"]
    assert link != kept["link"]
    assert not data(made, "list")[0]["second_factor"]
    assert accept(home, link).id == ana.id


def test_who_leaves_hands_their_drafts_over(made: Run, ana: PersonRow, home: Path) -> None:
    words = ("Bo", "bo@puente.example", "--role", "contributor")
    bo = accept(home, data(made, "add", *words)["link"])
    node = open_home(home)
    d = node.editorial
    with d.database.writing() as uow:
        token = open_session(d, uow, bo, agent="a test")
        session = uow.sessions.get(token_hash(token))
    assert session is not None
    begin(d, Signed(bo, session), "good-practice", body={})
    node.close()
    refused = made("user", "deactivate", "bo@puente.example")
    assert refused.exit_code == 1
    assert "1 open drafts" in refused.output
    done = data(made, "deactivate", "bo@puente.example", "--heir", "ana@puente.example")
    assert (done["active"], done["handed_over"]) == (False, 1)
    assert made("user", "reset", "bo@puente.example").exit_code == 1


def test_a_node_without_people_says_at_its_start_where_the_first_account_is_made(
    made: Run, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said() -> str:
        before = os.umask(0o077)
        try:
            _prepare(click.Context(run_command, obj={"home": home}), None, None).say()
        finally:
            os.umask(before)
        return capsys.readouterr().out

    code = data(made, "code")["code"]
    assert f"http://127.0.0.1:8321/desk/welcome?code={code}" in said()
    accept(home, data(made, "add", "Ana", "ana@puente.example", "--role", "keeper")["link"])
    assert "welcome" not in said()
