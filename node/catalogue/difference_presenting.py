"""What changed between two revisions, prepared for one reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.web.texts import pick_text

if TYPE_CHECKING:
    from node.catalogue.presenting import Reading
    from node.catalogue.revisions import FieldDifference
    from node.web.presenting import Presenter
    from node.web.shown import ShownField


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """What changed in one field, ready to be shown."""

    label: str
    change: str
    texts: Any
    before: ShownField | None
    after: ShownField | None
    reordered: bool
    #: `before` and `after` are only the items of a list that went and came.
    items: bool


def shown_difference(each: FieldDifference, before: Reading, after: Reading) -> ShownDifference:
    """Prepare one difference between two revisions."""
    return difference_between(each, before.presenter, after.presenter)


def difference_between(
    each: FieldDifference, before: Presenter, after: Presenter
) -> ShownDifference:
    """Prepare one difference between two bodies, each with what presents its values."""
    label = pick_text(each.field.labels) if each.field else None
    old, new = each.before, each.after
    # Where items also changed inside, those that came and went would tell only half of it.
    items = bool(each.added or each.removed) and not each.parts
    if items:
        old, new = list(each.removed), list(each.added)
    shown = [
        side.field(each.field, value) if each.field and value is not None else None
        for side, value in ((before, old), (after, new))
    ]
    name = str(label) if label else each.name.replace("_", " ").capitalize()
    return ShownDifference(
        name,
        each.change,
        each.texts,
        shown[0],
        shown[1],
        each.reordered,
        items,
    )
