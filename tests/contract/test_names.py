"""An organisation is called by a name that the reader can read, with its own name beside it."""

from __future__ import annotations

from typing import Any

import pytest

from node.contract.names import name_for

JISR = {"ar": "جسر مالمو", "en": "Jisr Malmö", "sv": "Jisr Malmö"}
ROADS: list[Any] = [
    pytest.param(JISR, ["es", "en"], "ar", "Jisr Malmö", "جسر مالمو", id="other letters"),
    pytest.param(JISR, ["ar", "en"], "ar", "جسر مالمو", "", id="the reader's own letters"),
    pytest.param({"el": "Οδός", "sv": "Odos"}, ["es"], "el", "Odos", "Οδός", id="any Latin name"),
    pytest.param({"el": "Οδός"}, ["es"], "el", "Οδός", "", id="no other name"),
    pytest.param(
        {"pl": "Otwarty Most", "en": "Open Bridge"},
        ["en"],
        "pl",
        "Open Bridge",
        "",
        id="one script",
    ),
    pytest.param({}, ["en"], "", "obftpqir", "", id="no name at all"),
]


@pytest.mark.parametrize(("names", "wanted", "original", "shown", "own"), ROADS)
def test_a_name_is_one_the_reader_can_read(
    names: dict[str, str], wanted: list[str], original: str, shown: str, own: str
) -> None:
    found = name_for(names, wanted, original, "obftpqir")
    assert (found.text, found.own) == (shown, own)


def test_on_one_line_the_own_name_is_isolated_so_that_it_does_not_turn_the_line() -> None:
    assert str(name_for(JISR, ["en"], "ar")) == "Jisr Malmö (\u2068جسر مالمو\u2069)"
