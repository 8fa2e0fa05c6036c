"""The files of a draft: the panel, the plain form, and the addresses that pieces are sent to.

The form sends whole files and works everywhere. The script sends pieces and is answered in JSON:
``{"number", "offset", "size"}``, on a refusal ``{"code", "text"}`` with the text in the person's
language; a piece at the wrong place is answered 409 with the right ``offset``.
"""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, jsonify, redirect, render_template, request, url_for

from node.editorial import describing, uploading
from node.editorial.access_views import MAX_FORM, desk, is_own_path, me, say, staff
from node.editorial.describing import MAX_LANGUAGES, Description, Panel
from node.editorial.file_presenting import family, lack, languages, note, refusal
from node.editorial.refusing import FileRefusedError
from node.editorial.uploading import MAX_PIECE, WrongOffsetError
from node.errors import BadInputError, FootbridgeError
from node.web.errors import for_programs, status_of
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Blueprint, Response
    from flask.blueprints import BlueprintSetupState
    from werkzeug.wrappers import Response as AnyResponse

    from node.storage.draftfiles import DraftFileRow

    Page = str | tuple[str, int] | AnyResponse

#: Files that a form may send at once, in files of the largest size.
AT_ONCE = 4


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint."""
    files = "/drafts/<uuid:draft>/files"
    file = f"{files}/<int:number>"
    post = ["POST"]
    blueprint.add_url_rule(files, "draft_files", files_page)
    blueprint.add_url_rule(files, "add_files", add_files, methods=post)
    blueprint.add_url_rule(f"{files}/begin", "begin_file", begin_file, methods=post)
    blueprint.add_url_rule(file, "send_piece", send_piece, methods=["PUT"])
    blueprint.add_url_rule(f"{file}/state", "file_state", file_state)
    blueprint.add_url_rule(f"{file}/finish", "finish_file", finish_file, methods=post)
    blueprint.add_url_rule(f"{file}/describe", "describe_file", describe_file, methods=post)
    blueprint.add_url_rule(f"{file}/remove", "remove_file", remove_file, methods=post)
    blueprint.add_url_rule(f"{file}/insert", "insert_file", insert_file, methods=post)
    # Before the forms' own limit is set, which is far below a file's size.
    blueprint.url_value_preprocessor(_allow_files)
    blueprint.record_once(_install)


def _install(setup: BlueprintSetupState) -> None:
    setup.app.jinja_env.globals.update(
        draft_files_panel=draft_files_panel,
        file_note=note,
        file_lack=lack,
        file_family=family,
        file_languages=languages,
    )


def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "desk.add_files":
        request.max_content_length = AT_ONCE * desk().settings.upload_max + MAX_FORM


def draft_files_panel(draft: Any) -> Panel:
    """Return the panel of a draft, given its row or its id; for templates."""
    return describing.panel(desk(), me(), str(getattr(draft, "id", draft)))


@staff()
def files_page(draft: UUID) -> Page:
    """Show the files of a draft on a page of their own."""
    return _page(str(draft), [])


@staff()
def add_files(draft: UUID) -> Page:
    """Take the files of a form; what is refused is said by name, the rest is kept."""
    d, by = desk(), me()
    refused, kept = [], 0
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        refused.append(_("Choose a file first."))
    for file in sent:
        try:
            uploading.send_whole(
                d,
                by,
                str(draft),
                name=file.filename or "",
                file=file.stream,  # type: ignore[arg-type]
                replaces=request.form.get("replaces", type=int),
            )
            kept += 1
        except FileRefusedError as error:
            refused.append(refusal(error))
    if kept:
        say(ngettext("One file was added.", "%(num)s files were added.", kept))
    return _page(str(draft), refused) if refused else _back(draft)


def in_json(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer errors of a view in JSON, with the text in the person's language."""

    @wraps(view)
    def answered(*args: Any, **values: Any) -> Any:
        try:
            return view(*args, **values)
        except WrongOffsetError as error:
            return jsonify(code=error.code, offset=error.offset), HTTPStatus.CONFLICT
        except FileRefusedError as error:
            told = jsonify(code=error.code, why=error.why, text=refusal(error))
            return told, HTTPStatus.UNPROCESSABLE_ENTITY
        except FootbridgeError as error:
            return jsonify(code=error.code, text=refusal(error)), status_of(error)

    return answered


@staff()
@in_json
def begin_file(draft: UUID) -> Response:
    """Announce a file: ``{"name", "size", "replaces"}``."""
    asked = request.get_json(silent=True)
    name, size, replaces = (
        (asked.get("name"), asked.get("size"), asked.get("replaces"))
        if isinstance(asked, dict)
        else (None, None, None)
    )
    if not isinstance(name, str) or type(size) is not int:
        raise BadInputError("A file is announced with its name and its size in bytes.")
    if replaces is not None and type(replaces) is not int:
        raise BadInputError("What a file replaces is named by its number.")
    row = uploading.announce(desk(), me(), str(draft), name=name, size=size, replaces=replaces)
    return _state(row, 0)


@staff()
@in_json
def send_piece(draft: UUID, number: int) -> Response:
    """Take a piece, which begins at ``?offset=``."""
    offset = request.args.get("offset", type=int)
    length = request.content_length
    if offset is None or length is None:
        raise BadInputError("A piece says where it begins and how long it is.")
    if length > MAX_PIECE:
        raise BadInputError(f"A piece has at most {MAX_PIECE} bytes. Nothing was written.")
    piece = request.get_data(cache=False)
    if len(piece) != length:
        raise BadInputError("This piece was cut off. Nothing was written.")
    here = uploading.receive(desk(), me(), str(draft), number, offset, piece)
    row, _here = uploading.state(desk(), me(), str(draft), number)
    return _state(row, here)


@staff()
@in_json
def file_state(draft: UUID, number: int) -> Response:
    """Say how much of a file is here."""
    return _state(*uploading.state(desk(), me(), str(draft), number))


@staff()
def finish_file(draft: UUID, number: int) -> Page:
    """Look at a file that has arrived and keep it; asked by the script, or by a button."""
    if for_programs():
        return _finish_in_json(draft, number)  # type: ignore[no-any-return]
    try:
        uploading.finish(desk(), me(), str(draft), number)
    except FileRefusedError as error:
        return _page(str(draft), [refusal(error)])
    except WrongOffsetError:
        return _page(
            str(draft), [_("Not all of this file has arrived. Choose it once more below.")]
        )
    return _back(draft)


@in_json
def _finish_in_json(draft: UUID, number: int) -> Response:
    row = uploading.finish(desk(), me(), str(draft), number)
    return _state(row, row.size)


@staff()
def describe_file(draft: UUID, number: int) -> Page:
    """Keep what is said of a file."""
    form = request.form
    alt = {
        name.removeprefix("alt-"): text
        for name, text in list(form.items())[: MAX_LANGUAGES + 20]
        if name.startswith("alt-")
    }
    said = Description(
        alt=alt,
        people={"yes": True, "no": False}.get(form.get("people", "")),
        consent=form.get("consent", ""),
        credit=form.get("credit", ""),
        captions_for=form.get("captions_for", type=int),
        language=form.get("language", ""),
    )
    row = describing.describe(desk(), me(), str(draft), number, said)
    say(_("What you said of %(name)s is kept.", name=row.name))
    return _back(draft, number)


@staff()
def remove_file(draft: UUID, number: int) -> Page:
    """Take a file out of the draft."""
    row = uploading.remove(desk(), me(), str(draft), number)
    say(_("%(name)s was removed.", name=row.name))
    return _back(draft)


@staff()
def insert_file(draft: UUID, number: int) -> Page:
    """Add an entry for a file to a field of the draft."""
    describing.insert(desk(), me(), str(draft), number, request.form.get("field", ""))
    say(_("The file is part of the text now; you find it in the form."))
    return _back(draft, number)


def _state(row: DraftFileRow, here: int) -> Response:
    return jsonify(number=row.id, name=row.name, size=row.size, offset=here, complete=row.complete)


def _page(draft: str, refused: list[str]) -> Page:
    panel = draft_files_panel(draft)
    page = render_template(
        "desk/files.html",
        draft=panel.draft,
        panel=panel,
        refused=refused,
        back=_address_of_draft(draft),
    )
    return (page, int(HTTPStatus.UNPROCESSABLE_ENTITY)) if refused else page


def _back(draft: UUID, number: int | None = None) -> AnyResponse:
    """Return to the page that the form stood on."""
    where = request.form.get("next", "")
    if not is_own_path(where):
        where = url_for("desk.draft_files", draft=draft)
    return redirect(f"{where}#{f'file-{number}' if number else 'files'}", HTTPStatus.SEE_OTHER)


def _address_of_draft(draft: str) -> str:
    if "desk.draft" in current_app.view_functions:
        return url_for("desk.draft", draft=draft)
    return url_for("desk.start")
