"""Which language a page is in, and how dates and numbers read in it.

Two questions are kept apart. The *interface* has the languages of `Settings.languages`, chosen
by ``?lang=``, then by cookie, then by the browser. The *records* are in any language at all:
`reading_languages` lists what this reader can probably read, best first, and the texts are
picked by that list. A reader with a Danish browser thus gets an English interface and still sees
a Danish text where there is one, marked as Danish.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale
from flask import g, request
from flask_babel import Babel, get_locale

from node.contract.languages import is_rtl, native_name
from node.web.context import runtime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask, Response
    from werkzeug.wrappers import Response as BaseResponse

COOKIE = "lang"
PARAMETER = "lang"
#: The choice of language is remembered for a year.
COOKIE_SECONDS = 365 * 24 * 3600
TRANSLATIONS = Path(__file__).parent / "translations"
#: Accept-Language is written by strangers; more than this many entries are not looked at.
MAX_ACCEPTED = 12


#: English without a country means American to CLDR; our readers write the day before the month.
_EUROPEAN_ENGLISH = Locale("en", "GB")
_FORMATS = {"en": _EUROPEAN_ENGLISH}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the language menu."""

    code: str
    name: str
    direction: str
    current: bool


def install_i18n(app: Flask) -> None:
    """Add Flask-Babel, the cookie and the variables that the layout needs."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_TIMEZONE"] = "UTC"
    Babel(app, locale_selector=interface_language)
    app.after_request(_remember)


def interface_language() -> str:
    """Return the code of the language this page is written in."""
    if "interface_language" not in g:
        g.interface_language = _choose(runtime().settings.languages)
    return str(g.interface_language)


def reading_languages() -> tuple[str, ...]:
    """Return the languages to show records in, best first.

    What the reader chose here comes first, then what the browser asks for; the language of the
    interface, which may only be the nearest we have, and English come last.
    """
    if "reading_languages" not in g:
        accepted = [tag for tag, _ in list(request.accept_languages)[:MAX_ACCEPTED] if tag != "*"]
        wanted = [_chosen(runtime().settings.languages)]
        for tag in accepted:
            wanted += [tag, tag.split("-")[0]]
        wanted += [interface_language(), "en"]
        g.reading_languages = tuple(dict.fromkeys(tag for tag in wanted if tag))
    return tuple(g.reading_languages)


def menu() -> list[MenuItem]:
    """Return the interface languages under their own names."""
    now = interface_language()
    return [
        MenuItem(code, native_name(code), direction(code), code == now)
        for code in runtime().settings.languages
    ]


def direction(code: str) -> str:
    """Return "rtl" for languages written from right to left, otherwise "ltr"."""
    return "rtl" if is_rtl(code) else "ltr"


def locale() -> Locale:
    """Return the locale that dates and numbers of this page are written in."""
    return _FORMATS.get(interface_language()) or get_locale() or _EUROPEAN_ENGLISH


def _choose(offered: Sequence[str]) -> str:
    return _chosen(offered) or _asked_for(offered) or offered[0]


def _asked_for(offered: Sequence[str]) -> str:
    """Return the first language of the browser that we have, in any of its regional forms.

    Werkzeug's own match would give English to ``el-CY, en;q=0.5``, since only "en" fits exactly.
    """
    for tag, quality in list(request.accept_languages)[:MAX_ACCEPTED]:
        for wanted in (tag, tag.split("-")[0]):
            if quality > 0 and wanted in offered:
                return str(wanted)
    return ""


def _chosen(offered: Sequence[str]) -> str:
    """Return the language that the reader chose here, by address or before, or ""."""
    for wanted in (request.args.get(PARAMETER), request.cookies.get(COOKIE)):
        if wanted in offered:
            return str(wanted)
    return ""


def _remember(response: Response) -> Response:
    chosen = request.args.get(PARAMETER)
    if response.mimetype != "text/html":
        return response
    response.headers["Content-Language"] = interface_language()
    response.vary.update(("Accept-Language", "Cookie"))
    if chosen and chosen == interface_language() and request.cookies.get(COOKIE) != chosen:
        keep_language(response, chosen)
    return response


def keep_language(response: BaseResponse, code: str) -> None:
    """Let the browser keep a language for the interface."""
    response.set_cookie(
        COOKIE,
        code,
        max_age=COOKIE_SECONDS,
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",
    )
