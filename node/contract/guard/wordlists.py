"""The words the guard knows, one file for each language in ``words/``.

A language is added by adding a file; ``shared.json`` holds what belongs to none. Words are
written as they stand in a text; entries of `origin`, `details` and `case` are beginnings of
words, because most of these languages inflect. In patterns of an age, ``#`` stands for the number
and ``*`` for the rest of a word.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

#: A beginning of a word this short must be the whole word.
SHORT = 3
#: From this length on a given name may carry an ending: Oksana, Oksany.
INFLECTED = 5
_SIGNS = {
    "#": r"(?<!\d)([1-9]\d?)(?!\d)",
    "*": r"\w{0,6}",
    " ": r"\s{1,2}",
    "-": r"\s?[-\u2010\u2011]?\s?",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """What the guard knows of one language; a language without a file has empty lists."""

    language: str
    function: frozenset[str]
    #: Ages that can only be a person's, and durations that are one only beside a name.
    ages: re.Pattern[str] | None
    ages_after_name: re.Pattern[str] | None
    #: The first three letters of all of `origin` and `details`.
    heads: frozenset[str]
    origin: tuple[str, ...]
    details: tuple[str, ...]
    case: tuple[str, ...]
    named: frozenset[str]
    titles: frozenset[str]
    place: frozenset[str]
    pronouns: frozenset[str]
    phone: frozenset[str]
    passport: tuple[str, ...]


def begins(word: str, beginnings: tuple[str, ...]) -> bool:
    """Tell whether a word in small letters begins with one of these, or is a short one."""
    return word.startswith(beginnings) and any(
        word.startswith(b) and (len(b) > SHORT or word == b) for b in beginnings
    )


@cache
def all_words() -> Mapping[str, Words]:
    """Read every language's file."""
    folder = resources.files(__package__) / "words"
    found = {}
    for file in folder.iterdir():
        language, _, ending = file.name.partition(".")
        if ending == "json" and language != "shared":
            found[language] = _words(language, json.loads(file.read_text(encoding="utf-8")))
    return MappingProxyType(found)


@cache
def words_of(language: str) -> Words:
    """Return the words of a BCP 47 language, by its first part; empty ones when unknown."""
    return all_words().get(language.partition("-")[0]) or _words(language, {})


@cache
def everywhere(name: str) -> frozenset[str]:
    """Return one list of all languages together: a Greek number may stand in English text."""
    return frozenset(word for words in all_words().values() for word in getattr(words, name))


@cache
def shared(name: str) -> tuple[str, ...]:
    """Return a list of ``words/shared.json``, which belongs to no language alone."""
    text = (resources.files(__package__) / "words" / "shared.json").read_text(encoding="utf-8")
    held = json.loads(text)[name]
    return tuple(held.split() if isinstance(held, str) else held)


def alternatives(name: str) -> str:
    """Return a shared list as the inside of a pattern, the longest first."""
    return "|".join(re.escape(word) for word in sorted(shared(name), key=lambda w: (-len(w), w)))


@cache
def _given_names() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the names, the longer ones without their ending, and the endings they may have."""
    names, vowels = frozenset(map(_folded, shared("names"))), _folded(shared("vowels")[0])
    stems = frozenset(n.rstrip(vowels) for n in names if len(n) >= INFLECTED)
    return names, stems, frozenset(map(_folded, shared("endings")))


def _folded(word: str) -> str:
    """Return a word without its accents, which move when a name is inflected."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@cache
def _arabic_names() -> frozenset[str]:
    return frozenset(name for name in shared("names") if "\u0600" <= name[0] <= "\u06ff")


@lru_cache(maxsize=4096)
def is_given_name(word: str) -> bool:
    """Tell whether a capitalised word is a common given name, also with an ending of its case."""
    exact, stems, endings = _given_names()
    word = _folded(word)
    if word in exact:
        return True
    if len(word) < INFLECTED:
        return False
    return any(
        len(word) - cut > SHORT and word[-cut:] in endings and word[:-cut] in stems
        for cut in (1, 2, 3)
    )


def is_arabic_name(word: str) -> bool:
    """Tell whether an Arabic word is a name that means nothing else, also after “and” or “for”."""
    return word in _arabic_names() or (word[:1] in "ولب" and word[1:] in _arabic_names())


def _words(language: str, lists: Mapping[str, list[str] | str]) -> Words:
    def several(name: str) -> list[str]:
        held = lists.get(name, "")
        return held.split() if isinstance(held, str) else held

    return Words(
        language=language,
        function=frozenset(several("function")),
        ages=_ages(several("age")),
        ages_after_name=_ages([*several("age"), *several("age_after_name")]),
        heads=frozenset(word[:3] for name in ("origin", "details") for word in several(name)),
        origin=tuple(several("origin")),
        details=tuple(several("details")),
        case=tuple(several("case")),
        named=frozenset(several("named")),
        titles=frozenset(several("titles")),
        place=frozenset(several("place")),
        pronouns=frozenset(several("pronouns")),
        phone=frozenset(several("phone")),
        passport=tuple(several("passport")),
    )


def _ages(forms: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(_age, forms)), re.IGNORECASE) if forms else None


def _age(form: str) -> str:
    """Return the pattern of one form of an age. Every part of it is bounded."""
    pattern = "".join(_SIGNS.get(sign) or re.escape(sign) for sign in form)
    before = r"(?<!\w)" if form[0] != "#" else ""
    after = r"(?!\w)" if form[-1] not in "#.*" else ""
    return before + pattern + after
