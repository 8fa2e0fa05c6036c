"""A machine's suggestions for a translation: kept as such until a person has read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial import drafting
from node.editorial.originals import passages
from node.editorial.translating import (
    fields_of,
    marks_of,
    of_draft,
    put_aside,
    translation,
    with_texts,
)
from node.errors import ConflictError, FootbridgeError

if TYPE_CHECKING:
    from collections.abc import Collection

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage.drafts import DraftRow

#: Texts that are suggested at once; what is left is asked for again.
MAX_SUGGESTED = 200


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a machine could suggest."""

    row: DraftRow
    count: int
    #: Texts that were asked for and are empty still.
    missing: int
    #: Why there are not all; None when they are.
    error: FootbridgeError | None


def suggest(d: Editorial, by: Signed, draft: str, wanted: Collection[str]) -> Suggested:
    """Ask the machine for these texts, where they are empty; each is marked until it is read.

    What had come when the server failed is kept. Raises `ConflictError` where no server is set.
    """
    row = translation(d, by, draft)
    if d.suggest is None:
        raise ConflictError(
            "No translation server is set on this node. Nothing was changed.",
            hint="Its keeper can name one in the settings (libretranslate_url).",
        )
    of = of_draft(d, row)
    fields = fields_of(row)
    language = str(row.body.get("language", ""))
    open_ = [
        each
        for each in passages(of)
        if each.pointer in wanted and not fields.get(each.pointer, "").strip()
    ][:MAX_SUGGESTED]
    found: dict[str, str] = {}
    error: FootbridgeError | None = None
    for source in dict.fromkeys(each.language for each in open_):
        group = [each for each in open_ if each.language == source]
        try:
            for place, text in d.suggest([each.text for each in group], source, language):
                found[group[place].pointer] = _tidy(text, long=group[place].long)
        except FootbridgeError as failure:
            error = failure
            break
    if found:
        marks = {**marks_of(row), **found}
        put_aside(d, by, row, machine=marks)
        body = with_texts(dict(row.body), {**fields, **found}, marks)
        row = drafting.save(d, by, draft, seen=row.version, body=body, what="suggested").row
    return Suggested(row, len(found), len(open_) - len(found), error)


def _tidy(text: str, *, long: bool) -> str:
    """Return a suggestion as a field can hold it: a line has no line breaks."""
    plain = text.replace("\r\n", "\n").strip()
    return plain if long else " ".join(plain.split())
