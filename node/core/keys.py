"""Ed25519 keys and their Multikey texts.

Rules (`schemas/protocol.md`, "Keys"):

1. A public key is refused when it is introduced, not when it is used: when it is one of the
   small-order points (any signature could be made to fit), when its encoding is not canonical
   (one key would have two names), or when it is not on the curve. The library takes all of these.
2. A signature is checked without cofactor, with S below the group order and with R canonical, so
   that nobody can make a second valid signature out of a first.
3. Multikey is multibase `z` (base58btc) over two bytes of multicodec and the 32 bytes::

       public   ed 01   z6Mk…   did:key:z6Mk…#z6Mk…
       secret   80 26   z3u2…   the 32-byte seed of RFC 8032
"""

from __future__ import annotations

from typing import Final, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from node.core import base58
from node.core.canonical import digest
from node.errors import BadInputError

KEY_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64
_PUBLIC_CODEC: Final = b"\xed\x01"
_SECRET_CODEC: Final = b"\x80\x26"

#: The field, the curve constant d and the group order of RFC 8032, section 5.1.
_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_L: Final = 2**252 + 27742317777372353535851937790883648493
_SIGN: Final = 1 << 255

#: One y coordinate of a point of order 8; the other is its negative.
_Y8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
#: The y coordinates of the eight points of order 1 (1), 2 (-1), 4 (0) and 8.
_SMALL_ORDER_Y: Final = frozenset({1, _P - 1, 0, _Y8, _P - _Y8})


class BadKeyError(BadInputError):
    """These bytes or this text are not a key that we accept."""

    code = "bad-key"


class BadSignatureError(BadInputError):
    """The signature was not made with this key over this message."""

    code = "bad-signature"


class PublicKey:
    """A public key that passed rule 1. Immutable, hashable, and it can be sent to a worker."""

    __slots__ = ("_key", "multikey", "raw", "verification_method")

    raw: bytes
    multikey: str
    verification_method: str
    _key: Ed25519PublicKey

    def __init__(self, raw: bytes) -> None:
        _check_point(raw)
        put = super().__setattr__
        put("raw", raw)
        put("multikey", "z" + base58.encode(_PUBLIC_CODEC + raw))
        put("verification_method", f"did:key:{self.multikey}#{self.multikey}")
        put("_key", Ed25519PublicKey.from_public_bytes(raw))

    @classmethod
    def from_multikey(cls, text: str) -> PublicKey:
        """Return the key that a Multikey text names. Raises `BadKeyError`."""
        return cls(_from_multikey(text, _PUBLIC_CODEC))

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check `signature` over `message` by rule 2. Raises `BadSignatureError`."""
        if (
            len(signature) != SIGNATURE_SIZE
            or int.from_bytes(signature[:32], "little") & ~_SIGN >= _P
            or int.from_bytes(signature[32:], "little") >= _L
        ):
            raise BadSignatureError("The signature is malformed.")
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise BadSignatureError(
                "The signature is not by this key.", key=self.multikey
            ) from error

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a key does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"PublicKey({self.multikey})"

    def __reduce__(self) -> tuple[type[PublicKey], tuple[bytes]]:
        return PublicKey, (self.raw,)


class SecretKey:
    """A private key in memory; it is a `ports.Signer`. Its repr names only the public half."""

    __slots__ = ("_key", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != KEY_SIZE:
            raise BadKeyError("A private key has 32 bytes.")
        self.seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(self._key.public_key().public_bytes_raw())

    @classmethod
    def from_seed(cls, seed: bytes) -> SecretKey:
        """Return the key of a 32-byte seed (RFC 8032, 5.1.5). Raises `BadKeyError`."""
        return cls(seed)

    @classmethod
    def from_multikey(cls, text: str) -> SecretKey:
        """Return the key of a secret Multikey (`z3u2…`), as printed. Raises `BadKeyError`."""
        return cls(_from_multikey(text, _SECRET_CODEC))

    @property
    def multikey(self) -> str:
        """Return the secret Multikey, for paper only: whoever reads it has the key."""
        return "z" + base58.encode(_SECRET_CODEC + self.seed)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message` (RFC 8032, 5.1.6)."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SecretKey(of {self.public.multikey})"


def key_digest(key: PublicKey) -> str:
    """Return the digest of the key's Multikey text in ASCII, as `next` holds it."""
    return digest(key.multikey.encode("ascii"))


def _from_multikey(text: str, codec: bytes) -> bytes:
    if not text.startswith("z"):
        raise BadKeyError("A Multikey begins with the letter z.")
    try:
        data = base58.decode(text[1:])
    except base58.BadBase58Error as error:
        raise BadKeyError(f"This is not a Multikey: {error.message}") from error
    if not data.startswith(codec) or len(data) != len(codec) + KEY_SIZE:
        raise BadKeyError("This Multikey is not an Ed25519 key of the kind expected here.")
    return data[len(codec) :]


def _check_point(raw: bytes) -> None:
    """Refuse what rule 1 refuses (RFC 8032, 5.1.3, made strict)."""
    if len(raw) != KEY_SIZE:
        raise BadKeyError("A public key has 32 bytes.")
    y = int.from_bytes(raw, "little") & ~_SIGN
    if y >= _P:
        raise BadKeyError("This public key is not written in its canonical form.")
    if y in _SMALL_ORDER_Y:
        raise BadKeyError(
            "This public key is a point of small order, which anybody could sign for."
        )
    # x² = (y² - 1) / (d·y² + 1) must be a square (Euler's criterion); it is never 0 here,
    # because x = 0 belongs to y = ±1, which was refused above.
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(square, (_P - 1) // 2, _P) != 1:
        raise BadKeyError("This public key is not a point of the curve.")
