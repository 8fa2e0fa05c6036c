# ruff: noqa: RUF001 - letters and signs of many scripts are what this module reads
"""Numbers, amounts of money and places on the map as people write them. Pure.

A separator is taken as it is meant where only one meaning is possible: ``1.250,50`` and
``1,250.50`` are the same amount in every language. Where both are possible (``1.250`` in an amount)
the language of the person decides, and where that would lead to three digits of cents, they are
asked. Every `write_` gives what the `read_` of the same language reads back.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision, get_decimal_symbol, get_territory_currencies

from node.contract.codes import currencies
from node.contract.languages import locale_of
from node.editorial.formdates import KNOWN, MisreadError, ascii_digits, folded, locale_for

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACES = re.compile("[\\s'\u2019\u00a0\u202f\u2009]+")
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")
_DEGREE = re.compile(
    r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*(?:°|º|d)?\s*"
    r"(?:([0-9]+(?:[.,][0-9]+)?)\s*['′’]\s*)?(?:([0-9]+(?:[.,][0-9]+)?)\s*(?:\"|″|”|'')\s*)?"
)
_LARGEST = 9007199254740991
_UNITS_OF_DEGREE = Decimal(100000)
#: Letters for north, south, east and west where they are other ones than N, S, E and W.
_WINDS = {
    "el": {"Β": "N", "Ν": "S", "Α": "E", "Δ": "W"},
    "ar": {"ش": "N", "ج": "S", "ق": "E", "غ": "W"},
    "de": {"O": "E"},
    "da": {"Ø": "E", "V": "W"},
} | {lang: {"O": "W"} for lang in ("es", "fr", "it", "pt")}
_FREE = frozenset(
    map(folded, ("free", "free of charge", "gratis", "gratuito", "δωρεάν", "مجاني", "مجانا"))
) | frozenset(map(folded, ("kostenlos", "gratuit")))
#: What several currencies are called; the person's own country decides.
_CROWNS = frozenset({"kr", "krone", "kroner", "kronor", "krona", "crowns"})


def read_integer(text: str, lang: str) -> int:
    """Return a whole number; separators of thousands may stand in it.

    Raises `MisreadError`: ``not-a-whole-number``, ``not-a-number``.
    """
    del lang  # a whole number has no decimals, so nothing hangs on it
    plain = _plain(text)
    if re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]{3})+", plain):
        plain = re.sub(r"[.,]", "", plain)
    if re.fullmatch(r"[+-]?[0-9]{1,15}", plain):
        return int(plain)
    code = "not-a-whole-number" if _NUMBER.fullmatch(plain) else "not-a-number"
    raise MisreadError(code)


def read_decimal(text: str, lang: str) -> int | str:
    """Return a whole number, or a decimal number as text: 85, "12.5".

    Raises `MisreadError`: ``not-a-number``.
    """
    number = _number(_plain(text), lang)
    whole, _, part = number.partition(".")
    if len(whole.lstrip("-")) > 15:  # noqa: PLR2004 - beyond it JSON's readers round
        raise MisreadError("not-a-number")
    return f"{whole}.{part}" if part else int(whole)


def write_decimal(value: int | str, lang: str) -> str:
    """Return a decimal number with this language's decimal sign."""
    return str(value).replace(".", get_decimal_symbol(locale_for(lang)))


def read_money(text: str, lang: str, country: str) -> dict[str, Any]:
    """Return an amount in the currency's smallest unit; without a currency, in the country's own.

    Raises `MisreadError`: ``not-money``, ``unknown-currency``, ``no-currency``,
    ``which-amount`` with both readings.
    """
    plain = ascii_digits(text).replace("٫", ".").replace("٬", ",")
    if folded(plain) in _FREE:
        return {"amount": 0, "currency": _currency("", lang, country)}
    squeezed = re.sub(r"(?<=[0-9])[\s'’\u00a0\u202f]+(?=[0-9]{3})", "", plain)
    found = _NUMBER.search(squeezed)
    if found is None:
        raise MisreadError("not-money")
    rest = (squeezed[: found.start()] + " " + squeezed[found.end() :]).strip()
    if re.search(r"[0-9]", rest):
        raise MisreadError("not-money")
    currency = _currency(rest, lang, country)
    digits = get_currency_precision(currency)
    number = found.group().rstrip(".,")
    if digits < 3 and re.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}", number):  # noqa: PLR2004
        number = _thousands(number, lang, currency)
    amount = Decimal(_number(number, lang)).scaleb(digits)
    if amount != amount.to_integral_value() or not 0 <= amount <= _LARGEST:
        raise MisreadError("not-money")
    return {"amount": int(amount), "currency": currency}


def write_money(value: Any, lang: str) -> str:
    """Return an amount as it can be typed: ``1250,50 EUR``."""
    digits = get_currency_precision(value["currency"])
    amount = Decimal(value["amount"]).scaleb(-digits)
    if amount == amount.to_integral_value():
        return f"{int(amount)} {value['currency']}"
    return f"{write_decimal(str(amount), lang)} {value['currency']}"


def read_point(text: str, lang: str) -> tuple[int, int]:
    """Return latitude and longitude in hundred-thousandths of a degree.

    Decimal degrees or degrees, minutes and seconds, with or without letters for the directions.
    Raises `MisreadError`: ``not-a-point``.
    """
    plain = ascii_digits(text).replace("−", "-").upper().strip()
    winds = {"N": "N", "S": "S", "E": "E", "W": "W"} | _WINDS.get(lang, {})
    for letter, wind in winds.items():
        plain = plain.replace(letter, wind)
    found = next((both for both in map(_both, _halves(plain)) if both), None)
    if found is None:
        raise MisreadError("not-a-point")
    (one, wind), (other, other_wind) = found
    if wind in {"E", "W"} and other_wind not in {"E", "W"}:
        one, other, wind, other_wind = other, one, other_wind, wind
    if wind in {"E", "W"} or other_wind in {"N", "S"} or abs(one) > 90 or abs(other) > 180:  # noqa: PLR2004
        raise MisreadError("not-a-point")
    return _hundred_thousandths(one), _hundred_thousandths(other)


def _halves(plain: str) -> Iterator[list[str]]:
    """Give the ways in which two coordinates may be parted, the surest first."""
    for between in (r"\s*;\s*", r",\s+", r"\s*,\s*", r"(?<=[NSEW])\s*", r"\s+(?=[NSEW])", r"\s+"):
        yield [part for part in re.split(between, plain) if part.strip()]


def _both(parts: list[str]) -> list[tuple[Decimal, str]] | None:
    try:
        return [_degrees(part) for part in parts] if len(parts) == 2 else None  # noqa: PLR2004
    except MisreadError:
        return None


def write_point(latitude: int, longitude: int) -> str:
    """Return a place on the map in decimal degrees."""
    return f"{_written(latitude)}, {_written(longitude)}"


def own_currency(country: str) -> str:
    """Return the currency that is paid with in a country, "" when CLDR knows none."""
    return next(iter(get_territory_currencies(country)), "") if country else ""


def _written(value: int) -> str:
    return str((Decimal(value) / _UNITS_OF_DEGREE).quantize(Decimal("0.00001")))


def _hundred_thousandths(degrees: Decimal) -> int:
    return int((degrees * _UNITS_OF_DEGREE).to_integral_value(ROUND_HALF_EVEN))


def _degrees(part: str) -> tuple[Decimal, str]:
    wind = re.sub(r"[^NSEW]", "", part)
    number = _DEGREE.fullmatch(re.sub(r"[NSEW]", "", part).strip())
    if number is None or len(wind) > 1:
        raise MisreadError("not-a-point")
    whole, minutes, seconds = (Decimal((n or "0").replace(",", ".")) for n in number.groups())
    if minutes >= 60 or seconds >= 60:  # noqa: PLR2004
        raise MisreadError("not-a-point")
    size = abs(whole) + minutes / 60 + seconds / 3600
    negative = number[1].startswith("-") != (wind in {"S", "W"})
    return (-size if negative else size), wind


def _plain(text: str) -> str:
    plain = ascii_digits(text).replace("٫", ".").replace("٬", "").replace("−", "-")
    return _SPACES.sub("", plain)


def _number(plain: str, lang: str) -> str:
    """Return a number with a point and no separators of thousands."""
    if not _NUMBER.fullmatch(plain) or plain[-1] in ".,":
        raise MisreadError("not-a-number")
    plain = plain.removeprefix("+")
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return _bare(plain)
    sign = plain[last]
    other = "," if sign == "." else "."
    grouped = plain.count(sign) > 1 or (
        other not in plain
        and re.fullmatch(r"-?[1-9][0-9]{0,2}[.,][0-9]{3}", plain) is not None
        and get_decimal_symbol(locale_for(lang)) != sign
    )
    if grouped:
        if other in plain or not re.fullmatch(r"-?[0-9]{1,3}([.,][0-9]{3})+", plain):
            raise MisreadError("not-a-number")
        return _bare(plain.replace(sign, ""))
    whole, part = plain[:last], plain[last + 1 :]
    if other in whole and not re.fullmatch(r"-?[0-9]{1,3}([.,][0-9]{3})+", whole):
        raise MisreadError("not-a-number")
    bare = _bare(whole.replace(other, "").lstrip("-"))
    return f"{'-' if plain.startswith('-') else ''}{bare}.{part}"


def _bare(digits: str) -> str:
    bare = digits.lstrip("-").lstrip("0") or "0"
    return f"-{bare}" if digits.startswith("-") and bare != "0" else bare


def _thousands(number: str, lang: str, currency: str) -> str:
    """Return an amount with one separator before three digits as what it must mean."""
    if get_decimal_symbol(locale_for(lang)) != re.sub("[0-9]", "", number):
        return re.sub("[.,]", "", number)
    whole = re.sub("[.,]", "", number)
    raise MisreadError("which-amount", f"{whole} {currency}", f"{number[:-4]} {currency}")


def _currency(word: str, lang: str, country: str) -> str:
    own = own_currency(country)
    name = folded(word).strip(" .")
    if not name:
        if not own:
            raise MisreadError("no-currency")
        return own
    if name.upper() in currencies():
        return name.upper()
    if name in _CROWNS:
        if own in {"DKK", "SEK", "NOK", "ISK"}:
            return own
        raise MisreadError("no-currency")
    for each in (lang, *KNOWN):
        found = _currency_words(each).get(name)
        if found:
            return found
    raise MisreadError("unknown-currency", word)


@lru_cache(maxsize=64)
def _currency_words(lang: str) -> dict[str, str]:
    """Return symbols and names of currencies in a language; what two share is left out."""
    locale = locale_of(lang)
    found: dict[str, str] = {"€": "EUR", "£": "GBP", "$": "USD"}
    if locale is None:
        return found
    named = locale._data.get("currency_names_plural", {})  # noqa: SLF001 - Babel offers no reader
    words = [(word, code) for code, word in locale.currencies.items()]
    words += [(word, code) for code, forms in named.items() for word in forms.values()]
    words += [(word, code) for code, word in locale.currency_symbols.items()]
    shared: set[str] = set()
    for word, code in words:
        if isinstance(word, str) and found.setdefault(folded(word).strip(" ."), code) != code:
            shared.add(folded(word).strip(" ."))
    return {word: code for word, code in found.items() if word not in shared or word in "€£$"}
