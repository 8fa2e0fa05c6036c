"""The publish guard: what a person should look at once more before signing.

Nothing here refuses a record; a warning is a question. What was signed is copied to every
partner and can only be erased, not unsaid, so the guard asks about

* e-mail addresses and telephone numbers in texts and addresses (a contact is an organisation and
  a role, never a person; a beneficiary never appears);
* a missing licence, for then nobody abroad may reuse the record;
* results without a word on what they are based on;
* pictures without a description, or without a word on the consent of the people in them;
* files that the body names and the record does not carry;
* addresses that only the author's own network can open.

It works on the fields of the kind and knows none of them by the kind's name. Names beside ages or
case details need language knowledge and are the matter of a later, larger guard.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from node.contract.explaining import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.contract.explaining import Explainer
    from node.contract.faults import Fault
    from node.contract.fields import Field, Kind
    from node.contract.registry import Contract
    from node.core.contents import Content

#: Text is searched in windows, so the patterns need not guard against long input; both are linear.
_EMAIL = re.compile(
    r"[\w.+-]{1,64}(?:@|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
)
#: An international number, or a national one that is written in groups after a leading zero.
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,13}(?!\d)"
    r"|(?<![\w.,/+-])\(?0\d{1,4}\)?(?:[ /-]{1,3}\d{2,5}){2,4}(?![\w-])"
)
#: Schemes of two labels under which no public name exists (RFC 2606, RFC 6762, RFC 8375).
_PRIVATE_SUFFIXES = (".local", ".localhost", ".internal", ".lan", ".test", ".invalid", ".arpa")

Path = list[str | int]


def warnings_of(contract: Contract, content: Content, schema: str) -> list[Fault]:
    """Return the warnings for a content that is about to be published, in the fields' order."""
    kind = contract.kind(schema)
    if kind is None:
        return []
    return sorted(
        _Guard(kind, contract.checker(schema).explainer, content).warnings(),
        key=lambda w: contract.checker(schema).explainer.order(w.pointer),
    )


class _Guard:
    """Looks through one content."""

    def __init__(self, kind: Kind, explainer: Explainer, content: Content) -> None:
        self._kind = kind
        self._explainer = explainer
        self._body = content.body
        self._blobs = {blob.digest: blob for blob in content.blobs}

    def warnings(self) -> Iterator[Fault]:
        yield from self._absent("licence", "no-licence", "expected-licence")
        if "results" in self._body:
            yield from self._absent("evidence_type", "no-evidence", "expected-evidence")
        for path, field, value in self._values(self._kind.fields, self._body, []):
            if field.type in {"langmap", "longtext", "pointermap"} and isinstance(value, dict):
                for language, text in value.items():
                    yield from self._personal([*path, language], text)
            elif field.type == "text":
                yield from self._personal(path, value)
            elif field.type == "url":
                yield from self._address(path, value)
            elif field.type == "file":
                yield from self._file(path, value)
            elif field.item("alt") is not None and isinstance(value, dict):
                yield from self._picture(path, value)

    def _values(
        self, fields: tuple[Field, ...], value: dict[str, Any], path: Path
    ) -> Iterator[tuple[Path, Field, Any]]:
        for field in fields:
            member = value.get(field.name)
            if member is None:
                continue
            elements = list(enumerate(member)) if isinstance(member, list) else [(None, member)]
            for place, element in elements:
                here = [*path, field.name, *([place] if place is not None else [])]
                yield here, field, element
                if field.items and isinstance(element, dict):
                    yield from self._values(field.items, element, here)

    def _absent(self, name: str, code: str, expected: str) -> Iterator[Fault]:
        if self._kind.field(name) is not None and not self._body.get(name):
            yield self._warn(code, [name], expected)

    def _personal(self, path: Path, text: Any) -> Iterator[Fault]:
        if not isinstance(text, str):
            return
        for code, pattern in (("email-address", _EMAIL), ("phone-number", _PHONE)):
            if found := pattern.search(text):
                yield self._warn(code, path, "expected-role-not-person", found[0])

    def _address(self, path: Path, url: Any) -> Iterator[Fault]:
        if not isinstance(url, str):
            return
        if found := _EMAIL.search(url):
            yield self._warn("email-address", path, "expected-role-not-person", found[0])
        elif not is_public_address(url):
            yield self._warn("insecure-link", path, "expected-public-link", url)

    def _file(self, path: Path, digest: Any) -> Iterator[Fault]:
        if isinstance(digest, str) and digest not in self._blobs:
            yield self._warn("missing-file", path, "expected-held-file", digest)

    def _picture(self, path: Path, medium: dict[str, Any]) -> Iterator[Fault]:
        blob = self._blobs.get(medium.get("digest", ""))
        if blob is None or not blob.media_type.startswith("image/"):
            return
        if not medium.get("alt") and not blob.alt:
            yield self._warn("no-alt-text", [*path, "alt"], "expected-alt-text")
        if not medium.get("consent"):
            yield self._warn("no-consent", [*path, "consent"], "expected-consent")

    def _warn(self, code: str, path: Path, expected: str, value: str = "") -> Fault:
        facts = {"value": shown(value)} if value else {}
        return self._explainer.fault(code, path, expected=expected, facts=facts, severity="warning")


def is_public_address(url: str) -> bool:
    """Tell whether an address can be meant for anybody on the internet, by its look alone."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(_PRIVATE_SUFFIXES)
