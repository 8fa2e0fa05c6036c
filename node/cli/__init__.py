"""The `footbridge` command: one module for each group of commands, each of them thin.

A command parses, calls one use case, prints. Exit codes: 0 done, 1 refused or failed, 2 wrong
usage. What goes wrong is said on standard error in whole sentences; standard output holds only
what was asked for, as JSON when ``--json`` is given, so that scripts can read it.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from node.cli.output import Failing

#: command name -> module below node.cli that holds it; loaded only when it is used.
COMMANDS = {
    "init": "setup",
    "run": "serving",
    "web": "serving",
    "worker": "serving",
    "publish": "publishing",
    "revise": "publishing",
    "withdraw": "publishing",
    "erase": "publishing",
    "import": "importing",
    "show": "reading",
    "search": "reading",
    "list": "reading",
    "proof": "reading",
    "peer": "peers",
    "origin": "origins",
    "user": "users",
    "duplicates": "duplicates",
    "sync": "peers",
    "verify": "keeping",
    "rebuild": "keeping",
    "doctor": "keeping",
    "demo": "demo",
}


class LazyGroup(Failing, click.Group):
    """Loads a command's module when the command is named, so that `--help` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the commands in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return the command."""
        del ctx
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = getattr(importlib.import_module(f"node.cli.{module}"), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None


@click.command(cls=LazyGroup)
@click.version_option(package_name="footbridge", prog_name="footbridge")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="FOOTBRIDGE_HOME",
    default=Path("footbridge-home"),
    show_default=True,
    help="The folder that holds this node: settings, keys, database, files.",
)
@click.option("--json", "as_json", is_flag=True, help="Print data as JSON.")
@click.pass_context
def main(ctx: click.Context, home: Path, as_json: bool) -> None:
    """Share good practice with partner organisations, signed and verified.

    Start with `footbridge demo`, or make your own node with `footbridge init`.
    """
    ctx.ensure_object(dict).update(home=home, json=as_json)
