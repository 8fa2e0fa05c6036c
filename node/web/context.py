"""The running node, reachable from any view.

A view asks for it here and hands it to one use case; nothing else in a view knows where the
database or the index live.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask

    from node.home import Node

EXTENSION = "footbridge"


def attach(app: Flask, node: Node) -> None:
    """Make `node` the one that `runtime` answers with inside `app`."""
    app.extensions[EXTENSION] = node


def runtime() -> Node:
    """Return the node this request is for."""
    return cast("Node", current_app.extensions[EXTENSION])
