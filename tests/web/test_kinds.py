"""What a reader finds on the pages of single kinds, and of a family and an older revision."""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from node.exchange.drafts import Attachment, Draft
from node.exchange.publishing import revise, withdraw
from tests.catalogue import complete
from tests.support.clock import FixedClock
from tests.support.nodes import practice

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples

ENGLISH = {"Accept-Language": "en"}


def words(page: str) -> str:
    """Return what a person reads of a piece of a page."""
    text = re.sub(r"<svg.*?</svg>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def section(page: str, anchor: str) -> str:
    """Return the section whose heading has this id."""
    return page[page.index(f'id="{anchor}"') :].split("</section>", maxsplit=1)[0]


def reference(small: SmallNode, record: str, revision: int | None = None) -> dict[str, Any]:
    exact = {} if revision is None else {"revision": revision}
    return {"origin": small.x.own_oid(), "record": record} | exact


def adapt(small: SmallNode, record: str, country: str, outcome: str, why: str) -> str:
    body = {
        "title": {"en": f"Tried in {country}"},
        "language": "en",
        "practice": reference(small, record, 1),
        "country": [country],
        "context": {"en": "A library."},
        "what_changed": {"en": "Coffee instead of tea."},
        "outcome": outcome,
        "why": {"en": why},
    }
    return small.publish(Draft(kind="adaptation", body=body))[0]


# Families


def test_a_practice_tells_where_it_was_tried_and_how_that_went(small: SmallNode) -> None:
    record = small.practice("Evenings of talk")
    adapt(small, record, "GR", "worked", "People like coffee. They came again.")
    adapt(small, record, "IE", "worked", "The pub was free.")
    adapt(small, record, "PL", "worked-in-part", "Half of them stayed.")
    adapt(small, record, "ES", "did-not-work", "Nobody lived nearby.\n\nSecond thoughts.")
    page = small.get(f"/records/{record}", Accept_Language="en").text
    part = section(page, "elsewhere")
    told = words(part)
    assert "Tried in 4 countries: it worked in 2, in part in 1 and it did not work in 1." in told
    assert "Did not work Spain" in told
    assert "Why: Nobody lived nearby." in told
    assert "Why: People like coffee." in told
    assert "They came again" not in told
    assert "Second thoughts" not in told
    # How it went stands in words and a sign, not in a colour alone.
    signs = re.findall(r'class="badge outcome code-([a-z-]+)"><svg', part)
    assert sorted(signs) == ["did-not-work", "worked", "worked", "worked-in-part"]


def test_one_trial_is_told_without_counting(small: SmallNode) -> None:
    record = small.practice()
    adapt(small, record, "ES", "did-not-work", "Too far.")
    page = small.get(f"/records/{record}", Accept_Language="en").text
    assert "Tried in 1 country: it did not work." in words(section(page, "elsewhere"))


def test_an_adaptation_shows_where_it_stands_and_the_gap_above_it(small: SmallNode) -> None:
    record = small.practice("Evenings of talk")
    child = adapt(small, record, "ES", "worked", "It fits.")
    part = section(small.get(f"/records/{child}", Accept_Language="en").text, "family")
    assert "Evenings of talk" in words(part)
    assert re.search(r'aria-current="true".*Tried in ES', part, flags=re.DOTALL)
    withdraw(small.x, record)
    part = section(small.get(f"/records/{child}", Accept_Language="en").text, "family")
    assert "A record that its publisher has withdrawn" in words(part)
    assert "Evenings of talk" not in words(part)


def test_the_family_has_a_page_and_is_the_same_as_data(small: SmallNode) -> None:
    record = small.practice("Evenings of talk")
    child = adapt(small, record, "ES", "did-not-work", "Too far.")
    page = small.get(f"/records/{child}/family", Accept_Language="en").text
    assert "Who took it over, and how it went" in words(page)
    assert "Why: Too far." in words(page)
    data = small.get(f"/api/1/records/{child}/family").get_json()
    assert data["outcomes"] == {"did-not-work": ["ES"]}
    assert (data["size"], data["complete"]) == (2, True)
    (below,) = data["root"]["children"]
    assert (data["root"]["record"], below["record"]) == (record, child)
    assert (below["here"], below["outcome"], below["reason"]) == (
        True,
        "did-not-work",
        {"en": "Too far."},
    )


def test_the_samples_hold_families_over_borders_one_of_which_failed(
    client: FlaskClient, samples: Samples
) -> None:
    told = {
        file: words(section(client.get(samples.url(file), headers=ENGLISH).text, "elsewhere"))
        for file in ("familievenner", "sprogcafe-paa-biblioteket", "desayunos-de-derechos")
    }
    assert "it did not work" in told["familievenner"]
    assert "it worked" in told["sprogcafe-paa-biblioteket"]
    assert "it worked in part" in told["desayunos-de-derechos"]


# Older revisions


def test_an_older_revision_reads_as_its_kind_does_and_says_that_it_is_old(
    small: SmallNode,
) -> None:
    steps = [{"title": {"en": "Set the tables"}}, {"title": {"en": "Talk"}}]
    record = small.practice("First words", how_it_works=steps)
    adapt(small, record, "ES", "worked", "It fits.")
    revise(small.x, record, practice("Second words", how_it_works=steps))
    page = small.get(f"/records/{record}/revisions/1", Accept_Language="en").text
    assert '<ol class="path">' in page
    assert "First words" in page
    assert "This is an earlier revision." in words(page)
    assert f'href="/records/{record}"' in page
    assert f"/records/{record}/changes?from=1" in page
    assert '<meta name="robots" content="noindex">' in page
    # What others say is about the record as it is now.
    assert 'id="elsewhere"' not in page
    assert "Tried in ES" not in page
    newest = small.get(f"/records/{record}/revisions/2", Accept_Language="en").text
    assert "This is the newest revision" in words(newest)


# Opportunities


def test_an_offer_counts_its_days_and_is_marked_when_it_is_over(small: SmallNode) -> None:
    record = small.practice()
    body = complete.opportunity(reference(small, record)) | {"expires": "2026-12-01"}
    (offer,) = small.publish(Draft(kind="opportunity", body=body))
    assert isinstance(small.x.clock, FixedClock)

    def head() -> str:
        page = small.get(f"/records/{offer}", Accept_Language="en").text
        assert "Come to the open hour on Tuesday" in page
        return words(page[page.index('class="record-head"') :].split("</header>")[0])

    assert "8 days left" in head()
    small.x.clock.forward(days=8)
    assert "Last day today" in head()
    # Nothing in the store has changed; the day has.
    small.x.clock.forward(days=1)
    assert "Expired on 1 December 2026" in head()
    assert "It is no longer on offer." in head()


def test_lists_tell_which_offers_are_over(client: FlaskClient) -> None:
    page = words(client.get("/search?kind=opportunity", headers=ENGLISH).text)
    assert page.count("Expired on") == 2
    assert page.count("Open until") == 3


# Visits, collections, campaigns, messages


def test_a_visit_shows_what_was_taken_home_first_and_its_picture_with_words(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get(samples.url("studiebesoeg-valencia"), headers=ENGLISH).text
    main = page[page.index('class="record-main"') :]
    assert main.index("field-take_home field-highlight") < main.index("field-practices_seen")
    programme = main[main.index("field-programme") :]
    assert programme.count("<li>", 0, programme.index("</ol>")) == 3
    figure = re.search(r"<figure.*?</figure>", main, flags=re.DOTALL)
    assert figure is not None
    assert 'alt="Drawing: four figures on a bridge over water"' in figure[0]
    assert "How we remember the trip" in figure[0]
    address = re.search(r'src="(/files/[^"]+)"', figure[0])
    assert address is not None
    assert client.get(address[1]).mimetype == "image/png"


def test_a_collection_is_numbered_and_labels_what_is_not_held(small: SmallNode) -> None:
    record = small.practice("Evenings of talk")
    elsewhere = {"origin": "q" * 52, "record": "00000000-0000-4000-8000-000000000001"}
    body = complete.collection(reference(small, record), elsewhere)
    (collection,) = small.publish(Draft(kind="collection", body=body))
    page = small.get(f"/records/{collection}", Accept_Language="en").text
    items = page[page.index('<ol class="path">') :].split("</ol>")[0].split("<li>")[1:]
    assert [words(item).split(" ", 2)[0] for item in items] == ["Week", "Optional", "Week"]
    assert "Good practice Spain Evenings of talk" in words(items[0])
    assert "A record that is not held here" in words(items[1])
    assert "Chapter 4 only." in words(items[2])


def test_a_campaign_gives_each_message_in_each_language_and_cards_in_their_shapes(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get(samples.url("colleghi-non-ospiti"), headers=ENGLISH).text
    assert re.findall(r"shape-([a-z]+)", page) == ["square", "landscape", "story"]
    assert 'class="copy" lang="ar" dir="rtl"' in page
    told = words(page[page.index("field-messages") :].split("field-share_cards")[0])
    places = [told.index(f" {name} ") for name in ("refugees", "Colleagues at work", "Employers")]
    assert places == sorted(places)
    assert told.index("English A contract is signed") < told.index("Italian Il contratto si firma")


def test_a_card_whose_file_is_no_picture_is_drawn_with_its_words(small: SmallNode) -> None:
    record = small.practice()
    paper = Attachment(source=b"%PDF-1.7 x", media_type="application/pdf", name="card.pdf")
    digest = "sha256:" + hashlib.sha256(b"%PDF-1.7 x").hexdigest()
    body = complete.campaign(reference(small, record), digest)
    (campaign,) = small.publish(Draft(kind="campaign", body=body, blobs=(paper,)))
    page = small.get(f"/records/{campaign}", Accept_Language="en").text
    frame = page[page.index("shape-square") :].split("</div>")[0]
    assert "A yellow card: nine of ten came back" in frame
    assert "<img" not in frame


def test_an_answer_shows_the_question_it_answers(client: FlaskClient, samples: Samples) -> None:
    page = client.get(samples.url("svar-tyve-minutter"), headers=ENGLISH).text
    told = words(section(page, "conversation"))
    assert told.index("Question") < told.index("Answer")
    assert "What do you do when the friend family lives far away?" in told
    asked = client.get(samples.url("pregunta-familias-lejos"), headers=ENGLISH).text
    assert "Højst tyve minutter" in asked or "Twenty minutes by bicycle" in asked


@pytest.mark.parametrize("file", ["samtalekort", "lista-dikaiologitikon"])
def test_a_material_hands_out_the_file_it_brings(
    client: FlaskClient, samples: Samples, file: str
) -> None:
    page = client.get(samples.url(file), headers=ENGLISH).text
    address = re.search(r'href="(/files/[^"]+\.txt)"', page)
    assert address is not None
    assert client.get(address[1]).mimetype == "text/plain"


def test_words_of_others_stay_words_in_every_way_of_showing(small: SmallNode) -> None:
    bad = "<img src=x onerror=alert(1)>"
    record = small.practice(bad)
    adapt(small, record, "ES", "did-not-work", bad)
    body = complete.collection(reference(small, record), reference(small, record))
    (collection,) = small.publish(Draft(kind="collection", body=body))
    for address in (f"/records/{record}", f"/records/{record}/family", f"/records/{collection}"):
        page = small.get(address).text
        assert html.escape(bad) in page, address
        assert bad not in page, address
