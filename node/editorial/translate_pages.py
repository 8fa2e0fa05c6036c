"""Where a translation begins: which there are already, and into which language to go on."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from node.editorial import translating
from node.editorial.about_views import draft_about, draft_reminder, title_of, tongues
from node.editorial.access_views import answered, desk, me, staff
from node.editorial.formcodes import language_names, read_language
from node.editorial.formdates import MisreadError
from node.editorial.originals import original
from node.editorial.rights import TRANSLATE, TRANSLATION
from node.errors import NotFoundError
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from uuid import UUID

    from flask import Blueprint


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the desk's blueprint, and what drafts' pages show of their original."""
    base = "/translate/<oid>/<uuid:record>"
    blueprint.add_url_rule(base, "translate", translate)
    blueprint.add_url_rule(base, "translate_begin", translate_begin, methods=["POST"])
    blueprint.add_app_template_global(draft_about)
    blueprint.add_app_template_global(draft_reminder)


@staff(TRANSLATE)
def translate(oid: str, record: UUID) -> str:
    """Show the translations of a record, and ask into which language."""
    return _page(oid, str(record))


@staff(TRANSLATE)
def translate_begin(oid: str, record: UUID) -> Any:
    """Begin a translation, or go on with the one that was begun."""
    form = request.form
    typed = form.get("other", "").strip()
    language, fault = form.get("language", ""), ""
    if typed:
        try:
            language = read_language(typed, interface_language())
        except MisreadError as error:
            near = error.facts[0] if error.facts else ""
            fault = _("No language is called “%(typed)s”.", typed=typed)
            fault += " " + _("Did you mean “%(name)s”?", name=near) if near else ""
    of = original(desk(), oid, str(record))
    if not fault and not language:
        fault = _("Choose a language.")
    elif not fault and language == of.language:
        fault = _("The original is in this language. Choose another one.")
    if fault:
        page = _page(oid, str(record), typed=typed, fault=fault)
        return answered(HTTPStatus.UNPROCESSABLE_ENTITY, page)
    row = translating.begin_translation(
        desk(), me(), oid, str(record), language, form.get("base", "")
    )
    return redirect(url_for("desk.translation", draft=row.id), 303)


def _page(oid: str, record: str, typed: str = "", fault: str = "") -> str:
    d = desk()
    of = original(d, oid, record)
    if of.kind.name == TRANSLATION:
        raise NotFoundError(
            "This is a translation. Translate the record that it translates.", record=record
        )
    there = translating.existing(d, of)
    wanted = [language for language in tongues() if language != of.language]
    others = dict.fromkeys(each.row.language for each in there if each.row.language not in wanted)
    return render_template(
        "desk/translate.html",
        of=of,
        title=title_of(of),
        existing=there,
        languages=[*wanted, *others],
        authors=[language for language in of.row.title if language != of.language],
        language_names=language_names(interface_language()),
        typed=typed,
        chosen=request.values.get("language", ""),
        fault=fault,
    )
