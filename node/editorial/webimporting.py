"""A page of the web becomes a draft, once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urldefrag

from node.editorial.drafting import new_draft
from node.editorial.settling import IMPORTED
from node.editorial.webreading import KIND, body_of
from node.errors import BadInputError, ConflictError

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage.drafts import DraftRow


class AlreadyHereError(ConflictError):
    """This page was imported before; `draft` is the id of what it became."""

    code = "already-here"

    def __init__(self, draft: str) -> None:
        self.draft = draft
        super().__init__("This page was imported before. Nothing was made twice.", draft=draft)


class NothingFoundError(BadInputError):
    """The page says nothing that a record could begin with."""

    code = "nothing-found"


def import_page(d: Editorial, by: Signed, address: str, lang: str) -> DraftRow:
    """Begin a training material from what a page says of itself.

    Raises `AlreadyHereError`, `NothingFoundError`, and as the fetching does: `BadInputError`,
    `PeerUnreachableError`, `PeerMisbehavesError`.
    """
    by.who.require("write")
    if d.fetch is None:
        raise ConflictError("This node does not fetch pages.")
    plain = urldefrag(address.strip())[0]
    key = "page:" + hashlib.sha256(plain.encode()).hexdigest()
    with d.database.reading() as uow:
        held = uow.drafts.by_import_key(key)
    if held is not None:
        raise AlreadyHereError(held.id)
    page = d.fetch(plain)
    body = body_of(page.body, page.media_type, plain, lang)
    if body is None:
        raise NothingFoundError(
            "This page holds no description that a program can read. Nothing was made.",
            hint="A page has to describe a course or material in JSON-LD of schema.org.",
        )
    row = new_draft(d, by, KIND, body=body, import_key=key)
    with d.database.writing() as uow:
        again = uow.drafts.by_import_key(key)
        if again is not None:
            raise AlreadyHereError(again.id)
        uow.drafts.add(row, what=IMPORTED)
        detail = {"draft": row.id, "address": plain[:300]}
        uow.audit.add(by.person.name, "page imported", detail, d.now())
    return row
