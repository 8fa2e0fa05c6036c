"""E-mail addresses, also those written so that machines do not see them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from node.contract.guard.texts import Finding, Text
from node.contract.guard.wordlists import alternatives

#: ``(at)`` in the words people use for it; in brackets, or alone when “dot” follows.
_AT = alternatives("at")
_DOT = alternatives("dot")
_PLAIN = re.compile(
    r"(?<![\w.+-])[\w+-](?:[\w.+-]{0,63})"
    rf"(?:@|\s?[(\[{{]\s?(?:@|{_AT})\s?[)\]}}]\s?)"
    r"[\w-]{1,63}(?:(?:\.|\s?[(\[{]\s?(?:\.|" + _DOT + r")\s?[)\]}]\s?)[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)
_SPELT = re.compile(
    rf"(?<![\w.+-])[\w+-][\w.+-]{{0,63}} (?:{_AT}) [\w-]{{1,63}} (?:{_DOT}) [a-z]{{2,12}}(?!\w)",
    re.IGNORECASE,
)
#: What stands before the name in ``https://name:password@host``, which `links` asks about.
_LOGIN = re.compile(r"://[^\s/?#]{0,70}$")
_HINT = re.compile(rf"@|[(\[{{]\s?(?:{_AT})\s?[)\]}}]| (?:{_DOT}) ", re.IGNORECASE)


def find_emails(text: Text) -> Iterator[Finding]:
    """Give the first e-mail address of a text."""
    if not _HINT.search(text.raw):
        return
    found = _PLAIN.search(text.raw) or _SPELT.search(text.raw)
    if found and not _LOGIN.search(text.raw, max(0, found.start() - 80), found.start()):
        yield Finding("email-address", "expected-role-not-person", found[0])
