# Letters of many alphabets stand here on purpose.

import pytest

from node.search.stemming import (
    BORDER,
    CACHE,
    OPENING_MAX,
    OPENING_MIN,
    Lexicon,
    analyse,
    grams,
    has_stemmer,
    lexicon,
    may_be_in,
)


def meets(language: str, written: str, typed: str) -> bool:
    """Say whether a query's word would find the written one by its stem or opening."""
    held = set(lexicon(language).held(written))
    return not held.isdisjoint(lexicon(language).query_terms(typed))


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("en", "volunteering", "volunteers"),
        ("es", "formación", "formaciones"),
        ("es", "formaciones", "formacion"),
        ("el", "εργοδότες", "εργοδότης"),
        ("el", "ΕΡΓΟΔΟΤΩΝ", "εργοδοτες"),
        ("da", "virksomheder", "virksomhed"),
        ("de", "Ausbildungen", "ausbildung"),
        ("fi", "työpaikat", "työpaikka"),
        ("ar", "المهاجرين", "مهاجرون"),
        ("tr", "işverenler", "işveren"),
        ("pt-BR", "empregadores", "empregador"),
        ("sk", "zamestnávatelia", "zamestnávateľ"),
        ("hr", "poslodavcima", "poslodavci"),
        ("bg", "работодателите", "работодател"),
        ("lv", "darbiniekiem", "darbinieki"),
        ("uk", "роботодавців", "роботодавець"),
    ],
)
def test_forms_of_a_word_meet(language: str, written: str, typed: str) -> None:
    assert meets(language, written, typed)


def test_a_stem_of_one_language_does_not_meet_a_word_of_another() -> None:
    assert not meets("fr", "train", "training")
    assert meets("en", "train", "training")


def test_a_word_with_accents_is_found_by_its_stem_with_and_without_them() -> None:
    stems = lexicon("es").held("asesoría")
    assert set(lexicon("es").query_terms("asesoria")) < set(stems)
    assert meets("es", "asesoría", "asesorías")


@pytest.mark.parametrize("language", ["bg", "hr", "lv", "mt", "sk", "sl", "uk", "und", ""])
def test_a_language_without_a_stemmer_has_openings_and_grams(language: str) -> None:
    found = analyse("zamestnanie", language)
    assert not has_stemmer(language)
    openings = [term.partition("~")[2] for term in found.more.split()]
    assert openings == ["zamestnanie"[:n] for n in range(OPENING_MIN, OPENING_MAX + 1)]
    assert found.grams.split()[0] == "_zam"


def test_short_words_have_neither_openings_nor_grams() -> None:
    assert lexicon("sk").query_terms("pes") == ["sk:pes"]
    assert analyse("pes", "sk").more == ""
    assert grams("dom") == ()


def test_the_store_of_known_words_does_not_grow_without_end() -> None:
    small = Lexicon("en")
    for number in range(CACHE + 10):
        assert small[f"w{number}"].words == f"w{number}"
    assert len(small) <= CACHE
    assert small[BORDER].stems == BORDER


def test_punctuation_between_words_is_no_word() -> None:
    assert analyse("one, — two!", "en").words.split() == ["one", "two"]


@pytest.mark.parametrize(
    ("word", "language", "may"),
    [
        ("mentor", "da", True),
        ("mentor", "el", False),
        ("μεντορασ", "el", True),
        ("μεντορασ", "da", False),
        ("مرشد", "ar", True),
        ("робота", "uk", True),
        ("робота", "xx", False),
        ("2026", "el", True),
    ],
)
def test_a_word_may_be_in_a_language_of_its_script(word: str, language: str, may: bool) -> None:
    assert may_be_in(word, language) is may
