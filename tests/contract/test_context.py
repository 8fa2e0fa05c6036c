"""The JSON-LD context, read by a processor: every member keeps its value and gets a known term."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from pyld import jsonld

from node.catalogue.linked import linked_body
from tests.contract.bodies import KINDS, SCHEMAS, contract, full_body
from tests.support.vectors import VECTORS, read_json, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.contract import Field

KNOWN = (
    "http://schema.org/",
    "http://purl.org/dc/terms/",
    "http://www.w3.org/ns/dcat#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/ns/prov#",
    "http://data.europa.eu/snb/model/elm/",
    "urn:footbridge:term:",
)
AMB = "https://w3id.org/kim/amb/context.jsonld"
EXAMPLES = [p for p in sorted(SCHEMAS.glob("examples/*.json")) if p.name != "network.json"]


@cache
def context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / "context.jsonld").read_text(encoding="utf-8"))
    return found["@context"]


def at_home(url: str, options: Any) -> dict[str, Any]:
    """Load what lies beside the checkout; nothing is ever fetched."""
    known = {
        AMB: lambda: read_json("lrmi/context.jsonld"),
        "https://schema.org": lambda: {"@context": {"@vocab": "http://schema.org/"}},
        "https://json-ld.org/contexts/person.jsonld": lambda: {"@context": {}},
    }
    if url not in known:
        raise AssertionError(f"{url} would have been fetched")
    return {
        "contextUrl": None,
        "contentType": "application/ld+json",
        "documentUrl": url,
        "document": known[url](),
    }


def expand(document: Any) -> dict[str, Any]:
    (node,) = jsonld.expand(document, {"documentLoader": at_home})
    found: dict[str, Any] = node
    return found


def expand_body(kind: str, body: dict[str, Any], *, strict: bool = True) -> dict[str, Any]:
    """Expand a body; `strict` takes away the net into which unknown members would fall."""
    terms = copy.copy(context())
    if strict:
        del terms["@vocab"]
    known = contract().kinds.get(kind)
    linked = linked_body(known.fields if known else (), body, lambda record: f"urn:uuid:{record}")
    return expand({"@context": terms, "@id": "urn:uuid:x", "@type": kind, **linked})


def leaves(value: Any, language: str = "") -> Iterator[tuple[Any, str]]:
    """Give every single value of a body with the language it is in."""
    if isinstance(value, dict):
        for name, each in value.items():
            is_text = isinstance(each, str) and len(name) == 2
            yield from leaves(each, name.lower() if is_text else language)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, language)
    else:
        yield value, language


def found_in(node: Any) -> Iterator[tuple[Any, str]]:
    """Give every value and address of an expanded document with its language."""
    if isinstance(node, list):
        for each in node:
            yield from found_in(each)
    elif isinstance(node, dict) and "@value" in node:
        if node.get("@type") == "@json":
            yield from ((each, "") for each in node["@value"].values())
        else:
            yield node["@value"], node.get("@language", "")
    elif isinstance(node, dict):
        for name, each in node.items():
            yield from [(each, "")] if name == "@id" else found_in(each)


def lost(kind: str, body: dict[str, Any]) -> list[tuple[Any, str]]:
    found = list(found_in(expand_body(kind, body)))
    exact = {(repr(value), language) for value, language in found}
    addresses = {value for value, _ in found if isinstance(value, str)}
    return [
        (value, language)
        for value, language in leaves(body)
        if (repr(value), language) not in exact
        and not any(each.endswith((f":{value}", f"/{value}")) for each in addresses)
    ]


@pytest.mark.parametrize("name", KINDS)
def test_no_member_of_a_complete_body_is_lost(name: str) -> None:
    assert lost(name, full_body(contract().kinds[name])) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_no_member_of_a_sample_is_lost(path: Any) -> None:
    sample = json.loads(path.read_text(encoding="utf-8"))
    assert lost(sample["kind"], sample["body"]) == []


@pytest.mark.parametrize("name", KINDS)
def test_what_a_node_does_not_know_becomes_a_term_of_our_own(name: str) -> None:
    more = full_body(contract().kinds[name]) | {"mood": "good"}
    expanded = expand_body(name, more, strict=False)
    assert expanded["urn:footbridge:term:mood"] == [{"@value": "good"}]


def test_a_kind_of_the_future_is_read_too() -> None:
    body = {"title": {"en": "Two voices"}, "minutes": 12}
    expanded = expand_body("podcast", body, strict=False)
    assert expanded["@type"] == ["urn:footbridge:term:podcast"]
    assert expanded["http://schema.org/name"] == [{"@value": "Two voices", "@language": "en"}]
    assert expanded["urn:footbridge:term:minutes"] == [{"@value": 12}]


CODED = [
    pytest.param(name, field, id=f"{name} {field.path}")
    for name in KINDS
    for field in contract().kinds[name].walk()
    if field.vocabularies
]


@pytest.mark.parametrize(("kind", "field"), CODED)
def test_a_code_becomes_the_address_of_its_concept(kind: str, field: Field) -> None:
    for scheme in field.vocabularies:
        for code in contract().vocabularies[scheme].concepts:
            value: Any = code
            for name in reversed(field.path.split(".")):
                value = {name: value}
            found = {each for each, _ in found_in(expand_body(kind, value))}
            assert f"urn:footbridge:concept:{scheme}:{code}" in found


def terms(node: Any) -> Iterator[str]:
    """Give every term's address in a context, scoped ones included."""
    for name, definition in node.items():
        if name.startswith("@"):
            continue
        if isinstance(definition, str):
            yield definition
        else:
            yield definition["@id"]
            scoped = definition.get("@context", {})
            for each in scoped if isinstance(scoped, list) else [scoped]:
                yield from terms(each or {})


def test_every_term_is_public_or_our_own_and_says_it_directly() -> None:
    prefixes = {k: v for k, v in context().items() if isinstance(v, str) and v.endswith(("/", "#"))}
    prefixes["term"] = context()["term"]
    for each in terms(context()):
        prefix, _, rest = each.partition(":")
        whole = prefixes[prefix] + rest if prefix in prefixes else each
        assert whole.startswith((*KNOWN, "@id", "urn:footbridge:concept:")), each
        assert "Alignment" not in whole


@pytest.mark.parametrize(
    ("member", "term"),
    [
        ("title", "http://schema.org/name"),
        ("learning_outcomes", "http://schema.org/teaches"),
        ("assessment", "http://schema.org/assesses"),
        ("cefr_level", "http://schema.org/educationalLevel"),
        ("prerequisites", "http://schema.org/competencyRequired"),
        ("workload", "http://schema.org/timeRequired"),
        ("material_type", "http://schema.org/learningResourceType"),
        ("based_on", "http://schema.org/isBasedOn"),
        ("part_of", "http://schema.org/isPartOf"),
        ("licence", "http://schema.org/license"),
        ("eqf_level", "http://data.europa.eu/snb/model/elm/EQFLevel"),
        ("isced_f", "http://data.europa.eu/snb/model/elm/ISCEDFCode"),
        ("credit_points", "http://data.europa.eu/snb/model/elm/creditPoint"),
        ("esco_skills", "http://data.europa.eu/snb/model/elm/relatedESCOSkill"),
        ("related", "http://purl.org/dc/terms/relation"),
    ],
)
def test_learning_is_told_in_the_terms_of_lrmi_and_the_european_model(
    member: str, term: str
) -> None:
    body = full_body(contract().kinds["training-material"])
    expanded = expand_body("training-material", {member: body[member]})
    assert list(expanded) == ["@id", "@type", term]
    assert expanded["@type"] == ["http://schema.org/LearningResource"]


SAID_BY_OTHERS = [
    ("organisation", "offers", "http://schema.org/makesOffer"),
    ("organisation", "looks_for", "http://schema.org/seeks"),
    ("discussion", "in_reply_to", "http://schema.org/parentItem"),
    ("discussion", "room", "http://schema.org/isPartOf"),
    ("opportunity", "pay", "http://schema.org/baseSalary"),
    ("opportunity", "right_to_work", "http://schema.org/eligibilityToWorkRequirement"),
    ("campaign", "messages/message_type", "http://schema.org/additionalType"),
    ("review", "criteria/criterion", "http://schema.org/reviewAspect"),
    ("review", "criteria/note", "http://schema.org/ratingExplanation"),
    ("review", "criteria", "http://schema.org/reviewRating"),
]


@pytest.mark.parametrize(("kind", "member", "term"), SAID_BY_OTHERS)
def test_what_a_public_vocabulary_says_just_so_is_said_in_its_terms(
    kind: str, member: str, term: str
) -> None:
    first, *inner = member.split("/")
    expanded = expand_body(kind, {first: full_body(contract().kinds[kind])[first]})
    found: Any = [value for name, value in expanded.items() if not name.startswith("@")]
    if inner:
        (found,) = found
        nodes = [each for item in found for each in item.get("@list", [item])]
        assert all(term in node for node in nodes)
    else:
        assert list(expanded)[-1] == term


def own_terms() -> set[str]:
    """Return the members, by kind and path, for which no public vocabulary has a term."""
    found = set()
    for name in KINDS:
        whole = expand_body(name, full_body(contract().kinds[name]))
        stack: list[Any] = [whole]
        while stack:
            node = stack.pop()
            if isinstance(node, list):
                stack += node
            elif isinstance(node, dict):
                found |= {key for key in node if key.startswith("urn:footbridge:term:")}
                stack += node.values()
    return {each.removeprefix("urn:footbridge:term:") for each in found}


def test_no_term_of_our_own_has_the_name_of_a_public_one_that_says_the_same() -> None:
    """Money and places are whole numbers of small units here, which public terms are not."""
    public = {"makesOffer", "seeks", "parentItem", "baseSalary", "reviewAspect", "teaches"}
    public |= {"about", "audience", "license", "inLanguage", "author", "publisher", "keywords"}
    ours = own_terms()
    assert ours.isdisjoint(public)
    assert {"amount", "latitude", "longitude", "score"} <= ours


#: A member of ours and the property under which the published examples say the same.
SAME = {
    "title": "name",
    "description": "description",
    "languages": "inLanguage",
    "topics": "about",
    "audience": "audience",
    "material_type": "learningResourceType",
    "keywords": "keywords",
    "learning_outcomes": "teaches",
    "assessment": "assesses",
    "prerequisites": "competencyRequired",
    "cefr_level": "educationalLevel",
    "based_on": "isBasedOn",
    "part_of": "isPartOf",
    "licence": "license",
    "media": "associatedMedia",
    "files": "encoding",
}


def published_examples() -> Iterator[tuple[str, Any]]:
    for path in sorted((VECTORS / "lrmi" / "valid").glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", rows(published_examples))
def test_a_published_example_of_lrmi_says_the_same_under_the_same_terms(example: Any) -> None:
    if isinstance(example.get("@context"), list):
        example["@context"] = [AMB if "amb" in str(c) else c for c in example["@context"]]
    theirs = expand(example)
    kind = contract().kinds["training-material"]
    compared = 0
    for ours, property_ in SAME.items():
        if property_ not in example:
            continue
        mine = expand_body(kind.name, {ours: full_body(kind)[ours]})
        (term,) = set(mine) - {"@id", "@type"}
        assert term in theirs, ours
        compared += 1
    assert compared >= 1
    mine = expand_body(kind.name, {"title": {"de": str(example["name"])}})
    assert mine["http://schema.org/name"][0]["@value"] == str(example["name"])
    assert "http://schema.org/LearningResource" in theirs["@type"]
