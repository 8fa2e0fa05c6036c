"""Publishing and fetching over loopback: ``python -m tests.bench.exchange [RECORDS]``.

One node publishes seeded records (5,000 unless told otherwise), in bulk and singly; a second one
fetches them from a real server process, verifies everything, indexes it. Then an idle round and a
round with one changed record. The bootstrap is also given as a ratio of the tight floor
(`tests.bench.floor`), which stores and indexes the same contents and verifies nothing.
"""

from __future__ import annotations

import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from node.exchange.peers import add_peer, list_peers
from node.exchange.publishing import publish
from node.exchange.reports import RoundReport
from node.exchange.rounds import sync_peer
from node.home import Node, open_home
from node.operations.setup import initialise
from tests.bench.corpus import drafts
from tests.bench.floor import floor

SINGLE = 30
BULK = 500


def main(records: int = 5_000) -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one, two = _home(folder / "one", "One"), _home(folder / "two", "Two")
        _publish(one, records)
        with _served(one) as url:
            _fetch(two, url, records, folder)
            _small_rounds(one, two)
        one.close()
        two.close()


def _publish(node: Node, records: int) -> None:
    made = list(drafts(records))
    begun = time.perf_counter()
    for start in range(0, records, BULK):
        publish(node.exchange, made[start : start + BULK])
    bulk = time.perf_counter() - begun
    singles = []
    for draft in drafts(SINGLE, seed=1):
        begun = time.perf_counter()
        publish(node.exchange, [draft])
        singles.append(time.perf_counter() - begun)
    print(f"publish in bulk: {records / bulk:,.0f} records a second")
    print(f"publish one: median {statistics.median(singles) * 1000:.1f} ms")


def _fetch(node: Node, url: str, records: int, folder: Path) -> None:
    add_peer(node.exchange, url, node.transport, private_ok=True)
    begun = time.perf_counter()
    report = _round(node)
    held = time.perf_counter() - begun
    indexed = node.follow_index()
    total = time.perf_counter() - begun
    with node.database.reading() as uow:
        contents = [
            raw
            for log in uow.logs.all()
            if not log.own
            for page in range(-(-log.size // 256))
            for raw in uow.contents.page(log.id, page)
        ]
    plain = sum(map(len, contents))
    bare = floor(contents, folder / "floor.db")
    size = sum(path.stat().st_size for path in node.settings.home.rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"bootstrap of {len(contents):,}: {held:.1f} s verified, {total:.1f} s searchable")
    print(f"  floor that verifies nothing: {bare:.1f} s; ratio {total / bare:.2f}")
    print(
        f"  answers: {report.bytes / 1e6:.1f} MB in {report.requests} requests ({plain / 1e6:.1f})"
    )
    print(f"  disk: {size / plain:.2f} of the JSON bytes; {indexed} indexed; peak {peak:.0f} MB")
    assert len(contents) >= records


def _small_rounds(one: Node, two: Node) -> None:
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        idle = _round(two)
        times.append(time.perf_counter() - begun)
    ms = statistics.median(times) * 1000
    print(f"idle round: {idle.requests} request(s), {idle.bytes} body bytes, median {ms:.1f} ms")
    publish(one.exchange, list(drafts(1, seed=2)))
    begun = time.perf_counter()
    changed = _round(two)
    ms = (time.perf_counter() - begun) * 1000
    print(f"one changed: {changed.requests} requests, {changed.bytes} body bytes, {ms:.1f} ms")


def _round(node: Node) -> RoundReport:
    (peer,) = list_peers(node.exchange)
    transport = node.transport(peer.url, True)
    return sync_peer(node.exchange, peer, transport)


def _home(path: Path, name: str) -> Node:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    initialise(path, name=name, country="ES", url=f"http://127.0.0.1:{port}")
    return open_home(path)


@contextmanager
def _served(node: Node) -> Iterator[str]:
    command = [sys.executable, "-m", "node", "--home", str(node.settings.home), "web"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = node.settings.url
    try:
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"{url}/exchange/1/node", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
