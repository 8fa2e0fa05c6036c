"""Folding: the form in which words are indexed and looked up, the same for both.

A reader types without accents, on a foreign keyboard, in capitals; the words must meet all the
same: Αθήνα by αθηνα, Łódź by lodz, Straße by strasse, ığdır by igdir, Arabic with or without
vowel signs. So every word, before it is indexed and before it is searched, goes through

1. NFKD (compatibility forms and composed letters are taken apart) and case folding, which also
   maps the final sigma and ß;
2. marks dropped (accents, Arabic vowel signs and hamza above or below, tatweel);
3. letters that Unicode does not take apart mapped to what people type instead (`_LETTERS`);
4. digits of every script to 0-9.

Folding is for finding only: what is shown, stored and signed is never touched.

Words are runs of letters, digits and marks. An apostrophe joins letters only in Cyrillic, where
it is part of the word (п'ять); elsewhere it ends one (l'emploi is l + emploi).
"""

# Letters of many alphabets stand here on purpose.
# ruff: noqa: RUF001, RUF002

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

#: Longer words are cut: they are addresses or noise, and the index need not hold them in full.
MAX_WORD = 64

#: What Unicode leaves whole, as people write it who lack the letter.
_LETTERS = str.maketrans(
    {
        "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th",
        "ð": "d", "ŋ": "n", "ŧ": "t", "ĸ": "k", "ß": "ss", "ς": "σ",
        # Ukrainian ge with upturn.
        "ґ": "г",
        # Arabic: alef wasla, alef maksura, teh marbuta; Persian and Urdu kaf, yeh, heh.
        "ٱ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ہ": "ه", "ھ": "ه", "ە": "ه",
    }
)  # fmt: skip


def _character_class(categories: frozenset[str]) -> str:
    """Return the body of a regular expression's class for all characters of these categories."""
    # Beyond the second plane there are ideographs and selectors, no marks that build words.
    codes = [code for code in range(0x80, 0x20000) if unicodedata.category(chr(code)) in categories]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


#: Letters, digits, marks, and the invisible characters that editors put inside words.
_IN_WORD = rf"\w{_character_class(frozenset({'Mn', 'Me', 'Mc'}))}\u00ad\u200b-\u200d\u2060\ufeff"
_WORD = re.compile(
    rf"[{_IN_WORD}]+(?:(?<=[\u0400-\u04ff])['\u2019\u02bc](?=[\u0400-\u04ff])[{_IN_WORD}]+)*"
)


class Span(NamedTuple):
    """A word where it stands in a text: `text[start:end]`, and its folded form."""

    start: int
    end: int
    word: str


def fold(word: str) -> str:
    """Return the folded form of one word; "" when nothing searchable is left of it."""
    if word.isascii():
        return word.lower()[:MAX_WORD] if word.isalnum() else _only_letters(word.lower())
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return _only_letters(text.translate(_LETTERS))


def _only_letters(text: str) -> str:
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Nd":
            kept.append(str(unicodedata.digit(character)))
        elif category[0] in "LN" and character != "\u0640" and category != "Lm":
            kept.append(character)
    return "".join(kept)[:MAX_WORD]


def raw_words(text: str) -> list[str]:
    """Return the words of a text as they are written, in order."""
    return _WORD.findall(text.replace("_", " "))


def spans(text: str) -> list[Span]:
    """Return the words of a text with their places, folded; words that fold to "" are left out."""
    found = []
    for match in _WORD.finditer(text.replace("_", " ")):
        word = fold(match.group())
        if word:
            found.append(Span(match.start(), match.end(), word))
    return found


def fold_words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return [word for word in map(fold, raw_words(text)) if word]
