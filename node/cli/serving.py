"""`run`, `web`, `worker`: the processes of a node."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from node.cli.output import home_of, opened
from node.cli.users import welcome_address

if TYPE_CHECKING:
    from flask import Flask


def load_app(home: Path) -> Flask:
    """Open the home and build the web application; runs in each web process."""
    from node.app import create_app  # noqa: PLC0415 - in the process that needs it
    from node.home import open_home  # noqa: PLC0415

    return create_app(open_home(home))


def work(home: Path, stop: threading.Event) -> None:
    """Do due work until `stop` is set; runs in the worker process."""
    from node.home import open_home  # noqa: PLC0415 - in the process that needs it

    node = open_home(home)
    try:
        node.worker().run_forever(stop)
    finally:
        node.close()


@dataclass(frozen=True)
class Prepared:
    """Where a node's processes run and listen."""

    home: Path
    host: str
    port: int
    name: str
    #: The code for the first person; "" when there are people already.
    code: str

    def say(self) -> None:
        """Say where the node is, and how its first person gets in."""
        base = f"http://{self.host}:{self.port}"
        click.echo(f"{self.name} is at {base}/  (stop with Ctrl-C)")
        if self.code:
            click.echo("Nobody has an account here yet. Make the first one at:")
            click.secho(f"  {welcome_address(base, self.code)}", bold=True)


def _prepare(ctx: click.Context, host: str | None, port: int | None) -> Prepared:
    """Migrate, check the home, and say where to listen; everything is closed again."""
    from node.editorial.starting import has_people, setup_code  # noqa: PLC0415 - for `--help`

    with opened(ctx, migrate=True) as node:
        s, d = node.settings, node.editorial
        code = "" if has_people(d) else setup_code(d)
        found = Prepared(s.home, host or s.host, port or s.port, s.name, code)
    os.umask(0o077)  # of this process and its children, for as long as they live
    return found


host_option = click.option("--host", default=None, help="Address to listen on.")
port_option = click.option(
    "--port", type=click.IntRange(1, 65535), default=None, help="Port to listen on."
)


@click.command()
@host_option
@port_option
@click.option("--processes", default=1, show_default=True, help="Web processes.")
@click.option("--with-parent", is_flag=True, hidden=True, help="End when the parent process ends.")
@click.pass_context
def run_command(
    ctx: click.Context, host: str | None, port: int | None, processes: int, with_parent: bool
) -> None:
    """Run the node: the web application and the worker that keeps it in step with its peers."""
    from node.operations.processes import (  # noqa: PLC0415 - keeps `--help` fast
        check_port,
        die_with_parent,
        serve_web,
        share_memory,
        start_worker,
    )

    if with_parent:
        die_with_parent(os.getppid())
    made = _prepare(ctx, host, port)
    check_port(made.host, made.port)
    share_memory()
    stop = start_worker(work, made.home)
    made.say()
    try:
        serve_web(partial(load_app, made.home), made.host, made.port, processes=processes)
    finally:
        stop()


@click.command()
@host_option
@port_option
@click.option("--processes", default=1, show_default=True, help="Web processes.")
@click.pass_context
def web_command(ctx: click.Context, host: str | None, port: int | None, processes: int) -> None:
    """Run only the web application; run `worker` beside it, or on another machine."""
    from node.operations.processes import check_port, serve_web  # noqa: PLC0415

    made = _prepare(ctx, host, port)
    check_port(made.host, made.port)
    made.say()
    serve_web(partial(load_app, made.home), made.host, made.port, processes=processes)


@click.command()
@click.pass_context
def worker_command(ctx: click.Context) -> None:
    """Run only the worker: rounds with peers, announcements, erasures, the search index."""
    _prepare(ctx, None, None)
    stop = threading.Event()
    try:
        work(home_of(ctx), stop)
    except KeyboardInterrupt:
        stop.set()
