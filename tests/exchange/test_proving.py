"""The proof file convinces somebody who has only a short script and two libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from node.errors import GoneError, NotFoundError
from node.exchange.projection import rebuild
from node.exchange.proving import proof_file
from node.exchange.publishing import erase, publish, revise, withdraw
from tests.reference.verify_proof import WrongError, canonical, verify
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.exchange.context import Exchange

SCRIPT = Path(__file__).resolve().parents[1] / "reference" / "verify_proof.py"


@pytest.fixture
def file(small: Exchange) -> dict[str, Any]:
    """Make the proof file of a record in the middle of a log of several pages."""
    done = publish(small, [practice(f"Practice {n}") for n in range(300)])
    return proof_file(small, small.own_oid(), done[130].record)


def test_the_script_verifies_a_file_on_its_own(file: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(file, ensure_ascii=False, indent=2), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = ran.stdout.splitlines()
    assert [line[:2] for line in lines[:4]] == ["ok"] * 4
    assert "entry 131 of 301, dated 2026-11-23 10:00 UTC" in lines[2]
    assert file["origin"] in ran.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", 2),
        ("[]", 2),
        ("not JSON", 2),
        ('{"format":"footbridge-proof/1"}', 1),
        (None, 2),
        ("[" * 100_000, 2),
        (json.dumps({"format": "footbridge-proof/1", "epochs": ["[" * 100_000]}), 1),
    ],
    ids=[
        "another file",
        "a list",
        "no JSON",
        "an empty proof",
        "no file",
        "a file that is nested deeply",
        "an epoch that is nested deeply",
    ],
)
def test_the_script_says_when_it_cannot_verify(tmp_path: Path, text: str | None, code: int) -> None:
    path = tmp_path / "proof.json"
    if text is not None:
        path.write_text(text)
    ran = subprocess.run([sys.executable, str(SCRIPT), str(path)], capture_output=True, check=False)
    assert ran.returncode == code, ran.stderr
    assert b"Traceback" not in ran.stderr


def test_the_script_shares_no_code_with_the_node() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "import node" not in text
    assert "from node" not in text


def test_the_file_names_each_step_of_checking_in_plain_words(file: dict[str, Any]) -> None:
    assert [line[:2] for line in file["check"][1:5]] == ["1.", "2.", "3.", "4."]
    assert all("\\" not in line and line == line.strip() for line in file["check"])


def test_every_revision_has_a_proof_and_the_shown_one_is_the_default(x: Exchange) -> None:
    (done,) = publish(x, [practice("First")])
    revise(x, done.record, practice("Second"))
    files = [proof_file(x, x.own_oid(), done.record, n) for n in (1, 2, None)]
    assert [f["revision"] for f in files] == [1, 2, 2]
    assert all(verify(f) for f in files)
    assert '"First"' in files[0]["content"]


def test_a_withdrawn_record_can_still_be_proved(x: Exchange) -> None:
    (done,) = publish(x, [practice()])
    withdraw(x, done.record)
    assert verify(proof_file(x, x.own_oid(), done.record))


def test_an_erased_record_has_no_proof_file(x: Exchange) -> None:
    (done,) = publish(x, [practice()])
    erase(x, done.record)
    with pytest.raises(GoneError):
        proof_file(x, x.own_oid(), done.record)


@pytest.mark.parametrize("revision", [None, 1, 9])
def test_what_is_not_held_has_no_proof_file(small: Exchange, revision: int | None) -> None:
    with pytest.raises(NotFoundError):
        proof_file(small, small.own_oid(), record_id(1), revision)


def test_a_relayed_record_is_proved_as_its_origins_own(x: Exchange) -> None:
    origin = Foreign()
    origin.publish(1, "Mentors")
    origin.store(x)
    file = proof_file(x, origin.oid, record_id(1))
    assert file["origin"] == origin.oid
    assert verify(file)


def test_a_record_of_an_old_epoch_is_proved_with_the_whole_chain(x: Exchange) -> None:
    origin = Foreign()
    origin.publish(1)
    origin.publish(2)
    origin.store(x)
    origin.succeed(size=2)
    origin.publish(3)
    origin.store(x)
    rebuild(x)
    files = {n: proof_file(x, origin.oid, record_id(n), 1) for n in (1, 3)}
    assert len(files[1]["epochs"]) == 2
    assert (files[1]["proof"], len(files[1]["path"])) == (None, 1)
    assert "path" not in files[3]
    assert {n: verify(f) for n, f in files.items()} == {1: True, 3: True}
    with pytest.raises(NotFoundError, match="void"):
        proof_file(x, origin.oid, record_id(2), 1)


def test_a_revision_that_the_old_key_repeated_later_is_proved_by_the_one_that_counts(
    x: Exchange,
) -> None:
    origin = Foreign()
    origin.publish(1, "By the organisation")
    origin.store(x)
    origin.publish(1, "By the thief")
    origin.store(x)
    origin.succeed(size=2)
    origin.store(x)
    file = proof_file(x, origin.oid, record_id(1), 1)
    assert "By the organisation" in file["content"]
    assert verify(file)


def test_a_log_that_its_successor_did_not_sign_proves_nothing(x: Exchange) -> None:
    """A thief of the old key got here first, with a log of his own."""
    true, forged = Foreign(), Foreign()
    forged.publish(1, "Send your fee to us")
    forged.store(x)
    assert verify(proof_file(x, forged.oid, record_id(1)))
    true.publish(1, "Mentors")
    true.succeed()
    true.store(x)
    with pytest.raises(NotFoundError, match="void"):
        proof_file(x, true.oid, record_id(1), 1)


def test_a_closed_log_proves_nothing_before_it_is_held_to_the_end(x: Exchange) -> None:
    origin = Foreign()
    origin.publish(1)
    origin.store(x)
    origin.publish(2)
    old = origin.log
    origin.succeed()
    new = origin.log
    origin.store(x)
    with pytest.raises(NotFoundError, match="closed at 3 entries, and 2 of them are held"):
        proof_file(x, origin.oid, record_id(1), 1)
    origin.log = old
    origin.store(x)
    origin.log = new
    assert verify(proof_file(x, origin.oid, record_id(1), 1))


def test_a_record_whose_words_never_came_proves_only_that_it_was_said(x: Exchange) -> None:
    origin = Foreign()
    origin.publish(1)
    origin.store(x, contents=False)
    file = proof_file(x, origin.oid, record_id(1), 1)
    assert file["content"] is None
    assert verify(file)


# --- nothing else may pass ----------------------------------------------------------------------


@pytest.mark.parametrize("member", ["statement", "content", "proof", "epochs"])
def test_a_change_of_any_byte_is_noticed(file: dict[str, Any], member: str) -> None:
    text = file[member][0] if member == "epochs" else file[member]
    for place in range(0, len(text), 7):
        swapped = "A" if text[place] != "A" else "B"
        changed = text[:place] + swapped + text[place + 1 :]
        bad = file | {member: [changed] if member == "epochs" else changed}
        assert not verify(bad), (member, place)


@pytest.mark.parametrize("member", ["statement", "content", "proof", "epochs"])
def test_a_cut_anywhere_is_noticed(file: dict[str, Any], member: str) -> None:
    text = file[member][0] if member == "epochs" else file[member]
    for end in range(0, len(text) - 1, 41):
        bad = file | {member: [text[:end]] if member == "epochs" else text[:end]}
        assert not verify(bad), (member, end)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f | {"origin": "a" * 52},
        lambda f: f | {"seq": f["seq"] + 1},
        lambda f: f | {"epoch": 1},
        lambda f: f | {"revision": 2},
        lambda f: f | {"record": record_id(1)},
        lambda f: f | {"epochs": []},
        lambda f: f | {"epochs": f["epochs"] * 2},
        lambda f: f | {"statement": f["epochs"][0]},
        lambda f: f | {"statement": f["statement"] + " "},
        lambda f: {name: f[name] for name in f if name != "proof"},
    ],
    ids=[
        "another origin",
        "another place",
        "another epoch",
        "another revision",
        "another record",
        "no chain",
        "the genesis twice",
        "the genesis in place of the statement",
        "a space behind the statement",
        "no inclusion proof",
    ],
)
def test_a_file_that_says_something_else_than_it_proves_is_refused(
    file: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    assert verify(file)
    assert not verify(change(file))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a":%s}' % ("[" * 32 + "]" * 32), "nested more than 32 deep"),
        ('{"a":1.5}', "not an integer"),
        ('{"a":9007199254740992}', "too large"),
        ('{"\U0001f600":1}', "basic plane"),
        ('{"a":"%s"}' % ("x" * 100), "too large"),
        ("[]", "not a JSON object"),
        ('{"a": 1}', "not canonical"),
    ],
    ids=[
        "33 levels",
        "a float",
        "beyond the safe integers",
        "an emoji as name",
        "too many bytes",
        "a list",
        "white space",
    ],
)
def test_the_script_takes_only_what_the_protocol_takes(text: str, why: str) -> None:
    with pytest.raises(WrongError, match=why):
        canonical(text, 100)


def test_the_words_of_one_record_cannot_be_put_under_another(small: Exchange) -> None:
    one, two = publish(small, [practice("One"), practice("Two")])
    first = proof_file(small, small.own_oid(), one.record)
    second = proof_file(small, small.own_oid(), two.record)
    for member in ("content", "statement", "proof"):
        assert not verify(first | {member: second[member]}), member
