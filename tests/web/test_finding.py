"""Home, search, organisations, network, about: what a reader finds and what an empty page says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from node.catalogue.pages import page_numbers
from node.exchange.peers import add_peer, block_peer, pause_peer
from tests.support.nodes import connect, make_exchange

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples


def test_home_shows_what_is_here_and_where_to_begin(client: FlaskClient, samples: Samples) -> None:
    page = client.get("/").text
    assert page.count('class="factor"') == 6
    assert page.count('class="card item"') == 6
    assert "Records by country" in page
    assert "The last exchange broke off" in page
    assert str(len(set(samples.records.values()))) in page


def test_an_empty_home_says_what_to_do_next(small: SmallNode) -> None:
    page = small.get("/").text
    assert "Nothing has been published here yet" in page
    assert "See the state of the exchange" in page


def test_search_finds_across_languages_and_says_why(client: FlaskClient) -> None:
    page = client.get("/search?q=mentoring&lang=el").text
    assert "Εμφανίζονται και καταχωρίσεις σε κάθε γλώσσα για:" in page
    assert '<ol class="record-list">' in page


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param("fbclid=IwAR0abc", id="a social network's mark"),
        pytest.param("utm_source=newsletter&utm_medium=email", id="a newsletter's marks"),
        pytest.param("Country=ES", id="a filter's name in other letters"),
    ],
)
def test_what_others_add_to_a_link_does_not_narrow_the_search(
    client: FlaskClient, foreign: str
) -> None:
    plain, shared = client.get("/search?q=mentor"), client.get(f"/search?q=mentor&{foreign}")
    count = re.compile(r'<h2 id="count">(.+?)</h2>')
    assert count.findall(shared.text) == count.findall(plain.text) != ["Nothing found"]
    assert 'class="chip"' not in shared.text


def test_a_known_filter_that_fits_nothing_is_shown_and_can_be_removed(client: FlaskClient) -> None:
    page = client.get("/search?q=mentor&country=AQ").text
    assert "Nothing found" in page
    assert 'class="chip" href="/search?q=mentor"' in page


def test_a_filter_in_use_can_be_taken_away_again(client: FlaskClient) -> None:
    page = client.get("/search?q=mentor&country=ES&country=DK&page=2").text
    chips = re.findall(r'class="chip" href="([^"]+)"', page)
    assert chips[:2] == [
        "/search?q=mentor&amp;country=DK",
        "/search?q=mentor&amp;country=ES",
    ]


def test_the_outcome_of_an_adaptation_is_on_its_card(client: FlaskClient) -> None:
    page = client.get("/search?kind=adaptation&outcome=did-not-work").text
    cards = page.split('<ol class="record-list">')[1].split("</ol>")[0].split("<article")[1:]
    assert cards
    for card in cards:
        assert re.search(r'class="badge code-did-not-work"[^>]*>Did not work<', card)


def test_an_organisation_that_was_found_leads_to_its_page(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get("/search?kind=organisation").text
    assert f'<h3><a href="/organisations/{samples.oids["havnebroen"]}"' in page


def test_a_record_found_by_its_topic_says_which(client: FlaskClient) -> None:
    page = client.get("/search?q=mentoring").text
    assert re.search(r"<li>about: (<[^>]+>)?Mentoring", page)


def test_a_topic_known_under_two_facets_is_offered_once(client: FlaskClient) -> None:
    page = client.get("/search?q=volunteering").text
    offered = page.split('class="notice also"')[1].split("</p>")[0]
    labels = re.findall(r"<a [^>]+>([^<]+)</a>", offered)
    assert len(labels) == len(set(labels)) > 1


def test_filters_are_checkboxes_with_counts(client: FlaskClient) -> None:
    page = client.get("/search?country=ES").text
    assert re.search(r'name="country" value="ES" checked>', page)
    assert re.search(r'<span class="facet-count">\d+</span>', page)


def test_an_empty_result_says_what_to_try(client: FlaskClient) -> None:
    page = client.get("/search?q=xyzzyq&country=ES").text
    assert "Nothing found" in page
    assert "remove the filters and keep your words" in page


def test_a_page_beyond_the_last_leads_back(client: FlaskClient) -> None:
    page = client.get("/search?page=99").text
    assert "There are results, but not on this page." in page


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("page=abc", id="a page that is no number"),
        pytest.param("page=-3", id="a page below the first"),
        pytest.param("sort=upside-down", id="an unknown order"),
        pytest.param("colour=blue", id="a parameter there is none of"),
        pytest.param("country=%00%ff", id="bytes that are no text"),
        pytest.param("q=" + "long " * 500, id="a very long question"),
        pytest.param('q="*)(AND:^~', id="marks that mean something to an index"),
        pytest.param("lang=xx", id="a language there is none of"),
    ],
)
def test_search_answers_whatever_is_typed(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?{query}").status_code == 200


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [
        pytest.param(1, 1, [1], id="one page"),
        pytest.param(2, 3, [1, 2, 3], id="a few pages"),
        pytest.param(1, 9, [1, 2, None, 9], id="at the beginning"),
        pytest.param(5, 9, [1, None, 4, 5, 6, None, 9], id="in the middle"),
        pytest.param(9, 9, [1, None, 8, 9], id="at the end"),
        pytest.param(50, 9, [1, None, 9], id="beyond the end"),
    ],
)
def test_long_results_offer_the_ends_and_the_neighbours(
    current: int, last: int, shown: list[int | None]
) -> None:
    assert page_numbers(current, last) == shown


def test_organisations_are_listed_and_have_pages(client: FlaskClient, samples: Samples) -> None:
    page = client.get("/organisations").text
    for oid in samples.oids.values():
        assert f"/organisations/{oid}" in page
        answer = client.get(f"/organisations/{oid}")
        assert answer.status_code == 200
        assert " ".join(oid[i : i + 4] for i in range(0, 52, 4)) in answer.text


def test_an_unknown_organisation_is_explained(small: SmallNode) -> None:
    assert small.get("/organisations/" + "a" * 52).status_code == 404


def test_the_network_page_tells_each_partners_state(client: FlaskClient) -> None:
    page = client.get("/network").text
    assert "Complete, as of 3 minutes ago" in page
    assert "The last exchange broke off" in page
    assert 'heard of through <bdi lang="es" dir="ltr">Puente de Azahar<' in page


def test_a_node_without_partners_says_how_to_add_one(small: SmallNode) -> None:
    assert "This node has no partners yet." in small.get("/network").text


@pytest.mark.parametrize(
    ("act", "words"),
    [
        pytest.param(None, "The first exchange is about to begin", id="just added"),
        pytest.param(pause_peer, "Paused by this node's keeper", id="paused"),
        pytest.param(block_peer, "Blocked by this node's keeper", id="blocked"),
    ],
)
def test_what_the_keeper_chose_is_told(
    small: SmallNode, tmp_path: Path, act: object, words: str
) -> None:
    other = make_exchange(tmp_path, "Havn", country="DK")
    peer = add_peer(small.x, other.settings.url, connect({other.settings.url: other}))
    if callable(act):
        act(small.x, str(peer.id))
    assert words in small.get("/network").text
    other.database.dispose()


def test_about_says_what_a_signature_does_not_prove(small: SmallNode) -> None:
    assert "It does not prove that it is true" in small.get("/about").text
