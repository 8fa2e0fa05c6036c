"""Joins the shared face to a Flask app.

The app must be made with ``Flask(name, static_folder=None)``: the static files are this
package's. Features register their own blueprints before or after; order does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.web import addresses, formatting, i18n
from node.web.assets import asset
from node.web.compression import install_compression
from node.web.context import attach, runtime
from node.web.errors import install_errors
from node.web.headers import install_headers
from node.web.i18n import install_i18n
from node.web.names import called, name_of, own_name
from node.web.pages import blueprint
from node.web.proxied import install_proxied
from node.web.texts import marked, pick_pair, pick_text

if TYPE_CHECKING:
    from flask import Flask

    from node.home import Node


def install_web(app: Flask, node: Node) -> None:
    """Give `app` the layout, languages, headers, compression and error pages, for `node`."""
    attach(app, node)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    install_i18n(app)
    install_errors(app)
    install_compression(app)
    install_headers(app)
    install_proxied(app)
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(formatting.FILTERS)
    # Globals and not a context processor: macros that are imported without the page's context,
    # which Jinja can cache, see them too.
    app.jinja_env.globals.update(_GLOBALS)
    app.context_processor(_layout)


_GLOBALS: dict[str, Any] = {
    "asset": asset,
    "here": addresses.here,
    "without": addresses.without,
    "api_docs": addresses.api_docs,
    "language_menu": i18n.menu,
    "pick_text": pick_text,
    "pick_pair": pick_pair,
    "marked": marked,
    "called": called,
    "name_of": name_of,
}


def _layout() -> dict[str, Any]:
    language = i18n.interface_language()
    return {
        "ui_lang": language,
        "ui_dir": i18n.direction(language),
        "node_name": own_name(),
        "node_country": runtime().settings.country,
    }
