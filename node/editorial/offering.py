"""What a browser kept and the node never got: compared with the draft as it stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.editorial.drafting import changeable, joined_with
from node.editorial.formnames import split
from node.editorial.merging import ABSENT, Clash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed


def offered(
    d: Editorial, by: Signed, draft: str, *, seen: int, body: Mapping[str, Any]
) -> list[Clash]:
    """Return every field in which saving a body would change a draft, with both versions.

    `body` was made from version `seen`. Nothing is written. Raises as `drafting.save`, but for a
    clash, which is among the answers.
    """
    with d.database.reading() as uow:
        row = changeable(uow, by, draft)
        merged = joined_with(uow, row, seen, body)
    return [
        *(Clash(each, ABSENT, _at(body, each), _at(row.body, each)) for each in merged.from_mine),
        *merged.clashes,
    ]


def _at(body: Any, pointer: str) -> Any:
    for name in split(pointer):
        body = body.get(name, ABSENT) if isinstance(body, dict) else ABSENT
    return body
