"""Telephone numbers, international and as the countries of the network write them at home.

Numbers are everywhere in a record: dates, amounts, grants, coordinates. So each run of digits is
taken apart into its groups, and only a form that no amount or date has, or a word such as “tel.”
before it, makes it a telephone number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from node.contract.guard.texts import Finding, Text
from node.contract.guard.wordlists import alternatives

#: A run of digits in groups; at most forty signs are looked at from any beginning.
_RUN = re.compile(r"(?<![\w.,/:#=&?-])(?:\+\s?|\(\+?)?\d(?:[ ()./-]{0,3}\d){5,16}(?![\w:=]|[.,]\d)")
_DATE = re.compile(
    r"(?<!\d)(?:[0-3]?\d\s?[./-]\s?[01]?\d\s?[./-]\s?(?:19|20)\d\d"
    r"|(?:19|20)\d\d\s?[./-]\s?[01]?\d(?:\s?[./-]\s?[0-3]?\d)?"
    r"|(?:[01]?\d|2[0-4])[.:][0-5]\d\s?-\s?(?:[01]?\d|2[0-4])[.:][0-5]\d"
    r"|[0-3]?\d[./-][01]?\d[./-]\d\d(?![\s./-]?\d))(?!\d)"
)
_UNIT = re.compile(rf"\s?(?:[€$£%‰₴°]|(?:{alternatives('units')})(?!\w))", re.IGNORECASE)
_MONEY_BEFORE = re.compile(r"(?:[€$£₴]|\b(?:eur|dkk|sek|pln|czk|uah|usd|gbp))\s?$")
#: Words right before a number that is counted or catalogued, not called.
_NEVER = re.compile(
    r"\b(?:isbn|issn|iban|doi|orcid|grant|project|projekt|proyecto)[^\w]{0,3}(?:\w{1,6}[^\w]{0,2})?$"
)
_NUMBERED = re.compile(r"(?:\b(?:iso|nuts|nr|no|ref|id|art)|n\.º|αριθ)[^\w]{0,3}$")
#: Calling codes of Europe and of the countries most newcomers come from.
_CALLING = (
    r"[17]|2[07]|21[1-368]|22\d|23[0-9]|24\d|25[1-8]|26\d|29[01]|3[0-469]|35\d|37\d|38[0-9]|4[013-9]"
    r"|42[013]|5[1-8]|50\d|59\d|6[0-6]|8[1246]|88[06]|9[0-58]|96\d|97\d|99[2-8]"
)
_INTERNATIONAL = re.compile(rf"(?:\+|00)(?:{_CALLING})\d{{6,12}}")
MOST_DIGITS, FEWEST_DIGITS = 15, 8

#: Lengths of the groups of national numbers without a leading zero, by the language of the text.
_NATIONAL = {
    "es": ((2, 3, 2, 2), (3, 2, 2, 2), (3, 6)),
    "el": ((3, 3, 4), (3, 7), (4, 6), (3, 3, 2, 2), (2, 4, 4)),
    "da": ((2, 2, 2, 2), (4, 4)),
    "it": ((3, 3, 4), (3, 7), (3, 3, 2, 2)),
    "pl": ((2, 3, 2, 2),),
    "cs": ((3, 3, 3),),
    "fr": ((1, 2, 2, 2, 2),),
}
#: Groups of an amount, whatever word stands before: 12 345 678.
_AMOUNTS = frozenset({(1, 3, 3, 3), (2, 3, 3)})
#: Languages whose countries write an area code with its zero and then the rest in one.
_TRUNK = frozenset({"de", "fi", "it", "uk", "sv"})
#: Forms that are telephone numbers in a text of any language, with their first digits.
_ANYWHERE = {
    (2, 3, 2, 2): "123456789",
    (3, 2, 2, 2): "679",
    (3, 3, 4): "236",
    (3, 7): "236",
}


def find_telephones(text: Text) -> Iterator[Finding]:
    """Give the first telephone number of a text."""
    plain = text.plain
    if not text.has_digits:
        return
    for found in _RUN.finditer(plain):
        run, start = found[0], found.start()
        if _DATE.search(run):
            continue
        if _UNIT.match(plain, found.end()) or _MONEY_BEFORE.search(text.before(start)):
            continue
        if _is_telephone(text, run, start):
            yield Finding("phone-number", "expected-role-not-person", text.raw[start : found.end()])
            return


def _is_telephone(text: Text, run: str, start: int) -> bool:
    signs = re.sub(r"[ ()./-]", "", run)
    digits = signs.lstrip("+")
    groups = tuple(len(group) for group in re.findall(r"\d{1,17}", run))
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
        return False
    if signs.startswith("+") or (signs.startswith("00") and "/" not in run):
        return bool(_INTERNATIONAL.fullmatch(signs)) and not _is_amount(groups, digits)
    before = text.before(start)
    if _NEVER.search(before):
        return False
    if text.says_before(start, "phone"):
        return len(set(digits)) > 1 and groups not in _AMOUNTS
    return not _NUMBERED.search(before) and _is_national(text, run, digits, groups)


def _is_national(text: Text, run: str, digits: str, groups: tuple[int, ...]) -> bool:
    """Tell whether the groups are those of a country's telephone numbers and of nothing else."""
    if digits[0] == "0" and len(groups) == 2:  # noqa: PLR2004
        trunk = text.language.partition("-")[0] in _TRUNK and digits[1] != "0"
        return trunk and 3 <= groups[0] <= 5 and 6 <= groups[1] <= 8  # noqa: PLR2004
    if digits[0] == "0":
        return digits[1] != "0" and 3 <= len(groups) <= 5 and min(groups[1:]) > 1  # noqa: PLR2004
    if "." in run or "/" in run:
        return False
    home = _NATIONAL.get(text.language.partition("-")[0], ())
    at_home = groups in home and digits[0] != "1" and not _is_years(run)
    return at_home or digits[0] in _ANYWHERE.get(groups, "")


def _is_amount(groups: tuple[int, ...], digits: str) -> bool:
    """Tell whether the groups are thousands: +15 000 000."""
    return set(groups[1:]) == {3} and digits.endswith("000")


def _is_years(run: str) -> bool:
    """Tell whether a group may be a year: file 2021-0456."""
    return any(len(g) == 4 and g[:2] in {"19", "20"} for g in re.findall(r"\d{1,17}", run))  # noqa: PLR2004
