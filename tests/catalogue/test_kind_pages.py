"""The page that is made from a schema reads well for each of the newer kinds."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from node.app import create_app
from node.exchange.drafts import Attachment, Draft
from tests.catalogue import complete
from tests.catalogue.making import Shelf, make_shelf
from tests.catalogue.test_api import AsNode
from tests.support.nodes import practice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

CARD = b"\x89PNG\r\n\x1a\n not much of a picture"


@dataclass
class Pages:
    shelf: Shelf
    client: FlaskClient
    records: dict[str, str]

    def page(self, kind: str, language: str = "en") -> str:
        answer = self.client.get(
            f"/records/{self.records[kind]}", headers={"Accept-Language": language}
        )
        assert answer.status_code == 200
        return answer.text

    def words(self, kind: str, language: str = "en") -> str:
        """Return what a person reads between the head line and the foot of the page."""
        main = self.page(kind, language).split("<article", 1)[1].split("</article>")[0]
        text = re.sub(r"<(script|style|svg).*?</\1>", " ", main, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    shelf = make_shelf(tmp_path_factory.mktemp("kinds"))
    one, two = shelf.publish(practice("Evenings of talk"), practice("Mornings of work"))
    first, second = shelf.reference(one), shelf.reference(two)
    card = "sha256:" + hashlib.sha256(CARD).hexdigest()
    file = Attachment(
        source=CARD, media_type="image/png", name="card.png", alt={"en": "A yellow card"}
    )
    records = {"practice": one}
    for kind, body, blobs in (
        ("visit", complete.visit(first), ()),
        ("opportunity", complete.opportunity(first), ()),
        ("collection", complete.collection(first, second), ()),
        ("campaign", complete.campaign(first, card), (file,)),
        ("same-as", complete.same_as(first, second), ()),
        ("confirmation", complete.confirmation(first), ()),
    ):
        (records[kind],) = shelf.publish(Draft(kind=kind, body=body, blobs=blobs))
    asked = {"text": {"en": "Has anybody split the evening?"}, "language": "en", "subject": first}
    (question,) = shelf.publish(Draft(kind="discussion", body=asked))
    reply = complete.discussion(first, shelf.reference(question))
    (records["discussion"],) = shelf.publish(Draft(kind="discussion", body=reply))
    app = create_app(AsNode(shelf))
    app.config["TESTING"] = True
    yield Pages(shelf, app.test_client(), records)
    shelf.x.database.dispose()


READS = [
    pytest.param(
        "visit",
        [
            "Type of visit Study visit", "From 18 May 2026", "What we take home Volunteers come in",
            "Practices seen Good practice Spain Evenings of talk", "Day by day Programme",
            "Monday evening An evening in the café", "Host Name Havnebroen",
            "Cost for each person €620", "Further visits On request", "Our notes example.org",
        ],
        id="a visit",
    ),
    pytest.param(
        "opportunity",
        [
            "Type of opportunity Work placement", "Place Aarhus", "Places 6",
            "Apply by 15 January 2027", "Source Name Municipality of Aarhus",
            "Looked up on 20 November 2026", "Language needed Danish Language level A2",
            "Work permit The provider helps to get it", "Costs to the person free of charge",
            "Part of Good practice: Evenings of talk",
        ],
        id="an opportunity",
    ),
    pytest.param(
        "collection",
        [
            "Type of collection Training path",
            "Records in order Week 1: listen Good practice Spain Evenings of talk",
            "Optional Week 2: meet Good practice Spain Mornings of work",
            "Week 3: read Handbook example.org Chapter 4 only.",
            "Time 2 hours", "Afterwards Tell a colleague", "Workload 18 hours",
        ],
        id="a collection",
    ),
    pytest.param(
        "campaign",
        [
            "Audiences Employers Neighbours", "Employers Fact English Nine of ten",
            "Spanish Nueve de cada diez",
            "Neighbours Call to act", "A trial day costs a coffee.",
            "#ColleagueFromSomewhere", "Barriers Xenophobia",
            "Supports Good practice: Evenings of talk",
        ],
        id="a campaign",
    ),
    pytest.param(
        "same-as",
        [
            "This says that Evenings of talk by", "Mornings of work by", "describe the same thing.",
            "One record Good practice: Evenings of talk",
            "The other record Good practice: Mornings of work",
            "How the same The same thing, described twice", "The fuller record The one record",
        ],
        id="a claim of sameness",
    ),
    pytest.param(
        "confirmation",
        [
            "Confirmed as Still running", "As of 20 November 2026",
            "This confirms that Evenings of talk by", "is still running (as of 20 November 2026).",
            "How we know Visited",
        ],
        id="a confirmation",
    ),
    pytest.param(
        "discussion",
        [
            "Purpose Experience", "A message on Evenings of talk by",
            "It answers Has anybody split the evening? by",
        ],
        id="a reply",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "lines"), READS)
def test_the_page_says_what_the_record_holds(pages: Pages, kind: str, lines: list[str]) -> None:
    words = pages.words(kind)
    assert [line for line in lines if line not in words] == []
    assert "not held here" not in words


@pytest.mark.parametrize("kind", [row.values[0] for row in READS])
@pytest.mark.parametrize("language", ["es", "el", "ar"])
def test_the_page_speaks_the_reader_s_language(pages: Pages, kind: str, language: str) -> None:
    own = pages.shelf.x.contract.kinds[str(kind)]
    english, words = pages.words(str(kind)), pages.words(str(kind), language)
    assert own.label(language) in words
    headings = [each for each in own.sections[1:] if f" {each.label('en')} " in english]
    assert headings
    assert [each.id for each in headings if each.label(language) not in words] == []


@pytest.mark.parametrize("kind", [row.values[0] for row in READS])
def test_each_kind_has_a_drawing_of_its_own(pages: Pages, kind: str) -> None:
    def drawing(name: str) -> str:
        return pages.page(name).split('class="kind"')[1].split("</svg>")[0]

    others = {drawing(str(row.values[0])) for row in READS if row.values[0] != kind}
    assert drawing(str(kind)) not in others


def test_the_line_that_serves_as_title_is_said_once(pages: Pages) -> None:
    words = pages.words("same-as")
    assert words.count("Both describe the conversation groups of one library") == 1


def test_a_record_seen_twice_by_one_visit_lists_the_visit_once(pages: Pages) -> None:
    others = pages.page("practice").split('id="others"')[1].split("</section>")[0]
    assert others.count("Three days with the language cafés of Aarhus") == 1


def test_the_card_to_share_is_shown_with_its_description(pages: Pages) -> None:
    page = pages.page("campaign")
    assert 'alt="A yellow card: nine of ten came back"' in page
