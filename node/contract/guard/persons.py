"""A person's name beside an age, an origin or the details of a case.

That is what makes a beneficiary recognisable, and it follows no format, so this is a heuristic
with three parts: what may be a name, what was said about the person, and that both stand close
together. A staff member's name with a role stays silent; so do ages and origins without a name.
Scripts without capitals have names only where a word such as “called” or “Mrs” says so, or where
the name means nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from node.contract.guard.texts import Finding, Text
from node.contract.guard.wordlists import Words, alternatives, begins, is_arabic_name, is_given_name

_TOKEN = re.compile(r"[^\W\d_](?:[\w'\u2019-]{0,38}[^\W_])?")
_BOUNDARY = re.compile(r"[.!?؟…;]{1,3}\s{1,3}|\n{1,3}")
_BARE_AGE = re.compile(r"\s?[,(،]\s?[1-9]\d?\s?[,)،]")
_RANGE_BEFORE = re.compile(r"\d\s?(?:[-/\u2013]|\w{1,3}|years? to)\s?$")
_RANGE_AFTER = re.compile(r"\s?(?:[-/\u2013]|\+|to |bis |a |til |do |до )\s?\d")
_INSTITUTIONS = re.compile(rf"\s(?:{alternatives('institutions')})(?!\w)", re.IGNORECASE)
#: How far, in signs and in words, what is said may stand from the name.
AGE_NEAR, APPOSITION, ORIGIN_NEAR = 80, 4, 7
LONGEST_SENTENCE = 600


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    low: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.word[0].isupper() and not (len(self.word) > 1 and self.word.isupper())


def find_persons(text: Text) -> Iterator[Finding]:
    """Give the first name of a text that stands beside what makes the person recognisable."""
    if text.words.ages is None or not _may_tell(text):
        return
    for start, end in _sentences(text):
        tokens = [_Token(m[0], m[0].lower(), m.start(), m.end()) for m in _tokens(text, start, end)]
        sentence = _Sentence(text, text.words, start, end, tokens)
        for place, sure in sentence.names():
            if sentence.tells_of(place, sure=sure):
                shown = text.raw[tokens[place].start : min(end, tokens[place].end + AGE_NEAR)]
                yield Finding("person-recognisable", "expected-no-person", shown.strip())
                return


def _may_tell(text: Text) -> bool:
    """Tell, quickly, whether anything in the text could be an age, an origin or a detail."""
    words, ages = text.words, text.words.ages_after_name
    if ages and text.has_digits and (ages.search(text.plain) or _BARE_AGE.search(text.plain)):
        return True
    told = words.details + words.origin
    return any(word[:3] in words.heads and begins(word, told) for word in text.low_words)


def _tokens(text: Text, start: int, end: int) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(text.plain, start, min(end, start + LONGEST_SENTENCE))


def _sentences(text: Text) -> Iterator[tuple[int, int]]:
    """Give the sentences; one that begins with “she” or “he” belongs to the one before."""
    plain, words, start = text.plain, text.words, 0
    for found in _BOUNDARY.finditer(plain):
        last = _last_word(plain, found.start())
        if found[0][0] == "." and (len(last) == 1 or last in words.titles):
            continue
        following = _TOKEN.match(plain, found.end())
        if following and following[0].lower() in words.pronouns:
            continue
        yield start, found.end()
        start = found.end()
    yield start, len(plain)


def _last_word(plain: str, end: int) -> str:
    return re.split(r"[\W\d]", plain[max(0, end - 12) : end])[-1].lower()


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: Text
    words: Words
    start: int
    end: int
    tokens: list[_Token]

    def names(self) -> Iterator[tuple[int, bool]]:
        """Give the places of what may be names, and whether they surely are."""
        arabic = self.words.language == "ar"
        for place, token in enumerate(self.tokens):
            before = self.tokens[place - 1] if place else None
            if not (arabic or token.capital) or self._is_place(token, before):
                continue
            if (before and self._introduces(before, place)) or (
                is_arabic_name(token.word) if arabic else self._is_known(token, before)
            ):
                yield place, True
            elif before and token.capital and not begins(token.low, self.words.origin):
                yield place, False

    def _introduces(self, before: _Token, place: int) -> bool:
        if before.low in self.words.titles or before.low in self.words.named:
            return True
        return (
            place > 1
            and before.low in {"is", "er", "on", "ist"}
            and (self.tokens[place - 2].low in self.words.named)
        )

    def _is_place(self, token: _Token, before: _Token | None) -> bool:
        if before and before.low in self.words.place:
            return True
        return bool(_INSTITUTIONS.match(self.text.plain, token.end))

    def _is_known(self, token: _Token, before: _Token | None) -> bool:
        if not is_given_name(token.word):
            return False
        # “Instituto María” is no person; in German every noun is written so.
        part_of_a_name = before and before.capital and before.start != self.tokens[0].start
        return not part_of_a_name or self.words.language == "de" or is_given_name(before.word)  # type: ignore[union-attr]

    def tells_of(self, place: int, *, sure: bool) -> bool:
        """Tell whether the sentence says what makes the person recognisable."""
        name = self.tokens[place]
        if self._age(place, sure=sure):
            return True
        if not sure:
            return False
        if _BARE_AGE.match(self.text.plain, self._end_of_name(place)):
            return True
        others = [t for t in self.tokens if t is not name]
        if any(begins(t.low, self.words.details) for t in others):
            return True
        origins = [i for i, t in enumerate(self.tokens) if begins(t.low, self.words.origin)]
        if any(abs(i - place) <= ORIGIN_NEAR for i in origins):
            return True
        return bool(origins) and any(begins(t.low, self.words.case) for t in others)

    def _end_of_name(self, place: int) -> int:
        """Return where the name ends, with the surnames that follow."""
        end = self.tokens[place].end
        for token in self.tokens[place + 1 : place + 4]:
            if not token.capital or self.text.plain[end : token.start] != " ":
                break
            end = token.end
        return end

    def _age(self, place: int, *, sure: bool) -> bool:
        """Tell whether an age is said: near a sure name, right after a possible one."""
        plain, end = self.text.plain, self._end_of_name(place)
        beside = self.words.ages_after_name
        assert beside is not None  # noqa: S101 - a language has both or none
        assert self.words.ages is not None  # noqa: S101
        reach = min(self.end, end + AGE_NEAR)
        found = (beside if sure else self.words.ages).search(plain, end, reach)
        if found and found.start() - end <= APPOSITION:
            apposition = any(sign in plain[end : found.start()] for sign in ",(،")
            if sure or apposition:
                return not self._is_range(found)
        if not sure:
            return False
        first = max(self.start, self.tokens[place].start - AGE_NEAR)
        return any(not self._is_range(age) for age in self.words.ages.finditer(plain, first, reach))

    def _is_range(self, found: re.Match[str]) -> bool:
        place = found.start(found.lastindex or 0)
        before = self.text.plain[max(0, place - 10) : place]
        after = found.end(found.lastindex or 0)
        return bool(_RANGE_BEFORE.search(before) or _RANGE_AFTER.match(self.text.plain, after))
