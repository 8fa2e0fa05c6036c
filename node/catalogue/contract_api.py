"""The shapes of what the contract holds in the REST interface: vocabularies and kinds."""

from __future__ import annotations

from marshmallow import Schema, fields

from node.catalogue.schemas_api import language_map


def _about(text: str) -> dict[str, str]:
    return {"description": text}


class ConceptSchema(Schema):
    """A term of a vocabulary."""

    id = fields.String(required=True, metadata=_about("The same at every node."))
    scheme = fields.String(required=True)
    code = fields.String(required=True)
    prefLabel = language_map("What it is called")  # noqa: N815 - the names of SKOS
    altLabel = fields.Dict(  # noqa: N815
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata=_about("Other words that people type for it, by language (BCP 47)."),
    )
    definition = language_map("What it means")
    broader = fields.String(
        required=True, allow_none=True, metadata=_about("The code of the term above it.")
    )
    narrower = fields.List(fields.String(), required=True, metadata=_about("Codes below it."))
    related = fields.List(
        fields.String(), required=True, metadata=_about("Other terms, each as scheme:code.")
    )
    exactMatch = fields.List(  # noqa: N815
        fields.String(), required=True, metadata=_about("The same in public schemes.")
    )


class CarriedConceptSchema(ConceptSchema):
    """A term, and where it is in use."""

    records = fields.Integer(required=True, metadata=_about("Records here that carry it."))
    facets = fields.List(
        fields.String(), required=True, metadata=_about("Parameters of a search that take it.")
    )


class VocabularySchema(Schema):
    """A vocabulary; its concepts only where one is asked for."""

    id = fields.String(required=True, metadata=_about("The same at every node."))
    scheme = fields.String(required=True)
    title = language_map("Its name")
    description = language_map("What it is for")
    count = fields.Integer(required=True)
    concepts = fields.List(fields.Nested(ConceptSchema))


class VocabulariesSchema(Schema):
    """All vocabularies."""

    vocabularies = fields.List(fields.Nested(VocabularySchema), required=True)


class KindSchema(Schema):
    """A kind of record."""

    kind = fields.String(required=True)
    schema = fields.String(required=True)
    label = language_map("Its name")
    plural = language_map("Its name for several")
    help = language_map("What it is for")
    sections = fields.List(fields.Dict(keys=fields.String()), required=True)


class KindsSchema(Schema):
    """All kinds, each in its newest version."""

    kinds = fields.List(fields.Nested(KindSchema), required=True)
