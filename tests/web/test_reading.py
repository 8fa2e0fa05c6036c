"""The page of a record: in the reader's language, for people and programs, in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.exchange.drafts import Draft
from node.exchange.publishing import erase, revise, withdraw
from tests.support.nodes import practice

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples

NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_every_sample_has_a_page_that_names_it_and_its_publisher(
    client: FlaskClient, samples: Samples
) -> None:
    for file in samples.records:
        answer = client.get(samples.url(file))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, file
        assert page.count("<h1") == 1, file
        assert "How do I know this is genuine?" in page, file


def test_a_text_is_shown_in_the_readers_language_where_the_author_wrote_it(
    small: SmallNode,
) -> None:
    title = {"en": "Neighbours", "da": "Naboer"}
    record = small.publish(_titled(title))[0]
    assert "Naboer" in small.get(f"/records/{record}", Accept_Language="da").text
    assert "Neighbours" in small.get(f"/records/{record}", Accept_Language="fi").text


def test_a_text_in_another_language_is_marked_with_language_and_direction(
    small: SmallNode,
) -> None:
    both = {"en": "They know nobody.", "ar": "لا يعرفون أحدًا."}
    record = small.practice(challenge=both)
    page = small.get(f"/records/{record}?text=ar").text
    assert '<div class="prose" lang="ar" dir="rtl">\n<p>لا يعرفون أحدًا.' in page


def test_a_translation_record_fills_what_the_author_left_out(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    small.publish(_translation(small, record, {"/title": "Naboer", "/results": "Det gik godt."}))
    page = small.get(f"/records/{record}", Accept_Language="da").text
    assert "Naboer" in page
    assert "Det gik godt." in page
    assert "Newcomers know few people" in page
    assert "Parts of this page were translated into Danish by" in page


def test_a_translation_never_replaces_the_authors_own_words(small: SmallNode) -> None:
    record = small.publish(_titled({"en": "Neighbours", "da": "Naboer"}))[0]
    small.publish(_translation(small, record, {"/title": "Noget andet", "/results": "Godt."}))
    page = small.get(f"/records/{record}", Accept_Language="da").text
    assert "Naboer" in page
    assert "Noget andet" not in page.split("<article>")[1].split("</header>")[0]
    assert "Godt." in page


def test_the_reader_can_ask_for_the_original(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    small.publish(_translation(small, record, {"/title": "Naboer"}))
    page = small.get(f"/records/{record}?text=en", Accept_Language="da").text
    assert "<h1>Neighbours</h1>" in page


def test_markup_in_a_record_is_shown_and_not_obeyed(small: SmallNode) -> None:
    record = small.practice("<script>alert(1)</script>")
    page = small.get(f"/records/{record}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param("text/html", "text/html", id="a browser"),
        pytest.param("*/*", "text/html", id="a program that does not say"),
        pytest.param("application/json", "application/json", id="a program that wants JSON"),
        pytest.param("application/ld+json", "application/ld+json", id="a crawler"),
    ],
)
def test_the_address_of_a_record_serves_people_and_programs(
    small: SmallNode, accept: str, media_type: str
) -> None:
    record = small.practice()
    answer = small.get(f"/records/{record}", Accept=accept)
    assert answer.mimetype == media_type
    assert "Accept" in answer.headers["Vary"]
    if media_type != "text/html":
        assert record in answer.text


def test_json_is_what_the_open_interface_answers(small: SmallNode) -> None:
    record = small.practice()
    here = small.get(f"/records/{record}", Accept="application/json").json
    there = small.get(f"/api/1/records/{record}").json
    assert here == there


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param(f"/records/{NOWHERE}", 404, id="not held"),
        pytest.param("/records/not-a-number", 404, id="malformed"),
        pytest.param(f"/records/{NOWHERE}/revisions", 404, id="revisions of nothing"),
        pytest.param(f"/records/{NOWHERE}/changes", 404, id="changes of nothing"),
        pytest.param(f"/records/{NOWHERE}/genuine", 404, id="proof of nothing"),
        pytest.param(f"/records/{NOWHERE}/proof", 404, id="proof file of nothing"),
    ],
)
def test_a_record_that_is_not_here_is_explained(
    small: SmallNode, address: str, status: int
) -> None:
    answer = small.get(address)
    assert answer.status_code == status
    assert "see whether a partner is behind" in answer.text


def test_only_reading_is_possible(small: SmallNode) -> None:
    record = small.practice()
    answer = small.client.post(f"/records/{record}")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_withdrawn_record_says_who_withdrew_it_and_keeps_its_revisions(
    small: SmallNode,
) -> None:
    record = small.practice("Neighbours")
    withdraw(small.x, record)
    page = small.get(f"/records/{record}").text
    assert "has withdrawn it" in page
    assert small.get(f"/records/{record}/revisions").status_code == 200


def test_an_erased_record_is_gone_and_says_so(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    erase(small.x, record)
    answer = small.get(f"/records/{record}")
    assert answer.status_code == 410
    assert "This record was erased by its author" in answer.text
    assert "Neighbours" not in answer.text


def test_revisions_can_be_read_and_compared(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    revise(small.x, record, practice("Good neighbours", results={"en": "All found work."}))
    revisions = small.get(f"/records/{record}/revisions").text
    assert "Revision 2" in revisions
    assert "Revision 1" in revisions
    earlier = small.get(f"/records/{record}/revisions/1").text
    assert "This is an earlier revision." in earlier
    changes = small.get(f"/records/{record}/changes").text
    assert "<del>" in changes
    assert "<ins>" in changes


def test_a_record_with_one_revision_has_nothing_to_compare(small: SmallNode) -> None:
    record = small.practice()
    answer = small.get(f"/records/{record}/changes")
    assert answer.status_code == 302
    assert answer.location.endswith(f"/records/{record}/revisions")


def test_the_genuine_page_passes_every_check_of_a_fresh_record(small: SmallNode) -> None:
    record = small.practice()
    page = small.get(f"/records/{record}/genuine").text
    assert "It is genuine." in page
    assert "check-failed" not in page
    assert page.count("check-passed") == 8


def test_the_proof_file_is_a_download(small: SmallNode) -> None:
    record = small.practice()
    answer = small.get(f"/records/{record}/proof")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert record in answer.text


def _titled(title: dict[str, str]) -> Draft:
    draft = practice()
    return Draft(kind=draft.kind, body={**draft.body, "title": title})


def _translation(small: SmallNode, record: str, texts: dict[str, str]) -> Draft:
    return Draft(
        kind="translation",
        body={
            "subject": {"origin": small.x.own_oid(), "record": record, "revision": 1},
            "language": "da",
            "fields": texts,
            "licence": "CC-BY-4.0",
        },
    )


def test_a_summary_taken_from_a_field_is_not_said_twice(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get(samples.url("anmeldelse-shadow-share-solo")).text.split("<article>")[1]
    assert page.count("den klareste beskrivelse af oplæring") == 1
