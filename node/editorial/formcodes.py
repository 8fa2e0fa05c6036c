"""From words to codes: countries, languages, regions, concepts, choices. Pure.

Every name is understood in the person's language, in English and in the others that the node knows,
with and without accents; a code itself is understood too. Words that fit several codes are not
guessed at.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from node.contract.codes import countries, is_country, is_language, short_languages
from node.contract.guessing import nearest_concept, nearest_country, nearest_language
from node.contract.languages import country_name, language_name, native_name, region_name
from node.editorial.formdates import KNOWN, MisreadError, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from node.contract import Field, Vocabulary

LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
)
REGION = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")
#: The longest language tag that a body takes.
MAX_TAG = 35
#: A part of a label has to be so long to be one's meaning, and so many meanings are told.
SHORTEST, MOST_MEANT = 4, 6
_HABITS = {"UK": "GB", "EL": "GR"}
_NUTS_HABITS = {"GR": "EL", "GB": "UK"}
#: Languages with a country, a script or both that have names of their own.
_FORMS = (
    "pt-BR",
    "pt-PT",
    "zh-Hans",
    "zh-Hant",
    "sr-Latn",
    "sr-Cyrl",
    "en-GB",
    "en-US",
    "es-MX",
    "fr-CA",
    "fr-CH",
    "de-AT",
    "de-CH",
    "nl-BE",
    "ku-Arab",
    "az-Arab",
    "uz-Arab",
)
#: Languages of three letters that people here speak and CLDR names.
_LONG = ("ckb", "kmr", "prs", "rom", "ary", "arz", "apc", "tzm", "kab", "fil", "haw", "yue", "zgh")


def is_tag(text: str) -> bool:
    """Say whether a text is a language's code as a body takes it."""
    return len(text) <= MAX_TAG and LANGUAGE.fullmatch(text) is not None and is_language(text)


def read_country(text: str, lang: str) -> str:
    """Return a country's code. Raises `MisreadError`: ``unknown-country``, perhaps with a name."""
    code = text.strip().upper()
    code = _HABITS.get(code, code)
    if is_country(code):
        return code
    found = _named(folded(text), lang, _countries)
    if found:
        return found
    near = nearest_country(text)
    raise MisreadError("unknown-country", *([country_name(near, lang)] if near else []))


def read_language(text: str, lang: str) -> str:
    """Return a language's code. Raises `MisreadError`: ``unknown-language``, perhaps a name."""
    found = _named(folded(text), lang, _languages)
    if found:
        return found
    if is_tag(text.strip()):
        return text.strip()
    near = nearest_language(text)
    raise MisreadError("unknown-language", *([language_name(near, lang)] if near else []))


def read_region(text: str, lang: str) -> str:
    """Return a region's NUTS code. Raises `MisreadError`: ``unknown-region``."""
    del lang
    code = re.sub(r"\(.*\)", "", text).replace(" ", "").upper()
    code = _NUTS_HABITS.get(code[:2], code[:2]) + code[2:]
    if not REGION.fullmatch(code):
        raise MisreadError("unknown-region")
    return code


def write_country(value: str, lang: str) -> str:
    """Return a country's name, or its code where the name would be read as another."""
    return _reads_back(country_name(value, lang), value, lang, read_country)


def write_language(value: str, lang: str) -> str:
    """Return a language's name, or its code where the name would be read as another."""
    return _reads_back(language_name(value, lang), value, lang, read_language)


def write_region(value: str, lang: str) -> str:
    """Return a region's code with its country."""
    return _reads_back(region_name(value, lang), value, lang, read_region)


def read_concept(text: str, held: Sequence[Vocabulary], lang: str) -> str:
    """Return the code of a concept by any of its words in any language, or by a part of them.

    Raises `MisreadError`: ``two-terms`` with the labels it may be, ``unknown-term``, perhaps with
    the label that was probably meant.
    """
    for vocabulary in held:
        if text.strip() in vocabulary.concepts:
            return text.strip()
    codes = _terms(tuple(held)).get(folded(text), ()) or _begun(folded(text), tuple(held))
    if len(codes) == 1:
        return codes[0]
    if codes:
        raise MisreadError("two-terms", *(_label(code, held, lang) for code in codes))
    near = nearest_concept(text, tuple(held))
    raise MisreadError("unknown-term", *([_label(near, held, lang)] if near else []))


def read_choice(text: str, spec: Field) -> str:
    """Return one value of a short list. Raises `MisreadError`: ``unknown-choice``."""
    if text.strip() in spec.choices:
        return text.strip()
    for code, labels in spec.choices.items():
        if folded(text) in {folded(label) for label in labels.values()}:
            return code
    raise MisreadError("unknown-choice")


def country_names(lang: str) -> list[str]:
    """Return the names of all countries, in the order of their letters."""
    return sorted((country_name(code, lang) for code in countries()), key=folded)


def language_names(lang: str) -> list[str]:
    """Return the names of all languages, in the order of their letters."""
    names = (language_name(code, lang) for code in (*short_languages(), *_LONG, *_FORMS))
    return sorted({name for name in names if len(name) > 3}, key=folded)  # noqa: PLR2004


def _reads_back(name: str, value: str, lang: str, read: Callable[[str, str], str]) -> str:
    try:
        return name if read(name, lang) == value else value
    except MisreadError:
        return value


def _named(name: str, lang: str, names: Callable[[str], dict[str, str]]) -> str:
    for each in dict.fromkeys((lang, *KNOWN)):
        if name in names(each):
            return names(each)[name]
    return names("").get(name, "")


@lru_cache(maxsize=64)
def _countries(lang: str) -> dict[str, str]:
    return {folded(country_name(code, lang)): code for code in countries()} if lang else {}


@lru_cache(maxsize=64)
def _languages(lang: str) -> dict[str, str]:
    """Return languages by name; for "" by what their own speakers call them."""
    codes = (*_FORMS, *_LONG, *sorted(short_languages()))
    name = (lambda code: language_name(code, lang)) if lang else native_name
    return {folded(name(code)): code for code in codes}


@lru_cache(maxsize=64)
def _terms(held: tuple[Vocabulary, ...]) -> dict[str, tuple[str, ...]]:
    preferred: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for vocabulary in held:
        for concept in vocabulary.concepts.values():
            for label in concept.labels.values():
                preferred.setdefault(folded(label), []).append(concept.code)
            for word in (word for some in concept.alts.values() for word in some):
                others.setdefault(folded(word), []).append(concept.code)
    return {word: tuple(dict.fromkeys(codes)) for word, codes in (others | preferred).items()}


def _begun(text: str, held: tuple[Vocabulary, ...]) -> tuple[str, ...]:
    """Return the concepts with a label in which all these words stand, or begin a word."""
    typed = text.split()
    if not typed or len(text) < SHORTEST:
        return ()
    found = [
        code
        for words, codes in _terms(held).items()
        if all(any(word.startswith(each) for word in words.split()) for each in typed)
        for code in codes
    ]
    return tuple(dict.fromkeys(found))[:MOST_MEANT]


def _label(code: str, held: Sequence[Vocabulary], lang: str) -> str:
    for vocabulary in held:
        if code in vocabulary.concepts:
            return vocabulary.label(code, lang)
    return code
