"""`verify`, `rebuild`, `doctor`: keeping a node sound."""

from __future__ import annotations

import click

from node.cli.output import emit_json, home_of, json_option, opened, progress, wants_json

MARKS = {"ok": ("✓", "green"), "advice": ("·", "yellow"), "problem": ("✗", "red")}


@click.command()
@json_option
@click.pass_context
def verify_command(ctx: click.Context, json_here: bool) -> None:
    """Verify the whole store again: every note, root, proof, digest, record and file."""
    from node.operations.verify import verify_index, verify_store  # noqa: PLC0415

    with opened(ctx) as node:
        with node.database.reading() as uow:
            total = sum(log.size for log in uow.logs.all())
        with progress("Verifying", total) as advance:
            report = verify_store(node.exchange, on_progress=advance)
        node.follow_index()
        verify_index(node.exchange, node.index, report)
    counts = {
        name: getattr(report, name) for name in ("logs", "entries", "contents", "files", "records")
    }
    if wants_json(ctx, json_here):
        emit_json(
            {
                "sound": report.sound,
                **counts,
                "findings": [
                    {"where": f.where, "what": f.what, "hint": f.hint} for f in report.findings
                ],
            }
        )
    else:
        click.echo("Verified " + ", ".join(f"{count} {name}" for name, count in counts.items()))
        for finding in report.findings:
            click.secho(f"{finding.where}: {finding.what}", fg="red", err=True)
            click.echo(f"  {finding.hint}", err=True)
        if report.sound:
            click.secho("Everything holds.", fg="green")
    if not report.sound:
        ctx.exit(1)


@click.command()
@click.pass_context
def rebuild_command(ctx: click.Context) -> None:
    """Make records, facets and the search index again from the logs and contents."""
    from node.exchange.projection import rebuild  # noqa: PLC0415 - keeps `--help` fast

    with opened(ctx, migrate=True) as node:
        records = rebuild(node.exchange)
        node.rebuild_index()
    click.echo(f"Made {records} records again, and the search index.")


@click.command()
@json_option
@click.pass_context
def doctor_command(ctx: click.Context, json_here: bool) -> None:
    """Say what is wrong with this node, and what to do."""
    from node.operations.doctor import examine_node  # noqa: PLC0415 - keeps `--help` fast

    found = examine_node(home_of(ctx))
    if wants_json(ctx, json_here):
        emit_json([{"level": d.level, "what": d.what, "hint": d.hint} for d in found])
    else:
        for item in found:
            mark, colour = MARKS[item.level]
            click.secho(f"{mark} {item.what}", fg=colour)
            if item.hint:
                click.echo(f"    {item.hint}")
    if any(item.level == "problem" for item in found):
        ctx.exit(1)
