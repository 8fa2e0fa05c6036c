# Letters of several alphabets stand here on purpose.
"""People type the part of a concept's name that matters to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from node.search.expansion import MAX_SHARING, Concepts, Label
from node.search.query import Query
from tests.search.making import entry, found, index_of

if TYPE_CHECKING:
    from node.search import SearchIndex

CONCEPTS = Concepts(
    [
        Label("Entrepreneurship sessions", "en", "practice_type", "business", preferred=True),
        Label("Καθοδήγηση από μέντορα", "el", "practice_type", "mentoring", preferred=True),
        Label("Diploma recognition with authorities", "en", "practice_type", "dr", preferred=True),
        Label("starting a company", "en", "practice_type", "business"),
        *(
            Label(f"Training nr{number}", "en", "mode", f"t{number}", preferred=True)
            for number in range(MAX_SHARING + 1)
        ),
    ]
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return index_of(
        tmp_path_factory.mktemp("parts"),
        entry("business", {"da": "Din egen butik"}, facets={"practice_type": ["business"]}),
        entry("mentor", {"da": "En ven"}, facets={"practice_type": ["mentoring"]}),
        entry("dr", {"de": "Runder Tisch"}, facets={"practice_type": ["dr"]}),
        entry("t0", {"de": "Abendschule"}, facets={"mode": ["t0"]}),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("entrepreneurship", ["business"], id="the first word of a name"),
        pytest.param("καθοδήγησης", ["mentor"], id="a form of a part, in another alphabet"),
        pytest.param("recognition", ["dr"], id="a word in the middle"),
        pytest.param("diploma recognition", ["dr"], id="two words of four"),
        pytest.param("company", [], id="a part of another word for it does not count"),
        pytest.param("training", [], id="a word that many names share tells nothing"),
        pytest.param("with", [], id="a word that means nothing"),
    ],
)
def test_a_part_of_a_name(index: SearchIndex, text: str, expected: list[str]) -> None:
    assert found(index, text, CONCEPTS) == expected


def test_what_a_part_stood_for_is_told(index: SearchIndex) -> None:
    (recognised,) = index.search(Query(text="entrepreneurship"), CONCEPTS).recognised
    assert (recognised.typed, recognised.value) == ("entrepreneurship", "business")


def test_where_the_word_itself_is_common_no_part_is_looked_up(
    tmp_path: Path, index: SearchIndex
) -> None:
    del index
    many = [entry(f"r{n}", {"en": f"Recognition of skills {n}"}) for n in range(4)]
    other = entry("dr", {"de": "Runder Tisch"}, facets={"practice_type": ["dr"]})
    results = index_of(tmp_path, *many, other).search(Query(text="recognition"), CONCEPTS)
    assert "dr" not in {hit.record for hit in results.hits}
