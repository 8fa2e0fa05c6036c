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
from functools import cached_property

from node.contract.guard.texts import Finding, Text
from node.contract.guard.wordlists import Words, alternatives, begins, is_arabic_name, is_given_name

_TOKEN = re.compile(r"[^\W\d_](?:[\w'\u2019-]{0,38}[^\W_])?")
_BOUNDARY = re.compile(r"[.!?؟…;]{1,3}\s{1,3}|\n{1,3}")
_BARE_AGE = re.compile(r"\s?[,(،]\s?[1-9]\d?\s?[,)،]")
_RANGE_BEFORE = re.compile(r"\d\s?(?:[-/\u2013]|\w{1,3}|years? to)\s?$")
#: “25 years of experience” is no age.
_EXPERIENCE = re.compile(
    rf"\s(?:[^\W\d_]{{1,4}}['\s])?(?:{alternatives('experience')})(?!\w)", re.IGNORECASE
)
_RANGE_AFTER = re.compile(r"\s?(?:[-/\u2013]|\+|to |bis |a |til |do |до )\s?\d")
#: What may stand between a title and a name: “Mrs Haddad” is one, “Frau, 34 Jahre” is none.
_JOINED = re.compile(r"[\s.:\"'\u201c\u201e\u00ab]{1,3}")
_INSTITUTIONS = re.compile(rf"\s(?:{alternatives('institutions')})(?!\w)", re.IGNORECASE)
#: “Her name is …”
_IS = frozenset({"is", "er", "on", "ist", "es", "est", "je", "jest"})
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
    return _TOKEN.finditer(text.plain, start, end)


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
        yield from _pieces(start, found.end())
        start = found.end()
    yield from _pieces(start, len(plain))


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what has no end into pieces, so that work grows with the length and no faster."""
    for begin in range(start, end, LONGEST_SENTENCE):
        yield begin, min(end, begin + LONGEST_SENTENCE)


def _last_word(plain: str, end: int) -> str:
    return re.split(r"[\W\d]", plain[max(0, end - 12) : end])[-1].lower()


@dataclass(frozen=True)
class _Sentence:
    text: Text
    words: Words
    start: int
    end: int
    tokens: list[_Token]

    @cached_property
    def details(self) -> list[int]:
        """The places of words that tell of a case."""
        return self._places(self.words.details)

    @cached_property
    def origins(self) -> list[int]:
        """The places of words that tell of a country."""
        return self._places(self.words.origin)

    @cached_property
    def case(self) -> list[int]:
        """The places of words that tell of a case only together with an origin."""
        return self._places(self.words.case)

    def _places(self, beginnings: tuple[str, ...]) -> list[int]:
        return [i for i, token in enumerate(self.tokens) if begins(token.low, beginnings)]

    def names(self) -> Iterator[tuple[int, bool]]:
        """Give the places of what may be names, and whether they surely are."""
        arabic = self.words.language == "ar"
        for place, token in enumerate(self.tokens):
            before = self.tokens[place - 1] if place else None
            if not (arabic or token.capital) or self._is_place(place, before):
                continue
            if (before and self._introduces(before, place)) or (
                is_arabic_name(token.word) if arabic else self._is_known(token, before)
            ):
                yield place, True
            elif self._may_be_name(token):
                yield place, False

    def _introduces(self, before: _Token, place: int) -> bool:
        if not _JOINED.fullmatch(self.text.plain, before.end, self.tokens[place].start):
            return False
        if before.low in self.words.titles or before.low in self.words.named:
            return True
        return place > 1 and before.low in _IS and self.tokens[place - 2].low in self.words.named

    def _is_place(self, place: int, before: _Token | None) -> bool:
        if before and before.low in self.words.place:
            return True
        return bool(_INSTITUTIONS.match(self.text.plain, self._end_of_name(place)))

    def _is_known(self, token: _Token, before: _Token | None) -> bool:
        if not is_given_name(token.word):
            return False
        # “Instituto María” is no person; in German every noun is written so.
        if before is None or not before.capital or before.start == self.tokens[0].start:
            return True
        return self.words.language == "de" or is_given_name(before.word)

    def _may_be_name(self, token: _Token) -> bool:
        """Tell whether a capitalised word could be a name; in German every noun is capitalised."""
        return (
            token.capital
            and self.words.language != "de"
            and token.low not in self.words.function
            and not begins(token.low, self.words.origin)
        )

    def tells_of(self, place: int, *, sure: bool) -> bool:
        """Tell whether the sentence says what makes the person recognisable."""
        if self._age(place, sure=sure):
            return True
        if not sure:
            return False
        if _BARE_AGE.match(self.text.plain, self._end_of_name(place)):
            return True
        if self.details not in ([], [place]):
            return True
        if any(0 < abs(origin - place) <= ORIGIN_NEAR for origin in self.origins):
            return True
        return bool(self.origins) and self.case not in ([], [place])

    def _end_of_name(self, place: int) -> int:
        """Return where the name ends, with the surnames that follow."""
        end = self.tokens[place].end
        for token in self.tokens[place + 1 : place + 4]:
            if (
                _INSTITUTIONS.match(self.text.plain, end)
                or not token.capital
                or self.text.plain[end : token.start] != " "
            ):
                break
            end = token.end
        return end

    def _age(self, place: int, *, sure: bool) -> bool:
        """Tell whether an age is said: near a sure name, right after a possible one."""
        plain, end = self.text.plain, self._end_of_name(place)
        beside = self.words.ages_after_name
        clear = self.words.ages
        if beside is None or clear is None:
            return False
        reach = min(self.end, end + AGE_NEAR)
        found = (beside if sure else clear).search(plain, end, reach)
        if found and found.start() - end <= APPOSITION:
            apposition = any(sign in plain[end : found.start()] for sign in ",(،")
            if sure or apposition:
                return not self._is_no_age(found)
        if not sure:
            return False
        first = max(self.start, self.tokens[place].start - AGE_NEAR)
        return any(not self._is_no_age(age) for age in clear.finditer(plain, first, reach))

    def _is_no_age(self, found: re.Match[str]) -> bool:
        """Tell whether the number is one of a range, or counts years of work."""
        if _EXPERIENCE.match(self.text.plain, found.end()):
            return True
        place = found.start(found.lastindex or 0)
        before = self.text.plain[max(0, place - 10) : place]
        after = found.end(found.lastindex or 0)
        return bool(_RANGE_BEFORE.search(before) or _RANGE_AFTER.match(self.text.plain, after))
