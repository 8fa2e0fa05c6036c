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
from node.search.stemming import GRAM, grams, has_stemmer, lexicon
from node.search.stopwords import is_stop_word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.search.expansion import Concepts, Match


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a match counts. Scores of words are BM25 times these; the rest are constants."""

    title: float = 3.0
    title_stem: float = 2.2
    summary: float = 1.6
    body: float = 1.0
    text_stem: float = 0.8
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
        self, searcher: tantivy.Searcher, schema: tantivy.Schema, languages: Sequence[str]
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._languages = languages

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

    def in_language(self, language: str) -> Query:
        """Return a clause with a constant score for texts in a language."""
        found = Query.term_query(self._schema, "language", language, "basic")
        return Query.const_score_query(found, WEIGHTS.own_language)

    def units(
        self, parts: Sequence[Part], concepts: Concepts, *, typos: bool
    ) -> tuple[list[Unit], tuple[Recognised, ...]]:
        """Return the clauses of the wanted parts, and the concepts among their words."""
        wanted = [part for part in parts if not part.unwanted]
        words = [part for part in wanted if not part.phrase]
        last = wanted[-1] if wanted and not wanted[-1].phrase else None
        all_stop = all(is_stop_word(part.raw[0]) for part in words)

        def made(part: Part) -> Unit:
            query = self._word(part, prefix=part is last, typos=typos)
            return Unit(query, all_stop or not is_stop_word(part.raw[0]))

        units = [Unit(self._phrase(part), required=True) for part in wanted if part.phrase]
        recognised: list[Recognised] = []
        matches = {match.start: match for match in concepts.find([part.raw[0] for part in words])}
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
            self._phrase(part) if part.phrase else self._best(self._forms(part.raw[0], part.folded))
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
        weights = (("title", WEIGHTS.title), ("summary", WEIGHTS.summary), ("body", WEIGHTS.body))
        return self._best(
            [
                Query.boost_query(
                    Query.phrase_query(self._schema, field, list(part.folded)), weight
                )
                for field, weight in weights
            ]
        )

    def _word(self, part: Part, *, prefix: bool, typos: bool) -> Query:
        raw, folded = part.raw[0], part.folded[0]
        options = self._forms(raw, part.folded)
        options += self._grams(folded)
        if prefix and len(folded) >= MIN_PREFIX:
            options += self._near(folded, 0, WEIGHTS.title_prefix, WEIGHTS.text_prefix)
        if typos and len(folded) >= MIN_TYPO:
            options += self._near(folded, 1, WEIGHTS.title_typo, WEIGHTS.text_typo)
        return self._best(options)

    def _forms(self, raw: str, folded: Sequence[str]) -> list[Query]:
        """Return the clauses for a word itself and its stems, in all languages present."""
        word = folded[0]
        spelled = word
        for long, short in _SPELLED_OUT:
            spelled = spelled.replace(long, short)
        written = [(word, raw, 1.0)]
        if spelled != word:
            written.append((spelled, spelled, 0.7))
        options: list[Query] = []
        for exact, stemmed, share in written:
            options += self._terms("title", [exact], WEIGHTS.title * share)
            options += self._terms("summary", [exact], WEIGHTS.summary * share)
            options += self._terms("body", [exact], WEIGHTS.body * share)
            stems = [
                term for code in self._languages for term in lexicon(code).query_terms(stemmed)
            ]
            options += self._terms("title_s", stems, WEIGHTS.title_stem * share)
            options += self._terms("text_s", stems, WEIGHTS.text_stem * share)
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

    def _near(self, folded: str, distance: int, title: float, text: float) -> list[Query]:
        """Return clauses for words that begin so (distance 0) or are spelled nearly so."""
        places = (("title", title), ("summary", text), ("body", text))
        return [
            Query.const_score_query(
                Query.fuzzy_term_query(
                    self._schema,
                    field,
                    folded,
                    distance,
                    transposition_cost_one=True,
                    prefix=distance == 0,
                ),
                weight,
            )
            for field, weight in places
        ]

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
