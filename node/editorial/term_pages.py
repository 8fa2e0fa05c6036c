"""What pickers ask for while somebody types: terms by any of their names, records by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify, request

from node.editorial.access_views import desk, staff
from node.editorial.finding import FOUND, find_terms, spec_at
from node.editorial.form_pages import manner
from node.editorial.place_views import place_items
from node.editorial.reference_views import MAX_WORDS, records_found
from node.errors import NotFoundError

if TYPE_CHECKING:
    from flask import Blueprint, Response

    from node.contract import Field


def add_to(blueprint: Blueprint) -> None:
    """Add the address to the desk's blueprint."""
    blueprint.add_url_rule("/terms", "terms", terms)


@staff()
def terms() -> Response:
    """Answer ``?schema=…&field=<pointer>&q=…`` with ``{"items": [{value, text, label, hint}]}``.

    Raises `NotFoundError` for a field that has no terms.
    """
    kind = desk().contract.kind(request.args.get("schema", ""))
    spec = spec_at(kind, request.args.get("field", "")) if kind else None
    words = request.args.get("q", "").strip()[:MAX_WORDS]
    if spec is not None and spec.type == "reference":
        return jsonify(items=_records(spec, words))
    if spec is not None and spec.type == "place":
        return jsonify(items=place_items(words, request.args.getlist("country")))
    if spec is None or spec.type not in FOUND:
        raise NotFoundError("This field has no terms to choose from.")
    return jsonify(
        items=[
            {"value": each.value, "text": each.text, "label": each.label, "hint": each.hint}
            for each in find_terms(spec, words, manner())
        ]
    )


def _records(spec: Field, words: str) -> list[dict[str, Any]]:
    if not words:
        return []
    exact = spec.item("revision")
    return [
        {
            "value": each["value"],
            "text": each["value"],
            "label": each["title"],
            "hint": each["publisher"],
        }
        for each in records_found(words, exact=exact is not None and exact.required)
    ]
