"""The shared contract, read once for this room."""

from __future__ import annotations

import pytest

from node.contract import Contract, load_contract


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract()
