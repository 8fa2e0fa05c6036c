"""A small node with just the records a test publishes, and a client for its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.app import create_app
from node.exchange.drafts import Draft
from node.exchange.publishing import publish
from node.home import Node
from tests.support.nodes import make_exchange, practice

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from node.exchange.context import Exchange


def node_of(x: Exchange) -> Node:
    """Return the node that an exchange belongs to."""
    return Node(
        settings=x.settings,
        database=x.database,
        contract=x.contract,
        clock=x.clock,  # type: ignore[arg-type]
        blobs=x.blobs,  # type: ignore[arg-type]
        signer=x.signer,  # type: ignore[arg-type]
        highwater=x.highwater,
    )


@dataclass
class SmallNode:
    """One node, its exchange, and a browser without JavaScript in front of it."""

    x: Exchange
    client: FlaskClient

    def publish(self, *drafts: Draft) -> list[str]:
        """Publish and return the records' ids."""
        return [made.record for made in publish(self.x, drafts)]

    def practice(self, title: str = "Conversation groups", **members: Any) -> str:
        """Publish one good practice and return its id."""
        return self.publish(practice(title, **members))[0]

    def get(self, address: str, **headers: str) -> TestResponse:
        """Ask for a page; ``Accept_Language`` becomes the header Accept-Language."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(address, headers=named)


def small_node(folder: Path, **settings: Any) -> SmallNode:
    """Make a node with an identity and nothing published."""
    x = make_exchange(folder, **settings)
    app = create_app(node_of(x))
    app.config["TESTING"] = True
    return SmallNode(x, app.test_client())
