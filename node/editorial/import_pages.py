"""Importing a table: upload, the wizard for its columns, trying, running, what came of it.

Every step works without JavaScript; where it runs, the progress is brought up to date in place.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.editorial import (
    import_file_pages,
    importfiles,
    importing,
    oaiimporting,
    webimporting,
)
from node.editorial import import_presenting as words
from node.editorial.access_views import MAX_FORM, desk, me, say, staff
from node.editorial.choices import choices
from node.editorial.encodings import NAMES
from node.editorial.formcodes import is_tag
from node.editorial.importsteps import plan_of
from node.editorial.mapping import Target, label_of, leaves, parse_target
from node.editorial.oaireading import RepositoryError
from node.editorial.oaisteps import is_oai
from node.editorial.rights import WRITE
from node.editorial.rowreading import read_row
from node.editorial.tablefaults import TableRefusedError
from node.editorial.tables import CSV, MAX_FILE, MAX_ROWS
from node.errors import BadInputError, PeerMisbehavesError, PeerUnreachableError
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response as AnyResponse

    from node.contract import Kind
    from node.editorial.arranging import Arrangement
    from node.storage.imports import ImportRow

    Page = str | tuple[str, int] | AnyResponse

#: Rows that came back, shown on the page; all of them are in the file.
SHOWN_BAD = 20
#: Kinds that are made from another record by their own pages.
ELSEWHERE = frozenset({"translation"})
_BUSY, _WIZARD = {"trying", "running"}, {"uploaded", "mapped"}


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    one, post = "/import/<uuid:number>", ["POST"]
    blueprint.add_url_rule("/import", "imports", imports)
    blueprint.add_url_rule("/import", "upload_table", upload_table, methods=post)
    blueprint.add_url_rule("/import/page", "import_page", import_page, methods=post)
    blueprint.add_url_rule("/import/repository", "import_oai", import_oai, methods=post)
    blueprint.add_url_rule(one, "import_one", import_one)
    blueprint.add_url_rule(f"{one}/columns", "import_columns", import_columns, methods=post)
    blueprint.add_url_rule(f"{one}/letters", "import_letters", import_letters, methods=post)
    blueprint.add_url_rule(f"{one}/run", "import_run", import_run, methods=post)
    blueprint.add_url_rule(f"{one}/remove", "import_remove", import_remove, methods=post)
    import_file_pages.add_to(blueprint)
    # Before the forms' own limit is set, which is far below a table's size.
    blueprint.url_value_preprocessor(_allow_tables)


def _allow_tables(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "desk.upload_table":
        request.max_content_length = MAX_FILE + MAX_FORM


@staff(WRITE)
def imports() -> str:
    """Show where a table is chosen, the workbooks to fill in, and earlier imports."""
    return _first_page("", request.args.get("kind", ""))


def _first_page(
    fault: str,
    kind: str,
    kind_fault: str = "",
    address: str = "",
    why: str = "",
    repository: tuple[str, str] = ("", ""),
) -> str:
    kinds = [each for each in desk().contract.kinds.values() if each.name not in ELSEWHERE]
    return render_template(
        "desk/imports.html",
        kinds=kinds,
        chosen=kind,
        faults={
            **({"kind": kind_fault} if kind_fault else {}),
            **({"file": fault} if fault else {}),
            **({"address": why} if why else {}),
            **({"repository": repository[1]} if repository[1] else {}),
        },
        repository=repository[0],
        address=address,
        pages=desk().fetch is not None,
        rows=importing.all_mine(desk(), me()),
        kind_of=lambda row: importing.kind_of(desk(), row),
        state=words.state_words,
        most_rows=MAX_ROWS,
        most_bytes=MAX_FILE // 1024**2,
    )


@staff(WRITE)
def upload_table() -> Page:
    """Take a table."""
    kind, file = request.form.get("kind", ""), request.files.get("file")
    known = kind in desk().contract.kinds and kind not in ELSEWHERE
    kind_fault = "" if known else _("Choose what the rows of your table are.")
    if file is None or not file.filename or kind_fault:
        fault = "" if file and file.filename else _("Choose a file first.")
        return _first_page(fault, kind, kind_fault), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        row = importing.upload(
            desk(),
            me(),
            kind,
            file.filename,
            file.stream,  # type: ignore[arg-type]
            interface_language(),
        )
    except TableRefusedError as error:
        return _first_page(words.refused(error), kind), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("desk.import_one", number=row.id), 303)


@staff(WRITE)
def import_page() -> Page:
    """Begin a draft from a page of the web."""
    address = request.form.get("address", "").strip()
    try:
        row = webimporting.import_page(desk(), me(), address, interface_language())
    except webimporting.AlreadyHereError as error:
        say(_("This page was imported before. This is the draft that it became."))
        return redirect(url_for("desk.draft", draft=error.draft), 303)
    except webimporting.NothingFoundError:
        why = _(
            "This page holds no description that a program can read. Begin a training material "
            "by hand."
        )
    except PeerMisbehavesError:
        why = _("This address cannot be used: it leads into a private network, or sends too much.")
    except PeerUnreachableError:
        why = _("Nothing answers at this address. Check it, or try again later.")
    except BadInputError:
        why = _("“%(typed)s” is not a web address. It begins with https://.", typed=address)
    else:
        say(_("This draft begins with what the page says. Complete what is missing."))
        return redirect(url_for("desk.draft", draft=row.id), 303)
    return _first_page("", "", address=address, why=why), HTTPStatus.UNPROCESSABLE_ENTITY


@staff(WRITE)
def import_oai() -> Page:
    """Begin to import a repository."""
    address = request.form.get("repository", "").strip()
    try:
        row = oaiimporting.begin(desk(), me(), address, interface_language())
    except RepositoryError as error:
        why = words.stopped(error.code, error.explain())
    except BadInputError:
        why = _("“%(typed)s” is not a web address. It begins with https://.", typed=address)
    else:
        return redirect(url_for("desk.import_one", number=row.id), 303)
    return _first_page("", "", repository=(address, why)), HTTPStatus.UNPROCESSABLE_ENTITY


@staff(WRITE)
def import_one(number: UUID) -> str:
    """Show an import where it stands."""
    row = importing.mine(desk(), me(), str(number))
    if row.state in _BUSY:
        return render_template("desk/import_progress.html", **_about(row))
    if not is_oai(row) and (row.state in _WIZARD or "columns" in request.args):
        return _wizard(row, importing.arrangement(row), {})
    bad = [words.bad_row(each) for each in _first_bad(row)]
    return render_template(
        "desk/import_result.html",
        **_about(row),
        oai=is_oai(row),
        why=words.stopped(row.report.get("why_code", ""), row.report.get("why", "")),
        outcomes=words.outcomes(row.report.get("counts", {})),
        counts=row.report.get("counts", {}),
        bad=bad,
        headings=row.report["headings"],
        incomplete=importing.arrangement(row).incomplete,
    )


def _about(row: ImportRow) -> dict[str, Any]:
    return {"row": row, "kind": importing.kind_of(desk(), row), "state": words.state_words(row)}


def _first_bad(row: ImportRow) -> list[dict[str, Any]]:
    found = []
    for each in importfiles.bad_rows(desk(), row.id):
        found.append(each)
        if len(found) == SHOWN_BAD:
            break
    return found


def _wizard(row: ImportRow, arranged: Arrangement, faulty: dict[str, str]) -> str:
    d, kind, lang = desk(), importing.kind_of(desk(), row), interface_language()
    arranged = replace(arranged, lang=lang)
    p = plan_of(d, kind, arranged)
    first = row.report["first"]
    rows = [read_row(p, cells) for cells in first]
    with d.database.reading() as uow:
        wanted = choices(uow).languages
    used = [each.tail for each in p.targets if each and each.by_language and is_tag(each.tail)]
    return render_template(
        "desk/import_columns.html",
        **_about(row),
        arranged=arranged,
        columns=words.shown_columns(p, arranged, row.report["headings"], first, rows, faulty),
        groups=words.field_groups(kind, arranged, lang),
        languages=words.language_choices(
            [lang, arranged.language, "en", "es", "el", "ar", *wanted, *used], lang
        ),
        missing=_same_for_all(kind, arranged, lang),
        encodings=NAMES if row.report["format"] == CSV else {},
        faults=faulty,
    )


def _same_for_all(kind: Kind, arranged: Arrangement, lang: str) -> list[tuple[str, str, str]]:
    """Return target, name and words of what no column fills and every record needs."""
    filled = {target.split(".")[0] for target in arranged.columns if target}
    wanted = [leaf for leaf in leaves(kind) if len(leaf.fields) == 1 and leaf.text != "language"]
    return [
        (leaf.text, label_of(leaf, lang), arranged.fixed.get(leaf.text, ""))
        for leaf in wanted
        if leaf.text not in filled and (leaf.field.required or leaf.text in {"licence", "country"})
    ]


@staff(WRITE)
def import_columns(number: UUID) -> Page:
    """Keep what the columns mean; try the table when the button says so."""
    d, by = desk(), me()
    row = importing.mine(d, by, str(number))
    given = _given(row)
    try:
        importing.arrange(d, by, row.id, given)
    except BadInputError as error:
        targets = error.facts.get("targets")
        if not isinstance(targets, list):
            raise
        fault = _("Two columns would fill this field: leave one out, or change its language.")
        faulty = {str(each): fault for each in targets} or {"": _no_column(given)}
        return _wizard(row, given, faulty), HTTPStatus.UNPROCESSABLE_ENTITY
    if request.form.get("do") == "look":
        return redirect(url_for("desk.import_one", number=row.id, columns=1), 303)
    importing.begin(d, by, row.id, dry=True, incomplete=given.incomplete)
    return redirect(url_for("desk.import_one", number=row.id), 303)


def _no_column(given: Arrangement) -> str:
    if any(given.columns):
        return _("Choose the language of the texts.")
    return _("Say for one column at least what it is.")


def _given(row: ImportRow) -> Arrangement:
    form, kind = request.form, importing.kind_of(desk(), row)
    columns = []
    for place in range(len(row.report["headings"])):
        target = parse_target(kind, form.get(f"column-{place}", ""))
        language = form.get(f"language-{place}", "")
        if target is not None and target.by_language and is_tag(language):
            target = Target(target.fields, target.parts, language)
        columns.append(target.text if target else "")
    fixed = {
        name.removeprefix("fixed-"): text
        for name, text in form.items()
        if name.startswith("fixed-") and text.strip()
    }
    known = {target: text for target, text in fixed.items() if parse_target(kind, target)}
    before = importing.arrangement(row)
    return replace(
        before,
        columns=tuple(columns),
        language=form.get("language", before.language),
        lang=interface_language(),
        key=form.get("key", -1, type=int),
        list=form.get("list", before.list),
        fixed=known,
    )


@staff(WRITE)
def import_letters(number: UUID) -> Page:
    """Read the table once more in another encoding."""
    try:
        importing.read_as(desk(), me(), str(number), request.form.get("encoding", ""))
    except TableRefusedError as error:
        row = importing.mine(desk(), me(), str(number))
        faulty = {"": words.refused(error)}
        page = _wizard(row, importing.arrangement(row), faulty)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("desk.import_one", number=number), 303)


@staff(WRITE)
def import_run(number: UUID) -> Page:
    """Make drafts of the rows."""
    incomplete = request.form.get("incomplete") == "1"
    if is_oai(importing.mine(desk(), me(), str(number))):
        oaiimporting.go_on(desk(), me(), str(number))
    else:
        importing.begin(desk(), me(), str(number), dry=False, incomplete=incomplete)
    return redirect(url_for("desk.import_one", number=number), 303)


@staff(WRITE)
def import_remove(number: UUID) -> Page:
    """Take the table off the node."""
    importing.forget(desk(), me(), str(number))
    say(_("The table was removed. The drafts that were made of it stay."))
    return redirect(url_for("desk.imports"), 303)
