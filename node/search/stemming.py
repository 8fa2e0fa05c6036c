"""Stemming: word forms that belong together meet, in each language by its own rules.

A text's language is known (language maps say it), so its words are stemmed by that language's
Snowball stemmer. A query's language is not, so its words are stemmed by every language that occurs
in the index. Each stem carries its language (``en:train``): what is a stem in one language is
a different word in another, and must not meet it.

Every word has exactly one *stem*, so that phrases can be found by the order of stems. What else it
can be found by stands apart (`Analysed.more`):

* Stemmers expect accents and people leave them out. The stem is that of the folded word; where
  the word as written gives another, that is the second.
* Languages for which there is no stemmer (bg hr lv mt sk sl uk, and any other) have the folded
  word for a stem. Each word is also held under its *openings*, the first 4 to 7 letters, which
  is what its forms share (``sk~migra``), and by its *grams*, the runs of four letters, so that
  prefixed and compound forms meet when most of their grams do.
"""

from __future__ import annotations

import threading
import unicodedata
from operator import itemgetter
from typing import Any, NamedTuple

import Stemmer

from node.search.folding import fold, raw_words

#: Snowball's name for each language (the first part of a BCP 47 tag) that it has a stemmer for.
SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

#: Turkish forms end in what the stemmer takes for another ending: işverenler gives işveren, and
#: işveren gives işvere. Held under both cuts, they meet.
CUT_TWICE = frozenset({"tr"})

#: Openings of a word, in letters, for languages without a stemmer.
OPENING_MIN, OPENING_MAX = 4, 7
#: Letters taken off a query's word to find its opening: what inflection usually changes.
ENDING = 2
GRAM = 4

#: Words kept ready per language. Text repeats itself: nearly every word is one seen before.
CACHE = 30_000

#: Stands between two texts, so that no phrase is found across them.
BORDER = "\u00b6"

_lock = threading.Lock()


class Analysed(NamedTuple):
    """A word, or a whole text, as the index takes it: tokens parted by spaces."""

    words: str
    #: One tagged stem for each word, in order.
    stems: str
    #: Second stems and openings.
    more: str
    #: Grams, only for languages without a stemmer.
    grams: str


#: The script of languages that are not written in Latin letters, as Unicode names its letters.
_SCRIPTS = {
    "ar": "ARABIC", "be": "CYRILLIC", "bg": "CYRILLIC", "el": "GREEK", "fa": "ARABIC",
    "hi": "DEVANAGARI", "hy": "ARMENIAN", "mk": "CYRILLIC", "ne": "DEVANAGARI",
    "ru": "CYRILLIC", "sr": "CYRILLIC", "ta": "TAMIL", "uk": "CYRILLIC", "ur": "ARABIC",
    "yi": "HEBREW",
}  # fmt: skip


def may_be_in(word: str, language: str) -> bool:
    """Say whether a folded word is written in the script of a language."""
    script = _SCRIPTS.get(primary(language), "LATIN")
    return word[:1].isdigit() or unicodedata.name(word[:1], "").startswith(script)


_BORDER = Analysed(BORDER, BORDER, "", "")


def primary(language: str) -> str:
    """Return the language of a BCP 47 tag without script and region: pt for pt-BR."""
    return language.partition("-")[0].lower()


def has_stemmer(language: str) -> bool:
    """Say whether words of this language are stemmed, not cut."""
    return primary(language) in SNOWBALL


class Lexicon(dict[str, Analysed]):
    """The words of one language as they stand between spaces, analysed when first met.

    The keys have their commas and quotation marks on: to part a text at its spaces is ten times
    quicker than to look for words in it, and that is done once for each key only.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = primary(language)
        name = SNOWBALL.get(self.language)
        # The library has a cache of its own; ours stands before it and holds what we need.
        self._stemmer: Any = Stemmer.Stemmer(name, 0) if name else None
        self[BORDER] = _BORDER

    def __missing__(self, chunk: str) -> Analysed:
        words: list[str] = []
        stems: list[str] = []
        more: list[str] = []
        runs: list[str] = []
        for raw in raw_words(chunk):
            folded = fold(raw)
            if not folded:
                continue
            words.append(folded)
            stem, *others = self._stems(raw, folded)
            stems.append(stem)
            more.extend(others)
            if not self.has_stemmer:
                runs.extend(grams(folded))
        if len(self) >= CACHE:
            self.clear()
            self[BORDER] = _BORDER
        found = Analysed(" ".join(words), " ".join(stems), " ".join(more), " ".join(runs))
        self[chunk] = found
        return found

    @property
    def has_stemmer(self) -> bool:
        """Say whether words of this language are stemmed, not cut."""
        return self._stemmer is not None

    def _stems(self, raw: str, folded: str) -> list[str]:
        """Return the stem, and what else the word is held under."""
        if self._stemmer is None:
            longest = min(OPENING_MAX, len(folded))
            openings = [f"{self.language}~{folded[:n]}" for n in range(OPENING_MIN, longest + 1)]
            return [f"{self.language}:{folded}", *openings]
        with _lock:  # a Snowball stemmer is not safe for two threads at once
            found = [self._stemmer.stemWord(folded)]
            if not raw.isascii():
                found.append(fold(self._stemmer.stemWord(raw.lower())))
            if self.language in CUT_TWICE:
                found += [self._stemmer.stemWord(stem) for stem in found]
        # The Greek stemmer leaves nothing of some short words.
        kept = [stem for stem in dict.fromkeys(found) if stem] or [folded]
        return [f"{self.language}:{stem}" for stem in kept]

    def stem(self, raw: str) -> str:
        """Return the one stem of a word, "" when nothing searchable is left of it."""
        return self[raw].stems.partition(" ")[0]

    def held(self, raw: str) -> list[str]:
        """Return all that a word of a text is held under."""
        found = self[raw]
        return f"{found.stems} {found.more}".split()

    def query_terms(self, raw: str) -> list[str]:
        """Return what to look up for one word of a query: its stems, and the one best opening."""
        if self._stemmer is not None:
            return self.held(raw)
        terms = self[raw].stems.split()
        folded = fold(raw)
        if len(folded) >= OPENING_MIN:
            length = min(OPENING_MAX, max(OPENING_MIN, len(folded) - ENDING))
            terms.append(f"{self.language}~{folded[:length]}")
        return terms


def grams(folded: str) -> tuple[str, ...]:
    """Return the runs of four letters of a word, its ends marked; short words have none."""
    if len(folded) < GRAM + 1:
        return ()
    marked = f"_{folded}_"
    return tuple(dict.fromkeys(marked[i : i + GRAM] for i in range(len(marked) - GRAM + 1)))


_lexicons: dict[str, Lexicon] = {}


def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language, made once."""
    code = primary(language)
    found = _lexicons.get(code)
    if found is None:
        found = _lexicons.setdefault(code, Lexicon(code))
    return found


def analyse(text: str, language: str) -> Analysed:
    """Return the tokens of a text in a language. A `BORDER` in the text stays one in `stems`."""
    known = lexicon(language)
    # Half of the time it takes to index a record is spent in these lines.
    found = [known[chunk] for chunk in text.split()]
    return Analysed(
        " ".join(map(_WORDS, found)),
        " ".join(map(_STEMS, found)),
        " ".join(filter(None, map(_MORE, found))),
        "" if known.has_stemmer else " ".join(filter(None, map(_GRAMS, found))),
    )


_WORDS, _STEMS, _MORE, _GRAMS = map(itemgetter, range(4))
