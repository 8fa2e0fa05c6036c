"""What commands have in common: opening the home, printing, failing in plain words."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from node.errors import FootbridgeError

if TYPE_CHECKING:
    from node.home import Node


class Failing(click.Group):
    """A group that turns our errors into a sentence on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; with ``--json`` an error is printed as an object, too."""
        try:
            return super().invoke(ctx)
        except FootbridgeError as error:
            if (ctx.obj or {}).get("json"):
                said = {"error": error.code, "message": error.message, "hint": error.hint}
                faults = error.facts.get("faults")
                emit_json(said | ({"faults": faults} if faults else {}))
            click.secho(error.message, err=True, fg="red")
            if error.hint:
                click.echo(error.hint, err=True)
            ctx.exit(1)


def _remember(ctx: click.Context, _option: click.Parameter, value: bool) -> bool:
    """Let an error of the command that ``--json`` stands behind be an object, too."""
    if value:
        ctx.ensure_object(dict)["json"] = True
    return value


json_option = click.option(
    "--json", "json_here", is_flag=True, help="Print data as JSON.", callback=_remember
)


def wants_json(ctx: click.Context, json_here: bool) -> bool:
    """Say whether ``--json`` stood before or after the command."""
    return json_here or bool(ctx.ensure_object(dict).get("json"))


def emit_json(value: object) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def home_of(ctx: click.Context) -> Path:
    """Return the folder that ``--home`` names."""
    return Path(ctx.obj["home"])


@contextmanager
def opened(ctx: click.Context, **overrides: Any) -> Iterator[Node]:
    """Open the node that ``--home`` names and close it afterwards."""
    from node.home import open_home  # noqa: PLC0415 - keeps `--help` fast

    with private_files():
        node = open_home(home_of(ctx), **overrides)
        try:
            yield node
        finally:
            node.close()


@contextmanager
def private_files() -> Iterator[None]:
    """Let nobody else read what is made meanwhile, also where a home's mode was opened."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Callable[[int, str], None]]:
    """Show a bar on a terminal and nothing elsewhere; yields ``advance(by, note)``."""
    with bar(title, total) as show:
        done = 0

        def advance(by: int, note: str) -> None:
            nonlocal done
            done += by
            show(note or title, done, total)

        yield advance


Show = Callable[[str, int, int | None], None]


@contextmanager
def bar(title: str, total: int | None = None) -> Iterator[Show]:
    """Show a bar on a terminal and nothing elsewhere; yields ``show(what, done, total)``."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where a person looks
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as drawn:
        task = drawn.add_task(title, total=total)

        def show(what: str, done: int, of: int | None) -> None:
            drawn.update(task, completed=done, total=of, description=what)

        yield show


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its noun: ``1 entry``, ``2,500 entries``."""
    return f"{number:,} {one if number == 1 else many}"


def table(headings: list[str], rows: list[list[str]]) -> None:
    """Print rows under headings, aligned; wide cells are wrapped by the terminal."""
    from rich.console import Console  # noqa: PLC0415 - only where a person looks
    from rich.table import Table  # noqa: PLC0415

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in rows:
        shown.add_row(*row)
    Console().print(shown)
