"""`origin …`: whose records this node keeps, and what waits for its keeper's word."""

from __future__ import annotations

import click

from node.cli.output import emit_json, json_option, opened, table, wants_json
from node.core.epochs import group_oid


@click.group()
def origin_command() -> None:
    """Origins: the organisations whose records this node keeps, met as partners or through them."""


@origin_command.command("list")
@json_option
@click.pass_context
def list_origins_command(ctx: click.Context, json_here: bool) -> None:
    """List origins, how they stand, and erasures of theirs that wait for your word."""
    from node.exchange.erasures import waiting_erasures  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        with node.database.reading() as uow:
            origins = uow.origins.all()
            counts = uow.records.count_by_origin()
        waiting = {item.oid: len(item.records) for item in waiting_erasures(node.exchange)}
    if wants_json(ctx, json_here):
        emit_json(
            [
                {
                    "oid": one.oid,
                    "name": one.name,
                    "status": one.status,
                    "reason": one.reason,
                    "records": counts.get(one.oid, 0),
                    "erasures_waiting": waiting.get(one.oid, 0),
                }
                for one in origins
            ]
        )
        return
    table(
        ["oid", "name", "status", "records"],
        [[one.oid, one.name, one.status, str(counts.get(one.oid, 0))] for one in origins],
    )
    for oid, count in waiting.items():
        waits = "1 erasure of {} waits" if count == 1 else f"{count} erasures of {{}} wait"
        click.secho(f"\n{waits.format(oid[:8] + '…')} for your word.", fg="yellow")
        click.echo("Ask that organisation whether they are meant. If so:")
        click.echo(f"  footbridge origin confirm-erasures {oid}")


@origin_command.command("block")
@click.argument("oid")
@click.option("--reason", default="", help="For yourself; nobody else sees it.")
@click.pass_context
def block_command(ctx: click.Context, oid: str, reason: str) -> None:
    """Hide, stop fetching and stop relaying what the origin OID published. Nothing is deleted."""
    from node.exchange.peers import block_origin  # noqa: PLC0415 - keeps `--help` fast

    oid = bare(oid)
    with opened(ctx) as node:
        block_origin(node.exchange, oid, reason)
    click.echo(f"{group_oid(oid)} is blocked.")


@origin_command.command("unblock")
@click.argument("oid")
@click.pass_context
def unblock_command(ctx: click.Context, oid: str) -> None:
    """Take up a blocked origin again."""
    from node.exchange.peers import unblock_origin  # noqa: PLC0415 - keeps `--help` fast

    oid = bare(oid)
    with opened(ctx) as node:
        unblock_origin(node.exchange, oid)
    click.echo(f"{group_oid(oid)} is shown and relayed again.")


@origin_command.command("confirm-erasures")
@click.argument("oid")
@click.pass_context
def confirm_command(ctx: click.Context, oid: str) -> None:
    """Let the many erasures of the origin OID take effect now."""
    from node.exchange.erasures import confirm_erasures  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        done = confirm_erasures(node.exchange, bare(oid))
    were = "1 erasure was" if done == 1 else f"{done} erasures were"
    click.echo(f"{were} confirmed; carried out by the worker.")


def bare(oid: str) -> str:
    """Return an oid as it is stored; people paste it in groups of four."""
    return "".join(oid.split()).replace("-", "").lower()
