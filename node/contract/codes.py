"""Public code lists: countries, currencies and languages that exist.

They are read from CLDR. The lists are used only when
somebody publishes here; what other nodes publish is held to the shape alone, because a newer
node may know a code that this one does not.
"""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

#: CLDR also names groupings, test regions and codes that ISO only reserves.
_NOT_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)

_TWO_LETTERS = re.compile(r"[A-Z]{2}")


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
