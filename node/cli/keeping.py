"""`verify`, `rebuild`, `doctor`: keeping a node sound."""

from __future__ import annotations

import click

from node.cli.output import counted, emit_json, home_of, json_option, opened, progress, wants_json

#: What `verify` counts, in the order in which it is said.
SINGULAR = {
    "logs": "log",
    "entries": "entry",
    "contents": "content",
    "files": "file",
    "records": "record",
}
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
    counts = {name: getattr(report, name) for name in SINGULAR}
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
        parts = (counted(count, SINGULAR[name], name) for name, count in counts.items())
        click.echo("Verified " + ", ".join(parts))
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
    from node.exchange.upgrading import keep_to_contract  # noqa: PLC0415

    with opened(ctx, migrate=True) as node:
        keep_to_contract(node.exchange)
        rebuild(node.exchange)
        with node.database.reading() as uow:
            records = uow.records.count(state=None)
        node.rebuild_index()
    click.echo(f"Made {counted(records, 'record', 'records')} again, and the search index.")


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
