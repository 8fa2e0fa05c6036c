"""`user …`: the node's people, for whoever has the machine. Who can read the home is its keeper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from node.cli.output import emit_json, json_option, opened, table, wants_json
from node.editorial.rights import ROLES
from node.errors import NotFoundError

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.invitations import Invited
    from node.editorial.people import PersonLine
    from node.storage.people import PersonRow

role_type = click.Choice(ROLES)


def as_data(line: PersonLine) -> dict[str, Any]:
    """Give a person as data for scripts; nothing that opens anything is in it."""
    row = line.row
    return {
        "id": row.id,
        "name": row.name,
        "email": row.email,
        "roles": list(row.roles),
        "active": row.active,
        "has_password": bool(row.password),
        "second_factor": line.second,
        "open_drafts": line.open_drafts,
        "last_seen": row.last_seen,
    }


def welcome_address(base: str, code: str) -> str:
    """Return where the first person makes their account, with the code filled in."""
    return f"{base}/desk/welcome?code={code}"


@click.group()
def user_command() -> None:
    """People who write, review and keep this node."""


@user_command.command("code")
@json_option
@click.pass_context
def code_command(ctx: click.Context, json_here: bool) -> None:
    """Show the code with which the first person of a new node makes their account."""
    from node.editorial.starting import setup_code  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        code, url = setup_code(node.editorial), node.settings.url
    if wants_json(ctx, json_here):
        emit_json({"code": code, "address": welcome_address(url, code)})
    else:
        click.secho(code, bold=True)
        click.echo(welcome_address(url, code))


@user_command.command("list")
@json_option
@click.pass_context
def list_command(ctx: click.Context, json_here: bool) -> None:
    """List everybody, with roles and state."""
    from node.editorial.people import everybody  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        lines = everybody(node.editorial, None)
    if wants_json(ctx, json_here):
        emit_json([as_data(line) for line in lines])
    elif not lines:
        click.echo("Nobody yet. The first person needs the code: footbridge user code")
    else:
        table(
            ["", "name", "e-mail", "roles", "state", "last seen"],
            [
                [
                    str(line.row.id),
                    line.row.name,
                    line.row.email,
                    ", ".join(line.row.roles),
                    _state(line),
                    f"{line.row.last_seen:%Y-%m-%d %H:%M}" if line.row.last_seen else "never",
                ]
                for line in lines
            ],
        )


@user_command.command("add")
@click.argument("name")
@click.argument("email")
@click.option(
    "--role", "roles", type=role_type, multiple=True, required=True, help="Give it once for each."
)
@json_option
@click.pass_context
def add_command(
    ctx: click.Context, name: str, email: str, roles: tuple[str, ...], json_here: bool
) -> None:
    """Invite NAME with EMAIL: print a link that lets them in once, within a week."""
    from node.editorial.invitations import invite  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        made = invite(node.editorial, None, name=name, email=email, roles=roles)
        _say_link(ctx, json_here, made, node.settings.url)


@user_command.command("role")
@click.argument("who")
@click.argument("roles", nargs=-1, required=True, type=role_type)
@json_option
@click.pass_context
def role_command(ctx: click.Context, who: str, roles: tuple[str, ...], json_here: bool) -> None:
    """Give WHO (number or e-mail) exactly these ROLES."""
    from node.editorial.people import one, set_roles  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        d = node.editorial
        person = _find(d, who)
        set_roles(d, None, person.id, roles)
        line = one(d, None, person.id)
    if wants_json(ctx, json_here):
        emit_json(as_data(line))
    else:
        click.echo(f"{line.row.name} is now {', '.join(line.row.roles)}.")


@user_command.command("reset")
@click.argument("who")
@click.option("--second", is_flag=True, help="Take away the second factor too; it is lost.")
@json_option
@click.pass_context
def reset_command(ctx: click.Context, who: str, second: bool, json_here: bool) -> None:
    """Print a link by which WHO (number or e-mail) chooses a new password."""
    from node.editorial.invitations import reset  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        d = node.editorial
        made = reset(d, None, _find(d, who).id, second=second)
        _say_link(ctx, json_here, made, node.settings.url)


@user_command.command("deactivate")
@click.argument("who")
@click.option("--heir", default=None, help="Who takes over the open drafts (number or e-mail).")
@json_option
@click.pass_context
def deactivate_command(ctx: click.Context, who: str, heir: str | None, json_here: bool) -> None:
    """Close the account of WHO; what they published stays."""
    from node.editorial.people import deactivate, one  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        d = node.editorial
        person = _find(d, who)
        count = deactivate(d, None, person.id, heir=_find(d, heir).id if heir else None)
        line = one(d, None, person.id)
    if wants_json(ctx, json_here):
        emit_json(as_data(line) | {"handed_over": count})
        return
    click.echo(f"{person.name} has left; every session is ended.")
    if count:
        click.echo(f"{count} open drafts went to {heir}.")


def _find(d: Editorial, who: str) -> PersonRow:
    """Find somebody by number or e-mail; raises `NotFoundError`."""
    with d.database.reading() as uow:
        by_number = who.isascii() and who.isdigit()
        found = uow.people.get(int(who)) if by_number else uow.people.by_email(who)
    if found is None:
        raise NotFoundError(
            f"There is nobody here like {who!r}.", hint="`footbridge user list` shows everybody."
        )
    return found


def _state(line: PersonLine) -> str:
    if not line.row.active:
        return "left"
    if not line.row.password:
        return "no password yet"
    return "second factor" if line.second else "password"


def _say_link(ctx: click.Context, json_here: bool, made: Invited, url: str) -> None:
    link = f"{url}/desk/invitation/{made.token}"
    if wants_json(ctx, json_here):
        emit_json({"link": link, "email": made.row.email, "expires": made.row.expires})
        return
    click.echo(f"A link for {made.row.name}; it works once, until {made.row.expires:%Y-%m-%d}:")
    click.secho(f"  {link}", bold=True)
    click.echo("It is as good as a password until it is used: give it to nobody else.")
