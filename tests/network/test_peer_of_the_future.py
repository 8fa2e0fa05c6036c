"""A peer of the future over real sockets: future, today, today, and then an upgrade."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.forward.future import diary, future_schemas, new
from tests.network.conftest import RealNode, until

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("network")]

Make = Callable[..., RealNode]


def fetched(node: RealNode, path: str) -> bytes:
    with urllib.request.urlopen(node.url + path, timeout=5) as answer:
        return bytes(answer.read())


def published(node: RealNode, draft: Any) -> tuple[str, str]:
    path = node.home / "record.json"
    path.write_text(json.dumps({"kind": draft.kind, "body": draft.body}))
    (done,) = node.json("publish", str(path))["published"]
    return done["record"], done["digest"]


def test_it_travels_two_hops_and_opens_after_an_upgrade(make_node: Make, tmp_path: Path) -> None:
    schemas = future_schemas(tmp_path)
    future = make_node("Morgen", schemas=schemas)
    middle, far = make_node("Puente"), make_node("Gefyra")
    for node in (future, middle, far):
        node.start()
    middle.cli("peer", "add", future.url)
    far.cli("peer", "add", middle.url)
    practice, film = published(future, new()), published(future, diary())
    oid = future.ask("/exchange/1/node")["oid"]
    middle.cli("sync")
    far.cli("sync")
    until(lambda: bool(far.found("rowing")), 10, far.log)

    for _record, digest in (practice, film):
        bytes_there = fetched(future, f"/exchange/1/contents/{digest}")
        assert fetched(far, f"/exchange/1/contents/{digest}") == bytes_there
    entries = f"/exchange/1/logs/{oid}/0/entries/0"
    assert fetched(far, entries) == fetched(future, entries)
    far.cli("verify")
    for record, _digest in (practice, film):
        assert far.ask(f"/api/1/records/{record}")["known"] is False
        assert b'id="unknown"' in fetched(far, f"/records/{record}")
    # The middle one knows the address, since its keeper gave it.
    assert f"{future.url}/records/{film[0]}".encode() in fetched(middle, f"/records/{film[0]}")

    future.stop()
    middle.stop()  # nobody is left from whom anything could be fetched
    far.stop()
    far.environment["FOOTBRIDGE_SCHEMAS"] = str(schemas)
    far.start()
    until(lambda: far.ask(f"/api/1/records/{film[0]}")["known"], 10, far.log)
    assert b"The harbour closes next year." in fetched(far, f"/records/{practice[0]}")
    until(lambda: bool(far.found("kettle")), 10, far.log)
    assert "The shared contract has changed; 2 records are told anew" in far.log()
    far.cli("verify")
