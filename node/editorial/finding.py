"""Terms for a picker: found by any of their names in any language that the node knows. Pure.

What begins with the words comes before what has them inside, and the person's own language before
the others. A term that was found by another of its names says by which.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from node.contract.codes import countries, short_languages
from node.contract.languages import country_name, language_name, native_name
from node.editorial.formcodes import write_country, write_language
from node.editorial.formdates import KNOWN, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from node.contract import Field, Kind, Vocabulary
    from node.editorial.formvalues import Manner

#: More are not offered at once; further words find the right one sooner.
OFFERED = 60
#: Types whose terms are found here.
FOUND = frozenset({"concept", "choice", "country", "language"})


@dataclass(frozen=True, slots=True)
class Term:
    """One term that is offered."""

    #: What a tick sends.
    value: str
    #: What an input for one term sends: what `formvalues.read` reads as `value`.
    text: str
    label: str
    #: What it means, or by which of its names it was found.
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    term: Term
    #: Its name in the person's language, folded; then all others, folded and as they are written.
    own: str
    others: tuple[tuple[str, str], ...]


def spec_at(kind: Kind, pointer: str) -> Field | None:
    """Return the field at a place of a body, None where the kind has none."""
    spec: Field | None = None
    for name in pointer.split("/")[1:]:
        if name.isdecimal() and spec is not None:
            continue
        spec = kind.field(name) if spec is None else spec.item(name)
        if spec is None:
            return None
    return spec


def find_terms(spec: Field, words: str, m: Manner) -> list[Term]:
    """Return the terms of a field that words find, the best first; without words, the first."""
    wanted = folded(words)
    known = _known(spec, m)
    if not wanted:
        return [each.term for each in known[:OFFERED]]
    found = [
        (rank, place, term)
        for place, each in enumerate(known)
        for rank, term in [_rank(each, wanted)]
        if term is not None
    ]
    return [term for _rank, _place, term in sorted(found, key=lambda each: each[:2])[:OFFERED]]


def _rank(known: _Known, wanted: str) -> tuple[int, Term | None]:
    """Return how well a term fits, 0 best, and the term; None where it does not."""
    if known.own.startswith(wanted):
        return int(known.own != wanted), known.term
    if f" {wanted}" in f" {known.own}":
        return 2, known.term
    for word, written in known.others:
        if word.startswith(wanted) or f" {wanted}" in word:
            term = known.term
            return 3, Term(term.value, term.text, term.label, written)
    return 4, known.term if wanted in known.own else None


def _known(spec: Field, m: Manner) -> Sequence[_Known]:
    if spec.type == "concept":
        return _concepts(tuple(m.vocabularies(spec)), m.lang)
    if spec.type == "country":
        return _countries(m.lang)
    if spec.type == "language":
        return _languages(m.lang)
    return tuple(
        _entry(Term(code, code, spec.choice(code, m.lang)), labels.values())
        for code, labels in spec.choices.items()
    )


@lru_cache(maxsize=128)
def _concepts(held: tuple[Vocabulary, ...], lang: str) -> tuple[_Known, ...]:
    found = []
    for vocabulary in held:
        for concept in vocabulary.concepts.values():
            words = [
                *concept.labels.values(),
                *(word for some in concept.alts.values() for word in some),
            ]
            term = Term(concept.code, concept.code, concept.label(lang), concept.definition(lang))
            found.append(_entry(term, words))
    return tuple(found)


@lru_cache(maxsize=32)
def _countries(lang: str) -> tuple[_Known, ...]:
    return _by_name(
        _entry(
            Term(code, write_country(code, lang), country_name(code, lang)),
            [code, *(country_name(code, each) for each in KNOWN)],
        )
        for code in countries()
    )


@lru_cache(maxsize=32)
def _languages(lang: str) -> tuple[_Known, ...]:
    return _by_name(
        _entry(
            Term(code, write_language(code, lang), name),
            [native_name(code), *(language_name(code, each) for each in KNOWN)],
        )
        for code in short_languages()
        if (name := language_name(code, lang)) != code
    )


def _by_name(entries: Iterable[_Known]) -> tuple[_Known, ...]:
    return tuple(sorted(entries, key=lambda each: each.own))


def _entry(term: Term, words: Iterable[str]) -> _Known:
    others = tuple((folded(word), word) for word in dict.fromkeys(words))
    return _Known(term, folded(term.label), others)
