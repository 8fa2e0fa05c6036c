"""The form of a draft: drawing it, saving it, and what its buttons do. Works without JavaScript.

Every button saves. What a button asks for beyond that is in its value: ``add:/how_it_works`` shows
an empty part, ``up:/how_it_works/2`` moves one, ``check`` tells what is missing. The answer is a
redirect to the page with the focus where the work goes on.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.contract.codes import is_language
from node.editorial import drafting, releasing
from node.editorial.access_views import desk, me, say, staff
from node.editorial.attaching import blob_refs
from node.editorial.choices import choices
from node.editorial.clash_views import clash_page
from node.editorial.drafting import DraftClashError
from node.editorial.form_presenting import beside, complaints, missing_names
from node.editorial.formcodes import country_names, is_tag, language_names, read_language
from node.editorial.formdates import MisreadError
from node.editorial.formnames import arranged, element_id
from node.editorial.forms import Manner, fill, progress, read_form
from node.editorial.formvalues import BY_LANGUAGE
from node.editorial.place_views import places_for
from node.editorial.reference_views import about_record, origin_of
from node.editorial.rights import TRANSLATION
from node.editorial.version_pages import presenter
from node.errors import BadInputError
from node.web.headers import allow_frame
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from flask import Blueprint
    from werkzeug.wrappers import Response

    from node.contract import Kind
    from node.editorial.drafting import OpenDraft
    from node.storage.drafts import DraftRow

#: More languages than this are not shown side by side.
MAX_SIDE_BY_SIDE = 12
#: The longest name that a browser gives what it kept.
MAX_KEPT = 20


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the desk's blueprint."""
    blueprint.add_url_rule("/drafts/<uuid:draft>", "draft", draft)
    blueprint.add_url_rule("/drafts/<uuid:draft>", "draft_save", draft_save, methods=["POST"])


@staff()
def draft(draft: UUID) -> Any:
    """Show the form of a draft, or what it holds to who may not change it."""
    opened = drafting.open_draft(desk(), me(), str(draft), here=True)
    if opened.changeable and opened.row.kind == TRANSLATION and opened.row.about_record:
        return redirect(url_for("desk.translation", draft=draft))
    if opened.changeable:
        return form_page(opened)
    shown = presenter(opened).sections(opened.kind, opened.row.body)
    return render_template(
        "desk/draft_read.html", row=opened.row, kind=opened.kind, opened=opened, shown=shown
    )


def form_page(opened: OpenDraft) -> str:
    """Draw the form from what was saved last."""
    allow_frame()  # the preview stands beside it
    row, kind = opened.row, opened.kind
    m, langs = manner(), side_by_side(kind, row)
    checked = releasing.look(desk(), me(), row.id) if "check" in request.args else None
    faults, warnings = complaints(kind, row, m, checked)
    blanks = request.args.getlist("blank")
    focus = request.args.get("focus", "")
    return render_template(
        "desk/draft.html",
        row=row,
        kind=kind,
        opened=opened,
        sections=fill(kind, row.body, m, langs, blanks),
        langs=langs,
        also=request.args.getlist("also"),
        faults=faults,
        warnings=warnings,
        beside=beside([*faults, *warnings]),
        checked=checked,
        done=progress(kind, row.body),
        missing=missing_names(kind, row.body),
        focus=focus,
        open_sections=_sections_of(kind, [focus, *(each.pointer for each in faults)]),
        about=about_record,
        places=partial(places_for, body=row.body),
        files=_files(row),
        country_names=country_names(m.lang),
        language_names=language_names(m.lang),
    )


@staff()
def draft_save(draft: UUID) -> Any:
    """Save the form, then do what its button asks for."""
    d, by = desk(), me()
    opened = drafting.open_draft(d, by, str(draft), here=True)
    do = request.form.get("do", "save")
    seen = seen_version()
    sent, place = arranged(request.form.to_dict(flat=False), do)
    base = drafting.body_at(d, by, str(draft), seen)
    typed = read_form(opened.kind, sent, manner(), base)
    try:
        saved = drafting.save(d, by, str(draft), seen=seen, body=typed.body, take=_taken())
    except DraftClashError as clash:
        return clash_page(opened, clash, sent)
    if saved.joined:
        say(_("Saved. A colleague's changes since you opened it are in it too."))
    elif do == "save":
        say(_("Saved.") if saved.changed else _("There was nothing new to save."))
    return _after(saved.row, do, place)


def seen_version() -> int:
    """Return the version that the form of this request was drawn from; raises `BadInputError`."""
    seen = request.form.get("version", type=int)
    if seen is None:
        raise BadInputError(
            "This form does not say which version it was made from. Nothing was changed.",
            hint="Open the draft again.",
        )
    return seen


def _sections_of(kind: Kind, pointers: Sequence[str]) -> set[str]:
    """Return the sections in which there is something to look at."""
    names = {pointer.split("/")[1] for pointer in pointers if pointer.startswith("/")}
    return {
        section.id for section in kind.sections if names & {field.name for field in section.fields}
    }


def _files(row: DraftRow) -> list[tuple[str, str]]:
    """Return digest and name of the files that were added to a draft."""
    with desk().database.reading() as uow:
        return [(blob.digest, blob.name) for blob in blob_refs(uow, row)]


def _taken() -> Mapping[str, str]:
    """Return what was chosen for each field that two people changed."""
    return {
        name.removeprefix("take:"): value
        for name, value in request.form.items()
        if name.startswith("take:") and value in {"mine", "theirs"}
    }


def _after(row: DraftRow, do: str, place: int | None) -> Response:
    verb, _colon, pointer = do.partition(":")
    args: dict[str, Any] = {"also": request.form.getlist("also")[:MAX_SIDE_BY_SIDE] or None}
    anchor = None
    match verb:
        case "look":
            return redirect(url_for("desk.draft_preview", draft=row.id), 303)
        case "check":
            args["check"], anchor = 1, "faults"
        case "add":
            # No anchor: where the address has one, browsers pass over `autofocus`.
            args |= {"blank": pointer, "focus": f"{pointer}/{_parts(row, pointer)}"}
        case "up" | "down" | "remove" if place is not None:
            above = pointer.rpartition("/")[0]
            args |= {"focus": f"{above}/{place}", "moved": verb}
            last = _parts(row, above) - 1
            if last < 0:
                anchor = element_id(above)
            elif (verb, place) in {("up", 0), ("down", last)} or verb == "remove":
                # The button that was pressed is not there any more: the part has the focus.
                anchor = f"{element_id(above)}-{min(place, last)}-part"
        case "place":
            args["place"], anchor = pointer, f"{element_id(pointer)}-found"
        case "language":
            args["also"] = [*(args["also"] or []), *_new_language()]
            anchor = element_id("/title")
        case _:
            # Tells js/draft.js that what it kept of this form in the browser is settled.
            args["kept"] = request.form.get("keep", "")[:MAX_KEPT] or None
    return redirect(url_for("desk.draft", draft=row.id, _anchor=anchor, **args), 303)


def _parts(row: DraftRow, pointer: str) -> int:
    """Return how many parts a list has now, which is where the next one will stand."""
    held: Any = row.body
    for name in pointer.split("/")[1:]:
        if isinstance(held, list) and name.isdecimal() and int(name) < len(held):
            held = held[int(name)]
        else:
            held = held.get(name, []) if isinstance(held, dict) else []
    return len(held) if isinstance(held, list) else 0


def _new_language() -> list[str]:
    text = request.form.get("new_language", "").strip()
    if not text:
        return []
    try:
        return [read_language(text, interface_language())]
    except MisreadError:
        say(_("No language is called “%(typed)s”.", typed=text))
        return []


def manner() -> Manner:
    """Return how this person writes, and what this node knows."""
    d = desk()
    return Manner(d.contract, interface_language(), d.settings.country, origin_of)


def side_by_side(kind: Kind, row: DraftRow) -> Sequence[str]:
    """Return the languages that texts are asked for in: the original, the node's, those there."""
    with desk().database.reading() as uow:
        wanted = choices(uow).languages
    original = row.body.get("language")
    first = original if isinstance(original, str) and is_tag(original) else interface_language()
    there = _languages_in(kind, row.body)
    asked = [lang for lang in request.args.getlist("also") if is_tag(lang) and is_language(lang)]
    return tuple(dict.fromkeys([first, *wanted, *there, *asked]))[:MAX_SIDE_BY_SIDE]


def _languages_in(kind: Kind, body: Mapping[str, Any]) -> list[str]:
    """Return the languages of the texts at the top of a body."""
    texts = [body.get(field.name) for field in kind.fields if field.type in BY_LANGUAGE]
    return [lang for each in texts if isinstance(each, dict) for lang in each if is_tag(lang)]
