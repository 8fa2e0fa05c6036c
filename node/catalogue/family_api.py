"""The family of a record for programs: the same tree as on its page, nested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from node.catalogue.wire import card_as_data

if TYPE_CHECKING:
    from node.catalogue.family import Family, Member


class FamilySchema(Schema):
    """The tree of practices and adaptations that a record stands in."""

    size = fields.Integer(required=True, metadata={"description": "Records in the tree."})
    complete = fields.Boolean(
        required=True,
        metadata={"description": "False when records above, below or beside were left out."},
    )
    above = fields.Boolean(required=True)
    deeper = fields.Boolean(required=True)
    wider = fields.Boolean(required=True)
    countries = fields.List(
        fields.String(), required=True, metadata={"description": "Where it was tried."}
    )
    outcomes = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "By outcome (its code), the countries in which it went so."},
    )
    root = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "A member: origin, record, state (absent and others for a gap), "
            "relation to the one above (adapts, based_on, null), the revision of that one it "
            "speaks of, stale, outcome, reason by language, since and until (years), here, "
            "the record as in a list (null for a gap), and children."
        },
    )


def family_as_data(family: Family) -> dict[str, Any]:
    """Return a family as plain data. It is as deep as the bounds of the walk, twice some ten."""
    return {
        "size": len(family.members),
        "complete": family.complete,
        "above": family.above,
        "deeper": family.deeper,
        "wider": family.wider,
        "countries": list(family.countries),
        "outcomes": {outcome: list(where) for outcome, where in family.tally.items()},
        "root": _member(family.root),
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "origin": member.origin,
        "record": member.record,
        "state": member.state,
        "relation": member.relation or None,
        "revision": member.revision,
        "stale": member.stale,
        "outcome": member.outcome or None,
        "reason": dict(member.reason),
        "since": member.since or None,
        "until": member.until or None,
        "here": member.here,
        "item": card_as_data(member.card) if member.card else None,
        "children": [_member(child) for child in member.children],
    }
