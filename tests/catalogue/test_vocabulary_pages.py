"""Vocabularies and terms at stable addresses: the right form, honest numbers, the way onwards."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from node.app import create_app
from node.catalogue import concepts
from node.contract import load_contract, schemas_path
from node.errors import NotFoundError
from node.exchange.drafts import Draft
from node.exchange.publishing import publish, withdraw
from tests.support.nodes import make_exchange, practice, the_contract
from tests.web.making import node_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from node.contract import Contract
    from node.exchange.context import Exchange
    from node.home import Node

HTML, JSON = "text/html", "application/json"
LINKED, TURTLE = "application/ld+json", "text/turtle"
ADDRESSES = ("/vocabularies", "/vocabularies/axes", "/vocabularies/practice-types/volunteering")
every_address = pytest.mark.parametrize("address", ADDRESSES)


@dataclass
class Shown:
    """A node with records under terms, and a browser in front of it."""

    x: Exchange
    node: Node
    client: FlaskClient

    def get(self, address: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(address, headers=named)

    def page(self, address: str, language: str = "en") -> str:
        answer = self.get(address, Accept_Language=language)
        assert answer.status_code == 200
        return answer.text

    def publish(self, *drafts: Draft) -> list[str]:
        made = [each.record for each in publish(self.x, drafts)]
        self.node.follow_index()
        return made


def shown(folder: Path, contract: Contract | None = None) -> Shown:
    x = make_exchange(folder)
    x = replace(x, contract=contract) if contract else x
    node = node_of(x)
    app = create_app(node)
    app.config["TESTING"] = True
    return Shown(x, node, app.test_client())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """Three practices: two with volunteering, of which one also with mentoring by a family."""
    made = shown(tmp_path_factory.mktemp("terms"))
    made.publish(
        practice("Saturdays in the shop", practice_type=["volunteering"], country=["IE"]),
        practice("Tea and talk", practice_type=["volunteering", "family-mentoring"]),
        practice("Only talk"),
    )
    yield made
    made.x.database.dispose()


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", HTML),
        ("*/*", HTML),
        ("text/html,application/xhtml+xml,*/*;q=0.8", HTML),
        ("application/json", JSON),
        ("application/ld+json", LINKED),
        ("text/turtle", TURTLE),
        ("text/turtle;q=0.9, application/ld+json;q=0.4", TURTLE),
        ("application/rdf+xml", HTML),
    ],
)
@every_address
def test_an_address_answers_in_the_form_that_is_asked_for(
    site: Shown, address: str, accept: str, form: str
) -> None:
    answer = site.get(address, Accept=accept) if accept else site.get(address)
    assert (answer.status_code, answer.mimetype) == (200, form)
    assert "Accept" in [each.strip() for each in answer.headers["Vary"].split(",")]
    assert (answer.headers.get("Content-Location") is None) == (form == HTML)


@pytest.mark.parametrize(
    ("ending", "form"), [(".json", JSON), (".jsonld", LINKED), (".ttl", TURTLE)]
)
@every_address
def test_an_address_with_an_ending_is_always_in_that_form(
    site: Shown, address: str, ending: str, form: str
) -> None:
    answer = site.get(address + ending, Accept=HTML)
    assert (answer.status_code, answer.mimetype) == (200, form)
    assert answer.data == site.get(address, Accept=form).data
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Location"] == address + ending


@pytest.mark.parametrize("form", [HTML, JSON, LINKED, TURTLE])
@every_address
def test_what_did_not_change_is_not_sent_again(site: Shown, address: str, form: str) -> None:
    first = site.get(address, Accept=form)
    etag, weak = first.get_etag()
    assert etag
    assert not weak
    again = site.get(address, Accept=form, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


@every_address
def test_each_form_has_its_own_etag(site: Shown, address: str) -> None:
    forms = (HTML, JSON, LINKED, TURTLE)
    assert len({site.get(address, Accept=form).headers["ETag"] for form in forms}) == 4


@every_address
def test_a_page_names_its_other_forms_to_people_and_programs(site: Shown, address: str) -> None:
    answer = site.get(address)
    links = ", ".join(answer.headers.getlist("Link"))
    for ending, form in ((".ttl", TURTLE), (".jsonld", LINKED), (".json", JSON)):
        assert f'<link rel="alternate" type="{form}" href="{address}{ending}">' in answer.text
        assert f'class="chip" href="{address}{ending}"' in answer.text
        assert f'<{address}{ending}>; rel="alternate"; type="{form}"' in links


@pytest.mark.parametrize(
    "address",
    [
        "/vocabularies/zzgargoyle",
        "/vocabularies/zzgargoyle.ttl",
        "/vocabularies/axes/zzgargoyle",
        "/vocabularies/zzgargoyle/integration",
        "/vocabularies/axes.zzgargoyle",
        "/vocabularies/axes.ttl.zzgargoyle",
        "/vocabularies/axes/%3Cb%3Ezzgargoyle",
    ],
)
@pytest.mark.parametrize("form", [HTML, JSON, LINKED, TURTLE])
def test_what_is_not_here_is_told_without_repeating_it(
    site: Shown, address: str, form: str
) -> None:
    answer = site.get(address, Accept=form, Accept_Language="en")
    assert answer.status_code == 404
    body = re.sub(r'href="[^"]*lang=[^"]*"', "", answer.text)
    assert "zzgargoyle" not in body
    if answer.mimetype == HTML:
        assert "This term is not here" in answer.text
        assert 'href="/vocabularies"' in answer.text
    else:
        assert answer.mimetype == "application/problem+json"
        assert json.loads(answer.data)["hint"]
    by_ending = address.endswith(".ttl")
    assert (answer.mimetype == HTML) == (form == HTML and not by_ending)


def test_what_is_not_here_is_told_in_the_readers_language(site: Shown) -> None:
    answer = site.get("/vocabularies/nothing", Accept_Language="el")
    assert answer.status_code == 404
    assert "Αυτός ο όρος δεν βρίσκεται εδώ" in answer.text


def test_the_list_has_every_vocabulary_with_its_numbers(site: Shown) -> None:
    page = site.page("/vocabularies")
    for vocabulary in the_contract().vocabularies.values():
        (card,) = re.findall(
            rf'href="/vocabularies/{vocabulary.scheme}">.*?</article>', page, re.DOTALL
        )
        assert vocabulary.title().replace("'", "&#39;") in card
        assert f"{len(vocabulary.concepts)} terms" in card
    assert "on 2 records" in page[page.index('href="/vocabularies/practice-types"') :][:700]


@pytest.mark.parametrize("scheme", sorted(the_contract().vocabularies))
def test_a_vocabulary_and_each_of_its_terms_have_a_page(site: Shown, scheme: str) -> None:
    page = site.page(f"/vocabularies/{scheme}", "es")
    for concept in the_contract().vocabularies[scheme].concepts.values():
        address = f"/vocabularies/{scheme}/{concept.code}"
        assert f'href="{address}"' in page
        assert site.get(address, Accept_Language="ar").status_code == 200


def test_narrower_terms_stand_below_theirs(site: Shown) -> None:
    page = site.page("/vocabularies/practice-types")
    above = page.index('href="/vocabularies/practice-types/mentoring"')
    below = page.index('href="/vocabularies/practice-types/family-mentoring"')
    assert above < below
    assert '<ul class="concepts">' in page[above:below]


def test_a_term_counts_what_the_search_finds(site: Shown) -> None:
    for code, number in (("volunteering", 2), ("mentoring", 1), ("family-mentoring", 1)):
        found = site.get(f"/api/1/records?practice_type={code}").json["total"]
        assert found == number
        asked = site.get(f"/api/1/vocabularies/practice-types/{code}").json
        assert (asked["records"], asked["facets"]) == (number, ["practice_type"])
        page = site.page(f"/vocabularies/practice-types/{code}")
        assert re.search(rf">{number} records? carr", page)
        assert f'href="/search?practice_type={code}"' in page
    assert "1 record<" in site.page("/vocabularies/practice-types")


def test_a_term_shows_its_records_countries_and_partners(site: Shown) -> None:
    page = site.page("/vocabularies/practice-types/volunteering")
    for title in ("Saturdays in the shop", "Tea and talk", "Ireland", "Spain", "Puente"):
        assert title in page
    assert "Only talk" not in page
    assert 'href="/search?practice_type=volunteering&amp;country=IE"' in page
    assert f"practice_type=volunteering&amp;origin={site.x.own_oid()}" in page


def test_a_term_without_records_says_where_it_is_chosen_and_what_else_to_do(site: Shown) -> None:
    page = site.page("/vocabularies/practice-types/helpline")
    assert "No record here carries this term yet." in page
    assert "Good practice: <q>Type of practice</q>" in page
    assert 'href="/search?q=Helpline"' in page
    assert "By country" not in page


def test_a_term_that_no_search_takes_does_not_pretend(site: Shown) -> None:
    page = site.page("/vocabularies/eqavet/planning")
    assert "Records cannot be searched by this term" in page
    assert "/search?eqavet" not in page
    assert site.get("/api/1/vocabularies/eqavet/planning").json["records"] == 0


def test_a_term_shows_its_neighbours(site: Shown) -> None:
    page = site.page("/vocabularies/practice-types/family-mentoring")
    assert re.search(r'nb-above">.*?/practice-types/mentoring"', page, re.DOTALL)
    assert re.search(r'nb-self">.*?/practice-types/job-mentoring"', page, re.DOTALL)
    below = site.page("/vocabularies/practice-types/mentoring")
    assert re.search(r'nb-below">.*?/practice-types/family-mentoring"', below, re.DOTALL)
    related = site.page("/vocabularies/success-factors/social-capital")
    assert re.search(r'nb-related">.*?/vocabularies/iag-practices/', related, re.DOTALL)


def test_a_term_leads_to_the_public_scheme_that_has_it(site: Shown) -> None:
    page = site.page("/vocabularies/eqf/4")
    (match,) = the_contract().vocabularies["eqf"].concepts["4"].exact_match
    assert f'href="{match}" rel="external noopener nofollow"' in page
    assert "European Qualifications Framework" in page


def test_words_of_the_readers_languages_stand_first_the_others_are_folded(site: Shown) -> None:
    page = site.page("/vocabularies/practice-types/volunteering", "ar, da;q=0.5")
    concept = the_contract().vocabularies["practice-types"].concepts["volunteering"]
    words = page[page.index('id="words"') :]
    open_, folded = words.split("<details", 1)
    for language in ("ar", "da", "en"):
        assert f'<dd lang="{language}"' in open_
        assert concept.alt(language)[0] in open_
    assert '<dd lang="ar" dir="rtl">' in open_
    for language in ("el", "uk", "pl"):
        assert f'<dd lang="{language}" dir="ltr"><b>{concept.labels[language]}</b>' in folded


def test_a_language_without_labels_is_told_honestly(site: Shown) -> None:
    page = site.page("/vocabularies/axes")
    absent = page[page.index("No labels yet in") :].split("</div>")[0]
    for name in ("Bulgarian", "Irish", "Turkish", "Swedish"):
        assert name in absent
    assert "Polish" not in absent
    assert "Labels in 12 languages" in page


def test_a_missing_label_is_counted_by_language(tmp_path: Path) -> None:
    contract = doctored(tmp_path, {"axes": lambda c: c["prefLabel"].pop("pl", None)})
    coverage = concepts.coverage([contract.vocabularies["axes"]])
    assert "pl" not in coverage.whole
    assert coverage.partly == {}
    assert "pl" in coverage.absent
    one = doctored(tmp_path / "one", {"axes": _first_without("pl")})
    site = shown(tmp_path, one)
    page = site.page("/vocabularies/axes")
    assert "Polish: 1 term has none" in page
    first = next(iter(one.vocabularies["axes"].concepts))
    asked = site.page(f"/vocabularies/axes/{first}?lang=en", "pl, en")
    assert one.vocabularies["axes"].concepts[first].label("en") in asked
    site.x.database.dispose()


def test_a_record_under_two_facets_of_a_term_counts_once(tmp_path: Path) -> None:
    site = shown(tmp_path, with_atlas(tmp_path))
    both, first, second = {"format": "helpline", "also": "helpline"}, {"format": "helpline"}, {}
    site.publish(
        atlas("Both", country=["DK"], **both),
        atlas("First", country=["DK"], **first),
        atlas("Second", country=["FI"], also="helpline", **second),
        atlas("Neither", country=["FI"], format="volunteering"),
    )
    asked = site.get("/api/1/vocabularies/practice-types/helpline").json
    assert asked["records"] == 3
    assert set(asked["facets"]) >= {"practice_type", "also_type"}
    view = concepts.get_concept(site.node.catalogue, "practice-types", "helpline", ("en",))
    assert dict(view.by_facet) == {"practice_type": 2, "also_type": 2}
    assert sorted(card.title["en"] for card in view.newest) == ["Both", "First", "Second"]
    assert [(each.label, each.count) for each in view.countries] == [("Denmark", 2), ("Finland", 1)]
    scheme = concepts.get_scheme(site.node.catalogue, "practice-types")
    assert (scheme.counts["helpline"], scheme.counts["volunteering"], scheme.total) == (3, 1, 4)
    page = site.page("/vocabularies/practice-types/helpline")
    assert 'href="/search?also_type=helpline"' in page
    assert 'href="/search?practice_type=helpline"' in page
    assert "/search?country=DK" not in page
    site.x.database.dispose()


def test_a_withdrawn_record_is_no_longer_shown_under_its_term(tmp_path: Path) -> None:
    site = shown(tmp_path)
    (gone,) = site.publish(practice("Soon gone", practice_type=["helpline"]))
    assert "Soon gone" in site.page("/vocabularies/practice-types/helpline")
    withdraw(site.x, gone)
    assert "Soon gone" not in site.page("/vocabularies/practice-types/helpline")
    site.node.follow_index()
    assert "No record here carries" in site.page("/vocabularies/practice-types/helpline")
    site.x.database.dispose()


def test_a_search_for_one_term_explains_it(site: Shown) -> None:
    about = "Voluntary work through which migrants gain experience"
    address = 'href="/vocabularies/practice-types/volunteering"'
    for query in ("practice_type=volunteering", "practice_type=volunteering&country=IE"):
        page = site.page(f"/search?{query}")
        assert about in page, query
        assert address in page
    typed = site.page("/search?q=volunteer+work")
    assert about in typed
    several = site.page("/search?practice_type=volunteering&practice_type=helpline")
    assert about not in several
    assert "About this term" not in site.page("/search?country=IE")


def test_a_record_explains_its_terms_and_leads_to_them(site: Shown) -> None:
    (item, *_) = site.get("/api/1/records?practice_type=family-mentoring").json["items"]
    page = site.page(f"/records/{item['id']}")
    meanings = page[page.index("What its terms mean") :].split("</details>")[0]
    assert 'href="/vocabularies/practice-types/family-mentoring"' in meanings
    assert "A local person or family" in meanings
    assert 'href="/search?practice_type=family-mentoring"' in page


@pytest.mark.parametrize("address", ["/", "/about"])
def test_the_way_to_the_vocabularies_is_on_every_page(site: Shown, address: str) -> None:
    assert 'href="/vocabularies"' in site.page(address)


def test_the_interface_gives_a_term_with_its_neighbours(site: Shown) -> None:
    asked = site.get("/api/1/vocabularies/practice-types/mentoring").json
    assert asked["id"] == "urn:footbridge:concept:practice-types:mentoring"
    assert asked["broader"] is None
    assert set(asked["narrower"]) == {"family-mentoring", "job-mentoring"}
    listed = site.get("/api/1/vocabularies/practice-types").json["concepts"]
    family = next(each for each in listed if each["code"] == "family-mentoring")
    assert (family["broader"], family["scheme"]) == ("mentoring", "practice-types")


def test_a_use_case_says_that_it_does_not_know_a_term(site: Shown) -> None:
    for scheme, code in (("axes", "none"), ("none", "none")):
        with pytest.raises(NotFoundError):
            concepts.get_concept(site.node.catalogue, scheme, code, ("en",))


def doctored(folder: Path, changes: dict[str, Any]) -> Contract:
    """Load the shared contract with concepts of some vocabularies changed."""
    schemas = shutil.copytree(schemas_path(), folder / "schemas")
    for scheme, change in changes.items():
        path = schemas / "vocabularies" / f"{scheme}.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        for concept in document["concepts"]:
            change(concept)
        path.write_text(json.dumps(document), encoding="utf-8")
    return load_contract(schemas)


def _first_without(language: str) -> Any:
    done: list[str] = []

    def change(concept: dict[str, Any]) -> None:
        if not done:
            done.append(concept["prefLabel"].pop(language))

    return change


COMMON = "../../common/1.json#/$defs/"


def with_atlas(folder: Path) -> Contract:
    """Load the shared contract with a kind that files one vocabulary under two facets."""
    schemas = shutil.copytree(schemas_path(), folder / "schemas")
    kind = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "atlas/1",
        "type": "object",
        "required": ["title", "summary", "language"],
        "properties": {
            "title": {"$ref": f"{COMMON}line"},
            "summary": {"$ref": f"{COMMON}abstract"},
            "language": {"$ref": f"{COMMON}language"},
            "country": {"$ref": f"{COMMON}countries", "x-footbridge": {"facet": "country"}},
            "format": {
                "$ref": f"{COMMON}code",
                "x-footbridge": {"vocabulary": "practice-types", "facet": "practice_type"},
            },
            "also": {
                "$ref": f"{COMMON}code",
                "x-footbridge": {"vocabulary": "practice-types", "facet": "also_type"},
            },
        },
        "x-footbridge": {
            "title": "title",
            "summary": "summary",
            "icon": "book",
            "sections": [
                {
                    "id": "main",
                    "fields": ["title", "summary", "language", "country", "format", "also"],
                }
            ],
        },
    }
    labels = {"kind": {"label": {"en": "Atlas"}, "plural": {"en": "Atlases"}}}
    (schemas / "records" / "atlas").mkdir()
    for name, value in (("1", kind), ("labels", labels)):
        path = schemas / "records" / "atlas" / f"{name}.json"
        path.write_text(json.dumps(value), encoding="utf-8")
    return load_contract(schemas)


def atlas(title: str, **members: Any) -> Draft:
    body = {"title": {"en": title}, "summary": {"en": "Maps of help."}, "language": "en"}
    return Draft(kind="atlas", body=body | members)
