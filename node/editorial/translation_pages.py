"""The translator's page: original and translation side by side. Works without JavaScript.

Every button saves first. What it asks for beyond that is in its value: ``suggest:/title`` asks the
machine for one text, ``suggest-all`` for every empty one, ``reuse:/title`` takes over what the
earlier translation said, ``take-up`` brings the draft to the newest revision.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.editorial import drafting, suggesting, translating
from node.editorial.access_views import answered, desk, me, say, staff
from node.editorial.drafting import DraftClashError
from node.editorial.formnames import element_id
from node.editorial.originals import passages
from node.editorial.rights import TRANSLATE
from node.editorial.translation_presenting import sheet
from node.errors import BadInputError
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response

    from node.errors import FootbridgeError
    from node.storage.drafts import DraftRow

TEXT, READ = "text:", "read:"
MAX_TEXT = 20_000
MAX_LINE = 300


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the desk's blueprint."""
    base = "/translations/<uuid:draft>"
    blueprint.add_url_rule(base, "translation", translation)
    blueprint.add_url_rule(base, "translation_save", translation_save, methods=["POST"])


@staff(TRANSLATE)
def translation(draft: UUID) -> Any:
    """Show the page of a translation; who may not change it reads it as any draft."""
    d, by = desk(), me()
    row = translating.translation(d, by, str(draft))
    if not drafting.open_draft(d, by, row.id, here=True).changeable:
        return redirect(url_for("desk.draft", draft=draft))
    return _page(row)


@staff(TRANSLATE)
def translation_save(draft: UUID) -> Any:
    """Save the page, then do what its button asks for."""
    d, by, form = desk(), me(), request.form
    row = translating.translation(d, by, str(draft))
    seen = form.get("version", type=int)
    if seen is None:
        raise BadInputError(
            "This form does not say which version it was made from. Nothing was changed.",
            hint="Open the draft again.",
        )
    texts = _typed(row)
    verb, _colon, pointer = form.get("do", "save").partition(":")
    if verb == "reuse":
        texts[pointer] = _earlier(row, pointer) or texts.get(pointer, "")
    faults = {
        pointer: _("This text is too long: it has %(many)s characters.", many=len(text))
        for pointer, text in texts.items()
        if len(text) > MAX_TEXT
    }
    if faults:
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, _page(row, texts, faults=faults))
    try:
        saved = translating.save_translation(
            d, by, row.id, seen=seen, texts=texts, read=_read(), more=_more(row)
        )
    except DraftClashError as clash:
        return answered(HTTPStatus.CONFLICT, _clash(clash))
    if saved.joined:
        say(_("Saved. A colleague's changes since you opened it are in it too."))
    elif verb == "save":
        say(_("Saved.") if saved.changed else _("There was nothing new to save."))
    return _after(saved.row, verb, pointer)


def _after(row: DraftRow, verb: str, pointer: str) -> Response:
    anchor: str | None = element_id(pointer) if pointer else None
    match verb:
        case "suggest" | "suggest-all":
            wanted = {pointer} if pointer else {line.passage.pointer for line in _open_lines(row)}
            _tell(suggesting.suggest(desk(), me(), row.id, wanted), one=bool(pointer))
        case "take-up":
            translating.take_up(desk(), me(), row.id)
            say(_("The newest revision stands on the left now. What still fits is kept."))
        case "look":
            return redirect(url_for("desk.draft_preview", draft=row.id), 303)
        case "reuse":
            pass
        case _:
            anchor = None
    return redirect(url_for("desk.translation", draft=row.id, _anchor=anchor), 303)


def _open_lines(row: DraftRow) -> list[Any]:
    page = sheet(desk(), row)
    return [line for _h, lines in page.sections for line in lines if line.state == "empty"]


def _tell(done: suggesting.Suggested, *, one: bool) -> None:
    if done.count:
        say(
            ngettext(
                "One text was suggested by a machine. Read it before you publish.",
                "%(num)s texts were suggested by a machine. Read them before you publish.",
                done.count,
            )
        )
    if done.error is not None:
        say(refusal(done.error))
    elif done.missing:
        say(
            _("The machine had nothing to suggest for this text.")
            if one
            else ngettext(
                "The machine had nothing to suggest for one text.",
                "The machine had nothing to suggest for %(num)s texts.",
                done.missing,
            )
        )
    elif not done.count:
        say(_("There was nothing left to suggest: no text is empty."))


def refusal(error: FootbridgeError) -> str:
    """Say in the person's language why the machine suggested nothing."""
    kept = _("What you wrote is saved.")
    why = {
        "silent": _("The translation server does not answer now. Try again in a while."),
        "busy": _("The translation server has too much to do. Try again in a while."),
        "unknown-language": _("The translation server does not know one of these two languages."),
        "refused": _("The translation server refused. The keeper of this node can find out why."),
        "blocked": _(
            "The translation server cannot be used. The keeper of this node can find out why."
        ),
        "nonsense": _("What stands at the address of the translation server is none."),
    }.get(str(error.facts.get("why", "")), _("The translation server could not help."))
    return f"{why} {kept}"


def _page(
    row: DraftRow,
    typed: Mapping[str, str] | None = None,
    *,
    theirs: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> str:
    d = desk()
    opened = drafting.open_draft(d, me(), row.id)
    page = sheet(d, row, typed, theirs)
    return render_template(
        "desk/translation.html",
        row=row,
        opened=opened,
        page=page,
        faults=faults or {},
        suggests=d.suggest is not None,
    )


def _clash(clash: DraftClashError) -> str:
    """Show the page with both versions where they clash; what the form holds then is the choice."""
    texts = _fields(clash.merged.body)
    theirs: dict[str, str] = {}
    for each in clash.clashes:
        place = each.pointer.removeprefix("/fields/").replace("~1", "/").replace("~0", "~")
        if place.startswith("/"):
            texts[place] = each.mine if isinstance(each.mine, str) else ""
            theirs[place] = each.theirs if isinstance(each.theirs, str) else ""
    return _page(clash.now, texts, theirs=theirs)


def _typed(row: DraftRow) -> dict[str, str]:
    """Return the texts of the form; those that it does not show stay as they are."""
    sent = {
        name.removeprefix(TEXT): value.replace("\r\n", "\n").strip()
        for name, value in request.form.items()
        if name.startswith(TEXT)
    }
    known = {each.pointer: each for each in passages(translating.of_draft(desk(), row))}
    kept = {pointer: text for pointer, text in sent.items() if pointer in known}
    return {
        pointer: text if known[pointer].long else " ".join(text.split())
        for pointer, text in kept.items()
    }


def _read() -> set[str]:
    return {name.removeprefix(READ) for name in request.form if name.startswith(READ)}


def _more(row: DraftRow) -> dict[str, Any]:
    """Return the translation's own members that the page asks for."""
    language = str(row.body.get("language", ""))
    checked = " ".join(request.form.get("checked_by", "").split())[:MAX_LINE]
    note = request.form.get("note", "").replace("\r\n", "\n").strip()[:MAX_TEXT]
    return {
        "checked_by": {**_map(row, "checked_by"), language: checked} if checked else None,
        "note": {**_map(row, "note"), language: note} if note else None,
    }


def _map(row: DraftRow, name: str) -> dict[str, str]:
    held = row.body.get(name)
    return dict(held) if isinstance(held, dict) else {}


def _earlier(row: DraftRow, pointer: str) -> str:
    page = sheet(desk(), row)
    lines = [line for _heading, some in page.sections for line in some]
    return next((line.earlier for line in lines if line.passage.pointer == pointer), "")


def _fields(body: Mapping[str, Any]) -> dict[str, str]:
    held = body.get("fields")
    return dict(held) if isinstance(held, dict) else {}
