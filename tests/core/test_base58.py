"""Base58: one text for each byte string, both ways, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core import base58


@given(st.binary(max_size=80))
def test_bytes_come_back(data: bytes) -> None:
    assert base58.decode(base58.encode(data)) == data


@given(st.text(base58.ALPHABET, max_size=100))
def test_texts_come_back(text: str) -> None:
    assert base58.encode(base58.decode(text)) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"\0", "1", id="one zero byte"),
        pytest.param(b"\0\0\x01", "112", id="leading zeros"),
        pytest.param(b"Hello World!", "2NEpo7TZRRrLZSi2U", id="example of the base58 draft"),
        pytest.param(bytes.fromhex("0000287fb4cd"), "11233QC4", id="the draft's second example"),
    ],
)
def test_known_texts(data: bytes, text: str) -> None:
    assert base58.encode(data) == text
    assert base58.decode(text) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", " ", "é", "z\n", "1 1"])
def test_a_letter_outside_the_alphabet_is_refused(text: str) -> None:
    with pytest.raises(base58.BadBase58Error, match="not a base58 digit"):
        base58.decode(text)


def test_a_long_text_is_refused_before_it_is_decoded() -> None:
    assert len(base58.decode("1" * 128)) == 128
    with pytest.raises(base58.BadBase58Error, match="129 characters"):
        base58.decode("1" * 129)
    with pytest.raises(base58.BadBase58Error):
        base58.decode("11", limit=1)
