"""The network page in every language: states, reasons, and one name for each organisation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from node.exchange import pages
from node.exchange.pages import STATES
from node.exchange.reports import REASONS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

#: A name, and the own one beside it.
NAME = re.compile(r'<bdi[^>]*>([^<]*)</bdi>(?: \(<bdi class="own-name"[^>]*>([^<]*)<)?')


@pytest.mark.parametrize(
    ("language", "reason"),
    [("es", "No responde"), ("el", "Δεν απαντά"), ("ar", "لا يجيب")],
)
def test_why_an_exchange_failed_is_told_in_the_readers_language_and_particulars_fold_out(
    client: FlaskClient, language: str, reason: str
) -> None:
    page = client.get(f"/network?lang={language}").text
    assert reason in page
    rest = re.sub(r'<ul class="prose" lang="en" dir="ltr">.*?</ul>', "", page, flags=re.DOTALL)
    assert "The node is down." in page
    assert "The node is down." not in rest
    assert "digital-byte" not in page


def test_every_reason_and_state_of_the_exchange_has_words_of_its_own() -> None:
    words = (Path(pages.__file__).parent / "templates/exchange/states.html").read_text("utf-8")
    for code in REASONS:
        assert f'code == "{code}"' in words, code
    for code in set(STATES) - {"blocked"}:
        assert f'code == "{code}"' in words, code


@pytest.mark.parametrize(
    ("language", "name", "own"),
    [
        ("es", "Jisr Malmö", "جسر مالمو"),
        ("el", "Jisr Malmö", "جسر مالمو"),
        ("ar", "جسر مالمو", ""),
    ],
)
@pytest.mark.parametrize("address", ["/", "/organisations", "/network", "/search?q=Jisr"])
def test_an_organisation_has_one_name_on_a_page_with_its_own_beside_it(
    client: FlaskClient, address: str, language: str, name: str, own: str
) -> None:
    joiner = "&" if "?" in address else "?"
    page = client.get(f"{address}{joiner}lang={language}").text
    shown = re.findall(
        r"<bdi[^>]*>([^<]*)</bdi>(?: \(<bdi class=\"own-name\"[^>]*>([^<]*)<)?", page
    )
    found = {pair for pair in shown if {name, own} & set(pair) - {""}}
    assert found == {(name, own)}
