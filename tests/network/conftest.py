"""Real nodes: real processes, real sockets, the command line as a keeper types it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.nodes import practice

pytestmark = pytest.mark.network

COMMAND = [sys.executable, "-c", "from node.cli import main; main()"]
START_PATIENCE = 30.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class RealNode:
    """A home made by `init`, and the process that `run` starts over it."""

    def __init__(self, folder: Path, name: str, **settings: Any) -> None:
        self.name = name
        self.home = folder / name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{key: value for key, value in os.environ.items() if "FOOTBRIDGE" not in key},
            **{f"FOOTBRIDGE_{key.upper()}": str(value) for key, value in settings.items()},
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.cli(
            "init", "--name", name, "--country", "ES", "--url", self.url, "--port", str(self.port)
        )

    def cli(self, *words: str) -> str:
        """Run a command and return what it printed; fails the test when the command fails."""
        done = subprocess.run(
            [*COMMAND, "--home", str(self.home), *words],
            env=self.environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout.decode()}\n{done.stderr.decode()}"
        return done.stdout.decode()

    def json(self, *words: str) -> Any:
        return json.loads(self.cli(*words, "--json"))

    def start(self) -> None:
        with (self.home / "run.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "--home", str(self.home), "run"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: self.ask("/exchange/1/node") is not None, START_PATIENCE, self.log)

    def ask(self, path: str) -> Any:
        """Return the JSON at a path, or None while nothing answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def kill(self) -> None:
        """End it as a power cut would: no process of it gets a word in."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None

    def log(self) -> str:
        with suppress(FileNotFoundError):
            return (self.home / "run.log").read_text(errors="replace")[-4000:]
        return ""

    def publish(self, title: str) -> str:
        path = self.home / "record.json"
        draft = practice(title)
        path.write_text(json.dumps({"kind": draft.kind, "body": draft.body}))
        return str(self.json("publish", str(path))["published"][0]["record"])

    def found(self, words: str) -> list[dict[str, Any]]:
        answer = self.ask(f"/api/1/records?q={words}")
        return [] if answer is None else list(answer["items"])


def until(
    condition: Callable[[], bool], seconds: float, explain: Callable[[], str] = lambda: ""
) -> float:
    """Wait until something is so; returns how long that took, fails the test when it never is."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s\n{explain()}"
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.fixture
def make_node(tmp_path: Path) -> Iterator[Callable[..., RealNode]]:
    """Make real nodes; whatever still runs is ended with the test."""
    made: list[RealNode] = []

    def make(name: str, **settings: Any) -> RealNode:
        made.append(RealNode(tmp_path, name, **settings))
        return made[-1]

    yield make
    for node in made:
        node.stop()
