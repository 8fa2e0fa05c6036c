# Letters of many alphabets stand here on purpose.

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.search.folding import MAX_WORD, fold, fold_words, spans


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        pytest.param("Αθήνα", "αθηνα", id="Greek accents and capitals"),
        pytest.param("ΑΘΗΝΑΣ", "Αθήνας", id="Greek final sigma in capitals"),
        pytest.param("προϋπηρεσία", "προυπηρεσια", id="Greek diaeresis with accent"),
        pytest.param("Łódź", "lodz", id="Polish stroke, which Unicode leaves whole"),
        pytest.param("Straße", "strasse", id="German sharp s"),
        pytest.param("STRAẞE", "strasse", id="German capital sharp s"),
        pytest.param("ığdır", "igdir", id="Turkish dotless i"),
        pytest.param("İSTANBUL", "istanbul", id="Turkish capital dotted i"),
        pytest.param("Ærø", "aero", id="Danish ae and o with stroke"),
        pytest.param("Århus", "arhus", id="Danish a with ring"),
        pytest.param("Đakovo", "dakovo", id="Croatian d with stroke"),
        pytest.param("Ħamrun", "hamrun", id="Maltese h with stroke"),
        pytest.param("œuvre", "oeuvre", id="French ligature"),
        pytest.param("ﬁnance", "finance", id="typographic ligature"),
        pytest.param("ґанок", "ганок", id="Ukrainian ge with upturn"),
        pytest.param("مُهَاجِر", "مهاجر", id="Arabic vowel signs"),
        pytest.param("إدارة", "اداره", id="Arabic hamza below alef, teh marbuta"),
        pytest.param("مستشفى", "مستشفي", id="Arabic alef maksura"),
        pytest.param("عمــــل", "عمل", id="Arabic tatweel"),
        pytest.param("کار", "كار", id="Persian kaf"),
        pytest.param("٢٠٢٦", "2026", id="Arabic digits"),
        pytest.param("１２", "12", id="full-width digits"),
        pytest.param("co\u00adopera\u200btion", "cooperation", id="invisible characters"),
    ],
)
def test_what_people_type_meets_what_is_written(written: str, typed: str) -> None:
    assert fold_words(written) == fold_words(typed)
    assert len(fold_words(written)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l'emploi", ["l", "emploi"]),
        ("п'ять років", ["пять", "років"]),
        ("don't", ["don", "t"]),
        ("job-search (CV, letter)", ["job", "search", "cv", "letter"]),
        ("snake_case", ["snake", "case"]),
        ("  \t\n ", []),
        ("—…!?", []),
    ],
)
def test_words_end_where_people_think_they_end(text: str, words: list[str]) -> None:
    assert fold_words(text) == [fold(word) for word in words]


def test_both_ways_of_writing_a_ukrainian_apostrophe_are_one_word() -> None:
    assert fold_words("п'ять") == fold_words("п’ять") == fold_words("пʼять") == ["пять"]


def test_spans_point_at_the_words_as_written() -> None:
    text = "Ο Αθήναιος_δήμος: «εργασία»"
    assert [text[s.start : s.end] for s in spans(text)] == ["Ο", "Αθήναιος", "δήμος", "εργασία"]


def test_a_word_without_end_is_cut() -> None:
    assert len(fold("a" * 10_000)) == MAX_WORD
    assert len(fold("ά" * 10_000)) == MAX_WORD


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    once = fold_words(text)
    assert fold_words(" ".join(once)) == once


@given(st.text())
def test_how_unicode_composes_a_text_makes_no_difference(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    taken_apart = unicodedata.normalize("NFD", text)
    assert fold_words(composed) == fold_words(taken_apart)


@given(st.text())
def test_a_folded_word_has_letters_and_digits_only(text: str) -> None:
    assert all(word and word.isalnum() for word in fold_words(text))
