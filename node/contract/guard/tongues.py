"""Which language a text is written in, as far as it is plain.

A text under the wrong language is not found, is read out by the wrong voice, and is translated
from the wrong side. Two signs decide: the script, and how many of a language's commonest little
words the text holds. Both need some length, and a doubt is no finding: related languages share
little words (Danish and Swedish, Czech and Polish), so the named one must all but lack them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from node.contract.guard.texts import Finding, Text
from node.contract.guard.wordlists import all_words

#: So much of a text is read; a longer one is not written in yet another language.
READ, READ_WORDS = 1000, 250
FEWEST_LETTERS, FEWEST_WORDS, FEWEST_DIFFERENT = 40, 12, 3
#: Shares of the words: of the language found at least, of the language named at most of that.
PLAIN, ABSENT = 0.15, 0.3
#: What a word counts that one language alone has.
WHOLE = 60

_LETTERS = {
    "Latn": re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]"),
    "Grek": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "Cyrl": re.compile(r"[\u0400-\u04ff]"),
    "Arab": re.compile(r"[\u0600-\u06ff]"),
}
_LATIN = "en es da de fi fr it cs pl sv nb nn no nl pt ro hu hr sk sl et lv lt mt ga tr sq so vi"
_SCRIPTS = (
    {"el": "Grek"}
    | dict.fromkeys(["uk", "ru", "bg", "be", "mk"], "Cyrl")
    | dict.fromkeys(["ar", "fa", "ur", "ps", "ckb"], "Arab")
    | dict.fromkeys(_LATIN.split(), "Latn")
)
#: The language a script stands for when it is the wrong one, by the words of this guard.
_ONLY = {"Grek": "el", "Cyrl": "uk", "Arab": "ar"}


def find_other_language(text: Text) -> Iterator[Finding]:
    """Give a finding when a text is plainly not in the language it stands under."""
    named, _, rest = text.language.partition("-")
    if rest[:4].istitle() and len(rest.partition("-")[0]) == 4:  # noqa: PLR2004 - names a script
        return
    found = language_of(text, named)
    if found and found != named:
        yield Finding(
            "other-language",
            "expected-text-in-language",
            " ".join(text.raw[:60].split()),
            facts=(("found", found), ("named", text.language)),
        )


def language_of(text: Text, named: str) -> str | None:
    """Return the language a text is plainly written in, or None when in doubt.

    `named` is what it is said to be; it wins unless its words are all but absent.
    """
    if named not in _SCRIPTS or len(text.raw) < FEWEST_LETTERS:
        return None
    script = _script(text.raw[:READ])
    if script is None:
        return None
    if script != _SCRIPTS[named] and script in _ONLY:
        return _ONLY[script]
    return _by_words(text.low_words[:READ_WORDS], named, same_script=script == _SCRIPTS[named])


def _by_words(words: list[str], named: str, *, same_script: bool) -> str | None:
    counts: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for word, times in Counter(words).items():
        for language, weight in _languages_of().get(word, ()):
            counts[language] += weight * times
            different[language] += 1
    best, most = max(counts.items(), key=lambda item: item[1], default=("", 0))
    if (
        len(words) < FEWEST_WORDS
        or different[best] < FEWEST_DIFFERENT
        or most < PLAIN * WHOLE * len(words)
    ):
        return None
    if same_script and (named not in all_words() or counts[named] > max(ABSENT * most, WHOLE)):
        return None
    return best


def _script(read: str) -> str | None:
    """Return the script of four fifths of the letters, when there are enough of them."""
    if read.isascii():
        return "Latn" if len(_LETTERS["Latn"].findall(read)) >= FEWEST_LETTERS else None
    counts = {script: len(letters.findall(read)) for script, letters in _LETTERS.items()}
    total = sum(counts.values())
    script = max(counts, key=lambda s: counts[s])
    return script if total >= FEWEST_LETTERS and counts[script] * 5 >= total * 4 else None


@cache
def _languages_of() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return the languages of each little word; one that several share counts less for each."""
    found: dict[str, list[str]] = {}
    for language, words in sorted(all_words().items()):
        for word in words.function:
            found.setdefault(word, []).append(language)
    return {
        word: tuple((each, WHOLE // len(tongues)) for each in tongues)
        for word, tongues in found.items()
    }
