"""`import`: a table, a web page or an OAI-PMH repository, as drafts of one of the people here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from node.cli.output import bar, emit_json, json_option, opened, wants_json
from node.errors import BadInputError

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.home import Node
    from node.storage.imports import ImportRow


@click.command("import")
@click.argument("source")
@click.option("--kind", default="good-practice", show_default=True, help="What the rows are.")
@click.option(
    "--mapping",
    type=click.File("rb"),
    help='JSON: {"columns": {"Heading": "title.en"}, "language": "en", "key": "Heading", '
    '"fixed": {"licence": "CC-BY-4.0"}}.',
)
@click.option("--dry-run", is_flag=True, help="Judge the rows and make nothing.")
@click.option("--incomplete", is_flag=True, help="Make drafts of rows that only lack something.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the rows that come back to this file, with the reasons.",
)
@click.option("--as", "email", default="", metavar="EMAIL", help="Whose drafts they are.")
@json_option
@click.pass_context
def import_command(
    ctx: click.Context,
    source: str,
    kind: str,
    mapping: Any,
    dry_run: bool,
    incomplete: bool,
    report: Path | None,
    email: str,
    json_here: bool,
) -> None:
    """Import SOURCE, a table (CSV or XLSX), a web page or an OAI-PMH repository, as drafts.

    Each row becomes a draft; rows that cannot be used come back with the reason. The same table
    again makes nothing twice. Exit code 1 when rows came back.
    """
    with opened(ctx) as node:
        d = node.editorial
        by = person(d, email)
        if source.startswith(("http://", "https://")):
            found = _repository(d, by, source)
            if found is None:
                _page(d, by, source, as_json=wants_json(ctx, json_here))
                return
            row = found
        else:
            row = _table(d, by, Path(source), kind, mapping, dry_run, incomplete)
        if report is not None:
            _write_report(node, row, report)
        _tell(row, as_json=wants_json(ctx, json_here))
        counts = row.report["counts"]
    if row.state == "failed" or any(counts.get(n) for n in ("refused", "wrong", "clashed")):
        ctx.exit(1)


def person(d: Editorial, email: str) -> Signed:
    """Return whose drafts they are: who is named, else the first editor, else the first keeper."""
    from node.editorial.acting import acting  # noqa: PLC0415 - keeps `--help` fast

    with d.database.reading() as uow:
        people = [each for each in uow.people.all() if each.active]
        found = uow.people.by_email(email) if email else None
    if email and (found is None or not found.active):
        raise BadInputError(f"Nobody with the address {email} works on this node.")
    writers = [each for each in people if {"editor", "contributor"} & set(each.roles)]
    chosen = found or next((each for each in writers if "editor" in each.roles), None)
    chosen = chosen or next(iter(writers), None)
    if chosen is None:
        raise BadInputError(
            "Nobody on this node may write drafts.",
            hint="Open the desk in a browser and add an editor first.",
        )
    return acting(d, chosen)


def _page(d: Editorial, by: Signed, address: str, *, as_json: bool) -> None:
    from node.editorial.webimporting import AlreadyHereError, import_page  # noqa: PLC0415

    try:
        draft, new = import_page(d, by, address, by.person.language).id, True
    except AlreadyHereError as error:
        draft, new = error.draft, False
    if as_json:
        emit_json({"draft": draft, "new": new})
    else:
        click.echo(f"{'Began draft' if new else 'Imported before, as draft'} {draft}")


def _repository(d: Editorial, by: Signed, address: str) -> ImportRow | None:
    """Import a repository; None where there is none at the address."""
    from node.editorial import importing, oaiimporting  # noqa: PLC0415 - keeps `--help` fast

    if not oaiimporting.is_repository(d, address):
        return None
    row = oaiimporting.begin(d, by, address, by.person.language or "en")
    with bar("Going through the records", 1) as show:
        while not importing.step(d, row.id):
            now = importing.mine(d, by, row.id)
            show("Going through the records", now.done, now.rows)
    return importing.mine(d, by, row.id)


def _table(
    d: Editorial, by: Signed, path: Path, kind: str, mapping: Any, dry: bool, incomplete: bool
) -> ImportRow:
    from node.editorial import importing  # noqa: PLC0415 - keeps `--help` fast

    try:
        with path.open("rb") as file:
            row = importing.upload(d, by, kind, path.name, file, by.person.language or "en")
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        given = importing.arrangement(row)
        if mapping is not None:
            given = _mapped(row, given, mapping)
        importing.arrange(d, by, row.id, given)
        importing.begin(d, by, row.id, dry=dry, incomplete=incomplete)
    except BadInputError:
        importing.forget(d, by, row.id)
        raise
    with bar("Going through the rows", row.rows) as show:
        while not importing.step(d, row.id):
            show("Going through the rows", importing.mine(d, by, row.id).done, row.rows)
    return importing.mine(d, by, row.id)


def _mapped(row: ImportRow, given: Any, mapping: Any) -> Any:
    from dataclasses import replace  # noqa: PLC0415

    try:
        told = cast("dict[str, Any]", json.load(mapping))
        columns = dict(told.get("columns", {}))
        fixed = {str(k): str(v) for k, v in dict(told.get("fixed", {})).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInputError("The mapping is no JSON of the form that --help shows.") from error
    headings = row.report["headings"]
    unknown = [each for each in columns if each not in headings]
    key = told.get("key")
    if unknown or (key is not None and key not in headings):
        raise BadInputError(
            f"The table has no column named {(unknown or [key])[0]}.",
            hint=f"It has: {', '.join(headings)}.",
        )
    return replace(
        given,
        columns=tuple(str(columns.get(each, "")) for each in headings),
        language=str(told.get("language", given.language)),
        key=headings.index(key) if key is not None else -1,
        list=str(told.get("list", given.list)),
        fixed=fixed,
    )


def _write_report(node: Node, row: ImportRow, path: Path) -> None:
    from node.app import create_app  # noqa: PLC0415 - the sentences are the pages'
    from node.editorial import tablewriting  # noqa: PLC0415
    from node.editorial.import_presenting import bad_row  # noqa: PLC0415
    from node.editorial.importfiles import bad_rows  # noqa: PLC0415

    with create_app(node).test_request_context("/", headers={"Accept-Language": "en"}):
        found = [bad_row(each) for each in bad_rows(node.editorial, row.id)]
    writer = tablewriting.write_csv if path.suffix.lower() != ".xlsx" else tablewriting.write_xlsx
    path.write_bytes(writer(row.report["headings"], found, "Row in your file", "What is wrong"))


def _tell(row: ImportRow, *, as_json: bool) -> None:
    counts = dict(row.report["counts"])
    if as_json:
        emit_json(
            {
                "import": row.id,
                "state": row.state,
                "rows": row.done,
                "counts": counts,
                "columns": dict(zip(row.report["headings"], row.mapping["columns"], strict=True)),
                "drafts": [each["id"] for each in row.report["drafts"]],
            }
        )
        return
    left_out = [
        heading
        for heading, target in zip(row.report["headings"], row.mapping["columns"], strict=True)
        if not target
    ]
    if left_out:
        click.echo(f"Left out: {', '.join(left_out)}", err=True)
    click.echo(f"{row.done:,} rows: " + ", ".join(f"{n:,} {name}" for name, n in counts.items()))
    if row.state == "failed":
        click.secho(str(row.report.get("why", "")), fg="red", err=True)
