"""`publish`, `revise`, `withdraw`, `erase`: this organisation's own records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

import click

from node.cli.output import emit_json, json_option, opened, progress, wants_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.contract.guard import DeadLinks
    from node.exchange.drafts import Draft
    from node.exchange.publishing import Published
    from node.home import Node


def name_of(file: BinaryIO) -> str:
    """Return what to call a file in messages; standard input may have no name of its own."""
    name = getattr(file, "name", "-")
    return name if isinstance(name, str) else "-"


def _say(published: Sequence[Published], *, as_json: bool, verb: str) -> None:
    if as_json:
        emit_json(
            {
                verb.lower(): [
                    {
                        "record": item.record,
                        "revision": item.revision,
                        "seq": item.seq,
                        "digest": item.digest,
                        "warnings": [
                            {**fault.as_dict(), "sentence": fault.sentence("en")}
                            for fault in item.warnings
                        ],
                    }
                    for item in published
                ]
            }
        )
        return
    for item in published:
        click.echo(f"{verb} {item.record} revision {item.revision}")
        for fault in item.warnings:
            place = f"{fault.code}:{fault.pointer}"
            click.secho(f"  Please check: {fault.sentence('en')} [{place}]", fg="yellow", err=True)
    if any(item.warnings for item in published):
        click.echo("  To let one stand, give a reason: --acknowledge CODE=REASON", err=True)


acknowledge_option = click.option(
    "--acknowledge",
    "said",
    multiple=True,
    metavar="CODE=REASON",
    help="Let a warning stand, and say why; CODE:/pointer=REASON for one place alone.",
)


check_links_option = click.option(
    "--check-links/--no-check-links",
    "check_links",
    default=None,
    help="Ask whether the addresses in a record still answer; as the setting check_links says.",
)


def _dead_links(node: Node, *, wanted: bool | None) -> DeadLinks | None:
    """Return who finds dead links, unless they are not to be looked for."""
    from node.net.links import LinkChecker  # noqa: PLC0415 - keeps `--help` fast

    return LinkChecker() if (node.settings.check_links if wanted is None else wanted) else None


def _with_reasons(drafts: Sequence[Draft], said: tuple[str, ...]) -> list[Draft]:
    """Add to every draft what was acknowledged on the command line."""
    from node.contract.guard import Acknowledgement  # noqa: PLC0415 - keeps `--help` fast

    reasons = [Acknowledgement.parse(each) for each in said]
    return [replace(draft, acknowledged=[*draft.acknowledged, *reasons]) for draft in drafts]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.File("rb"))
@acknowledge_option
@check_links_option
@json_option
@click.pass_context
def publish_command(
    ctx: click.Context,
    files: tuple[BinaryIO, ...],
    said: tuple[str, ...],
    check_links: bool | None,
    json_here: bool,
) -> None:
    """Publish record files: {"kind": "good-practice", "body": {...}}; `-` reads standard input.

    All files are checked first. When one is faulty nothing is signed, and every fault of every
    file is listed.
    """
    from node.exchange.publishing import publish  # noqa: PLC0415 - keeps `--help` fast
    from node.exchange.recordfiles import read_drafts  # noqa: PLC0415

    with opened(ctx) as node, progress("Publishing", len(files)) as advance:
        drafts = read_drafts(node.exchange, [(name_of(file), file) for file in files])
        published = publish(
            node.exchange,
            _with_reasons(drafts, said),
            dead_links=_dead_links(node, wanted=check_links),
        )
        advance(len(files), "")
    _say(published, as_json=wants_json(ctx, json_here), verb="Published")


@click.command()
@click.argument("record")
@click.argument("file", type=click.File("rb"))
@acknowledge_option
@check_links_option
@json_option
@click.pass_context
def revise_command(
    ctx: click.Context,
    record: str,
    file: BinaryIO,
    said: tuple[str, ...],
    check_links: bool | None,
    json_here: bool,
) -> None:
    """Publish FILE as the next revision of RECORD."""
    from node.exchange.publishing import revise  # noqa: PLC0415 - keeps `--help` fast
    from node.exchange.recordfiles import read_drafts  # noqa: PLC0415

    with opened(ctx) as node:
        drafts = read_drafts(node.exchange, [(name_of(file), file)])
        (draft,) = _with_reasons(drafts, said)
        dead_links = _dead_links(node, wanted=check_links)
        published = revise(node.exchange, record, draft, dead_links=dead_links)
    _say([published], as_json=wants_json(ctx, json_here), verb="Published")


@click.command()
@click.argument("record")
@json_option
@click.pass_context
def withdraw_command(ctx: click.Context, record: str, json_here: bool) -> None:
    """Offer RECORD no longer. The next `revise` offers it again."""
    from node.exchange.publishing import withdraw  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx) as node:
        done = withdraw(node.exchange, record)
    _say([done], as_json=wants_json(ctx, json_here), verb="Withdrawn")


@click.command()
@click.argument("record")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def erase_command(ctx: click.Context, record: str, yes: bool, json_here: bool) -> None:
    """Erase RECORD and all its revisions for good, here and at every partner.

    Partners hide it as soon as they hear of it and delete it within three days. This cannot be
    undone.
    """
    from node.exchange.publishing import erase  # noqa: PLC0415 - keeps `--help` fast

    if not yes:
        click.confirm(f"Erase {record} for good, everywhere?", abort=True, err=True)
    with opened(ctx) as node:
        done = erase(node.exchange, record)
    _say([done], as_json=wants_json(ctx, json_here), verb="Erased")
