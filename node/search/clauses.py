"""From the parts of a typed query to clauses of the index library.

A word may be met in many ways; the best one counts (with a little for the others), weighed so:
the word itself in the title, then its stem there, then the summary, then the body; then what it
begins; then its concept; last, words spelled nearly like it. Weights are in `Weights`, together,
because only their ratios mean anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import tantivy
from tantivy import Occur, Query

from node.search.query import Part, Recognised
from node.search.schema import EVERY
from node.search.stemming import GRAM, grams, has_stemmer, lexicon, may_be_in, primary
from node.search.stopwords import is_stop_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.search.expansion import Concepts, Match


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a match counts. Scores of words are BM25 times these; the rest are constants."""

    title: float = 3.0
    title_stem: float = 2.2
    summary: float = 1.4
    body: float = 0.9
    #: Of a field's weight, what a second stem or an opening counts.
    more: float = 0.7
    grams: float = 0.3
    #: A concept that the words name.
    concept: float = 2.0
    #: A word that begins with the last word typed.
    title_prefix: float = 1.0
    text_prefix: float = 0.3
    #: A word that differs in one letter.
    title_typo: float = 0.6
    text_typo: float = 0.2
    #: What the other ways of meeting a word add to the best one.
    others: float = 0.1
    #: A text in the reader's own language.
    own_language: float = 0.3


WEIGHTS = Weights()

#: Shorter words have too many neighbours to be corrected.
MIN_TYPO = 5
#: Shorter openings begin too many words.
MIN_PREFIX = 3
#: Of a word's grams so many, in tenths, must be met.
GRAMS_OF_TEN = 7

#: How people write letters they lack: foerderung for Förderung, aarhus for Århus.
_SPELLED_OUT = (("oe", "o"), ("ue", "u"), ("ae", "a"), ("aa", "a"))


@dataclass(frozen=True, slots=True)
class Unit:
    """A clause that a record should meet, and whether it must."""

    query: Query
    required: bool


class ClauseMaker:
    """Makes clauses against one view of the index; drops terms that do not occur in it."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        schema: tantivy.Schema,
        languages: Sequence[str],
        own: Sequence[str] = (),
    ) -> None:
        """`languages` are those present in the index, `own` those the reader reads."""
        self._searcher = searcher
        self._schema = schema
        self._languages = languages
        self._own = [code for code in dict.fromkeys(map(primary, own)) if code in languages]

    def every(self) -> Query:
        """Return the clause that all records meet."""
        return Query.term_query(self._schema, "language", EVERY, "basic")

    def filters(self, facets: Mapping[str, Sequence[str]]) -> dict[str, Query]:
        """Return one clause for each facet with a selection: any of its values."""
        return {
            name: self._any_token([f"{name}={value}" for value in values])
            for name, values in facets.items()
            if values
        }

    def _any_token(self, tokens: Sequence[str]) -> Query:
        return Query.term_set_query(self._schema, "facet", list(tokens))

    def only(self, marks: Sequence[str]) -> list[Query]:
        """Return the clause of documents with any of these marks; none when there are none."""
        held = [mark for mark in marks if self._occurs("only", mark)]
        return [Query.term_set_query(self._schema, "only", held)] if held else []

    def in_language(self, language: str) -> Query:
        """Return a clause with a constant score for texts in a language."""
        found = Query.term_query(self._schema, "language", language, "basic")
        return Query.const_score_query(found, WEIGHTS.own_language)

    def units(
        self, parts: Sequence[Part], concepts: Concepts, *, loosely: bool
    ) -> tuple[list[Unit], tuple[Recognised, ...]]:
        """Return the clauses of the wanted parts, and the concepts among their words.

        `loosely` also takes words that are spelled nearly so, half-typed ones in all texts and not
        in titles only, and parts of concepts' names.
        """
        wanted = [part for part in parts if not part.unwanted]
        words = [part for part in wanted if not part.phrase]
        last = wanted[-1] if wanted and not wanted[-1].phrase else None
        all_stop = all(is_stop_word(part.raw[0]) for part in words)

        def made(part: Part) -> Unit:
            query = self._word(part, last=part is last, loosely=loosely)
            return Unit(query, all_stop or not is_stop_word(part.raw[0]))

        units = [Unit(self._phrase(part), required=True) for part in wanted if part.phrase]
        recognised: list[Recognised] = []
        matches = {
            match.start: match
            for match in concepts.find([part.raw[0] for part in words], loosely=loosely)
        }
        place = 0
        while place < len(words):
            match = matches.get(place)
            named = self._named(match, words) if match else None
            if match is None or named is None:
                units.append(made(words[place]))
                place += 1
                continue
            inside = [made(part) for part in words[match.start : match.end]]
            together = all_of(inside)
            either = Query.disjunction_max_query([together, named[0]], WEIGHTS.others)
            units.append(Unit(either, required=True))
            recognised.extend(named[1])
            place = match.end
        return units, tuple(recognised)

    def unwanted(self, parts: Sequence[Part]) -> list[Query]:
        """Return the clauses of what was typed with a minus before it."""
        return [
            self._phrase(part)
            if part.phrase
            else self._best(self._forms(part.raw[0], part.folded[0]))
            for part in parts
            if part.unwanted
        ]

    def _named(self, match: Match, words: Sequence[Part]) -> tuple[Query, list[Recognised]] | None:
        """Return the clause of a recognised concept, None when no record carries it."""
        typed = " ".join(part.raw[0] for part in words[match.start : match.end])
        tokens: list[str] = []
        found: list[Recognised] = []
        for facet, value in match.targets:
            token = f"{facet}={value}"
            if self._occurs("facet", token):
                tokens.append(token)
                found.append(Recognised(typed, facet, value))
        if not tokens:
            return None
        return Query.const_score_query(self._any_token(tokens), WEIGHTS.concept), found

    def _phrase(self, part: Part) -> Query:
        """Return the clause for words in this order, in any of their forms."""
        exact = Query.phrase_query(self._schema, "title", list(part.folded))
        options = [Query.boost_query(exact, WEIGHTS.title)]
        fields = (
            ("title_s", WEIGHTS.title_stem),
            ("summary_s", WEIGHTS.summary),
            ("body_s", WEIGHTS.body),
        )
        for code in self._languages:
            stems: list[str | tuple[int, str]] = [lexicon(code).stem(raw) for raw in part.raw]
            for field, weight in fields:
                if all(self._occurs(field, str(stem)) for stem in stems):
                    phrase = Query.phrase_query(self._schema, field, stems)
                    options.append(Query.boost_query(phrase, weight))
        return self._best(options)

    def _word(self, part: Part, *, last: bool, loosely: bool) -> Query:
        raw, folded = part.raw[0], part.folded[0]
        options = self._forms(raw, folded)
        options += self._grams(folded)
        if last and len(folded) >= MIN_PREFIX:
            options += self._near(raw, folded, 0, WEIGHTS.title_prefix, 0.0)
        if loosely and last and len(folded) >= MIN_PREFIX:
            options += self._near(raw, folded, 0, 0.0, WEIGHTS.text_prefix)
        if loosely and len(folded) >= MIN_TYPO:
            options += self._near(raw, folded, 1, WEIGHTS.title_typo, WEIGHTS.text_typo)
        return self._best(options)

    def _forms(self, raw: str, folded: str) -> list[Query]:
        """Return the clauses for a word itself and its stems, in all languages present."""
        spelled = folded
        for long, short in _SPELLED_OUT:
            spelled = spelled.replace(long, short)
        written = [(folded, raw, 1.0)]
        if spelled != folded:
            written.append((spelled, spelled, 0.7))
        options: list[Query] = []
        for exact, stemmed, share in written:
            stems = [
                term for code in self._languages for term in lexicon(code).query_terms(stemmed)
            ]
            options += self._terms("title", [exact], WEIGHTS.title * share)
            options += self._terms("title_s", stems, WEIGHTS.title_stem * share)
            options += self._terms("summary_s", stems, WEIGHTS.summary * share)
            options += self._terms("body_s", stems, WEIGHTS.body * share)
            options += self._terms("title_m", stems, WEIGHTS.title_stem * WEIGHTS.more * share)
            options += self._terms("text_m", stems, WEIGHTS.body * WEIGHTS.more * share)
        return options

    def _terms(self, field: str, terms: Sequence[str], weight: float) -> list[Query]:
        return [
            Query.boost_query(Query.term_query(self._schema, field, term, "freq"), weight)
            for term in terms
            if self._occurs(field, term)
        ]

    def _occurs(self, field: str, term: str) -> bool:
        return self._searcher.doc_freq(field, term) > 0

    def _grams(self, folded: str) -> list[Query]:
        if all(has_stemmer(code) for code in self._languages):
            return []
        runs = grams(folded)
        least = max(2, len(runs) * GRAMS_OF_TEN // 10)
        held = [gram for gram in runs if self._occurs("grams", gram)]
        if len(runs) < GRAM or len(held) < least:
            return []
        every = [
            (Occur.Should, Query.term_query(self._schema, "grams", gram, "freq")) for gram in held
        ]
        return [Query.boost_query(Query.boolean_query(every, least), WEIGHTS.grams / len(runs))]

    def _near(self, raw: str, folded: str, distance: int, title: float, text: float) -> list[Query]:
        """Return clauses for words that begin so (distance 0) or are spelled nearly so.

        A weight of 0 leaves the field out. Texts hold stems, so they are compared by stem.
        """
        places = [("title", folded, title)] if title else []
        for code in self._misspelled_in(folded) if text else ():
            near = f"{code}:{folded}" if distance == 0 else lexicon(code).stem(raw)
            places += [("summary_s", near, text), ("body_s", near, text)]
        return [
            Query.const_score_query(
                Query.fuzzy_term_query(
                    self._schema,
                    field,
                    word,
                    distance,
                    transposition_cost_one=True,
                    prefix=distance == 0,
                ),
                weight,
            )
            for field, word, weight in places
        ]

    def _misspelled_in(self, folded: str) -> list[str]:
        """Return the languages in which a word that was not found may have been meant.

        Each costs a walk through the index's dictionary, so they are the reader's own, as far as
        the word is in their script; else all of its script.
        """
        own = [code for code in self._own if may_be_in(folded, code)]
        return own or [code for code in self._languages if may_be_in(folded, code)]

    @staticmethod
    def _best(options: Sequence[Query]) -> Query:
        if not options:
            return Query.empty_query()
        if len(options) == 1:
            return options[0]
        return Query.disjunction_max_query(list(options), WEIGHTS.others)


def all_of(units: Sequence[Unit]) -> Query:
    """Return the clause that a record meets when it meets every required unit."""
    return Query.boolean_query(
        [(Occur.Must if unit.required else Occur.Should, unit.query) for unit in units]
    )


def some_of(units: Sequence[Unit], least: int) -> Query:
    """Return the clause that a record meets when it meets `least` of the required units."""
    some = [(Occur.Should, unit.query) for unit in units if unit.required]
    others = [(Occur.Should, unit.query) for unit in units if not unit.required]
    return Query.boolean_query([(Occur.Must, Query.boolean_query(some, least)), *others])
