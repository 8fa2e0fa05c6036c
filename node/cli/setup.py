"""`footbridge init`: a new node home, with its identity and the recovery key for paper."""

from __future__ import annotations

import click

from node.cli.output import emit_json, home_of, json_option, private_files, wants_json
from node.core.epochs import group_oid


@click.command()
@click.option("--name", required=True, help="Your organisation's name, as partners know it.")
@click.option("--country", required=True, help="Two letters, such as ES (ISO 3166-1).")
@click.option("--url", required=True, help="The address partners will reach this node at.")
@click.option("--database", "database_url", default="", help="PostgreSQL address; default SQLite.")
@click.option("--host", default=None, help="The address `run` listens on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=None, help="The port `run` listens on."
)
@json_option
@click.pass_context
def init_command(
    ctx: click.Context,
    name: str,
    country: str,
    url: str,
    database_url: str,
    host: str | None,
    port: int | None,
    json_here: bool,
) -> None:
    """Make a new node: keys, database and settings in the folder that --home names.

    The recovery key is printed once and never stored. Write it on paper: with it your
    organisation's identity survives a stolen or lost machine.
    """
    from node.operations.setup import initialise  # noqa: PLC0415 - keeps `--help` fast

    with private_files():
        made = initialise(
            home_of(ctx),
            name=name,
            country=country,
            url=url,
            database_url=database_url,
            host=host,
            port=port,
        )
    if wants_json(ctx, json_here):
        emit_json({"home": made.home, "oid": made.oid, "recovery_key": made.recovery_key})
        return
    click.echo(f"A node for {name} is ready in {made.home}.\n")
    click.secho("Its identity (oid), which partners compare when they add you:", bold=True)
    click.echo(f"  {group_oid(made.oid)}\n")
    click.secho("Its recovery key. Write it on paper now; it is shown only this once:", bold=True)
    click.echo(f"  {made.recovery_key}\n")
    click.echo(f"Next: footbridge --home {made.home} run")
