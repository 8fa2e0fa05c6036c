"""Places in a form: which ones a name finds, with their country and their point on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from node.contract.languages import country_name
from node.editorial.formnumbers import write_point
from node.editorial.places import find_places
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from node.editorial.formboxes import Box


def places_for(box: Box, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was found for the place whose button was pressed, None for any other."""
    if request.args.get("place") != box.pointer:
        return None
    held = box.value if isinstance(box.value, dict) else {}
    name, countries = held.get("name"), body.get("country")
    if not isinstance(name, str) or not name.strip():
        return {"said": _("Write the name of the place first, then look for it."), "found": []}
    within = [each for each in countries or () if isinstance(each, str)]
    found = place_items(name, within)
    if not found:
        said = _(
            "No place of this name was found. What you wrote is kept: write the name in another "
            "way, or its latitude and longitude."
        )
    elif len(found) == 1:
        said = _("One place was found. Choose it and save, and its point is filled in.")
    else:
        said = _("Several places were found. Choose the right one and save.")
    return {"said": said, "found": found}


def place_items(words: str, countries: Collection[str]) -> list[dict[str, str]]:
    """Return places as pickers take them: `value` is the name and `text` the point."""
    lang, items = interface_language(), []
    for each in find_places(words, countries):
        point = write_point(each.latitude, each.longitude)
        hint = f"{country_name(each.country, lang)} · {point}"
        items.append({"value": each.name, "text": point, "label": each.name, "hint": hint})
    return items
