"""Builds the Flask application: the one place where the faces of all features are joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from node.catalogue.api import install_api
from node.catalogue.pages import blueprint as catalogue_pages
from node.editorial.pages import install_desk
from node.exchange.pages import blueprint as network_pages
from node.exchange.views import blueprint as exchange_views
from node.operations import health_pages
from node.web.install import install_web

if TYPE_CHECKING:
    from node.home import Node


def create_app(node: Node) -> Flask:
    """Make the WSGI application of one open node."""
    app = Flask("node", static_folder=None)
    install_web(app, node)
    app.register_blueprint(catalogue_pages)
    app.register_blueprint(network_pages)
    app.register_blueprint(exchange_views)
    install_desk(app, health_pages.add_to)
    app.register_blueprint(health_pages.blueprint)
    install_api(app)
    return app
