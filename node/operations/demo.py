"""The demo network: three running nodes, and partners whose nodes have gone dark.

The samples in `schemas/examples/` refer to one another by placeholder identities, because a real
origin's identity comes from its own random genesis. Here each invented organisation gets a real
home; placeholders become what was made. Organisations whose project "has ended" publish, are
fetched once by a partner, and are never started again: their records live on in the network,
which is the point of it.
"""

from __future__ import annotations

import json
import shutil
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from node.contract.sources import schemas_path
from node.errors import BadInputError
from node.exchange.drafts import Draft
from node.exchange.peers import add_peer
from node.exchange.publishing import publish
from node.exchange.recordfiles import read_drafts
from node.exchange.rounds import sync_peer
from node.home import open_home
from node.net.inprocess import InProcessTransport, WsgiApp
from node.operations.setup import initialise
from node.storage import PeerRow

MARKER = ".footbridge-demo"
FIRST_PORT = 8101
HOST = "127.0.0.1"
RUNNING = "running"


@dataclass(frozen=True)
class DemoNode:
    """One organisation of the demo."""

    key: str
    name: str
    country: str
    language: str
    home: Path
    url: str
    oid: str
    running: bool
    records: int


def load_network() -> list[dict[str, Any]]:
    """Read which invented organisation publishes which samples, in order."""
    text = (schemas_path() / "examples" / "network.json").read_text(encoding="utf-8")
    organisations: list[dict[str, Any]] = json.loads(text)["organisations"]
    return organisations


def build_demo(
    folder: Path,
    make_app: Callable[[Any], WsgiApp],
    *,
    note: Callable[[str], None] = lambda _line: None,
) -> list[DemoNode]:
    """Make all homes in `folder`, publish the samples, carry the dark nodes' records over.

    An earlier demo in the folder is replaced; any other folder with something in it is refused
    with `BadInputError`. `make_app` builds the web application of an open node.
    """
    _clear(folder)
    organisations = load_network()
    ports = _free_ports(sum(1 for one in organisations if one["node"] == RUNNING))
    nodes = []
    for one in organisations:
        port = ports.pop(0) if one["node"] == RUNNING else _unused_port()
        nodes.append(_make_home(folder, one, port))
        note(f"{one['name']} ({one['country']})")
    names = _real_names(organisations, nodes)
    for node, one in zip(nodes, organisations, strict=True):
        _publish(node, one, names)
    note("Publishing the sample records")
    _join(nodes, make_app)
    note("Fetching the records of partners whose nodes have gone dark")
    return nodes


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise BadInputError(
                f"{folder} holds something that is not a demo; nothing was changed.",
                hint="Choose another folder with --dir.",
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("This folder is made again by each `footbridge demo`.\n")


def _make_home(folder: Path, one: dict[str, Any], port: int) -> DemoNode:
    url = f"http://{HOST}:{port}"
    made = initialise(
        folder / one["key"],
        name=one["name"],
        country=one["country"],
        url=url,
        host=HOST,
        port=port,
        sync_interval=20,
        backoff_first=2,
    )
    return DemoNode(
        key=one["key"],
        name=one["name"],
        country=one["country"],
        language=one["language"],
        home=made.home,
        url=url,
        oid=made.oid,
        running=one["node"] == RUNNING,
        records=len({item["record"] for item in one["publishes"]}),
    )


def _real_names(organisations: list[dict[str, Any]], nodes: list[DemoNode]) -> dict[str, str]:
    """Map every placeholder origin and record to a real one."""
    names = {one["oid"]: node.oid for one, node in zip(organisations, nodes, strict=True)}
    for one in organisations:
        for item in one["publishes"]:
            names[item["record"]] = str(uuid.uuid4())
    return names


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def _publish(demo: DemoNode, one: dict[str, Any], names: dict[str, str]) -> None:
    examples = schemas_path() / "examples"
    drafts: list[Draft] = []
    seen: set[str] = set()
    node = open_home(demo.home)
    try:
        for item in one["publishes"]:
            path = examples / item["file"]
            with path.open("rb") as file:
                (sample,) = read_drafts(node.exchange, [(str(path), file)])
            body = _renamed(dict(sample.body), names)
            if sample.kind == "organisation" and "node_url" in body:
                body["node_url"] = demo.url
            record = names[item["record"]]
            # A record that is named again is a revision of what was published before.
            again = record in seen
            drafts.append(
                replace(
                    sample,
                    body=body,
                    record=record if again else None,
                    new_record=None if again else record,
                )
            )
            seen.add(record)
        publish(node.exchange, drafts)
    finally:
        node.close()


def _join(nodes: list[DemoNode], make_app: Callable[[Any], WsgiApp]) -> None:
    """Make peers: running nodes in a chain, so that the ends meet only through the middle.

    The middle node also knows the dark ones, and fetches each of them once.
    """
    running = [node for node in nodes if node.running]
    opened = {node.key: open_home(node.home) for node in nodes}
    try:
        apps = {node.url: make_app(opened[node.key]) for node in nodes}

        def connect(url: str, _private_ok: bool) -> InProcessTransport:  # noqa: FBT001 - a port
            return InProcessTransport(apps[url])

        def know(one: DemoNode, other: DemoNode) -> PeerRow:
            exchange = opened[one.key].exchange
            return add_peer(exchange, other.url, connect, oid=other.oid, private_ok=True)

        for left, right in pairwise(running):
            know(left, right)
            know(right, left)
        middle = running[len(running) // 2]
        for dark in (node for node in nodes if not node.running):
            peer = know(middle, dark)
            sync_peer(opened[middle.key].exchange, peer, connect(dark.url, True))  # noqa: FBT003 - a port
    finally:
        for node in opened.values():
            node.close()


def _free_ports(count: int) -> list[int]:
    """Give `count` free ports, from `FIRST_PORT` on where they are free."""
    found: list[int] = []
    port = FIRST_PORT
    while len(found) < count:
        with socket.socket() as probe:
            # As a server does: a port that only waits out old connections is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                port += 1
                continue
        found.append(port)
        port += 1
    return found


def _unused_port() -> int:
    """Give a port nobody listens on: the address of a node that is gone."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
