"""Lengths of time as people write them, in any of the languages of CLDR. Pure.

"3 weeks", "2 h 30", "tre uger" and ISO 8601's own ``P3W`` are read; `write_duration` gives words
that `read_duration` of the same language reads back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from babel.units import format_unit

from node.editorial.formdates import KNOWN, MisreadError, ascii_digits, folded, locale_for

if TYPE_CHECKING:
    from babel import Locale

_ISO_DURATION = re.compile(
    r"P(?:([0-9]+)W|(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?)$"
)
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
_TOKEN = re.compile(r"([0-9]+(?:[.,][0-9]+)?)|([^\W\d_]+)")
#: Words for one to twelve, in their order.
_COUNTS = {
    "en": "a an one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve",
    "es": "un una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce",
    "el": "ενας μια ενα|δυο|τρεις τρια|τεσσερις τεσσερα|πεντε|εξι|εφτα επτα|οκτω οχτω|εννεα εννια"
    "|δεκα|εντεκα|δωδεκα",
    "ar": "||ثلاثة ثلاث|أربعة أربع|خمسة خمس|ستة ست|سبعة سبع|ثمانية ثماني|تسعة تسع|عشرة عشر",
    "da": "en et|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv",
    "de": "ein eine|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf",
    "fr": "un une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze",
    "it": "un una|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici",
}
#: Short forms that CLDR does not have for every language.
_SHORT = {
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "min": "minute",
    "mins": "minute",
    "s": "second",
}


def read_duration(text: str, lang: str) -> str:
    """Return a duration in ISO 8601. Raises `MisreadError`: ``not-a-duration``."""
    plain = ascii_digits(text).strip()
    if _ISO_DURATION.match(plain.upper()) and plain.upper() not in {"P", "PT"}:
        return plain.upper()
    amounts: dict[str, int] = {}
    waiting: str | None = None
    last = ""
    for number, word in _TOKEN.findall(plain):
        if number:
            if waiting is not None:
                raise MisreadError("not-a-duration")
            waiting = number.replace(",", ".")
            continue
        waiting, last = _worded(folded(word), waiting, lang, amounts, last)
    if waiting is not None:  # 2 h 30
        if last != "hour" or not waiting.isdecimal():
            raise MisreadError("not-a-duration")
        _put(amounts, "minute", waiting)
    if not amounts or re.search(r"[^\w\s.,،·+&-]", plain):
        raise MisreadError("not-a-duration")
    return _iso_duration(amounts)


def _worded(
    word: str, waiting: str | None, lang: str, amounts: dict[str, int], last: str
) -> tuple[str | None, str]:
    """Take one word: a unit for the number before it, a number, a unit of two, or "and"."""
    unit, count = _units(lang).get(word) or _elsewhere(word, lang)
    if unit and (waiting is not None or count is not None):
        _put(amounts, unit, waiting if waiting is not None else str(count))
        return None, unit
    number = _counted(word, lang)
    if number is not None and waiting is None:
        return str(number), last
    if word in _AND:
        return waiting, last
    raise MisreadError("not-a-duration")


_AND = frozenset({"and", "y", "και", "og", "und", "et", "e", "و"})


def _put(amounts: dict[str, int], unit: str, number: str) -> None:
    whole, _, part = number.partition(".")
    if unit in amounts or len(whole) > 9:  # noqa: PLR2004
        raise MisreadError("not-a-duration")
    amounts[unit] = int(whole)
    if part:
        smaller = {"hour": ("minute", 60), "day": ("hour", 24), "week": ("day", 7)}.get(unit)
        exact = int(part) * smaller[1] if smaller and unit == "hour" else None
        if exact is None or smaller is None or exact % 10 ** len(part):
            raise MisreadError("not-a-duration")
        amounts[smaller[0]] = exact // 10 ** len(part)


def _iso_duration(amounts: dict[str, int]) -> str:
    if set(amounts) == {"week"}:
        return f"P{amounts['week']}W"
    days = amounts.get("day", 0) + 7 * amounts.get("week", 0)
    dated = [(amounts.get("year"), "Y"), (amounts.get("month"), "M"), (days or None, "D")]
    timed = [(amounts.get("hour"), "H"), (amounts.get("minute"), "M"), (amounts.get("second"), "S")]
    whole = "".join(f"{count}{letter}" for count, letter in dated if count)
    clock = "".join(f"{count}{letter}" for count, letter in timed if count)
    return f"P{whole}" + (f"T{clock}" if clock else "") if whole or clock else "P0D"


def write_duration(value: str, lang: str) -> str:
    """Return a duration in words of this language; of what is none, the value itself."""
    match = _ISO_DURATION.match(value)
    if not match:
        return value
    weeks, years, months, days, hours, minutes, seconds = match.groups()
    counts = zip(_UNITS, (years, months, weeks, days, hours, minutes, seconds), strict=True)
    locale = locale_for(lang)
    words = " ".join(
        format_unit(int(count), f"duration-{unit}", _width(unit, locale), locale=locale)
        for unit, count in counts
        if count
    )
    try:
        return words if read_duration(words, lang) == value else value
    except MisreadError:
        return value


def _counted(word: str, lang: str) -> int | None:
    for each in (lang, *KNOWN):
        found = _counts(each).get(word)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=64)
def _counts(lang: str) -> dict[str, int]:
    groups = enumerate(_COUNTS.get(lang, "").split("|"), start=1)
    return {folded(word): number for number, words in groups for word in words.split()}


def _elsewhere(word: str, lang: str) -> tuple[str, int | None]:
    others = {_units(other)[word] for other in KNOWN if other != lang and word in _units(other)}
    if len(others) == 1:
        return others.pop()
    return _SHORT.get(word, ""), None


@lru_cache(maxsize=64)
def _units(lang: str) -> dict[str, tuple[str, int | None]]:
    """Return unit words of a language: the unit, and its number where the word itself says it."""
    found: dict[str, tuple[str, int | None]] = {}
    locale = locale_for(lang)
    patterns = locale._data["unit_patterns"]  # noqa: SLF001 - Babel offers no reader
    for unit in _UNITS:
        widths = patterns.get(f"duration-{unit}", {})
        for width in ("long", "short", "narrow"):
            for form, pattern in widths.get(width, {}).items():
                if form == "per" or not isinstance(pattern, str):
                    continue
                word = folded(pattern.replace("{0}", "")).strip(" .")
                count = None if "{0}" in pattern else {"one": 1, "two": 2}.get(form)
                known = found.get(word)
                if (
                    word.isalpha()
                    and (len(word) > 1 or word == "h")
                    and (known is None or (known[0] == unit and count is not None))
                ):
                    found[word] = unit, count
    return found


def _width(unit: str, locale: Locale) -> Literal["long", "short"]:
    """Return the longest form that CLDR has of a unit; Italian days are there only as the short."""
    held = locale._data["unit_patterns"].get(f"duration-{unit}", {})  # noqa: SLF001
    return "long" if "other" in held.get("long", {}) else "short"
