"""Addresses that a reader abroad cannot or must not open.

Looked at from the outside only; the contract knows no network. Whether an address still answers is
asked of a `DeadLinks`, which the caller may bring.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from urllib.parse import SplitResult, parse_qsl, urlsplit

from node.contract.guard.texts import Finding, Text

#: Takes addresses, at most `MOST_LINKS`, and returns those that lead nowhere.
DeadLinks = Callable[[Sequence[str]], Collection[str]]
MOST_LINKS = 50

#: Suffixes under which no public name exists (RFC 2606, RFC 6762, RFC 8375), and usual inner ones.
_PRIVATE_SUFFIXES = (
    *(".local", ".localhost", ".internal", ".lan", ".test", ".invalid", ".arpa"),
    *(".intranet", ".intra", ".corp", ".home", ".private"),
)
_PRIVATE_HOSTS = re.compile(
    r"(?:intranet|intra|localhost|fileserver|nas|vpn|sharepoint-int)\d{0,3}\."
)
_LOGIN = re.compile(
    r"(?:^|/)(?:wp-admin|wp-login\.php|administrator|admin|login|log-in|signin|sign-in|logon"
    r"|my-account|users/sign_in|user/login|auth/realms|owa|webmail|cpanel|phpmyadmin)"
    r"(?:/|\.php$|\.aspx?$|$)",
    re.IGNORECASE,
)
_SHARES = (
    (re.compile(r"docs\.google\.com$"), re.compile(r"/edit(?:$|[/?#])")),
    (re.compile(r"(?:^|\.)sharepoint\.com$"), re.compile(r"^/:[wxpo]:/")),
    (re.compile(r"(?:1drv\.ms|onedrive\.live\.com)$"), re.compile(r"^/(?:[wxpo]/|edit)")),
    (re.compile(r"(?:^|\.)office\.com$"), re.compile(r"/edit")),
    (re.compile(r"(?:^|\.)canva\.com$"), re.compile(r"/edit$")),
    (re.compile(r"(?:^|\.)miro\.com$"), re.compile(r"^/app/board/")),
    (
        re.compile(r"^(?:etherpad|pad|cryptpad)\."),
        re.compile(r"^/(?:p/|pad/(?:#/2/)?.{0,200}/edit)"),
    ),
)
_EDITING = {("action", "edit"), ("mode", "edit"), ("role", "editor"), ("permission", "edit")}
_SECRETS = {"token", "access_token", "auth", "apikey", "api_key", "password", "passwd", "sessionid"}
_SECRETS |= {"sid", "phpsessid", "jsessionid", "sig", "x-amz-signature", "invite", "resourcekey"}
_IN_TEXT = re.compile(
    r"(?:(?:https?|ftp)://[^\s<>\"“”«»]{1,2000}|file:/{1,3}[^\s<>\"]{1,300}|\\\\[\w.-]{2,60}\\[^\s]{1,200})"
)


def find_links(text: Text) -> Iterator[Finding]:
    """Give every address in a text that should not stand there, each kind once."""
    if "://" not in text.raw and "file:/" not in text.raw and "\\\\" not in text.raw:
        return
    seen: set[str] = set()
    for found in _IN_TEXT.finditer(text.raw):
        code = fault_of(found[0].rstrip(".,;:!?)"))
        if code and code not in seen:
            seen.add(code)
            yield link_finding(code, found[0])


def link_finding(code: str, url: str) -> Finding:
    """Return the finding of an address."""
    expected = "expected-reading-link" if code == "editable-link" else "expected-public-link"
    return Finding(code, expected, url)


def fault_of(url: str) -> str:
    """Return the code of what is wrong with an address by its look, or an empty text."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "private-link"
    if parts.scheme.lower() not in {"http", "https"} or not is_public_address(url):
        return "private-link"
    if parts.username is not None or _carries_secret(parts):
        return "secret-link"
    if _is_editable(parts):
        return "editable-link"
    return "login-link" if _LOGIN.search(parts.path[:500]) or port in {2083, 8443, 10000} else ""


def is_public_address(url: str) -> bool:
    """Tell whether an address can be meant for anybody on the internet, by its look alone."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        inside = host.endswith(_PRIVATE_SUFFIXES) or _PRIVATE_HOSTS.match(host)
        return "." in host and not inside


def _carries_secret(parts: SplitResult) -> bool:
    pairs = parse_qsl(parts.query[:2000], max_num_fields=None)
    return any(name.lower() in _SECRETS and value for name, value in pairs)


def _is_editable(parts: SplitResult) -> bool:
    host, path = (parts.hostname or "").lower(), parts.path[:500]
    if any(h.search(host) and p.search(path) for h, p in _SHARES):
        return True
    return not _EDITING.isdisjoint(parse_qsl(parts.query[:2000].lower()))
