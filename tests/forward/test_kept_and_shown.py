"""What a node of today does with records of tomorrow, two hops away from who wrote them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from node.core.canonical import digest
from node.operations.verify import verify_index, verify_store
from tests.forward.future import NEWS

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from tests.forward.conftest import Chain

every_news = pytest.mark.parametrize("news", NEWS)
unknown_forms = pytest.mark.parametrize("news", ["a second version", "a kind"])
known_forms = pytest.mark.parametrize(
    "news", ["a member", "a concept", "a language", "a country and a region"]
)


def kept(x: Exchange, oid: str, record: str) -> tuple[bytes, bytes, str | None]:
    """Return a record's newest statement, its content and the digest the log names."""
    with x.database.reading() as unit:
        entry = unit.entries.revisions(oid, record)[-1]
        assert entry.digest is not None
        return (
            unit.entries.raw(entry.log_id, entry.seq),
            unit.contents.get(entry.digest),
            entry.digest,
        )


@every_news
def test_it_is_passed_on_byte_for_byte(chain: Chain, news: str) -> None:
    record = chain.records[news]
    first = kept(chain.future, chain.oid, record)
    assert kept(chain.middle, chain.oid, record) == first
    statement, content, named = kept(chain.far.x, chain.oid, record)
    assert (statement, content, named) == first
    assert digest(content) == named


@every_news
def test_it_is_not_faulty(chain: Chain, news: str) -> None:
    with chain.far.x.database.reading() as unit:
        row = unit.records.get(chain.oid, chain.records[news])
    assert row is not None
    assert (row.state, row.fault) == ("shown", None)


def test_both_nodes_of_today_verify(chain: Chain) -> None:
    report = verify_store(chain.far.x)
    verify_index(chain.far.x, chain.far.node.index, report)
    assert report.findings == []
    assert report.records == len(NEWS)
    assert verify_store(chain.middle).findings == []


@every_news
@pytest.mark.parametrize("language", ["en", "es", "el", "ar"])
def test_its_page_opens_in_every_language(chain: Chain, news: str, language: str) -> None:
    record = chain.records[news]
    for address in ("", "/revisions", "/revisions/1", "/genuine"):
        page = chain.far.page(f"/records/{record}{address}", language)
        body = NEWS[news].body
        title: dict[str, str] = body.get("title") or body["heading"]
        assert title.get(language, title["en"]) in page, address


@unknown_forms
def test_of_an_unknown_form_title_and_summary_are_shown_and_nothing_else(
    chain: Chain, news: str
) -> None:
    body = NEWS[news].body
    page = chain.far.page(f"/records/{chain.records[news]}")
    summary: dict[str, str] = body.get("summary") or body["gist"]
    assert summary["en"] in page
    for inside in ("Eight of twelve", "The harbour closes", "The kettle sings"):
        assert inside not in page


HONEST = [
    pytest.param("en", "version 2 of its form", "knows version 1", id="in English"),
    pytest.param("es", "versión 2 de su formulario", "conoce la versión 1", id="in Spanish"),
    pytest.param("el", "έκδοση 2 της φόρμας", "γνωρίζει την έκδοση 1", id="in Greek"),
    pytest.param("ar", "بالإصدار 2 من نموذجه", "تعرف الإصدار 1", id="in Arabic"),
]


@pytest.mark.parametrize(("language", "needed", "known"), HONEST)
def test_the_reader_is_told_which_version_it_needs(
    chain: Chain, language: str, needed: str, known: str
) -> None:
    page = chain.far.page(f"/records/{chain.records['a second version']}", language)
    assert needed in page
    assert known in page
    assert language != "en" or "are shown.\nThe whole record is kept" in page


@unknown_forms
def test_the_reader_is_told_where_the_original_is(chain: Chain, news: str) -> None:
    record = chain.records[news]
    page = chain.far.page(f"/records/{record}")
    # The far node knows the origin by relay only, and no address of it.
    assert "It can be read in full at its publisher" in page
    assert f"/organisations/{chain.oid}" in page


def test_an_unknown_kind_is_said_to_be_one(chain: Chain) -> None:
    page = chain.far.page(f"/records/{chain.records['a kind']}")
    assert "does not know this kind of record" in page
    assert "Video diary" in page


@known_forms
def test_of_a_known_form_the_whole_page_is_shown(chain: Chain, news: str) -> None:
    page = chain.far.page(f"/records/{chain.records[news]}")
    assert 'id="unknown"' not in page
    assert "Half of them found work within a year." in page


FOUND = [
    pytest.param("q=rowing", "a second version", id="a word of its title"),
    pytest.param("q=seagulls", "a kind", id="a word of its summary"),
    pytest.param("q=muelle", "a kind", id="a word of its title in another language"),
    pytest.param("q=lantar", "a language", id="a word in an unknown language"),
    pytest.param("kind=video-diary", "a kind", id="its unknown kind"),
    pytest.param("target_group=displaced-by-floods", "a concept", id="its unknown concept"),
    pytest.param("q=dry&target_group=refugees", "a concept", id="a known concept beside it"),
    pytest.param("country=XQ", "a country and a region", id="its unknown country"),
    pytest.param("region=XQ12", "a country and a region", id="its unknown region"),
    pytest.param("language=qya", "a language", id="its unknown language"),
]


@pytest.mark.parametrize(("query", "news"), FOUND)
def test_it_is_found(chain: Chain, query: str, news: str) -> None:
    page = chain.far.page(f"/search?{query}")
    assert f"/records/{chain.records[news]}" in page


def test_its_card_says_what_is_shown_of_it(chain: Chain) -> None:
    assert "title and summary only" in chain.far.page("/search?q=rowing")
    assert "title and summary only" not in chain.far.page("/search?q=bread")


def test_words_that_are_not_shown_are_not_found(chain: Chain) -> None:
    assert chain.records["a kind"] not in chain.far.page("/search?q=kettle")


def test_facets_are_counted_with_readable_names(chain: Chain) -> None:
    answer = chain.far.get("/api/1/records?size=20", accept="application/json").get_json()
    assert answer["total"] == len(NEWS)
    counted = {
        name: {each["value"]: (each["count"], each["label"]) for each in values}
        for name, values in answer["facets"].items()
    }
    assert counted["target_group"]["displaced-by-floods"] == (1, "Displaced by floods")
    assert counted["target_group"]["refugees"][0] == 4
    assert counted["kind"]["video-diary"] == (1, "Video diary")
    assert counted["kind"]["good-practice"][0] == 5
    assert counted["country"]["XQ"] == (1, "XQ")
    assert counted["language"]["en"][0] == len(NEWS)


def test_an_unknown_concept_is_words_with_a_mark(chain: Chain) -> None:
    page = chain.far.page(f"/records/{chain.records['a concept']}")
    assert ">displaced by floods</a>" in page
    assert page.count("(not known here yet)") == 1
    spanish = chain.far.page(f"/records/{chain.records['a concept']}", "es")
    assert 'lang="en" dir="ltr">displaced by floods</a>' in spanish
    assert "(aún no se conoce aquí)" in spanish


@every_news
def test_the_open_interface_says_whether_it_is_known(chain: Chain, news: str) -> None:
    record = chain.records[news]
    held = chain.far.get(f"/api/1/records/{record}", accept="application/json").get_json()
    assert held["known"] is (news not in {"a second version", "a kind"})
    assert held["body"] == NEWS[news].body, "the whole body, also what is not understood"
    assert held["schema"].startswith(NEWS[news].kind.partition("/")[0])


@every_news
def test_it_is_linked_data(chain: Chain, news: str) -> None:
    answer = chain.far.get(f"/records/{chain.records[news]}", accept="application/ld+json")
    document: dict[str, Any] = json.loads(answer.data)
    known = news not in {"a second version", "a kind"}
    assert ("conforms_to" in document) is known
    assert document["title"]
    if not known:
        assert document["summary"]
        assert "results" not in document


def test_a_proof_can_be_downloaded(chain: Chain) -> None:
    for record in chain.records.values():
        proof = chain.far.get(f"/records/{record}/proof").get_json()
        assert proof["record"] == record


def test_lists_and_home_hold_it(chain: Chain) -> None:
    for address in ("/", f"/organisations/{chain.oid}", "/organisations", "/search"):
        page = chain.far.page(address, "ar")
        if address not in {"/", "/organisations"}:
            assert all(record in page for record in chain.records.values()), address
