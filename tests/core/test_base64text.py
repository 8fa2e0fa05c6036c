"""Base64: one text for each byte string, both ways, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.base64text import (
    BadBase64Error,
    decode_base64,
    decode_base64url,
    encode_base64,
    encode_base64url,
)


@given(st.binary(max_size=40))
def test_bytes_come_back(data: bytes) -> None:
    assert decode_base64(encode_base64(data)) == data
    assert decode_base64url(encode_base64url(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("YQ", id="no padding"),
        pytest.param("YQ=", id="half the padding"),
        pytest.param("YR==", id="unused bits set"),
        pytest.param("YQ==YQ==", id="padding inside"),
        pytest.param("Y Q==", id="a space"),
        pytest.param("YQ==\n", id="a newline"),
        pytest.param("_-8=", id="the other alphabet"),
        pytest.param("é===", id="not ASCII"),
        pytest.param("A===", id="one letter"),
    ],
)
def test_another_way_to_write_base64_is_refused(text: str) -> None:
    with pytest.raises(BadBase64Error):
        decode_base64(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("YQ==", id="padding"),
        pytest.param("YR", id="unused bits set"),
        pytest.param("Y", id="one letter"),
        pytest.param("Y Q", id="a space"),
        pytest.param("/+8", id="the other alphabet"),
        pytest.param("é", id="not ASCII"),
    ],
)
def test_another_way_to_write_base64url_is_refused(text: str) -> None:
    with pytest.raises(BadBase64Error):
        decode_base64url(text)
