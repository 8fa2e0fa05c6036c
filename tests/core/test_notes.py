"""Signed notes: what is malformed, what is ignored, what refuses the whole."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.limits import MAX_NOTE, MAX_NOTE_SIGNATURES
from node.core.notes import (
    DATED,
    PLAIN,
    BadNoteError,
    Note,
    Verifier,
    join_note,
    key_id,
    parse_note,
    parse_vkey,
    sign_line,
    verify_note,
)
from tests.support.making import secret

KEY, OTHER = secret("note"), secret("other")
NAME = "log.example/a"
TEXT = b"One line.\n\nAnother.\n"
PLAIN_LINE = sign_line(TEXT, NAME, KEY)
DATED_LINE = sign_line(TEXT, NAME, KEY, dated=1_700_000_000)
NOTE = join_note(TEXT, [PLAIN_LINE, DATED_LINE])
MINE = [Verifier(NAME, PLAIN, KEY.public), Verifier(NAME, DATED, KEY.public)]


def line(name: str, data: bytes) -> bytes:
    return f"— {name} {base64.b64encode(data).decode()}\n".encode()


def test_both_lines_verify_and_the_dated_one_says_when() -> None:
    verified = verify_note(parse_note(NOTE), MINE)
    assert [(item.verifier, item.dated) for item in verified] == [
        (MINE[0], None),
        (MINE[1], 1_700_000_000),
    ]


def test_the_text_ends_before_the_last_empty_line() -> None:
    note = parse_note(NOTE)
    assert note.text == TEXT
    assert [item.name for item in note.signatures] == [NAME, NAME]


def test_lines_of_others_are_ignored() -> None:
    foreign = sign_line(TEXT, "witness.example", OTHER, dated=5)
    unknown = line("x", b"\0\0\0\0" + b"any length")
    raw = join_note(TEXT, [foreign, PLAIN_LINE, unknown])
    assert [item.verifier for item in verify_note(parse_note(raw), MINE)] == [MINE[0]]
    assert verify_note(parse_note(join_note(TEXT, [foreign])), MINE) == []


def test_the_same_name_with_another_key_is_another_signer() -> None:
    raw = join_note(TEXT, [sign_line(TEXT, NAME, OTHER)])
    assert verify_note(parse_note(raw), MINE) == []


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(line(NAME, MINE[0].key_id + bytes(64)), id="zeros"),
        pytest.param(line(NAME, MINE[0].key_id + KEY.sign(b"else")), id="over another text"),
        pytest.param(line(NAME, MINE[0].key_id + OTHER.sign(TEXT)), id="by another key"),
        pytest.param(line(NAME, MINE[0].key_id + KEY.sign(TEXT) + b"\0"), id="a byte more"),
        pytest.param(line(NAME, MINE[0].key_id + b"\0"), id="one byte"),
        pytest.param(line(NAME, MINE[1].key_id + bytes(8) + KEY.sign(TEXT)), id="a plain as dated"),
        pytest.param(line(NAME, MINE[1].key_id + bytes(3)), id="a dated line of three bytes"),
        pytest.param(
            line(NAME, MINE[1].key_id + b"\xff" * 8 + KEY.sign(b"")), id="a date beyond 2^63"
        ),
    ],
)
def test_a_failing_line_of_a_known_key_refuses_the_note(bad: bytes) -> None:
    for lines in ([bad], [PLAIN_LINE, bad], [bad, PLAIN_LINE]):
        with pytest.raises(BadNoteError, match=r"verify|out of range"):
            verify_note(parse_note(join_note(TEXT, lines)), MINE)


SIGNED = NOTE.decode()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(TEXT, id="no signature"),
        pytest.param(TEXT + b"\n", id="an empty line and no signature"),
        pytest.param(b"\n" + PLAIN_LINE, id="no text before the empty line"),
        pytest.param(NOTE[:-1], id="no newline at the end"),
        pytest.param(NOTE + b"\n", id="an empty line at the end"),
        pytest.param(NOTE + b"more\n", id="text after the signatures"),
        pytest.param(SIGNED.replace("\n", "\r\n").encode(), id="carriage returns"),
        pytest.param(SIGNED.replace("— ", "- ").encode(), id="a hyphen"),
        pytest.param(SIGNED.replace("— ", "—  ").encode(), id="two spaces before the name"),
        pytest.param(SIGNED.replace(f"{NAME} ", f"{NAME}  ").encode(), id="two spaces after it"),
        pytest.param(SIGNED.replace(f"{NAME} ", "").encode(), id="no name"),
        pytest.param(SIGNED.replace(NAME, "a+b").encode(), id="a plus in the name"),
        pytest.param(SIGNED.replace(NAME, "a\u00a0b").encode(), id="a space of another kind"),
        pytest.param(NOTE.replace(b"One", b"On\xff"), id="not UTF-8"),
        pytest.param(NOTE.replace(b"One", b"On\x00"), id="a zero byte"),
        pytest.param(NOTE.replace(b"One", b"On\t"), id="a tab"),
        pytest.param(join_note(TEXT, [b"\xe2\x80\x94 a !\n"]), id="no base64"),
        pytest.param(join_note(TEXT, [line("a", b"\0\0\0\0")]), id="a key ID alone"),
        pytest.param(join_note(TEXT, [line("a", b"")]), id="an empty signature"),
        pytest.param(join_note(TEXT, [PLAIN_LINE.replace(b"\n", b"=\n")]), id="padding too much"),
    ],
)
def test_what_is_malformed_is_no_note(raw: bytes) -> None:
    with pytest.raises(BadNoteError):
        parse_note(raw)


def test_there_may_be_32_signatures_and_no_more() -> None:
    raw = join_note(TEXT, [PLAIN_LINE] * MAX_NOTE_SIGNATURES)
    assert len(verify_note(parse_note(raw), MINE)) == MAX_NOTE_SIGNATURES
    with pytest.raises(BadNoteError, match="signature lines"):
        parse_note(raw + PLAIN_LINE)


def test_there_may_be_16_kib_and_no_more() -> None:
    text = b"x" * (MAX_NOTE - len(PLAIN_LINE) - 2) + b"\n"
    assert parse_note(join_note(text, [PLAIN_LINE])).text == text
    with pytest.raises(BadNoteError, match="bytes"):
        parse_note(join_note(b"x" + text, [PLAIN_LINE]))


def test_the_key_id_tells_name_type_and_key_apart() -> None:
    ids = {
        key_id(name, type_, key.public)
        for name in ("a", "b")
        for type_ in (PLAIN, DATED)
        for key in (KEY, OTHER)
    }
    assert len(ids) == 8
    assert all(len(item) == 4 for item in ids)


def test_the_published_example_has_its_key_id() -> None:
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    verifier = parse_vkey(text)
    assert (verifier.name, verifier.type) == ("PeterNeumann", PLAIN)
    assert verifier.key_id.hex() == "c74f20a3"
    assert verifier.vkey == text


@pytest.mark.parametrize("verifier", MINE, ids=["plain", "dated"])
def test_a_vkey_comes_back_and_no_changed_character_is_taken(verifier: Verifier) -> None:
    text = verifier.vkey
    assert parse_vkey(text) == verifier
    for at in range(len(text)):
        for new in ("", "A" if text[at] != "A" else "B", " "):
            with pytest.raises(BadNoteError):
                parse_vkey(text[:at] + new + text[at + 1 :])
        with pytest.raises(BadNoteError):
            parse_vkey(text[:at])


def test_a_vkey_of_a_key_we_never_accept_is_refused() -> None:
    tail = base64.b64encode(b"\x01" + b"\x01" + bytes(31)).decode()
    with pytest.raises(BadNoteError, match="small order"):
        parse_vkey(f"name+00000000+{tail}")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\x01b"], ids=ascii)
def test_a_name_that_cannot_stand_in_a_line_is_refused(name: str) -> None:
    with pytest.raises(BadNoteError):
        sign_line(TEXT, name, KEY)
    with pytest.raises(BadNoteError):
        Verifier(name, PLAIN, KEY.public)


def test_other_types_of_key_are_not_verified() -> None:
    with pytest.raises(BadNoteError):
        Verifier(NAME, 2, KEY.public)


@pytest.mark.parametrize("dated", [-1, 2**63])
def test_a_date_out_of_range_is_not_signed(dated: int) -> None:
    with pytest.raises(BadNoteError):
        sign_line(TEXT, NAME, KEY, dated=dated)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_note_or_refused(raw: bytes) -> None:
    try:
        note = parse_note(raw)
    except BadNoteError:
        return
    assert isinstance(note, Note)


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=60), st.data()
)
def test_any_text_can_be_signed_and_verified(text: str, data: Any) -> None:
    body = (text + "\n").encode()
    dated = data.draw(st.integers(0, 2**63 - 1))
    lines = [sign_line(body, NAME, KEY), sign_line(body, NAME, KEY, dated=dated)]
    verified = verify_note(parse_note(join_note(body, lines)), MINE)
    assert [item.dated for item in verified] == [None, dated]
