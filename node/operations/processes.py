"""The processes of a running node: one that answers requests, one that does the due work.

`run` is a small supervisor. It starts the worker as a child and serves the web application with
granian, whose processes are children too. When the supervisor is killed, even by ``kill -9``, its
children notice within a fraction of a second and end, so that the port and the index are free for
the next start. When a child dies, the supervisor starts another; one that dies again and again is
started after longer and longer pauses, and the node goes on with the other.
"""

from __future__ import annotations

import gc
import importlib
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from node.errors import DamageError

LOG = logging.getLogger(__name__)

WsgiApp = Callable[..., Any]

#: Seconds between two looks at whether the parent process is still there.
ORPHAN_CHECK = 0.2
#: How long a start waits for a port that a dying predecessor still holds.
PORT_PATIENCE = 3.0
#: Seconds before web processes that died again and again are started anew: at first, and at most.
RESTART_FIRST = 1.0
RESTART_MOST = 30.0
#: Granian's logger, and the advice it gives at every start on machines of few cores. The threads
#: mostly wait for the database, so their number is meant.
_GRANIAN_LOGGER = "_granian"
_KNOWN_ADVICE = "Configuration allows spawning up to"

#: Names held until this process ends.
_RESERVED: list[socket.socket] = []


def die_with_parent(parent: int) -> None:
    """End this process soon after its parent has ended, whatever ended it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_CHECK)
        os._exit(1)

    threading.Thread(target=watch, name="orphan-watch", daemon=True).start()


def share_memory() -> None:
    """Load what the children will need and leave it alone, so that they share its memory.

    The collector writes into every object it looks at, which would copy the page it lies in.
    """
    for name in ("node.app", "node.exchange.schedule"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def check_port(host: str, port: int) -> None:
    """Raise `DamageError` when something else listens on this address, or is about to.

    Granian shares ports between its own processes, so a second node on the same port would
    otherwise start without complaint and take every other request. The address stays reserved
    for as long as this process lives, so that of two nodes started together one is refused.
    """
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                _reserve(host, port)
            except PermissionError as error:
                raise DamageError(
                    f"This user may not listen on port {port}.",
                    hint="Use a port above 1023 with --port, behind a reverse proxy.",
                ) from error
            except OSError as error:
                if time.monotonic() < deadline:
                    time.sleep(ORPHAN_CHECK)
                    continue
                raise DamageError(
                    f"Port {port} on {host} is in use, or {host} is not an address of this "
                    "machine.",
                    hint="Stop what uses it, or choose another with --port.",
                ) from error
        return


def _reserve(host: str, port: int) -> None:
    """Take a name that only one process of this machine can have; OSError when it is taken.

    Names in Linux's abstract space leave no file behind and end with their process. Elsewhere
    there is no such thing, and two nodes that start in the same instant are not told apart.
    """
    if sys.platform != "linux":
        return
    name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        name.bind(f"\0footbridge/{host}/{port}")
    except OSError:
        name.close()
        raise
    _RESERVED.append(name)


def serve_web(load: Callable[[], WsgiApp], host: str, port: int, *, processes: int = 1) -> None:
    """Serve the WSGI application that `load` makes in each web process, until told to stop.

    Granian gives up when a process dies twice within seconds. It may be one bad moment of the
    machine, so it is begun anew after a pause, which doubles while it does not help.
    """
    logging.getLogger(_GRANIAN_LOGGER).addFilter(_is_news)
    stopped = threading.Event()
    pause = RESTART_FIRST
    while True:
        server = _server(host, port, processes)
        # A signal that came between two servers reached the old one, or nobody but this event.
        server.on_startup(partial(_stop_if, stopped, server))
        begun = time.monotonic()
        try:
            # A partial of module-level functions, so that it can be pickled where processes are
            # spawned.
            server.serve(
                target_loader=partial(_load_in_child, load, os.getpid()), wrap_loader=False
            )
        except SystemExit:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopped.set())
            if server.interrupt_signal:
                return
        else:
            return
        if time.monotonic() - begun > RESTART_MOST:
            pause = RESTART_FIRST
        LOG.error("The web process died repeatedly; it is started again in %g s.", pause)
        if stopped.wait(pause):
            return
        pause = min(pause * 2, RESTART_MOST)


def _server(host: str, port: int, processes: int) -> AbstractServer[Any]:
    server: AbstractServer[Any] = Server(
        "node.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=8,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    )
    return server


def _stop_if(stopped: threading.Event, server: AbstractServer[Any]) -> None:
    if stopped.is_set():
        server.interrupt_signal = True
        server.main_loop_interrupt.set()


def _is_news(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_KNOWN_ADVICE)


def _load_in_child(load: Callable[[], WsgiApp], parent: int) -> WsgiApp:
    die_with_parent(parent)
    return load()


def start_worker(work: Callable[[Path, threading.Event], None], home: Path) -> Callable[[], None]:
    """Run `work(home, stop)` in a child process, again whenever it dies; returns a stopper."""
    stopping = threading.Event()
    current: list[multiprocessing.process.BaseProcess] = []

    def supervise() -> None:
        while not stopping.is_set():
            child = multiprocessing.Process(target=_work, args=(work, home, os.getpid()))
            child.start()
            current[:] = [child]
            child.join()
            stopping.wait(1.0)

    def stop() -> None:
        stopping.set()
        for child in current:
            child.terminate()
            child.join(timeout=10)
            if child.is_alive():
                child.kill()
        thread.join(timeout=2)

    thread = threading.Thread(target=supervise, name="worker-supervisor", daemon=True)
    thread.start()
    return stop


def _work(work: Callable[[Path, threading.Event], None], home: Path, parent: int) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor decides on Ctrl-C
    die_with_parent(parent)
    work(home, stop)
