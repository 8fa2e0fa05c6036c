"""The pages that belong to no feature: what this is, and the marks of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template

from node.web.assets import asset, install_assets

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint(
    "web",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
install_assets(blueprint)


@blueprint.get("/about")
def about() -> str:
    """Say what Footbridge is, what the signatures prove, and how to take part."""
    return render_template("web/about.html")


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Send browsers that ask at the old place to the logo."""
    return redirect(asset("icon.svg"), 301)
