"""`search`, `list`, `show`, `proof`: reading the catalogue from the command line."""

from __future__ import annotations

from typing import TextIO

import click

from node.cli.output import counted, emit_json, json_option, opened, table, wants_json


def _facets(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or not name or not value:
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE, such as country=GR.")
        found.setdefault(name, []).append(value)
    return found


@click.command()
@click.argument("words", nargs=-1)
@click.option("--facet", "pairs", multiple=True, help="Narrow down, such as country=GR.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--size", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--lang", "languages", multiple=True, default=("en",), help="Your languages.")
@click.option(
    "--folded/--each",
    default=True,
    show_default=True,
    help="Duplicates and translations with the record they belong to, or each by itself.",
)
@json_option
@click.pass_context
def search_command(
    ctx: click.Context,
    words: tuple[str, ...],
    pairs: tuple[str, ...],
    page: int,
    size: int,
    languages: tuple[str, ...],
    folded: bool,
    json_here: bool,
) -> None:
    """Find records by WORDS in any language; without words, all, newest first."""
    from node.catalogue.browsing import SearchRequest, search_records  # noqa: PLC0415
    from node.catalogue.labels import facet_order  # noqa: PLC0415
    from node.catalogue.wire import page_as_data  # noqa: PLC0415

    request = SearchRequest(
        q=" ".join(words),
        facets=_facets(pairs),
        page=page,
        size=size,
        folded=folded,
        languages=languages,
    )
    with opened(ctx) as node:
        known = facet_order(node.contract)
        for name in request.facets:
            if name not in known:
                raise click.BadParameter(
                    f"{name!r} is not a facet. Facets: {', '.join(sorted(known))}."
                )
        node.follow_index()
        found = search_records(node.catalogue, request)
    data = page_as_data(found)
    if wants_json(ctx, json_here):
        emit_json(data)
        return
    click.echo(counted(found.total, "record", "records"))
    table(
        ["record", "kind", "title", "published", "also"],
        [
            [
                item["id"],
                item["kind"],
                next(iter(item["title"].values()), ""),
                str(item["published"])[:10],
                ", ".join(map(_also, item["also"])),
            ]
            for item in data["items"]
        ],
    )


def _also(other: dict[str, str]) -> str:
    """Name a record that stands with a result."""
    language = f" ({other['language']})" if other["relation"] == "translation" else ""
    return other["origin_name"] + language


@click.command()
@json_option
@click.pass_context
def list_command(ctx: click.Context, json_here: bool) -> None:
    """List this node's own records."""
    with opened(ctx) as node, node.database.reading() as uow:
        rows = uow.records.by_origin(node.exchange.own_oid())
    if wants_json(ctx, json_here):
        emit_json(
            [
                {
                    "id": row.record,
                    "kind": row.kind,
                    "revision": row.revision,
                    "state": row.state,
                    "title": row.title,
                    "published": row.published,
                }
                for row in rows
            ]
        )
        return
    table(
        ["record", "kind", "rev.", "state", "title"],
        [
            [
                row.record,
                row.kind,
                str(row.revision),
                row.state,
                row.title.get(row.language) or next(iter(row.title.values()), ""),
            ]
            for row in rows
        ],
    )


@click.command()
@click.argument("record")
@click.option("--origin", default=None, help="The origin's oid, where several use one id.")
@json_option
@click.pass_context
def show_command(ctx: click.Context, record: str, origin: str | None, json_here: bool) -> None:
    """Show RECORD: who published it, when, and its body."""
    from node.catalogue.records import get_record  # noqa: PLC0415 - keeps `--help` fast
    from node.catalogue.wire import record_as_data  # noqa: PLC0415

    with opened(ctx) as node:
        view = get_record(node.catalogue, record, origin)
    data = record_as_data(view)
    if wants_json(ctx, json_here):
        emit_json(data)
        return
    title = view.title.get(view.language) or next(iter(view.title.values()), record)
    click.secho(title, bold=True)
    click.echo(f"{view.origin.name} · revision {view.revision} · {view.published:%Y-%m-%d}")
    click.echo(f"state: {view.state}{f' ({view.fault})' if view.fault else ''}")
    if data["status"] or data["last_confirmed"]:
        click.echo(f"status: {data['status'] or '-'}, confirmed {data['last_confirmed'] or '-'}")
    click.echo()
    emit_json(data["body"])


@click.command()
@click.argument("record")
@click.option("--origin", default=None, help="The origin's oid, where several use one id.")
@click.option("--revision", type=int, default=None, help="Default: the newest.")
@click.option("-o", "--output", type=click.File("w"), default="-", help="Default: standard output.")
@click.pass_context
def proof_command(
    ctx: click.Context,
    record: str,
    origin: str | None,
    revision: int | None,
    output: TextIO,
) -> None:
    """Write the proof file of RECORD, which any other software can check."""
    import json  # noqa: PLC0415 - keeps `--help` fast

    from node.catalogue.records import get_record  # noqa: PLC0415
    from node.exchange.proving import proof_file  # noqa: PLC0415

    with opened(ctx) as node:
        oid = origin or get_record(node.catalogue, record).origin.oid
        proof = proof_file(node.exchange, oid, record, revision)
    output.write(json.dumps(proof, ensure_ascii=False, indent=2) + "\n")
