"""Whole nodes inside one process: a real store, a real key, the real endpoints, no socket.

x = make_exchange(tmp_path, "Puente", clock)      # an Exchange with an identity
peer = InProcess(x)                               # a Transport that asks it
connect({"https://puente.example": x})            # a TransportFactory over several
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask

from node.config import Settings
from node.contract import Contract, load_contract
from node.core.keys import SecretKey
from node.core.ports import Answer, Transport
from node.errors import PeerMisbehavesError, PeerUnreachableError
from node.exchange.context import Exchange
from node.exchange.drafts import Draft
from node.exchange.identity import create_identity
from node.exchange.views import blueprint
from node.net.decoding import ACCEPTED, collect, decoded
from node.storage import Database, FileBlobStore, HighWater
from node.web.context import EXTENSION
from tests.support.clock import FixedClock
from tests.support.databases import open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


@cache
def the_contract() -> Contract:
    """Load the contract once for the whole run; it never changes."""
    return load_contract()


def make_exchange(
    folder: Path,
    name: str = "Puente",
    clock: FixedClock | None = None,
    *,
    database: Database | None = None,
    url: str = "",
    country: str = "ES",
    identity: bool = True,
    **settings: Any,
) -> Exchange:
    """Build a node in `folder`/`name`, on SQLite unless a database is given, with a fixed key."""
    home = folder / name
    home.mkdir(parents=True, exist_ok=True)
    chosen = Settings(
        home=home,
        name=name,
        country=country,
        url=url or f"https://{name.lower()}.example",
        **settings,
    )
    if database is None:
        file = home / "node.db"
        database = Database.open(chosen.database) if file.exists() else open_sqlite(file)
    x = Exchange(
        database=database,
        contract=the_contract(),
        clock=clock or FixedClock(),
        settings=chosen,
        blobs=FileBlobStore(home / "blobs"),
        signer=signer_of(name),
        highwater=HighWater(home / "high-water.json"),
    )
    if identity:
        create_identity(x, random=fixed_bytes(name))
    return x


def signer_of(name: str) -> SecretKey:
    """Return the signing key of the node of this name."""
    return SecretKey.from_seed(hashlib.sha256(f"{name} 0".encode()).digest())


def fixed_bytes(name: str) -> Callable[[int], bytes]:
    """Give a source of bytes that look random and are the same in every run."""
    state = [f"{name} random".encode()]

    def give(count: int) -> bytes:
        state[0] = hashlib.sha256(state[0]).digest()
        return state[0][:count]

    return give


def practice(title: str = "Conversation groups", **members: Any) -> Draft:
    """Make a small good practice that has everything required."""
    body: dict[str, Any] = {
        "title": {"en": title},
        "summary": {"en": "Volunteers and newcomers meet each week and talk."},
        "language": "en",
        "axis": "programmes",
        "success_factor": ["social-capital"],
        "country": ["ES"],
        "challenge": {"en": "Newcomers know few people who could tell them of work."},
        "how_it_works": [{"title": {"en": "Invite"}, "text": {"en": "Ask the neighbours."}}],
        "target_group": ["refugees"],
        "results": {"en": "Half of them found work within a year."},
        "licence": "CC-BY-4.0",
    }
    return Draft(kind="good-practice", body=body | members)


def make_app(x: Exchange) -> Flask:
    """Make the smallest application that serves the exchange's endpoints."""
    app = Flask("node", static_folder=None)
    app.config["TESTING"] = True
    app.extensions[EXTENSION] = _Node(x)
    app.register_blueprint(blueprint)
    return app


@dataclass(frozen=True)
class _Node:
    exchange: Exchange


class InProcess:
    """A `Transport` to a node in this process: everything but the socket is real.

    Counts `requests` and `wire`, the bytes of bodies as they would travel. While `down` is set,
    the node cannot be reached.
    """

    def __init__(self, x: Exchange, *, accept: str = ACCEPTED) -> None:
        self._client = make_app(x).test_client()
        self._accept = accept
        self.requests = 0
        self.wire = 0
        self.down = False
        self.paths: list[str] = []

    def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        limit: int,
        etag: str | None = None,
    ) -> Answer:
        """Return the answer to GET `path`, unpacked."""
        headers = {"Accept-Encoding": self._accept}
        if etag is not None:
            headers["If-None-Match"] = etag
        self._count(path)
        answer = self._client.get(f"/exchange/1/{path}", query_string=params, headers=headers)
        return self._answer(answer, limit)

    def post(self, path: str, body: bytes, *, limit: int) -> Answer:
        """Return the answer to POST `path`."""
        self._count(path)
        answer = self._client.post(
            f"/exchange/1/{path}", data=body, content_type="text/plain; charset=utf-8"
        )
        return self._answer(answer, limit)

    def stream(self, path: str, *, limit: int) -> Iterator[bytes]:
        """Yield a file in small pieces, as a real connection would."""
        answer = self.get(path, limit=limit)
        if answer.status != 200:
            raise PeerMisbehavesError("no file", status=answer.status)
        for start in range(0, len(answer.body), 1000):
            yield answer.body[start : start + 1000]

    def _count(self, path: str) -> None:
        if self.down:
            raise PeerUnreachableError("The node is down.")
        self.requests += 1
        self.paths.append(path)

    def _answer(self, answer: Any, limit: int) -> Answer:
        data: bytes = answer.get_data()
        self.wire += len(data)
        left = [data]

        def receive(count: int) -> bytes:
            piece, left[0] = left[0][:count], left[0][count:]
            return piece

        encoding = answer.headers.get("Content-Encoding", "")
        body = collect(decoded(receive, encoding), limit)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(status=answer.status_code, body=body, headers=headers)


def connect(nodes: Mapping[str, Exchange]) -> Callable[[str, bool], Transport]:
    """Make a `TransportFactory` that finds each node under its address."""

    def factory(url: str, private_ok: bool) -> Transport:
        if url not in nodes:
            raise PeerUnreachableError(f"Nothing answers at {url}.")
        return InProcess(nodes[url])

    return factory
