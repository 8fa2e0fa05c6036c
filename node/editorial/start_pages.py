"""The start page: what waits for somebody, and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from node.editorial import listing
from node.editorial.access_views import desk, me, staff

if TYPE_CHECKING:
    from flask import Blueprint


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the desk's blueprint."""
    blueprint.add_url_rule("/", "start", start)


@staff()
def start() -> str:
    """Show what waits for this person."""
    d, by = desk(), me()
    return render_template(
        "desk/start.html", mine=listing.mine(d, by), waiting=listing.waiting(d, by)
    )
