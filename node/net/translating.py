"""Suggestions from a server that speaks LibreTranslate's API, over the same bounds as a peer.

Asked is ``POST /translate`` with several texts at once; the API is described at
https://docs.libretranslate.com. Nothing of what comes back is believed beyond its shape: a
suggestion is a text that a person reads before it is anybody's word.

The server sees what it is asked to translate, so only what is published is sent to it, and only to
the address that the keeper has chosen.
"""

from __future__ import annotations

import http.client
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from node.errors import BadInputError, FootbridgeError, PeerMisbehavesError
from node.net.connections import Connection, Site
from node.net.decoding import ACCEPTED, collect, decoded
from node.net.pacing import HEADER_ALLOWANCE, Pace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from node.net.addresses import Resolver

#: Seconds that a person waits for all suggestions that were asked for at once.
PATIENCE = 60.0
CONNECT_TIMEOUT = 5.0
#: Characters and texts of one request; a server translates some hundred characters a second.
MAX_BATCH, MAX_TEXTS = 6000, 20
MAX_ANSWER = 1024 * 1024
SLOWEST = 256.0
#: A suggestion that is so many times longer than its text is none.
MAX_GROWTH = 8
#: What the API calls languages that BCP 47 writes otherwise.
CODES = {"zh-Hant": "zt", "zh-Hans": "zh", "nb": "nb", "no": "nb", "fil": "tl"}
_OK, _BUSY = 200, 429


class TranslatorFailedError(FootbridgeError):
    """No suggestion came; `why` is: silent, refused, blocked, busy, unknown-language, nonsense."""

    code = "translator-failed"

    def __init__(self, why: str, said: str, *, hint: str = "", **facts: Any) -> None:
        self.why = why
        super().__init__(said, hint=hint, why=why, **facts)


@dataclass(frozen=True, slots=True)
class LibreTranslate:
    """One server. `private_ok`: the keeper says that it may stand in a private network."""

    url: str
    key: str = ""
    private_ok: bool = False
    patience: float = PATIENCE
    resolver: Resolver = socket.getaddrinfo

    def translate(
        self, texts: Sequence[str], source: str, target: str
    ) -> Iterator[tuple[int, str]]:
        """Yield the place of each text in `texts` with its suggestion, as they arrive.

        `source` and `target` are BCP 47. What arrived before an error is good. Raises
        `TranslatorFailedError`, and `BadInputError` for a wrong address in the settings.
        """
        until = time.monotonic() + self.patience
        for places in batches(texts):
            asked = {
                "q": [texts[place] for place in places],
                "source": code_of(source),
                "target": code_of(target),
                "format": "text",
            }
            if self.key:
                asked["api_key"] = self.key
            answer = self._ask("translate", asked, until)
            found = _texts(answer, len(places))
            for place, text in zip(places, found, strict=True):
                if text.strip() and len(text) <= MAX_GROWTH * len(texts[place]) + 200:
                    yield place, text

    def _ask(self, path: str, asked: dict[str, Any], until: float) -> Any:
        site, base = _split(self.url)
        connection = Connection(
            site,
            private_ok=self.private_ok,
            connect_timeout=CONNECT_TIMEOUT,
            resolver=self.resolver,
        )
        pace = Pace(
            patience=max(until - time.monotonic(), 0),
            slowest=SLOWEST,
            limit=MAX_ANSWER + HEADER_ALLOWANCE,
            until=until,
        )
        headers = {"Content-Type": "application/json", "Accept-Encoding": ACCEPTED}
        try:
            answer = connection.begin(
                "POST", f"{base}/{path}", headers, body=orjson.dumps(asked), pace=pace
            )
            try:
                body = _body(answer)
            finally:
                answer.close()
        except TranslatorFailedError:
            raise
        except PeerMisbehavesError as error:
            raise TranslatorFailedError(
                "blocked",
                f"The translation server at {site.authority} cannot be used.",
                hint="The keeper can look at its address in the settings, and whether an address "
                "in a private network is allowed there (libretranslate_private).",
                cause=str(error),
            ) from error
        except FootbridgeError as error:
            raise _silent(site, error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _silent(site, error) from error
        finally:
            connection.close()
        return _read(answer.status, body, site)


def _body(answer: http.client.HTTPResponse) -> bytes:
    packing = answer.getheader("Content-Encoding", "")
    try:
        return collect(decoded(answer.read1, packing), MAX_ANSWER)
    except PeerMisbehavesError as error:
        raise _nonsense() from error


def batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the places of texts in groups that one request may hold."""
    group: list[int] = []
    size = 0
    for place, text in enumerate(texts):
        if group and (size + len(text) > MAX_BATCH or len(group) == MAX_TEXTS):
            yield group
            group, size = [], 0
        group.append(place)
        size += len(text)
    if group:
        yield group


def code_of(language: str) -> str:
    """Return what the API calls a language: most have two letters, whatever their region."""
    for known, code in CODES.items():
        if language == known or language.startswith(f"{known}-"):
            return code
    return "pt-BR" if language == "pt-BR" else language.partition("-")[0]


def _texts(answer: Any, count: int) -> list[str]:
    found = answer.get("translatedText") if isinstance(answer, dict) else None
    if isinstance(found, str):
        found = [found]
    if (
        not isinstance(found, list)
        or len(found) != count
        or not all(isinstance(text, str) for text in found)
    ):
        raise _nonsense()
    return found


def _read(status: int, body: bytes, site: Site) -> Any:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if status == _OK:
            raise _nonsense() from error
        answer = {}
    if status == _OK:
        return answer
    said = answer.get("error") if isinstance(answer, dict) else None
    words = str(said)[:200] if isinstance(said, str) else f"status {status}"
    if status == _BUSY or status >= 500:  # noqa: PLR2004
        raise TranslatorFailedError(
            "busy",
            f"The translation server at {site.authority} cannot answer now: {words}.",
            hint="Try again in a while, or translate these texts yourself.",
        )
    if "language" in words.lower() or "not supported" in words.lower():
        raise TranslatorFailedError(
            "unknown-language",
            f"The translation server does not know these languages: {words}.",
            hint="Translate these texts yourself.",
        )
    raise TranslatorFailedError(
        "refused",
        f"The translation server at {site.authority} refused: {words}.",
        hint="The keeper can look at its address and key in the settings.",
    )


def _silent(site: Site, error: Exception) -> TranslatorFailedError:
    return TranslatorFailedError(
        "silent",
        f"The translation server at {site.authority} does not answer.",
        hint="Try again in a while, or translate these texts yourself.",
        cause=str(error)[:300] or type(error).__name__,
    )


def _nonsense() -> TranslatorFailedError:
    return TranslatorFailedError(
        "nonsense",
        "What stands at the address of the translation server is none.",
        hint="The keeper can look at its address in the settings.",
    )


def _split(url: str) -> tuple[Site, str]:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError) as error:
        raise _bad_address(url) from error
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise _bad_address(url)
    return Site(parts.scheme, host, port), parts.path.rstrip("/")


def _bad_address(url: str) -> BadInputError:
    return BadInputError(
        f"The setting libretranslate_url is {url!r}, which is no web address.",
        hint="Give one such as https://translate.example.org.",
        setting="libretranslate_url",
    )
