"""A text as the checks see it: digits of every script as 0 to 9, and what stands before a place.

Replacing digits keeps every position, so what is found can be shown as the person wrote it. All
patterns of the guard are bounded, and no check looks further around a place than `NEAR`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from node.contract.guard.wordlists import Words, everywhere, words_of

#: Characters around a number in which a word says what it is.
NEAR = 40

_DIGITS = {
    code: str(unicodedata.digit(chr(code)))
    for start in (0x0660, 0x06F0, 0x0966, 0xFF10)
    for code in range(start, start + 10)
}
#: Signs that look like a hyphen or a space, and marks of direction inside Arabic text.
_HYPHENS = (0x2010, 0x2011, 0x2012, 0x2013, 0x2212)
_BLANKS = (0xA0, 0x2009, 0x202F, 0x200E, 0x200F, 0x2066, 0x2067, 0x2069)
_PLAIN = _DIGITS | dict.fromkeys(_HYPHENS, "-") | dict.fromkeys(_BLANKS, " ")
_ANY_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]{1,40}")


@dataclass(frozen=True)
class Text:
    """One text in one language, with where it stands."""

    raw: str
    language: str
    path: tuple[str | int, ...] = field(default=())

    @cached_property
    def plain(self) -> str:
        """The text with plain digits, hyphens and spaces, of the same length."""
        return self.raw if self.raw.isascii() else self.raw.translate(_PLAIN)

    @cached_property
    def words(self) -> Words:
        """What the guard knows of its language."""
        return words_of(self.language)

    @cached_property
    def has_digits(self) -> bool:
        """Whether there is any digit."""
        return _ANY_DIGIT.search(self.plain) is not None

    @cached_property
    def low_words(self) -> list[str]:
        """Its words in small letters."""
        return _WORD.findall(self.plain.lower())

    def before(self, place: int) -> str:
        """Return what stands shortly before a place, in small letters."""
        return self.plain[max(0, place - NEAR) : place].lower()

    def says_before(self, place: int, name: str) -> bool:
        """Tell whether a word of the list `name`, in any language, stands shortly before."""
        return not everywhere(name).isdisjoint(_WORD.findall(self.before(place)))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: which warning, what was expected, and the words it is about."""

    code: str
    expected: str
    value: str
    #: Whether it stops publishing, whatever reason is given.
    hard: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    #: What was probably meant, or empty.
    suggestion: str = ""
