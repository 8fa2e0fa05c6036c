"""Two people changed the same fields: both versions side by side, and a choice for each.

The page carries everything that was typed along as it was sent, so that the answer is read by the
same form as before and nothing has to be trusted anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from node.editorial.access_views import CSRF, desk
from node.editorial.form_presenting import label_at
from node.editorial.formnames import split
from node.editorial.merging import ABSENT
from node.editorial.version_pages import presenter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from node.contract import Field, Kind
    from node.editorial.drafting import DraftClashError, OpenDraft
    from node.editorial.formnames import Sent
    from node.editorial.merging import Clash
    from node.web.shown import ShownField

#: What the form says beside its fields, and the page says itself.
_OWN = {CSRF, "do"}


@dataclass(frozen=True, slots=True)
class ShownClash:
    """A field that both changed, ready to be shown."""

    pointer: str
    label: str
    mine: ShownField | str
    theirs: ShownField | str


def clash_page(opened: OpenDraft, clash: DraftClashError, sent: Sent) -> tuple[str, int]:
    """Show what clashes; nothing was saved yet."""
    with desk().database.reading() as uow:
        names = uow.people.names()
    kept = [
        (name, value)
        for name, values in sent.items()
        if name not in _OWN and not name.startswith("take:")
        for value in values
    ]
    page = render_template(
        "desk/clash.html",
        row=opened.row,
        clashes=shown_clashes(opened, clash.clashes),
        kept=kept,
        chosen=request.form,
        colleague=names.get(clash.now.updated_by or 0, ""),
    )
    return page, 409


def shown_clashes(opened: OpenDraft, clashes: Iterable[Clash]) -> list[ShownClash]:
    """Return both sides of each clash, ready to be shown."""
    return [
        ShownClash(
            each.pointer,
            label_at(opened.kind, each.pointer),
            _shown(opened, each.pointer, each.mine),
            _shown(opened, each.pointer, each.theirs),
        )
        for each in clashes
    ]


def _shown(opened: OpenDraft, pointer: str, value: Any) -> ShownField | str:
    """Return a value as readers would see it, or as it was typed; "" for none."""
    if value is ABSENT:
        return ""
    spec, inside = field_at(opened.kind, split(pointer))
    if spec is None:
        return str(value)
    wanted = None
    if inside:
        value, wanted = {inside: value}, (inside,)
    found = presenter(opened, wanted).field(spec, value)
    return found if found is not None else str(value)


def field_at(kind: Kind, names: list[str]) -> tuple[Field | None, str]:
    """Return the field that a place belongs to, and the language where it is in one text."""
    spec: Field | None = None
    for place, name in enumerate(names):
        inner = kind.field(name) if spec is None else spec.item(name)
        if inner is None:
            last = place == len(names) - 1
            return (spec, name) if spec is not None and last else (None, "")
        spec = inner
    return spec, ""
