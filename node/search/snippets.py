"""Where the words of a query stand in a text, and the excerpt that shows them best.

The answer is pieces of plain text, each marked as found or not, never markup: whoever shows them
escapes them. Words are compared in the form in which the index holds them, so what was found by a
stem or without accents is marked too.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from node.search.clauses import MIN_PREFIX, MIN_TYPO
from node.search.folding import Span, spans
from node.search.stemming import lexicon, primary
from node.search.stopwords import is_stop_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.search.query import Part

#: Characters of an excerpt.
LENGTH = 220
#: Characters shown before the first word found.
LEAD = 60
#: Words found that are looked at for the best place: enough for any text a person reads on.
MAX_FOUND = 400
ELLIPSIS = "\u2026"


class Piece(NamedTuple):
    """A piece of text; `hit` says that it was searched for."""

    text: str
    hit: bool


class Highlighter:
    """Finds the words of one query in texts."""

    def __init__(self, parts: Sequence[Part], *, typos: bool = False) -> None:
        """`typos` also marks words that differ in one letter: the query was taken loosely."""
        wanted = [part for part in parts if not part.unwanted]
        pairs = [pair for part in wanted for pair in zip(part.raw, part.folded, strict=True)]
        telling = [pair for pair in pairs if not is_stop_word(pair[0])]
        self._raw = [raw for raw, _folded in telling or pairs]
        self._folded = {folded for _raw, folded in telling or pairs}
        self._typos = typos
        last = wanted[-1] if wanted and not wanted[-1].phrase else None
        opening = last.folded[0] if last else ""
        self._opening = opening if len(opening) >= MIN_PREFIX else ""
        self._stems: dict[str, frozenset[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._folded)

    def find(self, text: str, language: str) -> list[Span]:
        """Return the words of the text that were searched for."""
        if not self._folded:
            return []
        known = lexicon(language)
        wanted = self._stems_in(language)
        return [
            span
            for span in spans(text)
            if span.word in self._folded
            or (self._opening and span.word.startswith(self._opening))
            or not wanted.isdisjoint(known.held(text[span.start : span.end]))
            or (self._typos and self._is_near(span.word))
        ]

    def mark(self, text: str, language: str) -> tuple[Piece, ...]:
        """Return the whole text in pieces."""
        return _pieces(text, self.find(text, language), 0, len(text))

    def excerpt(self, text: str, language: str, length: int = LENGTH) -> tuple[Piece, ...] | None:
        """Return the stretch with the most different words found, None when there is none."""
        found = self.find(text, language)
        if not found:
            return None
        best = _densest(found[:MAX_FOUND], length - LEAD)
        start = _word_start(text, max(0, found[best].start - LEAD))
        end = _word_end(text, max(found[best].end, min(len(text), start + length)))
        pieces = list(_pieces(text, found, start, end))
        if start > 0:
            pieces.insert(0, Piece(ELLIPSIS, hit=False))
        if end < len(text):
            pieces.append(Piece(ELLIPSIS, hit=False))
        return tuple(pieces)

    def _stems_in(self, language: str) -> frozenset[str]:
        code = primary(language)
        if code not in self._stems:
            known = lexicon(code)
            self._stems[code] = frozenset(
                term for raw in self._raw for term in known.query_terms(raw)
            )
        return self._stems[code]

    def _is_near(self, word: str) -> bool:
        return any(
            len(wanted) >= MIN_TYPO and differs_in_one(word, wanted) for wanted in self._folded
        )


def differs_in_one(a: str, b: str) -> bool:
    """Say whether one letter changed, added, dropped, or two neighbours swapped, makes a into b."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) != len(b):
        return rest_a[1:] == rest_b or rest_a == rest_b[1:]
    return rest_a[1:] == rest_b[1:] or (rest_a[2:] == rest_b[2:] and rest_a[:2] == rest_b[1::-1])


def _densest(found: Sequence[Span], reach: int) -> int:
    """Return from which place most different words stand within `reach`, nearest together."""
    starts = [span.start for span in found]
    best, best_rank = 0, (0, 0)
    for place, span in enumerate(found):
        first_seen: dict[str, int] = {}
        for other in found[place : bisect_left(starts, span.start + reach)]:
            first_seen.setdefault(other.word, other.end - span.start)
        rank = (len(first_seen), -max(first_seen.values()))
        if rank > best_rank or place == 0:
            best, best_rank = place, rank
    return best


def _pieces(text: str, found: Sequence[Span], start: int, end: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    place = start
    for span in found:
        if span.start < place or span.end > end:
            continue
        if span.start > place:
            pieces.append(Piece(text[place : span.start], hit=False))
        pieces.append(Piece(text[span.start : span.end], hit=True))
        place = span.end
    if place < end:
        pieces.append(Piece(text[place:end], hit=False))
    return tuple(pieces)


def _word_start(text: str, place: int) -> int:
    """Return the start of the next whole word at or after `place`."""
    if place == 0:
        return 0
    space = text.find(" ", max(0, place - 1), place + LEAD // 2)
    return place if space < 0 else space + 1


def _word_end(text: str, place: int) -> int:
    """Return the end of the last whole word at or before `place`."""
    if place >= len(text) or text[place].isspace():
        return place
    space = text.rfind(" ", max(0, place - LEAD // 2), place)
    return place if space < 0 else space
