# Letters of many alphabets stand here on purpose.

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.search.query import parse
from node.search.snippets import ELLIPSIS, LENGTH, Highlighter, differs_in_one


def marked(query: str, text: str, language: str = "en", *, typos: bool = False) -> str:
    """Return the text with [brackets] around what was found."""
    pieces = Highlighter(parse(query), typos=typos).mark(text, language)
    return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("query", "language", "text", "expected"),
    [
        ("mentor", "en", "Mentoring works.", "[Mentoring] works."),
        ("αθηνα", "el", "Στην Αθήνα, τώρα", "Στην [Αθήνα], τώρα"),
        ("strasse", "de", "Die Straße!", "Die [Straße]!"),
        ("مهاجر", "ar", "كلُّ مُهَاجِرٍ هنا", "كلُّ [مُهَاجِرٍ] هنا"),
        ("zamestnavatelov", "sk", "Zamestnávatelia tu", "[Zamestnávatelia] tu"),
        ("the mentor", "en", "The mentor", "The [mentor]"),
        ("the", "en", "The mentor", "[The] mentor"),
        ("new work", "en", "workshop", "[workshop]"),
        ("work new", "en", "workshop", "workshop"),
        ("-mentor work", "en", "mentor work", "mentor [work]"),
        ('"labour market"', "en", "labour and market", "[labour] and [market]"),
        ("", "en", "mentor", "mentor"),
    ],
)
def test_words_are_marked_as_they_were_found(
    query: str, language: str, text: str, expected: str
) -> None:
    assert marked(query, text, language) == expected


def test_misspelled_words_are_marked_only_where_the_query_was_taken_loosely() -> None:
    assert marked("labuor x", "labour", typos=True) == "[labour]"
    assert marked("labuor x", "labour") == "labour"


def test_an_excerpt_shows_where_most_different_words_stand() -> None:
    text = "work " * 100 + "mentors help with work in shops " + "work " * 100
    pieces = Highlighter(parse("mentors work shops")).excerpt(text, "en")
    assert pieces is not None
    shown = "".join(piece.text for piece in pieces)
    assert "mentors help with work in shops" in shown
    assert shown.startswith(ELLIPSIS)
    assert shown.endswith(ELLIPSIS)
    assert len(shown) <= LENGTH + 2


def test_a_short_text_is_its_own_excerpt() -> None:
    pieces = Highlighter(parse("mentors")).excerpt("Mentors help.", "en")
    assert pieces is not None
    assert [tuple(piece) for piece in pieces] == [("Mentors", True), (" help.", False)]


def test_there_is_no_excerpt_where_nothing_was_found() -> None:
    assert Highlighter(parse("mentors")).excerpt("Bread and butter", "en") is None


@given(st.text(max_size=80), st.text(max_size=400), st.sampled_from(["en", "el", "sk", "ar"]))
def test_marking_never_changes_the_text(query: str, text: str, language: str) -> None:
    find = Highlighter(parse(query), typos=True)
    assert "".join(piece.text for piece in find.mark(text, language)) == text
    pieces = find.excerpt(text, language) or ()
    assert (
        "".join(p.text for p in pieces).strip(ELLIPSIS) in text.strip(ELLIPSIS) or ELLIPSIS in text
    )


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("course", "coarse", True),
        ("course", "courses", True),
        ("course", "ourse", True),
        ("course", "cuorse", True),
        ("course", "course", False),
        ("course", "coarses", False),
        ("course", "esruoc", False),
        ("abcd", "badc", False),
    ],
)
def test_one_letter_is_one_letter(a: str, b: str, near: bool) -> None:
    assert differs_in_one(a, b) is near
    assert differs_in_one(b, a) is near
