"""`demo`: a small network on this machine, to look at and to try things with."""

from __future__ import annotations

import base64
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from node.operations.demo import DemoNode

START_PATIENCE = 60.0
DEMO_EMAIL = "demo@footbridge.example"
#: Words to try, in several languages; each finds something among the samples.
WORDS = ("volunteering", "homologación", "αναγνώριση", "mentor", "تطوع", "Sprachkurs")


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("footbridge-demo"),
    show_default=True,
    help="Where the demo's homes are made; made again at each start.",
)
def demo_command(folder: Path) -> None:
    """Start three nodes with sample records, syncing with each other, until Ctrl-C."""
    from node.app import create_app  # noqa: PLC0415 - keeps `--help` fast
    from node.operations.demo import build_demo  # noqa: PLC0415

    click.secho("Making a demo network of invented organisations", bold=True)
    nodes = build_demo(folder, create_app, note=lambda line: click.echo(f"  {line}"))
    running = [node for node in nodes if node.running]
    account = _add_account(running[0])
    children: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for node in running:
            command = [
                sys.executable,
                "-m",
                "node",
                "--home",
                str(node.home),
                "run",
                "--with-parent",
            ]
            children.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))  # noqa: S603
        _wait(running, children)
        _explain(running, [node for node in nodes if not node.running], folder)
        _explain_desk(running[0], account)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        click.secho("A node has stopped; stopping the others.", fg="red", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\nStopping the demo.")
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=20)


def _add_account(first: DemoNode) -> str:
    """Make an account on the first node, for the demo alone; return its password, made anew."""
    from node.editorial.starting import add_first  # noqa: PLC0415 - keeps `--help` fast
    from node.home import open_home  # noqa: PLC0415

    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    password = "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
    node = open_home(first.home)
    try:
        add_first(node.editorial, name="Demo", email=DEMO_EMAIL, password=password, language="en")
    finally:
        node.close()
    return password


def _explain_desk(first: DemoNode, password: str) -> None:
    click.secho("\nTo write and publish yourself (an account for this demo only)", bold=True)
    click.echo(f"  Sign in at  {first.url}/desk/")
    click.echo(f"  E-mail      {DEMO_EMAIL}")
    click.echo(f"  Password    {password}")
    click.echo("\nStop with Ctrl-C.")


def _wait(nodes: list[DemoNode], children: list[subprocess.Popen[bytes]]) -> None:
    """Wait until every node answers, or say which one did not."""
    deadline = time.monotonic() + START_PATIENCE
    waiting = list(zip(nodes, children, strict=True))
    while waiting:
        node, child = waiting[0]
        try:
            with urllib.request.urlopen(f"{node.url}/exchange/1/node", timeout=2):  # noqa: S310
                waiting.pop(0)
                continue
        except OSError:
            pass
        if child.poll() is not None or time.monotonic() > deadline:
            raise click.ClickException(f"{node.name} did not start at {node.url}.")
        time.sleep(0.1)


def _explain(running: list[DemoNode], dark: list[DemoNode], folder: Path) -> None:
    click.secho("\nThe network is up:", bold=True)
    for node in running:
        click.echo(f"  {node.url}   {node.name} ({node.country}), {node.records} records")
    for node in dark:
        click.echo(
            f"  (gone dark)             {node.name} ({node.country}), {node.records} records"
        )
    first, last = running[0], running[-1]
    click.secho("\nWhat to try first", bold=True)
    click.echo(f"  1. Open {first.url}/ and search for a word in any language, such as")
    click.echo(f"     {', '.join(WORDS)}.")
    click.echo('  2. On a record, follow "How do I know this is genuine?".')
    click.echo(
        f"  3. Open {running[len(running) // 2].url}/network: {len(dark)} partners' nodes are"
    )
    click.echo("     gone, and their records are still here, verified, on all three nodes.")
    click.echo("  4. Publish something on the first node and find it on the last within seconds:")
    example = Path("schemas/examples")
    click.echo(f"       footbridge --home {folder / first.key} publish {example}/FILE.json")
    click.echo(f"       footbridge --home {folder / last.key} search WORD")
