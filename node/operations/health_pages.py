"""How this node is: for its keeper every look of the doctor, for a watching program one word.

The page stands in the desk, so this room asks the desk who may see it; the doctor itself knows
nothing of people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, jsonify, render_template

from node.editorial.access_views import staff
from node.editorial.rights import KEEP
from node.errors import FootbridgeError
from node.operations.doctor import examine_open
from node.web.context import runtime

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("health", __name__)

#: The worst first, as somebody who mends wants them.
ORDER = ("problem", "advice", "ok")


def add_to(desk: Blueprint) -> None:
    """Add the keeper's page to the desk's blueprint."""
    desk.add_url_rule("/health", "health", health)


@staff(KEEP)
def health() -> str:
    """Show what was looked at now, what is wrong first."""
    found = sorted(examine_open(runtime()), key=lambda each: ORDER.index(each.level))
    return render_template("desk/health.html", found=found)


@blueprint.get("/health")
def up() -> Response:
    """Say whether this node answers from its store, and nothing else: anybody may ask."""
    try:
        runtime().database.stamp()
        well = True
    except FootbridgeError:
        well = False
    response = jsonify({"status": "ok" if well else "unavailable"})
    response.status_code = 200 if well else 503
    response.headers["Cache-Control"] = "no-store"
    return response
