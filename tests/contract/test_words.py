"""Languages, names, codes and vocabularies."""

from __future__ import annotations

import pytest

from node.contract import (
    country_name,
    currency_name,
    is_rtl,
    language_name,
    native_name,
    pick,
    region_name,
    text_in,
)
from node.contract.codes import (
    countries,
    currencies,
    is_country,
    is_language,
)
from node.contract.guessing import nearest_concept, nearest_country, nearest_language
from tests.contract.bodies import LANGUAGES, contract

PICKS = [
    pytest.param({"en": "a", "el": "b"}, ["el"], "", ("el", "b"), id="the wanted one"),
    pytest.param({"en": "a", "el": "b"}, ["da", "el"], "", ("el", "b"), id="the second wanted"),
    pytest.param({"pt": "a"}, ["pt-BR"], "", ("pt", "a"), id="the base of a variety"),
    pytest.param({"pt-BR": "a", "en": "b"}, ["pt"], "", ("pt-BR", "a"), id="a variety"),
    pytest.param({"da": "a", "en": "b"}, ["el"], "da", ("da", "a"), id="the original"),
    pytest.param({"da": "a", "en": "b"}, ["el"], "", ("en", "b"), id="English"),
    pytest.param({"fi": "a", "da": "b"}, ["el"], "", ("da", "b"), id="the first in the alphabet"),
    pytest.param({}, ["el"], "en", ("", ""), id="nothing"),
]


@pytest.mark.parametrize(("texts", "wanted", "original", "expected"), PICKS)
def test_the_text_that_is_shown(
    texts: dict[str, str], wanted: list[str], original: str, expected: tuple[str, str]
) -> None:
    assert pick(texts, wanted, original) == expected
    assert not wanted or text_in(texts, "xx") in {"", *texts.values()}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", True), ("fa", True), ("he", True), ("ur", True), ("ckb", True), ("ps", True),
        ("en", False), ("el", False), ("zz", False), ("", False),
        ("ku-Arab", True), ("ar-Latn", False), ("az-Arab", True), ("en-GB", False),
    ],
)  # fmt: skip
def test_the_direction_of_writing(language: str, expected: bool) -> None:
    assert is_rtl(language) is expected


def test_names_come_in_the_reader_s_language() -> None:
    assert country_name("GR", "es") == "Grecia"
    assert country_name("GR", "el") == "Ελλάδα"
    assert language_name("el", "es") == "griego"
    assert currency_name("EUR", "en") == "Euro"
    assert region_name("EL30", "en") == "EL30 (Greece)"
    assert [native_name(code) for code in LANGUAGES] == [
        "English",
        "Español",
        "Ελληνικά",
        "العربية",
    ]


def test_a_code_without_a_name_is_shown_as_it_is() -> None:
    assert country_name("QQ") == "QQ"
    assert language_name("qqq") == "qqq"
    assert currency_name("QQQ", "not a language") == "QQQ"
    assert country_name("GR", "qqq") == "Greece"


def test_the_lists_of_codes_hold_what_exists_and_nothing_else() -> None:
    assert {"GR", "XK", "GB", "PS", "DK"} <= countries()
    assert not {"EU", "UN", "ZZ", "UK", "EL", "150"} & countries()
    assert 245 <= len(countries()) <= 255
    assert {"EUR", "DKK", "GRD"} <= currencies()
    assert is_country("ES")
    assert not is_country("es")
    assert is_language("el")
    assert is_language("rmy")
    assert not is_language("gr")


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ("gr", "GR"), ("UK", "GB"), ("EL", "GR"), ("Greece", "GR"), ("España", "ES"),
        ("Danmark", "DK"), ("Germny", "DE"), ("اليونان", "GR"), ("Atlantis", ""),
    ],
)  # fmt: skip
def test_the_country_that_was_meant(slip: str, code: str) -> None:
    assert nearest_country(slip) == code


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ("gr", "el"), ("dk", "da"), ("EN", "en"), ("en_gb", "en-GB"), ("Spanish", "es"),
        ("ελληνικά", "el"), ("Klingonish", ""), ("cz", "cs"), ("", ""),
    ],
)  # fmt: skip
def test_the_language_that_was_meant(slip: str, code: str) -> None:
    assert nearest_language(slip) == code


@pytest.mark.parametrize(
    ("scheme", "slip", "code"),
    [
        ("barriers", "discriminaton", "discrimination"),
        ("barriers", "legal_status", "legal-status"),
        ("outcomes", "Worked in part", "worked-in-part"),
        ("outcomes", "funcionó", "worked"),
        ("outcomes", "xyzzy", ""),
        ("outcomes", "worked" * 100, ""),
    ],
)
def test_the_concept_that_was_meant(scheme: str, slip: str, code: str) -> None:
    assert nearest_concept(slip, (contract().vocabularies[scheme],)) == code


def test_the_six_factors_and_the_six_practices_are_paired() -> None:
    factors = contract().vocabularies["success-factors"].concepts.values()
    pairs = [name for f in factors for name in f.related if name.startswith("iag-practices:")]
    assert len(factors) == 6
    assert len(set(pairs)) == 6


def test_a_relation_holds_from_both_ends() -> None:
    vocabularies = contract().vocabularies
    for vocabulary in vocabularies.values():
        for concept in vocabulary.concepts.values():
            for name in concept.related:
                scheme, _, code = name.partition(":")
                assert (
                    f"{concept.scheme}:{concept.code}"
                    in vocabularies[scheme].concepts[code].related
                )


def test_a_concept_speaks_the_reader_s_language_or_english() -> None:
    worked = contract().vocabularies["outcomes"].concepts["worked"]
    assert worked.label("es") == "Funcionó"
    assert worked.label("mt") == worked.label("en") == "Worked"
    assert worked.alt("mt") == ()
    assert worked.definition("el").strip()


def test_a_vocabulary_tells_which_languages_it_lacks() -> None:
    outcomes = contract().vocabularies["outcomes"]
    assert outcomes.missing_languages(LANGUAGES) == {}
    assert outcomes.missing_languages(("en", "xx")) == {"xx": len(outcomes.concepts)}


def test_children_and_ancestors_agree() -> None:
    for vocabulary in contract().vocabularies.values():
        seen = [c.code for c in vocabulary.children(None)]
        for code in seen:
            for child in vocabulary.children(code):
                assert vocabulary.ancestors(child.code)[0] == code
                seen.append(child.code)
        assert sorted(seen) == sorted(vocabulary.concepts)


def test_a_code_not_known_here_is_its_own_label() -> None:
    outcomes = contract().vocabularies["outcomes"]
    assert outcomes.label("worked", "el") == "Πέτυχε"
    assert outcomes.label("newer-outcome", "el") == "newer-outcome"


def test_every_label_is_given_with_scheme_code_and_language() -> None:
    rows = list(contract().labels())
    assert ("outcomes", "worked", "es", "Funcionó", True) in rows
    assert ("outcomes", "worked", "en", "success", False) in rows
    languages = {row.language for row in rows}
    assert {*LANGUAGES, "da"} <= languages
