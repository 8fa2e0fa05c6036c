"""Language maps, and the names of languages, countries and regions.

Text for people is a map from BCP 47 language to text: ``{"en": "...", "el": "..."}``. What a
reader sees is chosen by `pick`, which always also says in which language the text is, so that a
page can mark it (`lang`, `dir`). Names come from CLDR through Babel, never from our files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError

LangMap = Mapping[str, str]

#: What a text falls back to when neither the reader's nor the author's language is there.
LAST_RESORT = "en"

#: Scripts that run from right to left (ISO 15924), for languages that Babel does not know.
_RTL_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})

#: NUTS writes Greece and the United Kingdom otherwise than ISO 3166-1 does.
_NUTS_COUNTRIES = {"EL": "GR", "UK": "GB"}


def pick(langmap: LangMap, wanted: Sequence[str], original: str = "") -> tuple[str, str]:
    """Return the language and the text to show, or two empty strings for an empty map.

    The order is: each wanted language, exactly and then in a related form (``pt`` for ``pt-BR``
    and the other way round); the original; English; the first in the alphabet, so that every
    node chooses alike.
    """
    if not langmap:
        return "", ""
    for language in (*wanted, original, LAST_RESORT):
        if language in langmap:
            return language, langmap[language]
        base = language.partition("-")[0]
        if base in langmap:
            return base, langmap[base]
        for held in sorted(langmap):
            if base and held.partition("-")[0] == base:
                return held, langmap[held]
    first = min(langmap)
    return first, langmap[first]


def text_in(langmap: LangMap, language: str) -> str:
    """Return only the text that `pick` chooses for one wanted language."""
    return pick(langmap, (language,))[1]


@lru_cache(maxsize=256)
def locale_of(language: str) -> Locale | None:
    """Return Babel's locale for a BCP 47 language or the nearest one it knows, or None."""
    parts = language.split("-")
    while parts:
        try:
            return Locale.parse("_".join(parts))
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return None


@lru_cache(maxsize=256)
def is_rtl(language: str) -> bool:
    """Tell whether the language is written from right to left."""
    scripts = {part for part in language.split("-") if len(part) == 4 and part.istitle()}  # noqa: PLR2004
    if scripts:
        return bool(scripts & _RTL_SCRIPTS)
    locale = locale_of(language)
    return locale is not None and locale.text_direction == "rtl"


@lru_cache(maxsize=1024)
def language_name(language: str, shown_in: str = LAST_RESORT) -> str:
    """Return the name of a language in another one, or its code when CLDR has no name."""
    locale, shown = locale_of(language), locale_of(shown_in)
    if locale is None or shown is None:
        return language
    return locale.get_display_name(shown) or language


def native_name(language: str) -> str:
    """Return what speakers call the language, such as ``Ελληνικά``."""
    name = language_name(language, language)
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=4096)
def in_words(code: str) -> str:
    """Return a code that has no label here as somebody can read it: ``green-jobs``, green jobs."""
    return code.replace("-", " ").replace("_", " ")


def country_name(country: str, shown_in: str = LAST_RESORT) -> str:
    """Return the name of an ISO 3166-1 country, or its code when CLDR has no name."""
    shown = locale_of(shown_in) or Locale(LAST_RESORT)
    return str(shown.territories.get(country, country))


def region_name(region: str, shown_in: str = LAST_RESORT) -> str:
    """Return a NUTS code with its country's name: ``EL30 (Greece)``. CLDR names no regions."""
    country = region_country(region)
    return f"{region} ({country_name(country, shown_in)})"


def region_country(region: str) -> str:
    """Return the ISO 3166-1 country of a NUTS code."""
    return _NUTS_COUNTRIES.get(region[:2], region[:2])


@lru_cache(maxsize=1024)
def currency_name(currency: str, shown_in: str = LAST_RESORT) -> str:
    """Return the name of an ISO 4217 currency, or its code when CLDR has no name."""
    shown = locale_of(shown_in) or Locale(LAST_RESORT)
    return str(shown.currencies.get(currency, currency))
