"""How often the guard is right: labelled sentences in twelve languages, counted check by check.

Each line of ``guard_cases.jsonl`` is one sentence with the warnings a careful person would want;
an empty list means that silence is right. Precision is the share of right warnings among those
given, recall the share of wanted ones that were given. The numbers stand in the contract's README;
a change that makes a check worse than its floor fails here and names the sentences.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from node.contract.guard import HARD_RULES, LANGUAGE_CHECKS
from node.contract.guard.texts import Text
from node.contract.guard.tongues import language_of
from tests.contract.bodies import SCHEMAS

LANGUAGES = ("en", "es", "el", "da", "de", "fi", "fr", "it", "cs", "ar", "uk", "pl")
#: The least a check may reach: precision and recall in per cent.
FLOORS = {
    "email-address": (95, 95),
    "phone-number": (95, 95),
    "identity-number": (100, 95),
    "likely-identity-number": (95, 90),
    "person-recognisable": (92, 88),
    "other-language": (100, 85),
    "links": (95, 95),
}
LINKS = {"private-link", "secret-link", "editable-link", "login-link"}


@cache
def cases() -> tuple[dict[str, Any], ...]:
    text = (Path(__file__).parent / "guard_cases.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def check_of(code: str) -> str:
    return "links" if code in LINKS else code


def found_in(text: str, language: str) -> set[str]:
    looked = Text(text, language)
    return {finding.code for check in LANGUAGE_CHECKS for finding in check(looked)}


@cache
def measured() -> dict[str, tuple[Counter[str], list[str]]]:
    """Return for each check its counts (right, wrong, missed) and what went wrong."""
    result: dict[str, tuple[Counter[str], list[str]]] = {c: (Counter(), []) for c in FLOORS}
    for case in cases():
        wanted, given = set(case["expect"]), found_in(case["text"], case["language"])
        for code in wanted | given:
            verdict = "missed" if code not in given else "right" if code in wanted else "wrong"
            counts, sentences = result[check_of(code)]
            counts[verdict] += 1
            if verdict != "right":
                sentences.append(f"{verdict}: {code} [{case['language']}] {case['text']}")
    return result


def shares(check: str) -> tuple[float, float]:
    counts, _ = measured()[check]
    right = counts["right"]
    return (
        100 * right / (right + counts["wrong"]),
        100 * right / (right + counts["missed"]),
    )


@pytest.mark.parametrize("check", FLOORS)
def test_a_check_is_as_right_as_it_promises(check: str) -> None:
    precision, recall = shares(check)
    _, sentences = measured()[check]
    assert precision >= FLOORS[check][0], sentences
    assert recall >= FLOORS[check][1], sentences


@pytest.mark.parametrize("check", FLOORS)
def test_the_numbers_in_the_readme_are_those_measured(check: str) -> None:
    readme = (SCHEMAS.parent / "node" / "contract" / "README.md").read_text(encoding="utf-8")
    counts, _ = measured()[check]
    precision, recall = shares(check)
    wanted = counts["right"] + counts["missed"]
    assert f"| {check} | {wanted} | {precision:.0f} % | {recall:.0f} % |" in readme


def test_every_language_has_sentences_to_warn_of_and_to_leave_in_peace() -> None:
    warned = Counter(c["language"] for c in cases() if c["expect"])
    silent = Counter(c["language"] for c in cases() if not c["expect"])
    assert len(cases()) >= 220
    for language in LANGUAGES:
        assert warned[language] >= 8
        assert silent[language] >= 5


def test_no_sentence_stands_there_twice() -> None:
    texts = Counter((case["language"], case["text"]) for case in cases())
    assert [text for text, times in texts.items() if times > 1] == []


def test_every_identity_number_that_is_proven_is_a_hard_rule() -> None:
    for case in cases():
        looked = Text(case["text"], case["language"])
        for finding in (f for check in LANGUAGE_CHECKS for f in check(looked)):
            assert finding.hard is (finding.code in HARD_RULES)


# --- the language check on everything that is written in the schemas -----------------------------


@cache
def written() -> tuple[tuple[str, str], ...]:
    """Return every text of samples, vocabularies and labels with the language it stands under."""
    found: list[tuple[str, str]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                if isinstance(each, str) and name in LANGUAGES:
                    found.append((name, each))
                else:
                    walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for path in sorted(SCHEMAS.rglob("*.json")):
        walk(json.loads(path.read_text(encoding="utf-8")))
    return tuple(found)


def other(text: str, named: str) -> bool:
    return language_of(Text(text, named), named) not in {None, named}


def test_texts_under_their_own_language_are_left_in_peace() -> None:
    wrong = [(named, text) for named, text in written() if other(text, named)]
    assert len(wrong) * 1000 <= len(written()), wrong


def test_long_texts_under_a_wrong_language_are_mostly_noticed() -> None:
    long = [(language, text) for language, text in written() if len(text) >= 150]
    noticed = [other(text, n) for lang, text in long for n in LANGUAGES if n != lang]
    assert sum(noticed) >= 0.9 * len(noticed), sum(noticed) / len(noticed)
