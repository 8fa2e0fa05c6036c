"""What a worker on this machine was doing when it was killed is free again at once.

A lease runs out by itself, which is all that can be done about a worker on another machine. One on
this machine has its process in its name; when that process is gone, nobody needs to wait. And what
was put off by an interval that the keeper has shortened since is due by the new one.
"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

from node.exchange.context import Exchange
from node.exchange.finishing import JITTER


def worker_name() -> str:
    """Make a name for a worker of this process: machine, process, and something at random."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def take_over(x: Exchange, own: str) -> int:
    """Free what dead workers of this machine hold; return how many such workers there were.

    `own` is the name of the worker that asks. A peer whose round was cut is due now. Where a
    process only seems to be gone, two workers do the same step, which can be done twice.
    """
    now = x.clock.now()
    with x.database.reading() as uow:
        dead = {name for name in uow.peers.workers() | uow.work.workers() if _is_dead(name, own)}
    if dead:
        with x.database.writing() as uow:
            for name in dead:
                uow.peers.free(name, now)
                uow.work.free(name)
    return len(dead)


def keep_to_settings(x: Exchange) -> None:
    """Bring rounds forward that were put off by longer intervals than the settings have now."""
    now, settings = x.clock.now(), x.settings
    most = 1 + JITTER
    with x.database.writing() as uow:
        uow.peers.bring_forward(
            now + timedelta(seconds=settings.sync_interval * most),
            now + timedelta(seconds=settings.backoff_max * most),
            now,
        )


def _is_dead(name: str, own: str) -> bool:
    machine, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    if name == own or machine != own.partition(":")[0] or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return True  # this process has one worker; the number was used again
    return not _is_running(int(number))


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # there, asking in this way would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # it belongs to somebody else
    return True
