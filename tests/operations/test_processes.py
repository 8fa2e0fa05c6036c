"""A running node as the operating system sees it: ports, children, kills."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from node.errors import DamageError
from node.operations import processes
from node.operations.setup import initialise

pytestmark = pytest.mark.network

PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    url = f"http://127.0.0.1:{free_port()}"
    return initialise(tmp_path / "home", name="Casa", country="ES", url=url).home


@contextmanager
def running(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "node", "--home", str(home), *(words or ("run",))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


def address(home: Path) -> str:
    text = (home / "settings.toml").read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.startswith("url")).split('"')[1]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/exchange/1/node", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def until(true: object, within: float = PATIENCE) -> None:
    assert callable(true)
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "this never became true"
        time.sleep(0.05)


def test_a_node_answers_and_ends_when_told_to(home: Path) -> None:
    with running(home) as process:
        until(lambda: answers(address(home)))
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert address(home) in out
    assert "Traceback" not in err
    assert "WARNING" not in err, "a start says nothing that a keeper cannot act on"
    assert not any(child.is_running() for child in children)


def test_killing_the_supervisor_ends_its_children_and_frees_the_port(home: Path) -> None:
    with running(home) as process:
        until(lambda: answers(address(home)))
        children = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        until(lambda: not any(child.is_running() for child in children), within=3)
    with running(home):
        until(lambda: answers(address(home)))


def test_a_killed_child_is_started_again(home: Path) -> None:
    with running(home) as process:
        until(lambda: answers(address(home)))
        before = psutil.Process(process.pid).children()
        for child in before:
            child.kill()
        until(lambda: len(psutil.Process(process.pid).children()) == len(before))
        until(lambda: answers(address(home)))


def web_child(process: subprocess.Popen[str]) -> psutil.Process | None:
    """Return the process that answers, by its listening socket."""
    for child in psutil.Process(process.pid).children():
        with suppress(psutil.Error):
            if any(each.status == psutil.CONN_LISTEN for each in child.net_connections()):
                return child
    return None


def kill_web(process: subprocess.Popen[str]) -> None:
    until(lambda: web_child(process) is not None)
    child = web_child(process)
    assert child is not None
    child.kill()
    child.wait(timeout=PATIENCE)


def test_a_web_process_killed_again_and_again_does_not_end_the_node(home: Path) -> None:
    with running(home) as process:
        until(lambda: answers(address(home)))
        for _ in range(3):
            kill_web(process)
        until(lambda: answers(address(home)))
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "started again" in err
    assert "Traceback" not in err


def test_a_node_ends_when_told_to_between_two_web_processes(home: Path) -> None:
    with running(home) as process:
        until(lambda: answers(address(home)))
        kill_web(process)
        kill_web(process)
        assert process.stderr is not None
        for line in process.stderr:
            if "started again" in line:
                break
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_a_second_node_on_the_port_is_told_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PORT_PATIENCE", 0.1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(DamageError, match="in use") as refused:
            processes.check_port("127.0.0.1", port)
        assert "--port" in refused.value.hint
        with running(home, "run", "--port", str(port)) as process:
            _out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert f"Port {port}" in err
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names without files")
def test_of_two_nodes_started_together_on_one_port_one_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PORT_PATIENCE", 0.1)
    monkeypatch.setattr(processes, "_RESERVED", [])
    port = free_port()
    processes.check_port("127.0.0.1", port)  # the first has looked, and does not listen yet
    with running(home, "run", "--port", str(port)) as second:
        _out, err = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert f"Port {port}" in err
    with pytest.raises(DamageError, match="in use"):
        processes.check_port("127.0.0.1", port)
    while processes._RESERVED:
        processes._RESERVED.pop().close()
    processes.check_port("127.0.0.1", port)
    processes._RESERVED.pop().close()


def test_two_workers_and_a_web_process_share_a_home(home: Path) -> None:
    with running(home, "worker") as one, running(home, "worker") as two, running(home, "web"):
        until(lambda: answers(address(home)))
        time.sleep(1)
        assert one.poll() is None
        assert two.poll() is None
