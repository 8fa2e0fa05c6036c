"""C2SP signed notes, vkeys and checkpoints."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from node.core.checkpoints import BadCheckpointError, read_checkpoint_text, read_tlog_text
from node.core.notes import BadNoteError, parse_note, parse_vkey, verify_note
from tests.support.vectors import read_json, rows


def load_notes() -> list[tuple[str, Any]]:
    files = (read_json(f"signed-note/{name}.json") for name in ("notes", "own-notes"))
    return [(case["name"], case) for file in files for case in file["notes"]]


def load_bad_vkeys() -> list[tuple[str, Any]]:
    return [(key[-20:], key) for key in read_json("signed-note/notes.json")["bad_vkeys"]]


def load_checkpoints() -> list[tuple[str, Any]]:
    file = read_json("signed-note/checkpoints.json")
    return [(case["name"], (file["origin"], file["vkey"], case)) for case in file["cases"]]


def open_note(raw: bytes, vkeys: list[str]) -> list[str]:
    """Return the names that verified."""
    verified = verify_note(parse_note(raw), [parse_vkey(text) for text in vkeys])
    return [item.verifier.name for item in verified]


@pytest.mark.parametrize("case", rows(load_notes))
def test_a_note_is_judged_as_published(case: Any) -> None:
    raw = base64.b64decode(case["note_base64"])
    if case["expect"] == "reject":
        with pytest.raises(BadNoteError):
            open_note(raw, case["vkeys"])
    else:
        assert open_note(raw, case["vkeys"]) == (case["verified"] or [])
        assert bool(case["verified"]) == (case["expect"] == "ok")


@pytest.mark.parametrize("key", rows(load_bad_vkeys))
def test_a_bad_vkey_does_not_parse(key: Any) -> None:
    with pytest.raises(BadNoteError):
        parse_vkey(key)


@pytest.mark.parametrize("case", rows(load_checkpoints))
def test_a_checkpoint_text_is_judged_as_published(case: Any) -> None:
    origin, vkey, checkpoint = case
    raw = checkpoint["checkpoint"].encode()

    def read() -> str:
        note = parse_note(raw)
        assert [item.verifier.vkey for item in verify_note(note, [parse_vkey(vkey)])] == [vkey]
        line, _, _ = read_tlog_text(note.text)
        if line != origin:
            raise BadCheckpointError("another log")
        return line

    if checkpoint["expect"] == "ok":
        assert read() == origin
    else:
        with pytest.raises((BadCheckpointError, BadNoteError)):
            read()


@pytest.mark.parametrize("case", rows(load_checkpoints))
def test_our_profile_takes_only_our_own_origin_lines(case: Any) -> None:
    _, _, checkpoint = case
    text, _, _ = checkpoint["checkpoint"].rpartition("\n\n")
    with pytest.raises(BadCheckpointError):
        read_checkpoint_text(text.encode() + b"\n")


def test_an_extension_line_is_general_but_not_in_our_profile() -> None:
    root = base64.b64encode(bytes(range(32))).decode()
    three = f"footbridge/1/{'a' * 52}/0\n1\n{root}\n"
    assert read_checkpoint_text(three.encode())[1:3] == (0, 1)
    four = f"{three}time 1700000000\n".encode()
    assert read_tlog_text(four)[1] == 1
    with pytest.raises(BadCheckpointError, match="extension"):
        read_checkpoint_text(four)
