from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BODY, Run


def test_what_was_published_is_listed_found_shown_and_verifies(
    made: Run, record_file: Path
) -> None:
    done = made("--json", "publish", str(record_file))
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)["published"][0]["record"]
    (listed,) = json.loads(made("--json", "list").stdout)
    assert (listed["id"], listed["revision"], listed["state"]) == (record, 1, "shown")
    found = json.loads(made("search", "conversation", "--json").stdout)
    assert found["total"] == 1
    assert found["items"][0]["id"] == record
    assert set(found["items"][0]) >= {
        "id",
        "kind",
        "revision",
        "title",
        "origin",
        "language",
        "published",
    }
    assert json.loads(made("--json", "show", record).stdout)["body"] == BODY
    verified = json.loads(made("--json", "verify").stdout)
    assert verified["sound"], verified
    assert (verified["entries"], verified["records"]) == (2, 1)


def test_standard_input_is_a_file_too(made: Run, record_file: Path) -> None:
    done = made("publish", "-", stdin=record_file.read_bytes())
    assert done.exit_code == 0, done.output
    assert "revision 1" in done.stdout


def test_all_faults_of_all_files_are_told_and_nothing_is_published(
    made: Run, record_file: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    body = {key: value for key, value in BODY.items() if key != "results"}
    bad.write_text(
        json.dumps({"kind": "good-practice", "body": body | {"axis": "no-such-axis"}}),
        encoding="utf-8",
    )
    done = made("publish", str(record_file), str(bad))
    assert done.exit_code == 1
    assert "Results" in done.stderr
    assert "no-such-axis" in done.stderr
    assert json.loads(made("--json", "list").stdout) == []


def test_one_unreadable_file_hides_no_fault_of_the_others(
    made: Run, record_file: Path, tmp_path: Path
) -> None:
    """Each fault names its file; for programs they are a list."""
    (half := tmp_path / "half.json").write_text("{", encoding="utf-8")
    bad = tmp_path / "bad.json"
    body = {key: value for key, value in BODY.items() if key != "results"}
    draft = {"kind": "good-practice", "body": body | {"axis": "no-such-axis"}}
    bad.write_text(json.dumps(draft), encoding="utf-8")
    done = made("publish", str(bad), str(record_file), str(half), "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert "2 of 3 records" in said["message"]
    assert {(fault["file"], fault["path"]) for fault in said["faults"]} == {
        (str(bad), "/results"),
        (str(bad), "/axis"),
        (str(half), ""),
    }
    assert all(fault["message"] for fault in said["faults"])
    assert {"expected", "example"} <= set(said["faults"][0])
    for name in (bad, half):
        assert f"{name}: " in done.stderr
    assert json.loads(made("--json", "list").stdout) == []


def test_a_byte_order_mark_of_an_editor_is_no_fault(made: Run, record_file: Path) -> None:
    done = made("publish", "-", stdin=b"\xef\xbb\xbf" + record_file.read_bytes())
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"{", "not JSON", id="half an object"),
        pytest.param(b"[]", "is an object", id="a list"),
        pytest.param(b'{"kind":"good-practice"}', '"body"', id="no body"),
        pytest.param(b'{"body":{}}', '"kind"', id="no kind"),
        pytest.param(b'{"kind":"poem","body":{}}', "“poem” is not a kind", id="an unknown kind"),
        pytest.param(
            b'{"kind":"good-practice","body":{},"id":1}', "id", id="a member of another place"
        ),
        pytest.param(
            b'{"kind":"good-practice","body":{"a":' + b"[" * 40 + b"]" * 40 + b"}}",
            "nested",
            id="too deep",
        ),
        pytest.param(
            b'{"kind":"good-practice","body":{"a":"' + b"x" * 2_000_000 + b'"}}',
            "longer than",
            id="too large",
        ),
        pytest.param(b'{"kind":"a","kind":"b","body":{}}', "twice", id="a member twice"),
        pytest.param(b'{"kind":"good-practice","body":{"a":1.5}}', "point", id="a float"),
        pytest.param(b"\xff\xfe", "UTF-8", id="not text"),
    ],
)
def test_a_file_that_is_no_record_is_refused_by_name(made: Run, data: bytes, said: str) -> None:
    done = made("publish", "-", stdin=data)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Nothing was published" in done.stderr


def test_a_revision_follows_and_a_withdrawn_record_is_not_found(
    made: Run, record_file: Path
) -> None:
    record = json.loads(made("--json", "publish", str(record_file)).stdout)["published"][0][
        "record"
    ]
    assert "revision 2" in made("revise", record, str(record_file)).stdout
    assert made("withdraw", record).exit_code == 0
    assert json.loads(made("search", "conversation", "--json").stdout)["total"] == 0
    again = made("withdraw", record)
    assert again.exit_code == 1
    assert "already" in again.stderr
    assert "revision 3" in made("revise", record, str(record_file)).stdout
    assert json.loads(made("search", "conversation", "--json").stdout)["total"] == 1


def test_an_erased_record_is_gone_for_good(made: Run, record_file: Path) -> None:
    record = json.loads(made("--json", "publish", str(record_file)).stdout)["published"][0][
        "record"
    ]
    assert made("erase", record, stdin=b"n\n").exit_code == 1
    withdrawn = json.loads(made("withdraw", record, "--json").stdout)
    assert [each["record"] for each in withdrawn["withdrawn"]] == [record]
    erased = json.loads(made("erase", record, "--yes", "--json").stdout)
    assert [each["record"] for each in erased["erased"]] == [record]
    shown = made("show", record)
    assert shown.exit_code == 1
    assert "erased" in shown.stderr
    assert made("revise", record, str(record_file)).exit_code == 1
    assert json.loads(made("--json", "verify").stdout)["sound"]


def test_a_file_goes_with_a_record_and_one_outside_its_folder_does_not(
    made: Run, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "secret.txt").write_text("keep out", encoding="utf-8")
    file = tmp_path / "sub" / "record.json"
    attached = {"path": "photo.png", "media_type": "image/png", "alt": {"en": "A library"}}
    draft = {"kind": "good-practice", "body": BODY, "files": [attached]}
    file.write_text(json.dumps(draft), encoding="utf-8")
    assert made("publish", str(file)).exit_code == 0
    assert json.loads(made("--json", "verify").stdout)["files"] == 1
    draft["files"] = [attached | {"path": "../secret.txt"}]
    file.write_text(json.dumps(draft), encoding="utf-8")
    done = made("publish", str(file))
    assert done.exit_code == 1
    assert "outside" in done.stderr


def test_an_error_is_an_object_when_json_stands_behind_the_command(made: Run) -> None:
    for words in (["show", "nothing"], ["peer", "pause", "nobody"]):
        done = made(*words, "--json")
        assert done.exit_code == 1
        assert json.loads(done.stdout)["message"]


def test_an_error_with_json_is_an_object_on_standard_output(made: Run) -> None:
    done = made("--json", "show", "00000000-0000-4000-8000-000000000000")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"] == "not-found"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--page", "0"], id="a page before the first"),
        pytest.param(["--size", "-1"], id="fewer than none"),
        pytest.param(["--size", "100000"], id="more than a page has"),
        pytest.param(["--facet", "nonsense=1"], id="a facet that does not exist"),
    ],
)
def test_a_search_that_cannot_be_meant_is_wrong_usage(made: Run, words: list[str]) -> None:
    assert made("search", *words).exit_code == 2


def test_one_of_a_thing_is_said_as_one(made: Run) -> None:
    assert "Verified 1 log, 1 entry, 0 contents" in made("verify").stdout
    assert "has 1 entry and" in made("doctor").stdout


def test_wrong_usage_exits_with_two(made: Run) -> None:
    assert made("publish").exit_code == 2
    assert made("no-such-command").exit_code == 2


def test_a_warning_stands_once_a_reason_is_given(made: Run, tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    body = BODY | {"results": {"en": "Write to desk@example.org."}}
    path.write_text(json.dumps({"kind": "good-practice", "body": body}), encoding="utf-8")
    asked = made("publish", str(path))
    assert "email-address:/results/en" in asked.stderr
    given = made(
        "--json",
        *("publish", str(path), "--acknowledge", "email-address=It belongs to the desk."),
        *("--acknowledge", "no-evidence=It is too early."),
    )
    assert given.exit_code == 0, given.output
    assert json.loads(given.stdout)["published"][0]["warnings"] == []


def test_a_record_file_may_carry_its_reasons(made: Run, tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    said = [{"code": "no-evidence", "pointer": "/evidence_type", "reason": "It is too early."}]
    file = {"kind": "good-practice", "body": BODY, "acknowledged": said}
    path.write_text(json.dumps(file), encoding="utf-8")
    done = made("--json", "publish", str(path))
    assert json.loads(done.stdout)["published"][0]["warnings"] == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        pytest.param("identity-number=We must.", "without exception", id="a hard rule"),
        pytest.param("no-such=It is fine.", "no warning", id="an unknown warning"),
        pytest.param("no-evidence=", "needs a reason", id="no reason"),
        pytest.param("no-evidence", "is not an acknowledgement", id="no equals sign"),
    ],
)
def test_an_acknowledgement_that_says_nothing_is_refused(
    made: Run, record_file: Path, said: str, answer: str
) -> None:
    done = made("publish", str(record_file), "--acknowledge", said)
    assert done.exit_code == 1
    assert answer in done.stderr
    assert json.loads(made("--json", "list").stdout) == []


def test_a_rebuild_says_how_many_records_it_made(made: Run, record_file: Path) -> None:
    for _ in range(2):
        assert made("publish", str(record_file)).exit_code == 0
    assert "Made 2 records again" in made("rebuild").stdout


def test_show_says_whether_it_still_runs_and_when_that_was_confirmed(
    made: Run, record_file: Path, tmp_path: Path
) -> None:
    record = json.loads(made("--json", "publish", str(record_file)).stdout)["published"][0][
        "record"
    ]
    assert "confirmed" not in made("show", record).output
    oid = json.loads(made("--json", "show", record).stdout)["origin"]
    confirmation = {
        "kind": "confirmation",
        "body": {
            "title": {"en": "Still running"},
            "subject": {"origin": oid, "record": record, "revision": 1},
            "language": "en",
            "state": "running",
            "date": "2026-03-01",
        },
    }
    path = tmp_path / "confirmation.json"
    path.write_text(json.dumps(confirmation), encoding="utf-8")
    assert made("publish", str(path)).exit_code == 0
    assert "status: running, confirmed 2026-03-01" in made("show", record).output
