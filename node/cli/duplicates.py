"""`duplicates …`: which records this node shows as one, by its keeper's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from node.cli.output import emit_json, json_option, opened, table, wants_json

if TYPE_CHECKING:
    from node.storage import RecordRow


@click.group()
def duplicates_command() -> None:
    """Duplicates: what this node shows as one result, and what it keeps apart.

    Name a record by its id, or as ORIGIN/ID where several origins use that id. Nothing is published
    and no record is changed: each keeps its own page.
    """


@duplicates_command.command("list")
@json_option
@click.pass_context
def list_command(ctx: click.Context, json_here: bool) -> None:
    """List what you have decided, the newest first."""
    from node.exchange.duplicates import list_decisions  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        found = list_decisions(node.exchange)
    if wants_json(ctx, json_here):
        emit_json(
            [
                {
                    "one": "/".join(each.row.one),
                    "other": "/".join(each.row.other),
                    "decision": _word(joined=each.row.joined),
                    "reason": each.row.reason,
                    "decided": each.row.decided,
                }
                for each in found
            ]
        )
        return
    if not found:
        click.echo("Nothing was decided; claims count as the setting join_duplicates says.")
        return
    table(
        ["record", "and record", "are shown", "reason"],
        [
            [
                f"{each.row.one[1]} {_title(each.one)}",
                f"{each.row.other[1]} {_title(each.other)}",
                "as one" if each.row.joined else "apart",
                each.row.reason,
            ]
            for each in found
        ],
    )


@duplicates_command.command("join")
@click.argument("one")
@click.argument("other")
@click.option("--reason", default="", help="For yourself; nobody else sees it.")
@json_option
@click.pass_context
def join_command(ctx: click.Context, one: str, other: str, reason: str, json_here: bool) -> None:
    """Show the records ONE and OTHER as one result, whatever is claimed."""
    from node.exchange.duplicates import join  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        rows = join(node.exchange, one, other, reason)
        node.follow_index()
    _tell(ctx, rows, json_here=json_here, joined=True)


@duplicates_command.command("apart")
@click.argument("one")
@click.argument("other")
@click.option("--reason", default="", help="For yourself; nobody else sees it.")
@json_option
@click.pass_context
def apart_command(ctx: click.Context, one: str, other: str, reason: str, json_here: bool) -> None:
    """Show the records ONE and OTHER apart, whatever is claimed."""
    from node.exchange.duplicates import keep_apart  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        rows = keep_apart(node.exchange, one, other, reason)
        node.follow_index()
    _tell(ctx, rows, json_here=json_here, joined=False)


@duplicates_command.command("forget")
@click.argument("one")
@click.argument("other")
@json_option
@click.pass_context
def forget_command(ctx: click.Context, one: str, other: str, json_here: bool) -> None:
    """Take your decision on the records ONE and OTHER back, so that claims count again."""
    from node.exchange.duplicates import forget  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        forget(node.exchange, one, other)
        node.follow_index()
    if wants_json(ctx, json_here):
        emit_json({"one": one, "other": other, "decision": None})
        return
    click.echo("Your decision is taken back; claims about the two count again.")


def _tell(
    ctx: click.Context, rows: tuple[RecordRow, RecordRow], *, json_here: bool, joined: bool
) -> None:
    if wants_json(ctx, json_here):
        one, other = (f"{row.oid}/{row.record}" for row in rows)
        emit_json({"one": one, "other": other, "decision": _word(joined=joined)})
        return
    one, other = (f"“{_title(row)}”" for row in rows)
    how = "as one result; each keeps its own page" if joined else "apart"
    click.echo(f"{one} and {other} are shown {how}.")


def _word(*, joined: bool) -> str:
    return "join" if joined else "apart"


def _title(row: RecordRow | None) -> str:
    if row is None:
        return ""
    return row.title.get(row.language) or next(iter(row.title.values()), row.record)
