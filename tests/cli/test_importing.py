"""`footbridge import`: tables as drafts from the command line."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from node.editorial.rights import FIRST_ROLES
from node.home import open_home
from node.net.webpages import fetch_page
from tests.support.repository import listed, record, repository
from tests.support.staff import CHOSEN
from tests.support.tabling import HEADINGS, as_csv, practice

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


@pytest.fixture
def staffed(made: Run, home: Path) -> Run:
    """Add somebody who may write to the node."""
    node = open_home(home)
    with node.database.writing() as uow:
        for name, roles in (("Ana", FIRST_ROLES), ("Ben", ("contributor",))):
            person = uow.people.add(
                name=name,
                email=f"{name.lower()}@puente.example",
                roles=roles,
                language="en",
                created=node.clock.now(),
            )
            uow.people.change(person.id, password=CHOSEN)
    node.close()
    return made


def table(folder: Path, *rows: list[str]) -> str:
    path = folder / "list.csv"
    path.write_bytes(as_csv(rows))
    return str(path)


def data(run: Run, *words: str, code: int = 0) -> Any:
    done = run("import", *words, "--json")
    assert done.exit_code == code, done.output
    return json.loads(done.stdout)


def authors(home: Path) -> list[str]:
    node = open_home(home)
    with node.database.reading() as uow:
        names = uow.people.names()
        found = [names[row.author] for row in uow.drafts.many()]
    node.close()
    return found


def test_a_table_becomes_drafts_once(staffed: Run, tmp_path: Path, home: Path) -> None:
    source = table(tmp_path, practice(1), practice(2))
    tried = data(staffed, source, "--dry-run")
    assert (tried["state"], tried["counts"], authors(home)) == ("tried", {"good": 2}, [])
    done = data(staffed, source)
    assert (done["counts"], len(done["drafts"])) == ({"made": 2}, 2)
    assert data(staffed, source)["counts"] == {"unchanged": 2}
    assert authors(home) == ["Ana", "Ana"]


def test_whose_drafts_they_are_can_be_said(staffed: Run, tmp_path: Path, home: Path) -> None:
    source = table(tmp_path, practice(1))
    data(staffed, source, "--as", "ben@puente.example")
    assert authors(home) == ["Ben"]
    wrong = staffed("import", source, "--as", "nobody@puente.example")
    assert (wrong.exit_code, "Nobody with the address" in wrong.output) == (1, True)


def test_bad_rows_come_back_in_a_file_and_as_exit_code_1(staffed: Run, tmp_path: Path) -> None:
    source, report = (
        table(tmp_path, practice(1), practice(2, country="Narnia")),
        tmp_path / "r.xlsx",
    )
    found = data(staffed, source, "--report", str(report), code=1)
    assert found["counts"] == {"made": 1, "refused": 1}
    sheet = openpyxl.load_workbook(report).worksheets[0]
    assert sheet.max_row == 2
    assert "No country is called “Narnia”." in sheet.cell(2, len(HEADINGS) + 2).value


def test_a_mapping_file_says_what_columns_are(staffed: Run, tmp_path: Path) -> None:
    source, mapping = table(tmp_path, practice(1)), tmp_path / "mapping.json"
    told = {"columns": {"Title": "title.es", "Results": "results"}, "key": "ID", "language": "es"}
    mapping.write_text(json.dumps(told), encoding="utf-8")
    found = data(staffed, source, "--mapping", str(mapping), "--incomplete")
    assert (found["columns"]["Title"], found["columns"]["Axis"]) == ("title.es", "")
    for wrong in ("[1]", "{", '{"columns": {"Nothing": "title"}}', '{"columns": {"Title": "x"}}'):
        mapping.write_text(wrong, encoding="utf-8")
        answer = staffed("import", source, "--mapping", str(mapping))
        assert (answer.exit_code, answer.exception.__class__) == (1, SystemExit), wrong


def test_what_is_no_table_is_refused_in_a_sentence(staffed: Run, tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    answer = staffed("import", str(path))
    assert (answer.exit_code, "workbook of the old kind" in answer.output) == (1, True)
    assert staffed("import", str(tmp_path / "gone.csv")).exit_code == 1


def test_without_anybody_who_may_write_nothing_is_imported(made: Run, tmp_path: Path) -> None:
    answer = made("import", table(tmp_path, practice(1)))
    assert (answer.exit_code, "Nobody on this node may write" in answer.output) == (1, True)


def test_a_private_address_is_not_fetched(staffed: Run) -> None:
    answer = staffed("import", "http://127.0.0.1:9/")
    assert (answer.exit_code, "private network" in answer.output) == (1, True)


def test_a_repository_is_known_by_its_words_or_its_answer(
    staffed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.home.fetch_page", partial(fetch_page, private_ok=True))
    with repository() as archive:
        archive.answers = {"": listed(record(1), token="two"), "two": listed(record(2))}
        told = data(staffed, f"{archive.base}?verb=Identify")
        assert (told["rows"], told["counts"]) == (2, {"made": 2})
        assert data(staffed, archive.base)["counts"] == {"unchanged": 2}
