"""Vocabularies as SKOS: one description of each term as JSON-LD, from which Turtle is made.

* A term is ``urn:footbridge:concept:SCHEME:CODE``, a vocabulary ``urn:footbridge:scheme:SCHEME``:
  the same at every node, since no node owns the shared contract. ``foaf:page`` says where this
  node tells people about it.
* The context stands in the document: what the members mean is then never fetched from anywhere,
  and a file that somebody keeps stays readable when this node is gone.
* Turtle is rdflib's business. It is imported when Turtle is first asked for: most nodes never
  are, and the library would be a tenth of their memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from node.contract import Concept, Vocabulary

    #: Where this node's page of a vocabulary is, or of a term ("" is the vocabulary itself).
    Page = Callable[[str, str], str]

Data = dict[str, Any]

#: The licence of the shared contract, which the vocabularies are part of.
LICENCE = "https://spdx.org/licenses/EUPL-1.2.html"

_PREFIXES = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
_TEXTS = {
    "title": "dcterms:title",
    "description": "dcterms:description",
    "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel",
    "definition": "skos:definition",
}
_LINKS = {
    "license": "dcterms:license",
    "page": "foaf:page",
    "hasTopConcept": "skos:hasTopConcept",
    "inScheme": "skos:inScheme",
    "topConceptOf": "skos:topConceptOf",
    "broader": "skos:broader",
    "narrower": "skos:narrower",
    "related": "skos:related",
    "exactMatch": "skos:exactMatch",
}
_PLAIN = {"language": "dcterms:language", "notation": "skos:notation"}
CONTEXT: Data = {
    **_PREFIXES,
    **{name: {"@id": term, "@container": "@language"} for name, term in _TEXTS.items()},
    **{name: {"@id": term, "@type": "@id"} for name, term in _LINKS.items()},
    **_PLAIN,
}


def scheme_id(scheme: str) -> str:
    """Return the name of a vocabulary that is the same at every node."""
    return f"urn:footbridge:scheme:{scheme}"


def concept_id(scheme: str, code: str) -> str:
    """Return the name of a term that is the same at every node and in every record's JSON-LD."""
    return f"urn:footbridge:concept:{scheme}:{code}"


def linked_schemes(vocabularies: Iterable[Vocabulary], page: Page) -> Data:
    """Return vocabularies with all their terms as one JSON-LD document."""
    graph = [node for each in vocabularies for node in _scheme_with_concepts(each, page)]
    return {"@context": CONTEXT, "@graph": graph}


def linked_concept(vocabulary: Vocabulary, concept: Concept, page: Page) -> Data:
    """Return one term as a JSON-LD document."""
    return {"@context": CONTEXT, **_concept(vocabulary, concept, page)}


def turtle(document: Data) -> bytes:
    """Return a document of this module as Turtle, in UTF-8.

    The triples are made here, since rdflib's reader of JSON-LD is several times slower; that both
    forms say the same is tested with another library.
    """
    from rdflib import RDF, Graph, Literal, URIRef  # noqa: PLC0415 - see above

    def objects(name: str, value: Any) -> list[Any]:
        if name in _TEXTS:
            return [Literal(text, lang=tag) for tag, each in value.items() for text in _list(each)]
        return [URIRef(each) if name in _LINKS else Literal(each) for each in _list(value)]

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace)
    for node in document.get("@graph", [document]):
        subject = URIRef(node["@id"])
        graph.add((subject, RDF.type, URIRef(_whole(node["@type"]))))
        for name, term in (_TEXTS | _LINKS | _PLAIN).items():
            for each in objects(name, node[name]) if name in node else ():
                graph.add((subject, URIRef(_whole(term)), each))
    return graph.serialize(format="turtle", encoding="utf-8")


def _whole(term: str) -> str:
    prefix, _, name = term.partition(":")
    return _PREFIXES[prefix] + name


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _scheme_with_concepts(vocabulary: Vocabulary, page: Page) -> list[Data]:
    tops = [concept_id(vocabulary.scheme, each.code) for each in vocabulary.children(None)]
    concepts = vocabulary.concepts.values()
    scheme = {
        "@id": scheme_id(vocabulary.scheme),
        "@type": "skos:ConceptScheme",
        "title": dict(vocabulary.titles),
        "description": dict(vocabulary.descriptions),
        "license": LICENCE,
        "language": sorted({language for concept in concepts for language in concept.labels}),
        "page": page(vocabulary.scheme, ""),
        "hasTopConcept": tops,
    }
    return [_filled(scheme), *(_concept(vocabulary, concept, page) for concept in concepts)]


def _concept(vocabulary: Vocabulary, concept: Concept, page: Page) -> Data:
    scheme = concept.scheme
    return _filled(
        {
            "@id": concept_id(scheme, concept.code),
            "@type": "skos:Concept",
            "notation": concept.code,
            "prefLabel": dict(concept.labels),
            "altLabel": {language: list(words) for language, words in concept.alts.items()},
            "definition": dict(concept.definitions),
            "inScheme": scheme_id(scheme),
            "topConceptOf": None if concept.broader else scheme_id(scheme),
            "broader": concept_id(scheme, concept.broader) if concept.broader else None,
            "narrower": [
                concept_id(scheme, each.code) for each in vocabulary.children(concept.code)
            ],
            "related": [concept_id(*each.split(":", 1)) for each in concept.related],
            "exactMatch": list(concept.exact_match),
            "page": page(scheme, concept.code),
        }
    )


def _filled(node: Data) -> Data:
    return {name: value for name, value in node.items() if value not in (None, {}, [])}
