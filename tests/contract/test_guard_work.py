"""The guard's work grows with the length of a text and no faster, whatever the text is."""

from __future__ import annotations

import importlib
import re
import sys
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.contract.guard import LANGUAGE_CHECKS, files, texts
from node.contract.guard.checksums import codice_fiscale, dni, steuer_id
from node.contract.guard.texts import Text
from node.contract.guard.wordlists import Words, all_words

#: The longest match any pattern may make, and calls for each sign of a text.
LONGEST_MATCH, CALLS_EACH = 2200, 40
LENGTH = 4000


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return every pattern that meets a text: those of the checks, and those made of words."""
    found: list[tuple[str, re.Pattern[str]]] = []

    def gather(name: str, value: Any) -> None:
        if isinstance(value, re.Pattern):
            found.append((name, value))
        elif isinstance(value, tuple | list | dict):
            for each in value.values() if isinstance(value, dict) else value:
                gather(name, each)
        elif isinstance(value, Words):
            gather(f"{name}.{value.language}", (value.ages, value.ages_after_name))
        elif hasattr(value, "pattern"):
            gather(name, value.pattern)

    for path in {check.__module__ for check in LANGUAGE_CHECKS} | {texts.__name__, files.__name__}:
        for name, value in vars(importlib.import_module(path)).items():
            gather(f"{path}.{name}", value)
    gather("words", tuple(all_words().values()))
    return tuple(found)


def test_no_pattern_can_match_without_end() -> None:
    assert len(patterns()) > 40
    parser: Any = re._parser  # type: ignore[attr-defined]
    for name, pattern in patterns():
        longest = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE).getwidth()[1]
        assert longest <= LONGEST_MATCH, name


def calls(text: str, language: str) -> int:
    """Return how many functions the checks call, those of the library included."""
    count = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    looked = Text(text, language)
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        for check in LANGUAGE_CHECKS:
            for _ in check(looked):
                pass
    finally:
        sys.setprofile(before)
    return count


NASTY = [
    *("1 ", "+1-", "0 0", "12.34 ", "a@", "a.", "(at) ", "Amina ", "Amina, 34 ", "Ahmed Syria "),
    *("passport ", "passport AB1 ", "http://", "://:@", "\\\\a\\", "A1", "131052-", "αμκα 0101"),
    *(". ", "she ", "\n", " ", "named X ", "Mrs ", "18 to ", "اسمها ", "34 سنة ", "٠٤ "),
]


@pytest.mark.parametrize("piece", NASTY)
@pytest.mark.parametrize("language", ["en", "ar", "el"])
def test_twice_the_text_is_at_most_twice_the_work(piece: str, language: str) -> None:
    calls("warm", language)
    once = calls((piece * LENGTH)[:LENGTH], language)
    twice = calls((piece * LENGTH)[: 2 * LENGTH], language)
    assert once <= CALLS_EACH * LENGTH
    assert twice <= 2.2 * once + 500


@st.composite
def nasty_texts(draw: st.DrawFn) -> str:
    pieces = draw(st.lists(st.sampled_from(NASTY) | st.text(max_size=8), min_size=1, max_size=12))
    return ("".join(pieces) * LENGTH)[:LENGTH]


@settings(max_examples=40, deadline=None)
@given(text=nasty_texts(), language=st.sampled_from(["en", "es", "de", "uk", "ar", "xx"]))
def test_no_text_makes_much_work(text: str, language: str) -> None:
    assert calls(text, language) <= CALLS_EACH * LENGTH + 2000


ANY_TEXT = st.text(max_size=60) | st.text(alphabet="0123456789 +-/.ABCXYZ", max_size=40)


@given(text=ANY_TEXT, language=st.sampled_from(["en", "da", "cs", "ar", "zz-Latn"]))
def test_what_is_found_stands_in_the_text(text: str, language: str) -> None:
    for check in LANGUAGE_CHECKS:
        for finding in check(Text(text, language)):
            assert finding.value in " ".join(text.split()) or finding.value in text


CHECKED = [
    pytest.param(dni, "12345678Z", "12345678A", id="Spain"),
    pytest.param(codice_fiscale, "RCCMNL83S18D969H", "RCCMNL83S18D969I", id="Italy"),
    pytest.param(steuer_id, "36574261809", "36574261808", id="Germany"),
]


@pytest.mark.parametrize(("proof", "right", "wrong"), CHECKED)
def test_one_changed_sign_is_no_number_any_more(proof: Any, right: str, wrong: str) -> None:
    assert proof(right)
    assert not proof(wrong)
