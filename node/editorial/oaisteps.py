"""One step of an import from a repository: one answer fetched and read. Work for the worker."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from node.editorial.importfiles import Line
from node.editorial.oaireading import RepositoryError, answer_of
from node.errors import ConflictError, PeerMisbehavesError, PeerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract import Kind
    from node.editorial.context import Editorial
    from node.editorial.formvalues import Manner
    from node.editorial.ports import Page
    from node.storage.imports import ImportRow

#: The format of an import whose rows come from a repository.
OAI = "oai"
#: What one import takes before a person has to say that it goes on.
MAX_PAGES, MAX_RECORDS = 200, 10_000


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one answer came to: rows, each with why it is refused, and the report's members."""

    lines: tuple[tuple[Line, str], ...]
    deleted: int
    ended: bool
    rows: int
    report: dict[str, Any]


def is_oai(row: ImportRow) -> bool:
    """Say whether an import's rows come from a repository."""
    return bool(row.report.get("format") == OAI)


def request_address(base: str, words: Mapping[str, str]) -> str:
    """Return the address of a request to a repository."""
    return f"{base}{'&' if '?' in base else '?'}{urlencode(words)}"


def ask(d: Editorial, address: str) -> Page:
    """Fetch an answer. Raises `RepositoryError`, `BadInputError` for what is no address."""
    if d.fetch is None:
        raise ConflictError("This node does not fetch pages.")
    try:
        return d.fetch(address)
    except PeerUnreachableError as error:
        raise RepositoryError("oai-silent", "The repository does not answer.") from error
    except PeerMisbehavesError as error:
        raise RepositoryError(
            "oai-too-much", "The repository is in a private network, or sends too much at once."
        ) from error


def pull(d: Editorial, row: ImportRow, kind: Kind, m: Manner) -> Pulled:
    """Fetch the next answer of a repository. Raises `FootbridgeError`; nothing is changed."""
    at = dict(row.report["oai"])
    if at["pages"] >= MAX_PAGES or row.done - at["since"] >= MAX_RECORDS:
        raise RepositoryError(
            "oai-too-many", "The repository has more records than are imported in one go."
        )
    words = {"verb": "ListRecords"}
    if at["token"]:
        words["resumptionToken"] = at["token"]
    else:
        words |= {"metadataPrefix": "oai_dc"} | ({"set": at["set"]} if at["set"] else {})
    page = ask(d, request_address(at["base"], words))
    answer = answer_of(page.body, page.media_type, kind, m)
    mark = hashlib.sha256(answer.token.encode()).hexdigest()[:16]
    count = len(answer.rows) + answer.deleted
    if answer.token and (mark in at["seen"] or not count):
        raise RepositoryError("oai-loops", "The repository leads in a circle.")
    at |= {"token": answer.token, "pages": at["pages"] + 1, "seen": [*at["seen"], mark]}
    lines = tuple(
        (Line(row.done + place, each.cells, 0), each.why)
        for place, each in enumerate(answer.rows, 1)
    )
    rows = max(answer.total if answer.token else 0, row.done + count)
    return Pulled(lines, answer.deleted, not answer.token, rows, {"oai": at})
