"""`peer …` and `sync`: partners, and pulling from them now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from node.cli.output import bar, emit_json, json_option, opened, wants_json
from node.core.epochs import group_oid
from node.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.cli.output import Show
    from node.exchange.reports import Progress, RoundReport
    from node.home import Node
    from node.storage import PeerRow


#: Seconds in which a node must have said who it is, while a person waits.
PATIENCE = 15


def as_data(peer: PeerRow) -> dict[str, Any]:
    """Give a partner as data for scripts."""
    return {
        "id": peer.id,
        "name": peer.name,
        "url": peer.url,
        "oid": peer.oid,
        "state": peer.state,
        "scope": peer.scope,
        "complete_as_of": peer.complete_as_of,
        "last_error": peer.last_error,
    }


@click.group()
def peer_command() -> None:
    """Partners: the nodes this one fetches from."""


@peer_command.command("add")
@click.argument("url")
@click.option("--oid", default=None, help="The identity your partner told you; refused if other.")
@click.option("--own-only", is_flag=True, help="Take only the partner's own records.")
@json_option
@click.pass_context
def add_command(
    ctx: click.Context, url: str, oid: str | None, own_only: bool, json_here: bool
) -> None:
    """Add the node at URL as a partner, and show its identity for you to compare."""
    from node.exchange.peers import add_peer  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node, bar(f"Asking {url}"):
        peer = add_peer(
            node.exchange,
            url,
            partial(node.transport, patience=PATIENCE),
            oid=oid,
            # The keeper typed this address, so it may be in the keeper's own network.
            private_ok=node.is_private(url),
            scope="own" if own_only else "all",
        )
    if wants_json(ctx, json_here):
        emit_json(as_data(peer))
        return
    click.echo(f"Added {peer.name} at {peer.url}.")
    if oid is None:
        click.echo("Compare its identity with what your partner reads out to you:")
        click.secho(f"  {group_oid(peer.oid)}", bold=True)
        click.echo(f"If it differs: footbridge peer remove {peer.id}")


@peer_command.command("list")
@json_option
@click.pass_context
def list_peers_command(ctx: click.Context, json_here: bool) -> None:
    """List partners and how far each was followed."""
    from node.exchange.peers import list_peers  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        peers = list_peers(node.exchange)
    if wants_json(ctx, json_here):
        emit_json([as_data(peer) for peer in peers])
    elif not peers:
        click.echo("No partners yet. Add one: footbridge peer add URL")
    else:
        for peer in peers:
            _say(peer)


def _say(peer: PeerRow) -> None:
    when = f"{peer.complete_as_of:%Y-%m-%d %H:%M} UTC" if peer.complete_as_of else "never yet"
    click.secho(f"{peer.id:>3}  {peer.name}", bold=True)
    click.echo(f"     {peer.url}")
    click.echo(f"     {peer.state}, complete as of {when}")
    if peer.last_error and peer.failures:
        click.secho(f"     {peer.last_error}", fg="yellow")


def _act(name: str, use_case: str, said: str, explain: str) -> None:
    @peer_command.command(name, help=explain)
    @click.argument("which")
    @json_option
    @click.pass_context
    def command(ctx: click.Context, which: str, json_here: bool) -> None:
        from node.exchange import peers  # noqa: PLC0415 - keeps `--help` fast

        act: Callable[..., PeerRow] = getattr(peers, use_case)
        with opened(ctx) as node:
            peer = act(node.exchange, which)
        if wants_json(ctx, json_here):
            emit_json(as_data(peer))
        else:
            click.echo(said.format(name=peer.name))


_act("pause", "pause_peer", "{name} is paused.", "Stop fetching from WHICH until resumed.")
_act("resume", "resume_peer", "{name} is followed again.", "Fetch from WHICH again.")
_act("remove", "remove_peer", "{name} was removed; its records stay.", "Forget a partner.")
_act("block", "block_peer", "{name} is blocked.", "Hide WHICH and everything it published.")


@peer_command.command("show")
@click.argument("which")
@json_option
@click.pass_context
def show_command(ctx: click.Context, which: str, json_here: bool) -> None:
    """Show one partner: identity, state, and its last rounds in plain words."""
    from node.exchange.peers import show_peer  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        peer = show_peer(node.exchange, which)
        with node.database.reading() as uow:
            rounds = uow.rounds.of_peer(peer.id, 10)
    if wants_json(ctx, json_here):
        emit_json(as_data(peer) | {"rounds": [vars_of(row) for row in rounds]})
        return
    click.secho(peer.name, bold=True)
    click.echo(f"{peer.url}   {peer.state}\nidentity: {group_oid(peer.oid)}\n")
    for row in rounds:
        click.echo(f"{row.started:%Y-%m-%d %H:%M:%S}  {row.outcome}: {row.sentence}")


def vars_of(row: Any) -> dict[str, Any]:
    """Give a frozen row as data."""
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _shower(show: Show) -> Callable[[Progress], None]:
    return lambda at: show(at.what, at.done, at.total)


@click.command()
@click.argument("peers", nargs=-1)
@json_option
@click.pass_context
def sync_command(ctx: click.Context, peers: tuple[str, ...], json_here: bool) -> None:
    """Fetch from PEERS now, or from every active partner.

    A paused partner is fetched from only when it is named. Exit code 1 when something was refused
    or a round broke off.
    """
    from node.exchange.asking import count_missing  # noqa: PLC0415 - keeps `--help` fast

    said: list[dict[str, Any]] = []
    as_json = wants_json(ctx, json_here)
    with opened(ctx) as node:
        for peer in _chosen(node, peers):
            report, caught_up = _pull(node, peer)
            said.append(
                {"peer": peer.name, "url": peer.url, **vars_of(report), "caught_up": caught_up}
            )
            if not as_json:
                _say_round(peer.name, report, caught_up)
        missing = count_missing(node.exchange)
        node.follow_index()
    if as_json:
        emit_json(said)
    elif missing:
        are = "content is" if missing == 1 else "contents are"
        click.secho(f"{missing:,} {are} still missing; they are asked for again.", fg="yellow")
    if any(each["outcome"] == "failed" or each["refused"] for each in said):
        ctx.exit(1)


def _chosen(node: Node, names: tuple[str, ...]) -> list[PeerRow]:
    from node.exchange.peers import list_peers, show_peer  # noqa: PLC0415 - keeps `--help` fast

    chosen = [show_peer(node.exchange, name) for name in names]
    for peer in chosen:
        if peer.state == "blocked":
            raise ConflictError(
                f"{peer.name} is blocked; nothing is fetched from it.",
                hint=f"Take it up again first: footbridge peer resume {peer.id}",
            )
    if names:
        return chosen
    known = list_peers(node.exchange)
    chosen = [peer for peer in known if peer.state == "active"]
    if not known:
        click.echo("No partners to fetch from. Add one: footbridge peer add URL", err=True)
    elif not chosen:
        click.echo(
            "All partners are paused or blocked. Fetch again: footbridge peer resume WHICH",
            err=True,
        )
    return chosen


def _pull(node: Node, peer: PeerRow) -> tuple[RoundReport, int]:
    """Do a round with a partner; then ask it for what was left out in earlier rounds."""
    from node.exchange.asking import ask_again  # noqa: PLC0415 - keeps `--help` fast
    from node.exchange.rounds import sync_peer  # noqa: PLC0415

    transport = node.transport(peer.url, peer.private_ok)
    with bar(peer.name) as show:
        report = sync_peer(node.exchange, peer, transport, on_progress=_shower(show))
        asks = report.outcome != "failed" and not report.left_out
        return report, ask_again(node.exchange, peer, transport) if asks else 0


def _say_round(name: str, report: RoundReport, caught_up: int) -> None:
    if caught_up:
        these = "1 content that was" if caught_up == 1 else f"{caught_up:,} contents that were"
        fetched = f"Fetched and verified {these} missing."
        click.echo(f"{name}: {fetched if report.idle else f'{report.sentence} {fetched}'}")
    else:
        click.echo(f"{name}: {report.sentence}")
    for refused in report.refused:
        click.secho(f"  refused {refused.what}: {refused.why}", fg="yellow")
