"""Dates, numbers, amounts and names as the reader writes them. Also the template filters.

Everything comes from CLDR through Babel; a code that CLDR does not know is shown as it is, since
a record may carry a code that is newer than our data.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
)
from babel.units import format_unit
from markupsafe import Markup, escape

from node.contract.languages import country_name, language_name, region_name
from node.web.context import runtime
from node.web.i18n import direction, interface_language, locale
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$"
)


def number(value: int) -> str:
    """Return an integer with the reader's thousands separators."""
    return format_decimal(value, locale=locale())


def decimal(text: str) -> str:
    """Return a decimal number, written as text because floats are not exact."""
    try:
        return format_decimal(Decimal(text), locale=locale(), decimal_quantization=False)
    except InvalidOperation:
        return text


def day(value: date | datetime | str) -> str:
    """Return a date in words. ISO 8601 text may stop at the month or the year."""
    if isinstance(value, str):
        match = _PARTIAL_DATE.match(value[:10])
        if not match:
            return value
        year, month, of_month = match.groups()
        try:
            full = date(int(year), int(month or 1), int(of_month or 1))
        except ValueError:
            return value
        if of_month is None:
            return format_date(full, "LLLL y", locale=locale()) if month else year
        value = full
    return format_date(value, "long", locale=locale())


def moment(value: datetime) -> str:
    """Return date and time of day, in UTC and saying so."""
    time = format_time(value.astimezone(UTC), "HH:mm", locale=locale())
    return _("%(date)s, %(time)s UTC", date=day(value.astimezone(UTC)), time=time)


def ago(value: datetime) -> str:
    """Return how long ago something was, or how far ahead it is, such as "3 minutes ago"."""
    now = runtime().clock.now()
    if abs(value - now) < timedelta(seconds=1):
        return _("just now")  # CLDR would say "in 0 seconds"
    return format_timedelta(value - now, add_direction=True, threshold=1.1, locale=locale())


def iso(value: datetime) -> str:
    """Return the text for the ``datetime`` attribute of ``<time>``."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def country(code: str) -> str:
    """Return a country's name, or the code where CLDR has none."""
    return country_name(code, interface_language())


def language(tag: str) -> str:
    """Return a language's name, or the tag where CLDR has none."""
    return language_name(tag, interface_language())


def region(code: str) -> str:
    """Return a NUTS region with its country."""
    return region_name(code, interface_language())


def money(minor: int, currency: str) -> str:
    """Return an amount given in minor units; cents are shown only where there are any."""
    digits = get_currency_precision(currency)
    whole = minor % 10**digits == 0
    pattern = locale().currency_formats["standard"].pattern
    if get_currency_symbol(currency, locale=locale())[-1:].isalpha():
        # CLDR parts a code such as DKK from the number; Babel does not do that by itself.
        pattern = re.sub(r"¤(?=[#0])", "¤\N{NO-BREAK SPACE}", pattern)
    if whole:
        pattern = re.sub(r"\.0+", "", pattern)
    # Decimal from text, because a division would make 0.1 + 0.2 of somebody's invoice.
    amount = Decimal(minor).scaleb(-digits)
    return format_currency(amount, currency, pattern, locale=locale(), currency_digits=not whole)


def duration(text: str) -> str:
    """Return an ISO 8601 duration in words, such as "2 hours, 30 minutes"."""
    match = _DURATION.match(text)
    if not match or not any(match.groups()):
        return text
    years, months, weeks, days, hours, minutes, seconds = (int(n or 0) for n in match.groups())
    parts = [
        ngettext("%(num)s year", "%(num)s years", years) if years else "",
        ngettext("%(num)s month", "%(num)s months", months) if months else "",
        ngettext("%(num)s week", "%(num)s weeks", weeks) if weeks else "",
        ngettext("%(num)s day", "%(num)s days", days) if days else "",
        ngettext("%(num)s hour", "%(num)s hours", hours) if hours else "",
        ngettext("%(num)s minute", "%(num)s minutes", minutes) if minutes else "",
        ngettext("%(num)s second", "%(num)s seconds", seconds) if seconds else "",
    ]
    return joined([part for part in parts if part])


def days(count: int) -> str:
    """Return a number of days with the word for it."""
    return ngettext("%(num)s day", "%(num)s days", count)


def unit(code: str, count: int) -> str:
    """Return the word for what was counted, in the form that fits the number; "" when unknown.

    The schemas give one form for each unit; Arabic alone needs five.
    """
    words = {
        "persons": ngettext("person", "people", count),
        "points": ngettext("point", "points", count),
        "hours": ngettext("hour", "hours", count),
        "days": ngettext("day", "days", count),
        "weeks": ngettext("week", "weeks", count),
        "months": ngettext("month", "months", count),
        "years": ngettext("year", "years", count),
        "sessions": ngettext("session", "sessions", count),
        "places": ngettext("place", "places", count),
        "jobs": ngettext("job", "jobs", count),
        "organisations": ngettext("organisation", "organisations", count),
    }
    return words.get(code, "")


def size(count: int) -> str:
    """Return a number of bytes in the largest unit that fits, rounded to a tenth."""
    for unit, bytes_each in (
        ("digital-gigabyte", 1_000_000_000),
        ("digital-megabyte", 1_000_000),
        ("digital-kilobyte", 1000),
    ):
        if count >= bytes_each:
            rounded = round(count / bytes_each, 1)
            return format_unit(rounded, unit, length="short", locale=locale())
    # CLDR has no word for bytes in Greek, and only one form of it in Arabic.
    return ngettext("%(num)s byte", "%(num)s bytes", count)


def joined(parts: Iterable[str]) -> str:
    """Return words as a list in a sentence: "a, b and c". Markup stays markup."""
    listed = list(parts)
    if any(isinstance(part, Markup) for part in listed):
        return Markup(format_list([str(escape(part)) for part in listed], locale=locale()))  # noqa: S704
    return format_list(listed, locale=locale())


def in_row(parts: Iterable[str]) -> Markup:
    """Return short facts one after the other, with the comma of the reader's language."""
    row = Markup()
    for part in parts:
        pattern = Markup(_("%(first)s, %(next)s"))  # noqa: S704 - our own text
        row = pattern % {"first": row, "next": part} if row else escape(part)
    return row


def grouped(text: str, every: int = 4) -> str:
    """Return a long code in groups, as people compare it."""
    return " ".join(text[start : start + every] for start in range(0, len(text), every))


FILTERS: dict[str, Callable[..., str]] = {
    "number": number,
    "day": day,
    "moment": moment,
    "ago": ago,
    "iso": iso,
    "country": country,
    "language": language,
    "region": region,
    "direction": direction,
    "money": money,
    "duration": duration,
    "days": days,
    "filesize": size,
    "joined": joined,
    "in_row": in_row,
    "grouped": grouped,
}
