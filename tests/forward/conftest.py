"""Three nodes in a chain: one of the future, and two of today that hear of it one after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.forward.future import NEWS, Today, future_node, published, pull, today
from tests.support.nodes import make_exchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.exchange.context import Exchange


@dataclass
class Chain:
    future: Exchange
    middle: Exchange
    far: Today
    #: The record's id, by what is new about it.
    records: dict[str, str]

    @property
    def oid(self) -> str:
        return self.future.own_oid()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("chain")
    future = future_node(folder)
    middle, far = make_exchange(folder, "Puente"), make_exchange(folder, "Gefyra", country="GR")
    ids = published(future, *NEWS.values())
    for report in (pull(middle, future), pull(far, middle)):
        assert report.outcome == "complete", report.sentence
    yield Chain(future, middle, today(far), dict(zip(NEWS, ids, strict=True)))
    for x in (future, middle, far):
        x.database.dispose()
