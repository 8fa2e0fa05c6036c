"""Contents: the words of one revision, kept apart from the log so that they can be erased.

::

    {"blobs":[{"alt":{"en":"…"},"digest":"sha256:…","media_type":"image/jpeg",
               "name":"class.jpg","size":48213}],
     "body":{…},"fallback":{"summary":{"en":"…"},"title":{"en":"…"}},
     "kind":"good-practice","salt":"<43 characters of base64url>"}

Rules (`schemas/protocol.md`, "Content"):

1. Canonical JSON of at most 256 KiB. The log holds only its digest and size.
2. `salt` is 32 random bytes, fresh for each revision: without it the digest in the log would
   tell anybody who can guess the words what was erased.
3. Digests of files stand here and never in the log, for the same reason.
4. `fallback` is a plain title and summary by language, so that a node that does not know the
   kind can still show the record. `body` is judged by the kind's schema, which is not our matter.
5. Unknown members are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from node.core.base64text import BadBase64Error, decode_base64url, encode_base64url
from node.core.canonical import NotCanonicalError, digest, is_digest, jcs, parse
from node.core.limits import MAX_CONTENT
from node.core.statements import is_count
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SALT_SIZE: Final = 32
_KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,63}")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
#: A file's name goes into addresses and archives: no folders, no control characters.
_NAME: Final = re.compile(r"(?!\.{1,2}$)[^/\\\x00-\x1f\x7f]{1,200}")


class BadContentError(BadInputError):
    """The bytes are not the content that the log names, or not a content at all."""

    code = "bad-content"


@dataclass(frozen=True, slots=True)
class BlobRef:
    """A file that belongs to a content; `alt` describes it by language, for who cannot see it."""

    digest: str
    size: int
    media_type: str
    name: str
    alt: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the member of `blobs` that stands for this file."""
        return {
            "digest": self.digest,
            "size": self.size,
            "media_type": self.media_type,
            "name": self.name,
            "alt": dict(self.alt),
        }


@dataclass(frozen=True, slots=True)
class Content:
    """A well-formed content. `raw` are the bytes as received; `body` must not be changed."""

    raw: bytes = field(repr=False)
    digest: str
    salt: bytes = field(repr=False)
    kind: str
    body: dict[str, Any] = field(repr=False)
    blobs: tuple[BlobRef, ...]
    fallback: dict[str, Any] = field(repr=False)

    @property
    def size(self) -> int:
        """Return the number of bytes, as the statement names it."""
        return len(self.raw)


def make_content(
    kind: str,
    body: Mapping[str, Any],
    *,
    salt: bytes,
    blobs: Sequence[BlobRef] = (),
    fallback: Mapping[str, Any],
) -> bytes:
    """Return the bytes of a content; `salt` is 32 fresh random bytes.

    Raises `BadContentError` when a part is wrong or the whole too large.
    """
    document = {
        "salt": encode_base64url(salt),
        "kind": kind,
        "body": dict(body),
        "blobs": [blob.as_json() for blob in blobs],
        "fallback": dict(fallback),
    }
    try:
        raw = jcs(document)
    except NotCanonicalError as error:
        raise BadContentError(error.message, hint=error.hint) from error
    parse_content(raw)
    return raw


def open_content(raw: bytes, *, digest: str, size: int) -> Content:
    """Return the content of exactly this digest and size.

    Raises `BadContentError`. Digest and size are compared before anything is parsed.
    """
    check_content_bytes(raw, digest=digest, size=size)
    return parse_content(raw)


def check_content_bytes(raw: bytes, *, digest: str, size: int) -> None:
    """Check that these bytes have this digest and size. Raises `BadContentError`."""
    if len(raw) != size or _digest(raw) != digest:
        raise BadContentError("The content is not the one that the log names.", digest=digest)


def parse_content(raw: bytes) -> Content:
    """Return the content that the bytes hold, whatever their digest.

    Raises `BadContentError` when they are not canonical JSON or break a rule above.
    """
    try:
        document = parse(raw, limit=MAX_CONTENT)
    except NotCanonicalError as error:
        raise BadContentError(error.message, hint=error.hint) from error
    if not isinstance(document, dict):
        raise BadContentError("A content is a JSON object.")
    kind, body = document.get("kind"), document.get("body")
    blobs, fallback = document.get("blobs"), document.get("fallback")
    if not isinstance(kind, str) or _KIND.fullmatch(kind) is None:
        raise BadContentError("The kind of a content is a code such as good-practice.")
    if not isinstance(body, dict):
        raise BadContentError("The body of a content is an object.")
    if not isinstance(blobs, list):
        raise BadContentError("The files of a content are a list, which may be empty.")
    if not isinstance(fallback, dict) or not _is_fallback(fallback):
        raise BadContentError("A content has a title and a summary by language in fallback.")
    files = tuple(_blob(item) for item in blobs)
    salt = _salt(document.get("salt"))
    return Content(raw, _digest(raw), salt, kind, body, files, fallback)


#: The parameters named `digest` hide the function of that name.
_digest = digest


def _salt(value: object) -> bytes:
    try:
        salt = decode_base64url(value) if isinstance(value, str) else b""
    except BadBase64Error as error:
        raise BadContentError(f"The salt is malformed: {error.message}") from error
    if len(salt) != SALT_SIZE:
        raise BadContentError("The salt of a content is 32 bytes.")
    return salt


def _is_fallback(value: Mapping[str, Any]) -> bool:
    title, summary = value.get("title"), value.get("summary")
    return _is_language_map(title) and bool(title) and _is_language_map(summary)


def _is_language_map(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(text, str) and _LANGUAGE.fullmatch(language) is not None
        for language, text in value.items()
    )


def _blob(value: object) -> BlobRef:
    if not isinstance(value, dict):
        raise BadContentError("A file of a content is an object.")
    found, size, alt = value.get("digest"), value.get("size"), value.get("alt")
    media_type, name = value.get("media_type"), value.get("name")
    if not isinstance(found, str) or not isinstance(size, int):
        raise BadContentError("A file of a content has a digest and a size.")
    if not is_digest(found) or not is_count(size):
        raise BadContentError("A file of a content has a digest and a size.")
    if not isinstance(media_type, str) or _MEDIA_TYPE.fullmatch(media_type) is None:
        raise BadContentError("A file of a content has a media type such as image/jpeg.")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise BadContentError("A file of a content has a name without folders.")
    if not isinstance(alt, dict) or not _is_language_map(alt):
        raise BadContentError("A file of a content has a description by language in alt.")
    return BlobRef(found, size, media_type, name, alt)
