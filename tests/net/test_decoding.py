from __future__ import annotations

import gzip
import io
import tracemalloc

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from node.errors import PeerMisbehavesError, PeerUnreachableError
from node.net.decoding import collect, decoded

PACK = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "identity": lambda data: data,
}


def source(data: bytes, step: int = 65536):
    stream = io.BytesIO(data)
    return lambda size: stream.read(min(size, step))


@pytest.mark.parametrize("encoding", PACK)
@given(data=st.binary(max_size=2000), step=st.integers(1, 50))
@settings(max_examples=50, deadline=None)
def test_what_was_packed_comes_out_however_it_arrives(encoding, data, step):
    packed = PACK[encoding](data)
    assert collect(decoded(source(packed, step), encoding), 2000) == data


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_members_in_a_row_are_one_body(encoding):
    packed = PACK[encoding](b"first ") + PACK[encoding](b"second")
    assert collect(decoded(source(packed), encoding), 100) == b"first second"
    assert collect(decoded(source(packed, 1), encoding), 100) == b"first second"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_every_cut_of_a_packed_body_is_noticed(encoding):
    packed = PACK[encoding](b"some words that are packed, some words that are packed")
    for end in range(1, len(packed)):
        with pytest.raises((PeerUnreachableError, PeerMisbehavesError)):
            collect(decoded(source(packed[:end]), encoding), 1000)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_damaged_packing_is_the_peers_fault(encoding):
    with pytest.raises(PeerMisbehavesError, match="it is not"):
        collect(decoded(source(b"this was never packed"), encoding), 1000)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_is_stopped_at_the_limit_and_never_unfolded_in_memory(encoding):
    packed = PACK[encoding](bytes(200 * 1024 * 1024))
    assert len(packed) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(PeerMisbehavesError, match="more than the 1,000,000 bytes"):
            collect(decoded(source(packed), encoding), 1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


def test_a_zstd_frame_that_asks_for_a_huge_window_is_refused():
    parameters = zstandard.ZstdCompressionParameters(window_log=27)
    compressor = zstandard.ZstdCompressor(compression_params=parameters)
    packer = compressor.compressobj()
    packed = packer.compress(b"x" * 100) + packer.flush()
    with pytest.raises(PeerMisbehavesError):
        collect(decoded(source(packed), "zstd"), 1000)


def test_an_encoding_that_nobody_asked_for_is_refused():
    with pytest.raises(PeerMisbehavesError, match="not asked for"):
        collect(decoded(source(b"x"), "br"), 10)


def test_exactly_the_limit_is_allowed_and_one_more_is_not():
    assert collect(decoded(source(b"12345"), ""), 5) == b"12345"
    with pytest.raises(PeerMisbehavesError):
        collect(decoded(source(b"123456"), ""), 5)
