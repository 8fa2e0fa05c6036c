"""What is wrong with this node, and what to do about it.

Each look is made for itself, so that the first thing that is broken does not hide the others; a
node that cannot even be opened still gets an answer. Nothing is changed.
"""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from node.errors import FootbridgeError
from node.exchange.erasures import waiting_erasures
from node.exchange.schedule import KINDS
from node.home import Node, open_home

Level = Literal["ok", "advice", "problem"]

#: Below this much free space a node says so while there is still time, in bytes.
LOW_DISK = 1024**3
#: A worker that renews the checkpoint daily never lets it get older than this.
OLD_CHECKPOINT = timedelta(hours=36)
#: Changes the index lacks are counted up to here.
COUNTED = 1000
#: Work that is overdue by this much means that no worker runs.
OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at: how it is, and what to do when it is not well."""

    level: Level
    what: str
    hint: str = ""


def examine_node(home: Path) -> list[Diagnosis]:
    """Look at everything. Never raises for what is wrong: that is what is reported."""
    try:
        node = open_home(home)
    except FootbridgeError as error:
        return [Diagnosis("problem", error.message, error.hint)]
    try:
        return [
            Diagnosis("ok", f"The home {home} opens; settings, key and database are there."),
            *examine_open(node),
        ]
    finally:
        node.close()


def examine_open(node: Node) -> list[Diagnosis]:
    """Look at everything of a node that is open already. Never raises for what is wrong."""
    found: list[Diagnosis] = []
    looks: list[Callable[[Node], Iterator[Diagnosis]]] = [
        _address,
        _disk,
        _own_log,
        _peers,
        _worker,
        _origins,
        _erasures,
        _index,
    ]
    for look in looks:
        try:
            found += look(node)
        except FootbridgeError as error:
            found.append(Diagnosis("problem", error.message, error.hint))
    return found


def _address(node: Node) -> Iterator[Diagnosis]:
    parts = urlsplit(node.settings.url)
    host = parts.hostname or ""
    try:
        local = ipaddress.ip_address(host).is_private
    except ValueError:
        local = host == "localhost"
    if local:
        yield Diagnosis(
            "advice",
            f"The address {node.settings.url} can only be reached from this network.",
            "Set `url` in settings.toml to the public address before adding partners elsewhere.",
        )
    elif parts.scheme != "https":
        yield Diagnosis(
            "advice",
            "The public address does not use HTTPS, so readers can be watched.",
            "Put a web server with a certificate in front, and change `url`.",
        )
    else:
        yield Diagnosis("ok", f"Partners reach this node at {node.settings.url}.")


def _disk(node: Node) -> Iterator[Diagnosis]:
    free = shutil.disk_usage(node.settings.home).free
    if free < LOW_DISK:
        yield Diagnosis(
            "problem",
            f"Only {free / 1024**2:,.0f} MiB are free where the home is.",
            "Free some space: a full disk stops publishing and fetching, though nothing is lost.",
        )
    else:
        yield Diagnosis("ok", f"{free / 1024**3:,.0f} GiB are free.")


def _own_log(node: Node) -> Iterator[Diagnosis]:
    oid = node.exchange.own_oid()
    with node.database.reading() as uow:
        log = uow.logs.current(oid)
    if log is None or log.checkpoint is None:
        yield Diagnosis("problem", "This node has no log of its own.", "Was `init` interrupted?")
        return
    mark = node.highwater.get(oid, log.epoch.number)
    if mark > log.size:
        yield Diagnosis(
            "problem",
            f"An old backup is in place: {mark} entries were signed, {log.size} are here.",
            "Do not publish. Run `footbridge sync` to fetch the missing ones from partners.",
        )
    elif node.signer is not None and log.epoch.key != node.signer.public:
        yield Diagnosis(
            "problem",
            "The key in keys/origin.key is not the one that signs the current epoch.",
            "Put the right key file back.",
        )
    else:
        entries = "1 entry" if log.size == 1 else f"{log.size:,} entries"
        yield Diagnosis("ok", f"The own log has {entries} and the right key.")
    age = node.clock.now().timestamp() - log.checkpoint.dated
    if age > OLD_CHECKPOINT.total_seconds():
        yield Diagnosis(
            "problem",
            f"The own checkpoint was last renewed {age / 3600:.0f} hours ago.",
            "Keep the worker running: `footbridge run`, or `footbridge worker`.",
        )
    elif age < -300:  # noqa: PLR2004 - five minutes, as between any two clocks
        yield Diagnosis(
            "problem",
            "This machine's clock was ahead when the last checkpoint was signed.",
            "Set the clock, with NTP if possible.",
        )


def _peers(node: Node) -> Iterator[Diagnosis]:
    with node.database.reading() as uow:
        peers = uow.peers.all()
    if not peers:
        yield Diagnosis(
            "advice",
            "There are no partners yet: nobody else holds a copy of your records.",
            "Add one: `footbridge peer add URL`.",
        )
    for peer in peers:
        if peer.state != "active":
            yield Diagnosis("advice", f"{peer.name} is {peer.state}.", "Resume it when you want.")
        elif peer.failures:
            yield Diagnosis(
                "problem",
                f"{peer.name}: {peer.last_error} ({peer.failures} times in a row)",
                f"See `footbridge peer show {peer.id}`. The next round tries again by itself.",
            )
        elif peer.complete_as_of is None:
            yield Diagnosis("advice", f"{peer.name} was never fetched from.", "Run the worker.")
        else:
            yield Diagnosis("ok", f"{peer.name}: complete as of {peer.complete_as_of:%d %B %H:%M}.")


def _worker(node: Node) -> Iterator[Diagnosis]:
    late = node.clock.now() - OVERDUE
    with node.database.reading() as uow:
        overdue = uow.work.any_due(KINDS, late)
        peers = [p for p in uow.peers.all() if p.state == "active" and p.next_due < late]
    if overdue or peers:
        yield Diagnosis(
            "problem",
            "Work has been due for more than ten minutes, so no worker is running.",
            "Start it: `footbridge run`, or `footbridge worker`.",
        )
    else:
        yield Diagnosis("ok", "No work is overdue.")


def _origins(node: Node) -> Iterator[Diagnosis]:
    with node.database.reading() as uow:
        origins = uow.origins.all()
    for origin in origins:
        if origin.status in {"frozen", "disputed"}:
            yield Diagnosis(
                "problem",
                f"{origin.name or origin.oid[:8]} is {origin.status}: it signed two histories.",
                "Ask that organisation. Its records up to then stay; see the network page.",
            )


def _erasures(node: Node) -> Iterator[Diagnosis]:
    for item in waiting_erasures(node.exchange):
        yield Diagnosis(
            "problem",
            f"{len(item.records)} erasures of {item.oid[:8]}… came at once and wait for your word.",
            f"If they are meant: `footbridge origin confirm-erasures {item.oid}`.",
        )


def _index(node: Node) -> Iterator[Diagnosis]:
    cursor = node.index.state().cursor
    with node.database.reading() as uow:
        # Not the store's counter: heads of logs move it, too, and have no place in the index.
        behind = len(uow.records.changed_since(cursor, COUNTED))
    if behind:
        yield Diagnosis(
            "advice",
            f"The search index waits for changes of {'at least ' * (behind == COUNTED)}{behind} "
            f"record{'s' * (behind > 1)}.",
            "The worker catches up by itself; `footbridge rebuild` makes it again.",
        )
    else:
        yield Diagnosis("ok", "The search index is up to the store.")
