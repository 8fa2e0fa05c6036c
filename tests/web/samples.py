"""A node that has fetched and verified the records of every organisation of the samples.

Everything is real but the sockets: eight homes with keys, publishing, rounds, the search index.
The reader is the Greek organisation; it was told of one partner only by another, one partner
cannot be reached, and one is behind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract.sources import schemas_path
from node.exchange.drafts import Attachment, Draft
from node.exchange.peers import add_peer
from node.exchange.publishing import publish
from node.exchange.rounds import sync_peer
from tests.support.clock import FixedClock
from tests.support.nodes import InProcess, connect, make_exchange
from tests.web.making import node_of

if TYPE_CHECKING:
    from pathlib import Path

    from node.exchange.context import Exchange
    from node.home import Node

READER = "xenios-dromos"
#: A one pixel picture, the smallest there is.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c636060f8cf00000201010066de8bc90000000049454e44ae426082"
)


@dataclass
class Samples:
    """The reader's node and what was published, by the names of the sample files."""

    node: Node
    clock: FixedClock
    records: dict[str, str]
    oids: dict[str, str]
    nodes: dict[str, Exchange]

    def close(self) -> None:
        """Close every database."""
        for x in self.nodes.values():
            x.database.dispose()

    def url(self, file: str, rest: str = "") -> str:
        """Return the address of a sample's page."""
        return f"/records/{self.records[file]}{rest}"


def build(folder: Path) -> Samples:
    """Make all nodes, publish every sample in its order, and let the reader fetch everything."""
    clock = FixedClock()
    network = json.loads((schemas_path() / "examples" / "network.json").read_text("utf-8"))
    organisations: list[dict[str, Any]] = network["organisations"]
    nodes = {
        one["key"]: make_exchange(
            folder, one["name"], clock, country=one["country"], url=f"https://{one['key']}.example"
        )
        for one in organisations
    }
    oids = {one["oid"]: nodes[one["key"]].own_oid() for one in organisations}
    records: dict[str, str] = {}
    for one in organisations:
        for item in one["publishes"]:
            records[item["file"].removesuffix(".json")] = item["record"]
            clock.forward(hours=5)
            publish(nodes[one["key"]], [_draft(item, oids, known=records)])
    clock.forward(days=1)
    _fetch(nodes, clock)
    node = node_of(nodes[READER])
    node.follow_index()
    return Samples(node, clock, records, {key: x.own_oid() for key, x in nodes.items()}, nodes)


def _draft(item: dict[str, str], oids: dict[str, str], known: dict[str, str]) -> Draft:
    sample = json.loads((schemas_path() / "examples" / item["file"]).read_text("utf-8"))
    again = sum(record == item["record"] for record in known.values()) > 1
    files = [
        Attachment(
            source=schemas_path() / "examples" / file["path"],
            media_type=file["media_type"],
            name=file["path"],
            alt=file.get("alt", {}),
        )
        for file in sample.get("files", [])
    ]
    if item["file"].startswith("familievenner"):
        name = "πικτούρα 1.png"
        one_pixel = {"en": "One pixel"}
        files.append(Attachment(source=PICTURE, media_type="image/png", name=name, alt=one_pixel))
    return Draft(
        kind=sample["kind"],
        body=_renamed(sample["body"], oids),
        blobs=files,
        record=item["record"] if again else None,
        new_record=None if again else item["record"],
    )


def _renamed(value: Any, oids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(member, oids) for name, member in value.items()}
    if isinstance(value, list):
        return [_renamed(item, oids) for item in value]
    return oids.get(value, value) if isinstance(value, str) else value


def _fetch(nodes: dict[str, Exchange], clock: FixedClock) -> None:
    """Let the reader pull from all but one, whose records come through another."""
    reader = nodes[READER]
    others = [key for key in nodes if key != READER]
    middle, behind_it = others[0], others[-1]
    for puller, pulled in [(middle, behind_it), *((READER, key) for key in others[:-1])]:
        x, url = nodes[puller], nodes[pulled].settings.url
        peer = add_peer(x, url, connect({url: nodes[pulled]}))
        sync_peer(x, peer, InProcess(nodes[pulled]))
    gone = reader.database
    clock.forward(minutes=3)
    with gone.reading() as uow:
        unreachable = uow.peers.all()[1]
    down = InProcess(nodes[others[1]])
    down.down = True
    sync_peer(reader, unreachable, down)
