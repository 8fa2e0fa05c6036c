"""Duplicates and translations as a reader meets them: one result, each with a page of its own."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Engine, event

from node.catalogue.records import get_record
from node.exchange.drafts import Draft
from node.exchange.duplicates import join
from node.home import Node
from node.storage import LinkRow
from tests.web.making import node_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples


def words(page: str) -> str:
    main = re.sub(r"<(svg|script).*?</\1>", " ", page.split("<main")[1], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def follow(small: SmallNode) -> None:
    node: Node = node_of(small.x)
    node.follow_index()


def test_a_record_that_two_wrote_is_one_result_with_both_names(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get("/search?q=arbejdshæfte&kind=training-material").text
    assert words(page).count("Training material") >= 1
    assert "1 record" in words(page)
    assert re.search("also published by (Havnebroen|Harbour Lane Project)", words(page))
    for file in ("first-ninety-days-workbook", "arbejdshaefte-90-dage"):
        assert f"/records/{samples.records[file]}" in page


def test_a_translation_is_named_beside_its_original(client: FlaskClient) -> None:
    page = words(client.get("/search?q=familievenner&kind=good-practice").text)
    assert "also in Greek, by" in page


def test_each_of_two_joined_records_names_the_other_and_who_says_so(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get(samples.url("arbejdshaefte-90-dage")).text
    said = words(page)
    assert "The same is also described here:" in said
    assert "by Harbour Lane Project (by the word of" in said
    for claim in ("samme-arbejdshaefte", "same-workbook"):
        assert f"/records/{samples.records[claim]}" in page


def test_a_claim_of_a_third_is_told_and_not_followed(client: FlaskClient, samples: Samples) -> None:
    said = words(client.get(samples.url("un-solo-appuntamento")).text)
    assert "says that this is the same as" in said
    assert "this catalogue shows them apart." in said
    assert "The same is also described here" not in said


def test_the_keepers_decision_is_told_as_such(small: SmallNode) -> None:
    one, two = small.practice("Knitting"), small.practice("Weaving")
    join(small.x, one, two)
    assert "so decided for this catalogue" in words(small.get(f"/records/{one}").text)
    follow(small)
    assert "also published by" in words(small.get("/search?q=weaving").text)


def test_ten_thousand_claims_about_a_record_do_not_keep_its_page_from_opening(
    small: SmallNode,
) -> None:
    one, two = small.practice("Knitting"), small.practice("Weaving")
    oid = small.x.own_oid()
    reason = {"en": "Copied"}
    (claim,) = small.publish(
        Draft(
            kind="same-as",
            body={
                "subject": {"origin": oid, "record": one},
                "same_as": {"origin": "a" * 52, "record": two},
                "language": "en",
                "sameness": "copy",
                "reason": reason,
            },
        )
    )
    with small.x.database.writing() as uow:
        uow.origins.add("x" * 52, first_seen=small.x.clock.now())
        row = uow.records.get(oid, claim)
        assert row is not None
        many = [str(UUID(int=number, version=4)) for number in range(10_000)]
        uow.records.upsert(
            *(replace(row, oid="x" * 52, record=r, change=uow.next_change()) for r in many)
        )
        uow.records.set_links_many(
            [
                (
                    "x" * 52,
                    r,
                    [
                        LinkRow("x" * 52, r, "same_as", oid, one),
                        LinkRow("x" * 52, r, "same_as", "x" * 52, many[place - 1]),
                    ],
                )
                for place, r in enumerate(many)
            ]
        )
    read: list[str] = []
    event.listen(Engine, "before_cursor_execute", note := lambda *told: read.append(told[2]))
    page = words(small.get(f"/records/{one}").text)
    event.remove(Engine, "before_cursor_execute", note)
    assert "There are more claims of this kind." in page
    assert page.count("says that this is the same as") == 10
    # The work for a page does not grow with the claims: so many links, and so many questions.
    assert len(get_record(node_of(small.x).catalogue, one).links) <= 50
    assert len(read) < 60
