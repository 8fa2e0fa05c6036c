"""What was probably meant by a code that does not exist.

People write a label in place of a code, a country's code in place of its language, or make a
slip. A guess costs time, so it is made only for somebody who publishes here, never for what
arrives from elsewhere, and only for a value of a sensible length.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.languages import get_official_languages

from node.contract.codes import countries, short_languages
from node.contract.languages import country_name, language_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract.vocabularies import Vocabulary

#: Longer values are not guessed at.
MAX_GUESSED = 80

#: How alike two words must be, from 0 to 1.
_ALIKE_CODES = 0.6
_ALIKE_NAMES = 0.8

#: Codes that people use for countries and ISO 3166-1 does not.
_COUNTRY_HABITS = {"UK": "GB", "EL": "GR", "ENGLAND": "GB", "SCOTLAND": "GB", "HOLLAND": "NL"}
#: The languages in which a country's or a language's name is recognised.
_NAME_LANGUAGES = ("en", "es", "el", "da", "de", "fr", "it", "ar")

_TWO_LETTERS = re.compile(r"[A-Za-z]{2}")

Namer = Callable[[str, str], str]


def nearest_concept(value: str, held: tuple[Vocabulary, ...]) -> str:
    """Return the code that was probably meant by a wrong code or by a word, or an empty string."""
    return _concept(value, held) if len(value) <= MAX_GUESSED else ""


@lru_cache(maxsize=4096)  # tables that are imported say the same wrong word in many rows
def _concept(value: str, held: tuple[Vocabulary, ...]) -> str:
    wanted = value.casefold().replace("_", " ").replace("-", " ")
    return _closest(" ".join(wanted.split()), _words_of(held), _ALIKE_CODES)


def nearest_country(value: str) -> str:
    """Return the country code that was probably meant, or an empty string."""
    return _country(value) if len(value) <= MAX_GUESSED else ""


@lru_cache(maxsize=1024)
def _country(value: str) -> str:
    upper = value.strip().upper()
    if upper in countries():
        return upper
    if upper in _COUNTRY_HABITS:
        return _COUNTRY_HABITS[upper]
    return _closest(value.strip().casefold(), _names_of(countries(), country_name), _ALIKE_NAMES)


def nearest_language(value: str) -> str:
    """Return the language code that was probably meant, or an empty string.

    The usual slip is a country's code (``gr``, ``dk``): then it is that country's language.
    """
    return _tongue(value) if len(value) <= MAX_GUESSED else ""


@lru_cache(maxsize=1024)
def _tongue(value: str) -> str:
    base, _, rest = value.strip().replace("_", "-").partition("-")
    if base.lower() in short_languages():
        region = rest.upper() if _TWO_LETTERS.fullmatch(rest) else ""
        return f"{base.lower()}-{region}" if region else base.lower()
    official = get_official_languages(base.upper()) if _TWO_LETTERS.fullmatch(base) else ()
    if official:
        return str(official[0]).replace("_", "-")
    names = _names_of(short_languages(), language_name)
    return _closest(value.strip().casefold(), names, _ALIKE_NAMES)


def _closest(wanted: str, words: Mapping[str, str], alike: float) -> str:
    if not wanted or len(wanted) > MAX_GUESSED:
        return ""
    found = difflib.get_close_matches(wanted, words, n=1, cutoff=alike)
    return words[found[0]] if found else ""


@lru_cache(maxsize=64)
def _words_of(held: tuple[Vocabulary, ...]) -> Mapping[str, str]:
    """Return the codes of some vocabularies by every word for them; the codes themselves win."""
    words: dict[str, str] = {}
    for vocabulary in held:
        for concept in vocabulary.concepts.values():
            alts = [word for some in concept.alts.values() for word in some]
            for label in (*concept.labels.values(), *alts):
                words.setdefault(label.casefold(), concept.code)
    for vocabulary in held:
        words.update({code.replace("-", " "): code for code in vocabulary.concepts})
    return words


@lru_cache(maxsize=4)
def _names_of(codes: frozenset[str], name: Namer) -> Mapping[str, str]:
    return {name(code, lang).casefold(): code for lang in _NAME_LANGUAGES for code in codes}
