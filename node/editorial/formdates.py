# ruff: noqa: RUF001 - words and letters of many scripts are what this module reads
"""Dates as people write them, in any of the languages of CLDR. Pure.

What can be read in one way only is read; what can be read in two ways is not guessed at: the
person is asked. Every `write_` gives what the `read_` of the same language reads back.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date

from node.contract.languages import locale_of

if TYPE_CHECKING:
    from babel import Locale

#: Languages whose words are understood besides the person's own.
KNOWN = ("en", "es", "el", "ar", "da", "de", "fr", "it")
_ISO = re.compile(r"([12][0-9]{3})(?:-(0?[1-9]|1[0-2])(?:-([0-3]?[0-9]))?)?$")
_NUMBERS = re.compile(r"([0-9]{1,4})\s*[./\-\s]\s*([0-9]{1,4})(?:\s*[./\-\s]\s*([0-9]{1,4}))?\.?$")
#: Words that stand between the parts of a date and say nothing.
_FILLERS = frozenset(
    ("de", "del", "of", "the", "den", "der", "le", "el", "il", "του", "η", "στις", "р", "г")
)
_ORDINAL = re.compile(r"(?<=[0-9])(st|nd|rd|th|er|re|η|ης|ος|º|ª|\.)(?![^\W\d_])", re.IGNORECASE)


class MisreadError(ValueError):
    """What was typed cannot be read; `code` says why and `facts` between what it hangs."""

    def __init__(self, code: str, *facts: str) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


def folded(text: str) -> str:
    """Return a word as it is compared: no case, no accents, one space between words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c) and c != "ـ")
    return " ".join(bare.replace("ς", "σ").split())


def ascii_digits(text: str) -> str:
    """Return a text with the digits of every script as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(c)) if unicodedata.decimal(c, None) is not None else c for c in text
    )


@lru_cache(maxsize=64)
def locale_for(lang: str) -> Locale:
    """Return the locale that a language's dates and numbers are written in here."""
    found = locale_of("en-GB" if lang == "en" else lang) or locale_of("en-GB")
    assert found is not None  # noqa: S101 - CLDR has English
    return found


def read_date(text: str, lang: str) -> str:
    """Return a year, month or day in ISO 8601.

    Raises `MisreadError`: ``not-a-date``, ``two-dates`` with both, ``short-year``.
    """
    plain = _ORDINAL.sub(" ", ascii_digits(text)).replace(",", " ").replace("،", " ").strip()
    match = _ISO.match(plain)
    if match:
        return _iso(match[1], match[2], match[3])
    match = _NUMBERS.match(plain)
    if match:
        return _from_numbers([part for part in match.groups() if part], lang)
    return _from_words(plain, lang)


def write_date(value: str, lang: str) -> str:
    """Return a date in words of this language; of what is no date, the value itself."""
    match = _ISO.match(value)
    if not match or len(value) not in {4, 7, 10}:
        return value
    locale = locale_for(lang)
    try:
        day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        if match[3]:
            words = format_date(day, "long", locale=locale)
        else:
            words = format_date(day, "LLLL y", locale=locale) if match[2] else value
        return words if read_date(words, lang) == value else value
    except ValueError:
        return value


def _from_numbers(parts: list[str], lang: str) -> str:
    if len(parts) == 2:  # noqa: PLR2004 - month and year
        month, year = parts if len(parts[1]) == 4 else (parts[1], parts[0])  # noqa: PLR2004
        return _iso(year, month, None)
    if len(parts[1]) > 2:  # noqa: PLR2004
        raise MisreadError("not-a-date")
    if len(parts[0]) == 4:  # noqa: PLR2004 - the year stands first
        return _iso(parts[0], parts[1], parts[2])
    one, other, year = parts
    if len(year) < 4:  # noqa: PLR2004
        raise MisreadError("short-year")
    first, second = int(one), int(other)
    if second > 12 >= first:  # noqa: PLR2004 - only the American way is a date
        first, second = second, first
    elif lang == "en" and first <= 12 and first != second:  # noqa: PLR2004
        both = (_iso(year, str(second), str(first)), _iso(year, str(first), str(second)))
        raise MisreadError("two-dates", *(write_date(each, lang) for each in both))
    return _iso(year, str(second), str(first))


def _from_words(text: str, lang: str) -> str:
    year = month = day = None
    for word in re.findall(r"[0-9]+|[^\W\d_]+", text):
        if word.isdecimal():
            if len(word) == 4 and year is None:  # noqa: PLR2004
                year = word
            elif len(word) <= 2 and day is None:  # noqa: PLR2004
                day = word
            else:
                raise MisreadError("not-a-date")
        elif folded(word) not in _FILLERS:
            found = _month(folded(word), lang)
            if month is not None or found is None:
                raise MisreadError("not-a-date")
            month = str(found)
    if year is None or (day is not None and month is None):
        short = month is not None and day is not None and year is None
        raise MisreadError("no-year" if short else "not-a-date")
    return _iso(year, month, day)


def _iso(year: str, month: str | None, day: str | None) -> str:
    if not 1000 <= int(year) <= 2999:  # noqa: PLR2004 - what the schema takes
        raise MisreadError("not-a-date")
    try:
        whole = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        raise MisreadError("not-a-date") from None
    return whole if day else whole[:7] if month else whole[:4]


def _month(word: str, lang: str) -> int | None:
    own = _months(lang).get(word)
    if own is not None:
        return own
    others = {_months(other)[word] for other in KNOWN if word in _months(other)}
    return others.pop() if len(others) == 1 else None


@lru_cache(maxsize=64)
def _months(lang: str) -> dict[str, int]:
    found: dict[str, int] = {}
    held = locale_for(lang).months
    for place in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in held[place][width].items():
                word = folded(name).rstrip(".")
                if word.isalpha() and found.setdefault(word, number) != number:
                    del found[word]
    return found
