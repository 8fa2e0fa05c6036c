"""Public code lists that people mistype, and the nearest right code.

Which countries, currencies and languages exist is read from CLDR. The lists are used only when
somebody publishes here; what other nodes publish is held to the shape alone, because a newer
node may know a code that this one does not.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from functools import cache

from babel import Locale
from babel.languages import get_official_languages

from node.contract.languages import country_name, language_name

#: CLDR also names groupings, test regions and codes that ISO only reserves.
_NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
#: Codes that people use for countries and ISO 3166-1 does not.
_COUNTRY_HABITS = {"UK": "GB", "EL": "GR", "ENGLAND": "GB", "SCOTLAND": "GB", "HOLLAND": "NL"}
#: The languages in which a country's or a language's name is recognised.
_NAME_LANGUAGES = ("en", "es", "el", "da", "de", "fr", "it", "ar")

_TWO_LETTERS = re.compile(r"[A-Z]{2}")

Namer = Callable[[str, str], str]


@cache
def countries() -> frozenset[str]:
    """Return every ISO 3166-1 alpha-2 code, and XK, which Kosovo uses."""
    known = map(str, Locale("en").territories)
    return frozenset(c for c in known if _TWO_LETTERS.fullmatch(c)) - _NOT_COUNTRIES


def is_country(code: str) -> bool:
    """Tell whether a code is that of a country, in capital letters."""
    return code in countries()


@cache
def currencies() -> frozenset[str]:
    """Return every ISO 4217 code, former ones included: an old grant is in an old currency."""
    return frozenset(map(str, Locale("en").currencies))


@cache
def short_languages() -> frozenset[str]:
    """Return every language code of two letters (ISO 639-1)."""
    return frozenset(c for c in map(str, Locale("en").languages) if len(c) == 2)  # noqa: PLR2004


def is_language(code: str) -> bool:
    """Tell whether a code names a language: any of three letters, and those of two that exist."""
    base = code.partition("-")[0]
    return base in short_languages() or (len(base) == 3 and base.isalpha() and base.islower())  # noqa: PLR2004


def nearest_country(value: str) -> str:
    """Return the country code that was probably meant, or an empty string."""
    upper = value.strip().upper()
    if upper in countries():
        return upper
    return _COUNTRY_HABITS.get(upper) or _by_name(value, countries(), country_name)


def nearest_language(value: str) -> str:
    """Return the language code that was probably meant, or an empty string.

    The usual slip is a country's code (``gr``, ``dk``): then it is that country's language.
    """
    text = value.strip().replace("_", "-")
    base = text.partition("-")[0].lower()
    if base in short_languages():
        rest = text.partition("-")[2]
        return f"{base}-{rest.upper()}" if _TWO_LETTERS.fullmatch(rest.upper()) else base
    official = get_official_languages(base.upper()) if len(base) == 2 else ()  # noqa: PLR2004
    if official:
        return str(official[0]).replace("_", "-")
    return _by_name(value, short_languages(), language_name)


def _by_name(value: str, codes: frozenset[str], name: Namer) -> str:
    names = {name(code, lang).casefold(): code for lang in _NAME_LANGUAGES for code in codes}
    found = difflib.get_close_matches(value.strip().casefold(), names, n=1, cutoff=0.8)
    return names[found[0]] if found else ""
