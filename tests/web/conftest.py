"""The pages of one node, on real records (see `samples`), and small nodes for single cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.app import create_app
from tests.web.making import SmallNode, small_node
from tests.web.samples import Samples, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samples]:
    """Build the node once; tests only read from it."""
    built = build(tmp_path_factory.mktemp("samples"))
    yield built
    built.close()


@pytest.fixture(scope="session")
def app(samples: Samples) -> Flask:
    app = create_app(samples.node)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallNode]:
    """Make a node on which a test publishes what it needs."""
    made = small_node(tmp_path)
    yield made
    made.x.database.dispose()
