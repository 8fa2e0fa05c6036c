"""A draft before it is in any store, and what to call it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract import pick
from node.editorial.rights import act_for
from node.errors import BadInputError
from node.storage.drafts import DRAFT, DraftRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed

MAX_TITLE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The record that a draft speaks of: what it translates, adapts, reviews or visited."""

    oid: str
    record: str
    revision: int | None = None


def new_draft(
    d: Editorial,
    by: Signed,
    kind: str,
    *,
    body: Mapping[str, Any] | None = None,
    about: About | None = None,
    record: str | None = None,
    base_revision: int | None = None,
    import_key: str | None = None,
) -> DraftRow:
    """Make a draft that is in no store yet. Raises as `begin` does."""
    by.who.require(act_for(kind))
    known = d.contract.kinds.get(kind)
    if known is None:
        raise BadInputError(f"This node knows no kind of record named {kind}.", kind=kind)
    now = d.now()
    return DraftRow(
        id=str(uuid.uuid4()),
        schema=known.schema,
        body=dict(body or {}),
        version=1,
        state=DRAFT,
        record=record,
        base_revision=base_revision,
        about_oid=about.oid if about else None,
        about_record=about.record if about else None,
        about_revision=about.revision if about else None,
        title=title_of(d, known.schema, body or {}),
        acknowledged=[],
        note="",
        import_key=import_key,
        shared=False,
        author=by.person.id,
        updated_by=by.person.id,
        reviewer=None,
        created=now,
        updated=now,
        publish_at=None,
        published_revision=None,
    )


def title_of(d: Editorial, schema: str, body: Mapping[str, Any]) -> str:
    """Return what to call a draft in lists; "" while it has no title."""
    kind = d.contract.kind(schema)
    if kind is None:
        return ""
    found = d.contract.make_fallback(kind.name, dict(body))["title"]
    return pick(found, (), str(body.get("language", "")))[1][:MAX_TITLE] if found else ""
