"""The catalogue's answers as plain data, the same for the REST interface and the command line.

Times are RFC 3339 in UTC. Titles and summaries are language maps. Facets come as lists in the
order in which they are best shown (chosen values first, then the most frequent), because a JSON
object promises no order; a value's `label` is in the reader's language where there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.catalogue.confirming import Standing
from node.catalogue.skos import concept_id, scheme_id
from node.core.canonical import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.catalogue.browsing import FacetValue, SearchPage
    from node.catalogue.cards import RecordCard
    from node.catalogue.records import LinkView, RecordView, RevisionSummary
    from node.catalogue.revisions import RevisionView
    from node.contract import Concept, Field, Kind, Vocabulary

Data = dict[str, Any]


def page_as_data(page: SearchPage) -> Data:
    """Return a page of search results."""
    return {
        "total": page.total,
        "page": page.request.page,
        "pages": page.pages,
        "size": page.request.size,
        "items": [card_as_data(card) | {"also": _also(card)} for card in page.items],
        "facets": {
            group.name: [_facet_value(value) for value in group.values] for group in page.facets
        },
        "concepts": [
            {
                "typed": concept.typed,
                "facet": concept.facet,
                "value": concept.value,
                "label": concept.label,
            }
            for concept in page.concepts
        ],
        "loosened": page.loosened,
    }


def card_as_data(card: RecordCard) -> Data:
    """Return a record as it stands in a list."""
    return {
        "id": card.id,
        "kind": card.kind,
        "schema": card.schema,
        "revision": card.revision,
        "title": dict(card.title),
        "summary": dict(card.summary),
        "origin": card.origin.oid,
        "origin_name": card.origin.name,
        "language": card.language,
        "countries": list(card.countries),
        "published": format_time(card.published),
    }


def _also(card: RecordCard) -> list[Data]:
    """Return what stands with a result."""
    return [
        {
            "id": other.id,
            "origin": other.origin.oid,
            "origin_name": other.origin.name,
            "relation": other.relation,
            "language": other.language,
        }
        for other in card.also
    ]


def record_as_data(view: RecordView) -> Data:
    """Return a record with its body and links."""
    return {
        "id": view.id,
        "kind": view.schema.partition("/")[0],
        "schema": view.schema,
        "revision": view.revision,
        "state": view.state,
        "fault": view.fault,
        "origin": view.origin.oid,
        "origin_name": view.origin.name,
        "language": view.language,
        "title": dict(view.title),
        "summary": dict(view.summary),
        "countries": list(view.countries),
        "facets": {name: list(values) for name, values in view.facets.items()},
        "published": format_time(view.published),
        "first_published": format_time(view.first_published),
        "arrived": format_time(view.arrived),
        "epoch": view.epoch,
        "seq": view.seq,
        "digest": view.digest,
        "known": view.known,
        "body": dict(view.body),
        "blobs": [blob.as_json() for blob in view.blobs],
        "links": [_link(link) for link in view.links],
    } | standing_as_data(view.standing or Standing())


def standing_as_data(stands: Standing) -> Data:
    """Return how a record stands today; `status` and `last_confirmed` are its origin's word."""
    return {
        "status": stands.state or None,
        "ended": stands.ended or None,
        "last_confirmed": stands.own.date if stands.own else None,
        "getting_old": stands.old,
        "confirmed_by_others": [
            {"origin": word.origin, "record": word.record, "status": word.state, "date": word.date}
            for word in stands.others
        ],
    }


def revisions_as_data(record: str, found: Sequence[RevisionSummary]) -> Data:
    """Return the list of a record's revisions, newest first."""
    return {
        "id": record,
        "revisions": [
            {
                "revision": each.revision,
                "schema": each.schema,
                "created": format_time(each.created),
                "epoch": each.epoch,
                "seq": each.seq,
                "state": each.state,
                "fault": each.fault,
                "current": each.current,
            }
            for each in found
        ],
    }


def revision_as_data(view: RevisionView) -> Data:
    """Return one revision with its body."""
    return {
        "id": view.record,
        "kind": view.schema.partition("/")[0],
        "schema": view.schema,
        "revision": view.revision,
        "current": view.current,
        "origin": view.origin.oid,
        "origin_name": view.origin.name,
        "language": view.language,
        "title": dict(view.title),
        "summary": dict(view.summary),
        "created": format_time(view.created),
        "epoch": view.epoch,
        "seq": view.seq,
        "digest": view.digest,
        "known": view.known,
        "body": dict(view.body),
        "blobs": [blob.as_json() for blob in view.blobs],
    }


def vocabulary_as_data(vocabulary: Vocabulary, *, concepts: bool) -> Data:
    """Return a vocabulary, with its concepts or only their number."""
    data: Data = {
        "id": scheme_id(vocabulary.scheme),
        "scheme": vocabulary.scheme,
        "title": dict(vocabulary.titles),
        "description": dict(vocabulary.descriptions),
        "count": len(vocabulary.concepts),
    }
    if concepts:
        data["concepts"] = [
            concept_as_data(vocabulary, concept) for concept in vocabulary.concepts.values()
        ]
    return data


def concept_as_data(vocabulary: Vocabulary, concept: Concept) -> Data:
    """Return one term. `broader` and `narrower` are codes, `related` are ``scheme:code``."""
    return {
        "id": concept_id(concept.scheme, concept.code),
        "scheme": concept.scheme,
        "code": concept.code,
        "prefLabel": dict(concept.labels),
        "altLabel": {language: list(words) for language, words in concept.alts.items()},
        "definition": dict(concept.definitions),
        "broader": concept.broader,
        "narrower": [each.code for each in vocabulary.children(concept.code)],
        "related": list(concept.related),
        "exactMatch": list(concept.exact_match),
    }


def kind_as_data(kind: Kind) -> Data:
    """Return a kind of record with its sections and fields."""
    return {
        "kind": kind.name,
        "schema": kind.schema,
        "label": dict(kind.labels),
        "plural": dict(kind.plurals),
        "help": dict(kind.helps),
        "sections": [
            {
                "id": section.id,
                "label": dict(section.labels),
                "why": dict(section.whys),
                "fields": [_field(field) for field in section.fields],
            }
            for section in kind.sections
        ],
    }


def _field(field: Field) -> Data:
    return {
        "name": field.name,
        "pointer": field.pointer,
        "type": field.type,
        "many": field.many,
        "required": field.required,
        "vocabularies": list(field.vocabularies),
        "facets": list(field.facets),
        "label": dict(field.labels),
        "help": dict(field.helps),
        "items": [_field(item) for item in field.items],
    }


def _facet_value(value: FacetValue) -> Data:
    return {"value": value.value, "count": value.count, "label": value.label}


def _link(link: LinkView) -> Data:
    return {
        "relation": link.relation,
        "direction": link.direction,
        "origin": link.origin,
        "record": link.record,
        "revision": link.revision,
        "title": dict(link.card.title) if link.card else None,
        "stale": link.stale,
        # None: it speaks of the revision that is shown, or nobody can tell what changed.
        "changed": list(link.since.changed) if link.since and link.since.compared else None,
        "added": list(link.since.added) if link.since and link.since.compared else None,
    }
