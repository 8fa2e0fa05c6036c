"""What is served as SKOS, read by others' libraries: both forms say one thing, and it is sound."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from pyld import jsonld
from rdflib import DCTERMS, FOAF, RDF, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from node.app import create_app
from node.catalogue.skos import concept_id, linked_concept, scheme_id, turtle
from node.exchange.publishing import publish
from tests.support.nodes import make_exchange, practice, the_contract
from tests.web.making import node_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

SCHEMES = sorted(the_contract().vocabularies)
LINKED, TURTLE = "application/ld+json", "text/turtle"

every_scheme = pytest.mark.parametrize("scheme", SCHEMES)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Give a node that has published one practice."""
    x = make_exchange(tmp_path_factory.mktemp("skos"))
    publish(x, [practice(practice_type=["volunteering"], barrier=["language"])])
    node = node_of(x)
    node.follow_index()
    app = create_app(node)
    app.config["TESTING"] = True
    yield app.test_client()
    x.database.dispose()


def served(client: FlaskClient, address: str, form: str) -> bytes:
    answer = client.get(address, headers={"Accept": form})
    assert (answer.status_code, answer.mimetype) == (200, form)
    return answer.data


def nowhere(url: str, _options: Any) -> Any:
    raise AssertionError(f"{url} would have been fetched")


def triples_of_linked(document: Any) -> Graph:
    """Read JSON-LD with a library that has no part in making it."""
    quads = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": nowhere})
    return Graph().parse(data=quads, format="nt")


def triples_of_turtle(data: bytes) -> Graph:
    return Graph().parse(data=data, format="turtle")


def breaches(graph: Graph) -> list[str]:
    """Return what breaks the integrity conditions of the SKOS Reference, by their numbers."""
    found = []
    above = {c: set(graph.objects(c, SKOS.broader)) for c in graph.subjects(RDF.type, SKOS.Concept)}
    for concept in above:
        labels = list(graph.objects(concept, SKOS.prefLabel))
        others = set(graph.objects(concept, SKOS.altLabel))
        counted = Counter(label.language for label in labels)
        found += [f"S14 {concept} {tag}" for tag, number in counted.items() if number > 1]
        found += [f"S13 {concept} {label}" for label in labels if label in others]
        ancestors = _up(above, concept)
        if concept in ancestors:
            found.append(f"circle {concept}")
        related = set(graph.objects(concept, SKOS.related))
        found += [f"S27 {concept} {each}" for each in related & ancestors]
        found += [
            f"S23 {concept} {each}" for each in related if concept not in _related(graph, each)
        ]
        if (concept, RDF.type, SKOS.ConceptScheme) in graph:
            found.append(f"S9 {concept}")
    return sorted(found)


def _related(graph: Graph, concept: Any) -> set[Any]:
    # Of a concept that another document describes, nothing can be said.
    held = set(graph.objects(concept, SKOS.related))
    described = (concept, RDF.type, SKOS.Concept) in graph
    return held if described else set(graph.subjects(SKOS.related, concept))


def _up(above: dict[Any, set[Any]], concept: Any) -> set[Any]:
    found: set[Any] = set()
    todo = list(above.get(concept, ()))
    while todo:
        each = todo.pop()
        if each not in found:
            found.add(each)
            todo += above.get(each, ())
    return found


@every_scheme
def test_turtle_and_json_ld_of_a_vocabulary_are_the_same_graph(
    client: FlaskClient, scheme: str
) -> None:
    address = f"/vocabularies/{scheme}"
    linked = triples_of_linked(json.loads(served(client, address, LINKED)))
    assert isomorphic(linked, triples_of_turtle(served(client, address, TURTLE)))
    concepts = the_contract().vocabularies[scheme].concepts
    assert len(set(linked.subjects(RDF.type, SKOS.Concept))) == len(concepts)


@every_scheme
def test_every_label_of_the_file_is_said_in_its_language(client: FlaskClient, scheme: str) -> None:
    graph = triples_of_turtle(served(client, f"/vocabularies/{scheme}", TURTLE))
    vocabulary = the_contract().vocabularies[scheme]
    for concept in vocabulary.concepts.values():
        node = URIRef(concept_id(scheme, concept.code))
        labels = {each.language: str(each) for each in graph.objects(node, SKOS.prefLabel)}
        assert labels == dict(concept.labels)
        words = {Literal(word, lang=tag) for tag, each in concept.alts.items() for word in each}
        assert set(graph.objects(node, SKOS.altLabel)) == words
        assert set(graph.objects(node, SKOS.exactMatch)) == set(map(URIRef, concept.exact_match))
        assert graph.value(node, SKOS.notation) == Literal(concept.code)


def test_all_vocabularies_together_are_sound_skos(client: FlaskClient) -> None:
    graph = triples_of_turtle(served(client, "/vocabularies", TURTLE))
    assert breaches(graph) == []
    tops = set(graph.subject_objects(SKOS.topConceptOf))
    assert {(c, s) for s, c in graph.subject_objects(SKOS.hasTopConcept)} == tops
    assert {(b, n) for n, b in graph.subject_objects(SKOS.broader)} == set(
        graph.subject_objects(SKOS.narrower)
    )
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        (scheme,) = graph.objects(concept, SKOS.inScheme)
        assert ((concept, scheme) in tops) == (graph.value(concept, SKOS.broader) is None)
    assert len(set(graph.subjects(RDF.type, SKOS.ConceptScheme))) == len(SCHEMES)


def test_the_file_of_all_is_what_the_single_ones_say(client: FlaskClient) -> None:
    whole = set(triples_of_turtle(served(client, "/vocabularies", TURTLE)))
    linked = set(triples_of_linked(json.loads(served(client, "/vocabularies", LINKED))))
    single = [triples_of_turtle(client.get(f"/vocabularies/{each}.ttl").data) for each in SCHEMES]
    assert whole == linked == set().union(*map(set, single))


@pytest.mark.parametrize(
    ("added", "breach"),
    [
        ('prefLabel "Twice"@en', "S14"),
        ('prefLabel "One"@da ; skos:altLabel "One"@da', "S13"),
        ("broader <urn:x:above> . <urn:x:above> a skos:Concept ; skos:broader <{self}>", "circle"),
        ("broader <urn:x:a> ; skos:related <urn:x:a>", "S27"),
        ("related <urn:x:other> . <urn:x:other> a skos:Concept", "S23"),
    ],
    ids=["two labels", "label and other word", "circle", "related and broader", "one way"],
)
def test_unsound_skos_would_be_noticed(added: str, breach: str) -> None:
    concept = "<urn:x:self>"
    prefix = f"@prefix skos: <{SKOS}> . {concept} a skos:Concept ; skos:prefLabel 'Self'@en ; "
    text = prefix + "skos:" + added.replace("{self}", "urn:x:self") + " ."
    assert any(each.startswith(breach) for each in breaches(triples_of_turtle(text.encode())))


@pytest.mark.parametrize(
    "name", ["practice-types:family-mentoring", "eqf:4", "practice-types:mentoring"]
)
def test_a_term_by_itself_is_what_its_vocabulary_says_of_it(client: FlaskClient, name: str) -> None:
    scheme, _, code = name.partition(":")
    whole = triples_of_turtle(served(client, f"/vocabularies/{scheme}", TURTLE))
    one = triples_of_turtle(served(client, f"/vocabularies/{scheme}/{code}", TURTLE))
    subject = URIRef(concept_id(scheme, code))
    assert set(one) == set(whole.triples((subject, None, None)))
    linked = json.loads(served(client, f"/vocabularies/{scheme}/{code}", LINKED))
    assert isomorphic(one, triples_of_linked(linked))


def test_a_vocabulary_says_its_name_licence_and_languages(client: FlaskClient) -> None:
    graph = triples_of_turtle(served(client, "/vocabularies/axes", TURTLE))
    scheme = URIRef(scheme_id("axes"))
    vocabulary = the_contract().vocabularies["axes"]
    assert Literal(vocabulary.title("el"), lang="el") in set(graph.objects(scheme, DCTERMS.title))
    assert Literal(vocabulary.description("da"), lang="da") in set(
        graph.objects(scheme, DCTERMS.description)
    )
    assert str(graph.value(scheme, DCTERMS.license)).startswith("https://spdx.org/licenses/EUPL")
    assert Literal("uk") in set(graph.objects(scheme, DCTERMS.language))


def test_the_page_a_term_names_is_here_under_the_keepers_address(client: FlaskClient) -> None:
    answer = client.get("/vocabularies/axes.ttl", headers={"Host": "evil.example"})
    assert b"evil.example" not in answer.data
    pages = set(triples_of_turtle(answer.data).objects(None, FOAF.page))
    assert len(pages) == 1 + len(the_contract().vocabularies["axes"].concepts)
    for page in pages:
        address = str(page).removeprefix("https://puente.example")
        assert address.startswith("/vocabularies/axes")
        assert client.get(address).status_code == 200


def test_a_records_linked_data_calls_terms_by_the_same_names(client: FlaskClient) -> None:
    (item,) = client.get("/api/1/records?practice_type=volunteering").json["items"]
    document = json.loads(served(client, f"/records/{item['id']}", LINKED))
    context = client.get("/schemas/context.jsonld").json

    def here(url: str, _options: Any) -> Any:
        assert url.endswith("/schemas/context.jsonld")
        return {"contextUrl": None, "documentUrl": url, "document": context}

    text = json.dumps(jsonld.expand(document, {"documentLoader": here}))
    named = {each for each in text.split('"') if each.startswith("urn:footbridge:concept:")}
    assert {
        concept_id("practice-types", "volunteering"),
        concept_id("barriers", "language"),
    } <= named
    known = triples_of_turtle(served(client, "/vocabularies", TURTLE))
    assert all((URIRef(each), RDF.type, SKOS.Concept) in known for each in named)


def test_signs_of_the_notation_in_a_label_stay_what_they_are() -> None:
    vocabulary = the_contract().vocabularies["axes"]
    concept = next(iter(vocabulary.concepts.values()))
    document = linked_concept(
        vocabulary, concept, lambda scheme, code: f"https://x/{scheme}/{code}"
    )
    odd = 'a "quoted" \\ word <b> ^^ @en . \u2028 ؟'
    document["prefLabel"] = {"ar": odd}
    graph = triples_of_turtle(turtle(document))
    assert list(graph.objects(None, SKOS.prefLabel)) == [Literal(odd, lang="ar")]


def test_the_library_for_turtle_is_not_loaded_before_somebody_asks_for_turtle() -> None:
    asked = "import sys, node.app; print('rdflib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
