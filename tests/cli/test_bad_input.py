"""What bad input gets on the command line: all of it, in words, and never a trace."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from node.contract import schemas_path
from tests.contract.bodies import KINDS, contract, full_body
from tests.contract.test_every_field import all_wrong, emptied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Run


def record(folder: Path, kind: str, body: Any) -> str:
    path = folder / f"{kind.replace('/', '-')}.json"
    path.write_text(json.dumps({"kind": kind, "body": body}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", KINDS)
def test_every_fault_of_a_record_is_listed_with_all_that_helps(
    made: Run, tmp_path: Path, name: str
) -> None:
    kind = contract().kinds[name]
    done = made("publish", record(tmp_path, name, all_wrong(kind)), "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)["faults"]
    by_place = {each["pointer"]: each for each in said}
    for field in kind.fields:
        told = by_place[f"/{field.name}" + ("/0" if field.many else "")]
        assert told["path"] == told["pointer"]
        assert field.label() in told["label"]
        assert told["code"]
        assert told["expected"]
        assert told["example"] or field.example is None
        assert told["label"] in done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize("name", KINDS)
def test_a_form_that_was_left_empty_is_told_field_by_field(
    made: Run, tmp_path: Path, name: str
) -> None:
    body = emptied(full_body(contract().kinds[name]), "")
    done = made("publish", record(tmp_path, name, body), "--json")
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert len(json.loads(done.stdout)["faults"]) > 1


def test_all_kinds_at_once_are_one_answer(made: Run, tmp_path: Path) -> None:
    files = [record(tmp_path, name, all_wrong(contract().kinds[name])) for name in KINDS]
    done = made("publish", *files, "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert f"{len(KINDS)} of {len(KINDS)} records" in said["message"]
    assert {each["file"] for each in said["faults"]} == set(files)
    least = sum(len(contract().kinds[name].fields) for name in KINDS)
    assert len(said["faults"]) >= least


def test_a_number_with_a_point_does_not_hide_the_other_faults(made: Run, tmp_path: Path) -> None:
    body = full_body(contract().kinds["good-practice"]) | {"axis": "no-such-axis"}
    body["procedure"] = {**body["procedure"], "total_days": 12.5}
    done = made("publish", record(tmp_path, "good-practice", body), "--json")
    assert done.exit_code == 1
    told = {each["pointer"]: each for each in json.loads(done.stdout)["faults"]}
    assert "12.5" in told["/procedure/total_days"]["message"]
    assert "whole number" in told["/procedure/total_days"]["expected"]
    assert "no-such-axis" in told["/axis"]["message"]


# --- files of the shared contract ------------------------------------------------------------


def doubled(concepts: list[Any]) -> None:
    concepts.append(dict(concepts[0]))


def round_and_round(concepts: list[Any]) -> None:
    first, second = concepts[0], concepts[1]
    first["broader"], second["broader"] = second["code"], first["code"]


def without_english(concepts: list[Any]) -> None:
    concepts[2]["prefLabel"].pop("en")


BROKEN = [
    pytest.param(doubled, 0, "stands there twice", id="a code that stands there twice"),
    pytest.param(round_and_round, 0, "lead round in a circle", id="a circle of broader concepts"),
    pytest.param(without_english, 2, "no English label", id="a label that is missing in English"),
]
COMMANDS = [
    pytest.param(("run",), id="run"),
    pytest.param(("web",), id="web"),
    pytest.param(("worker",), id="worker"),
    pytest.param(("doctor",), id="doctor"),
    pytest.param(("list",), id="list"),
]


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    return shutil.copytree(schemas_path(), tmp_path / "schemas")


@pytest.mark.parametrize(("break_it", "place", "words"), BROKEN)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_broken_vocabulary_stops_the_start_and_names_the_place(
    made: Run,
    schemas: Path,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[list[Any]], None],
    place: int,
    words: str,
    command: tuple[str, ...],
) -> None:
    path = schemas / "vocabularies" / "barriers.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    code = document["concepts"][place]["code"]
    break_it(document["concepts"])
    path.write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setenv("FOOTBRIDGE_SCHEMAS", str(schemas))
    done = made(*command)
    assert done.exit_code == 1
    for part in ("barriers.json", code, words):
        assert part in done.output, part
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_a_folder_that_is_not_the_contract_is_named(
    made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTBRIDGE_SCHEMAS", str(tmp_path / "nowhere"))
    done = made("doctor")
    assert done.exit_code == 1
    assert "nowhere" in done.output
    assert "Traceback" not in done.output


def test_a_sound_copy_of_the_contract_is_as_good(
    made: Run, schemas: Path, record_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTBRIDGE_SCHEMAS", str(schemas))
    assert made("publish", str(record_file)).exit_code == 0


@pytest.mark.parametrize(
    ("members", "place"),
    [
        pytest.param({"mood": {"height": [1, 1.5]}}, "/mood/height/1", id="in an unknown member"),
        pytest.param({"volunteers": 2.0}, "/volunteers", id="that is whole all the same"),
        pytest.param({"mood": 10**20}, "/mood", id="or too large to be exact"),
    ],
)
def test_a_number_with_a_point_is_told_with_its_place(
    made: Run, tmp_path: Path, members: dict[str, Any], place: str
) -> None:
    body = full_body(contract().kinds["organisation"]) | members
    done = made("publish", record(tmp_path, "organisation", body), "--json")
    assert done.exit_code == 1
    (told,) = json.loads(done.stdout)["faults"]
    assert told["pointer"] == place
    assert "number with a point" in told["message"]
    assert "quotation marks" in told["expected"]
