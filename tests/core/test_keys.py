"""Keys: strict when introduced, immutable, and secret ones stay out of every text."""

from __future__ import annotations

import copy
import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from node.core import base58
from node.core.canonical import digest
from node.core.keys import BadKeyError, BadSignatureError, PublicKey, SecretKey, key_digest

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
KEY = SecretKey.from_seed(bytes(range(32)))


def le(number: int) -> bytes:
    return number.to_bytes(32, "little")


def test_a_signature_verifies_over_its_message_only() -> None:
    signature = KEY.sign(b"message")
    KEY.public.verify(signature, b"message")
    with pytest.raises(BadSignatureError):
        KEY.public.verify(signature, b"massage")
    with pytest.raises(BadSignatureError):
        SecretKey.from_seed(bytes(32)).public.verify(signature, b"message")


def test_every_changed_bit_of_a_signature_is_refused() -> None:
    signature = KEY.sign(b"message")
    for bit in range(512):
        changed = (int.from_bytes(signature, "big") ^ 1 << bit).to_bytes(64, "big")
        with pytest.raises(BadSignatureError):
            KEY.public.verify(changed, b"message")


@pytest.mark.parametrize("length", [0, 32, 63, 65])
def test_a_signature_has_64_bytes(length: int) -> None:
    with pytest.raises(BadSignatureError, match="malformed"):
        KEY.public.verify(bytes(length), b"")


def test_the_same_signature_with_another_s_is_refused() -> None:
    signature = KEY.sign(b"message")
    larger = int.from_bytes(signature[32:], "little") + L
    for s in (larger, L, 2**256 - 1):
        with pytest.raises(BadSignatureError, match="malformed"):
            KEY.public.verify(signature[:32] + le(s), b"message")
    with pytest.raises(BadSignatureError, match="not by this key"):
        KEY.public.verify(signature[:32] + le(L - 1), b"message")


def test_an_r_beyond_the_field_is_refused() -> None:
    signature = KEY.sign(b"message")
    for y in (P, P + 1, P + 3, 2**255 - 1, P + 2**255):
        with pytest.raises(BadSignatureError, match="malformed"):
            KEY.public.verify(le(y) + signature[32:], b"message")
    with pytest.raises(BadSignatureError, match="not by this key"):
        KEY.public.verify(le(P - 1) + signature[32:], b"message")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(bytes(31), "32 bytes", id="31 bytes"),
        pytest.param(bytes(33), "32 bytes", id="33 bytes"),
        pytest.param(b"", "32 bytes", id="nothing"),
        pytest.param(le(P), "canonical", id="y equal to p"),
        pytest.param(le(2**255 - 1), "canonical", id="the largest y"),
        pytest.param(le(P + 1 + 2**255), "canonical", id="y above p with the sign"),
        pytest.param(le(1), "small order", id="the neutral point"),
        pytest.param(le(1 + 2**255), "small order", id="the neutral point with the sign"),
        pytest.param(le(P - 1), "small order", id="the point of order 2"),
        pytest.param(le(0), "small order", id="a point of order 4"),
        pytest.param(le(2), "not a point", id="off the curve"),
        pytest.param(le(2 + 2**255), "not a point", id="off the curve with the sign"),
    ],
)
def test_what_must_not_be_a_key_is_refused_when_introduced(raw: bytes, why: str) -> None:
    with pytest.raises(BadKeyError, match=why):
        PublicKey(raw)


def test_just_the_points_of_the_curve_are_keys() -> None:
    def is_key(y: int) -> bool:
        try:
            return PublicKey(le(y)).raw == le(y)
        except BadKeyError:
            return False

    # Computed apart, from the curve's equation: y for which x exists.
    assert [y for y in range(2, 20) if is_key(y)] == [y for y in range(2, 20) if has_x(y)]


def has_x(y: int) -> bool:
    d = -121665 * pow(121666, P - 2, P) % P
    square = (y * y - 1) * pow(d * y * y + 1, P - 2, P) % P
    root = pow(square, (P + 3) // 8, P)
    return root * root % P in {square, P - square}


def test_the_library_itself_takes_what_we_refuse() -> None:
    # Should this ever fail, the checks of our own may go.
    Ed25519PublicKey.from_public_bytes(le(1))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("u" + KEY.public.multikey[1:], id="another multibase"),
        pytest.param("Z" + KEY.public.multikey[1:], id="a capital z"),
        pytest.param(KEY.public.multikey + "1", id="a letter more"),
        pytest.param(KEY.public.multikey[:-1], id="a letter less"),
        pytest.param(KEY.public.multikey + "\n", id="a newline"),
        pytest.param("z" + "1" * 200, id="far too long"),
        pytest.param("z1" + KEY.public.multikey[1:], id="a zero byte before"),
        pytest.param("z" + base58.encode(b"\xed\x01" + le(1)), id="a point of small order"),
        pytest.param("z" + base58.encode(b"\xec\x01" + bytes(32)), id="another kind of key"),
        pytest.param(KEY.multikey, id="a secret key"),
    ],
)
def test_what_is_not_a_public_multikey_is_refused(text: str) -> None:
    with pytest.raises(BadKeyError):
        PublicKey.from_multikey(text)


def test_a_public_multikey_is_not_a_secret_one() -> None:
    with pytest.raises(BadKeyError):
        SecretKey.from_multikey(KEY.public.multikey)
    assert SecretKey.from_multikey(KEY.multikey).seed == KEY.seed


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(BadKeyError):
        SecretKey.from_seed(bytes(length))


def test_a_secret_key_does_not_show_itself() -> None:
    for text in (repr(KEY), str(KEY), f"{KEY}"):
        assert KEY.multikey not in text
        assert KEY.seed.hex() not in text
        assert KEY.public.multikey in text


def test_a_public_key_does_not_change() -> None:
    key = PublicKey(KEY.public.raw)
    with pytest.raises(AttributeError):
        key.raw = bytes(32)
    assert repr(key) == f"PublicKey({key.multikey})"


def test_equal_keys_are_equal_and_travel_to_workers() -> None:
    key = PublicKey(KEY.public.raw)
    assert key == KEY.public
    assert hash(key) == hash(KEY.public)
    assert key != SecretKey.from_seed(bytes(32)).public
    assert key != key.raw
    for copied in (pickle.loads(pickle.dumps(key)), copy.deepcopy(key)):
        assert copied == key
        copied.verify(KEY.sign(b""), b"")


def test_a_key_digest_is_of_the_multikey_text() -> None:
    assert key_digest(KEY.public) == digest(KEY.public.multikey.encode())


def test_the_did_key_names_the_key_twice() -> None:
    key = KEY.public
    assert key.verification_method == f"did:key:{key.multikey}#{key.multikey}"
