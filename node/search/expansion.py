"""Concepts: how a Greek word finds a Danish practice.

Every vocabulary's labels, in all their languages, are a dictionary from words to concepts. When
a word or phrase of a query is such a label (folded, or stemmed in the label's language), records
that carry the concept match too, whatever language they are written in. Records count under the
broader concepts of those they carry (`node.contract.describing`), so the broad word finds the
narrow practice. Longer labels win: "language course" is the course, not any course and any
language.

People also type the part of a name that matters to them: "entrepreneurship" for "Entrepreneurship
sessions". When a query finds next to nothing, a part of a preferred label counts as well, unless so
many concepts have it in their names that it tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from node.search.folding import fold, fold_words, raw_words
from node.search.stemming import analyse, lexicon, primary
from node.search.stopwords import is_stop_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A label of more words than this is a description, which nobody types.
MAX_LABEL_WORDS = 6
#: A part of a label that more concepts share than this names none of them.
MAX_SHARING = 6


class Label(NamedTuple):
    """One way to name a concept, as the facet tokens that stand for it."""

    text: str
    language: str
    #: (facet, value) that the label itself names.
    facet: str
    value: str
    #: The concept's own name, and not another word for it; only its parts are looked up.
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """Words `start` to `end` (exclusive) of a query are a label of these facet values."""

    start: int
    end: int
    targets: tuple[tuple[str, str], ...]


class Concepts:
    """The dictionary, built once and then only read."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self._exact: dict[str, dict[tuple[str, str], None]] = {}
        self._stemmed: dict[str, dict[tuple[str, str], None]] = {}
        self._parts: dict[str, dict[tuple[str, str], None]] = {}
        self._languages: dict[str, None] = {}
        for label in labels:
            self._add(label)

    def _add(self, label: Label) -> None:
        every = raw_words(label.text)
        raw = _content(every)
        if not raw or len(raw) > MAX_LABEL_WORDS:
            return
        if len(raw) == 1 < len(every):
            # "No experience" is not experience: with one word left, only the whole label counts.
            raw = every
        language = primary(label.language)
        self._languages[language] = None
        target = (label.facet, label.value)
        for exact in {" ".join(map(fold, raw)), " ".join(fold_words(label.text))}:
            self._exact.setdefault(exact, {})[target] = None
        stems = _stem_key(raw, language)
        if stems:
            self._stemmed.setdefault(stems, {})[target] = None
        if label.preferred:
            self._add_parts(raw, language, target)

    def _add_parts(self, raw: Sequence[str], language: str, target: tuple[str, str]) -> None:
        for length in range(1, len(raw)):
            for start in range(len(raw) - length + 1):
                stems = _stem_key(raw[start : start + length], language)
                if stems:
                    self._parts.setdefault(stems, {})[target] = None

    def find(self, raw: Sequence[str], *, loosely: bool = False) -> list[Match]:
        """Return the labels among the words of a query as typed, longest first, no overlaps.

        `loosely` also takes parts of labels, where no whole label stands.
        """
        found: list[Match] = []
        taken: set[int] = set()
        for look_up in (self._look_up, self._look_up_part) if loosely else (self._look_up,):
            for length in range(min(MAX_LABEL_WORDS + 3, len(raw)), 0, -1):
                for start in range(len(raw) - length + 1):
                    place = range(start, start + length)
                    if taken.isdisjoint(place) and (targets := look_up(raw[start : place.stop])):
                        found.append(Match(start, place.stop, targets))
                        taken.update(place)
        return sorted(found, key=lambda match: match.start)

    def _look_up_part(self, raw: Sequence[str]) -> tuple[tuple[str, str], ...]:
        words = _content(raw)
        if is_stop_word(raw[0]) or is_stop_word(raw[-1]):
            return ()
        targets: dict[tuple[str, str], None] = {}
        for language in self._languages:
            targets |= self._parts.get(_stem_key(words, language), {})
        return tuple(targets) if len(targets) <= MAX_SHARING else ()

    def _look_up(self, raw: Sequence[str]) -> tuple[tuple[str, str], ...]:
        words = _content(raw)
        targets = dict(self._exact.get(" ".join(map(fold, raw)), {}))
        # A label does not begin or end with a word that means nothing, unless it was typed whole.
        if not words or words[0] != raw[0] or words[-1] != raw[-1]:
            return tuple(targets)
        targets |= self._exact.get(" ".join(map(fold, words)), {})
        # Words that mean nothing are a label only as they stand: "IT" is, but Spanish "para" (for)
        # is no form of "paro" (unemployment), though their stems are the same.
        if not all(map(is_stop_word, raw)):
            for language in self._languages:
                targets |= self._stemmed.get(_stem_key(words, language), {})
        return tuple(targets)


#: For searching without vocabularies.
NO_CONCEPTS = Concepts(())


def _content(raw: Sequence[str]) -> list[str]:
    """Return the words that mean something, or all of them when none does."""
    return [word for word in raw if not is_stop_word(word)] or list(raw)


def _stem_key(raw: Sequence[str], language: str) -> str:
    """Return the key under which forms of the same words meet in one language."""
    known = lexicon(language)
    parts: list[str] = []
    for word in raw:
        terms = known.query_terms(word) or analyse(word, language).words.split()
        if not terms:
            return ""
        parts.append(terms[0])
    return f"{language}|{' '.join(parts)}"
