"""The shapes of the REST interface, for checking what is asked and describing what is answered.

Answers are not serialised by these schemas (`node.catalogue.wire` makes them); tests hold the
answers against the OpenAPI document that is made from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from node.catalogue.browsing import MAX_PAGE_SIZE, PAGE_SIZE
from node.catalogue.labels import facet_order

if TYPE_CHECKING:
    from node.contract import Contract

MAX_PAGE = 10_000
#: Values of one facet parameter, and characters of a query, in one request.
MAX_SELECTED = 50
MAX_QUERY = 400
MAX_CODE = 100


def _about(text: str, **more: Any) -> dict[str, Any]:
    return {"description": text, **more}


def language_map(text: str) -> fields.Dict:
    """Return a field that holds text by language."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata=_about(f"{text}, by language (BCP 47)."),
    )


def search_query(contract: Contract) -> type[Schema]:
    """Return the parameters of a search: the facets are those of the schemas in use."""
    members: dict[str, Any] = {
        "q": fields.String(
            load_default="",
            validate=validate.Length(max=MAX_QUERY),
            metadata=_about(
                'Words in any language. "In quotes" for a phrase, -word to leave out. '
                "Without it all records, newest first."
            ),
        ),
        "page": fields.Integer(
            load_default=1,
            validate=validate.Range(1, MAX_PAGE),
            metadata=_about("Which page, from 1."),
        ),
        "size": fields.Integer(
            load_default=PAGE_SIZE,
            validate=validate.Range(1, MAX_PAGE_SIZE),
            metadata=_about("Records on a page."),
        ),
        "sort": fields.String(
            load_default="relevance",
            validate=validate.OneOf(["relevance", "newest"]),
            metadata=_about("The order; without words it is always newest first."),
        ),
        "folded": fields.Boolean(
            load_default=True,
            metadata=_about(
                "Whether records that this node shows as one are one result: duplicates, and "
                "translations with what they translate (unless `kind` asks for translations). "
                "`false` gives every record by itself."
            ),
        ),
        "lang": _languages(),
    }
    for name in facet_order(contract):
        members.setdefault(
            name,
            fields.List(
                fields.String(validate=validate.Length(1, MAX_CODE)),
                validate=validate.Length(max=MAX_SELECTED),
                metadata=_about(
                    "Only records with this value; repeat it for any of several values."
                ),
            ),
        )
    return type("SearchQuery", (Schema,), members)


def _languages() -> fields.List[str]:
    return fields.List(
        fields.String(validate=validate.Length(1, 35)),
        validate=validate.Length(max=20),
        metadata=_about(
            "The language of labels, the preferred one first; repeat it. "
            "Without it the Accept-Language header counts."
        ),
    )


class OriginQuery(Schema):
    """Which origin's record, where several use one id."""

    origin = fields.String(
        load_default=None,
        validate=validate.Length(1, MAX_CODE),
        metadata=_about("The oid of the origin, where several origins use one id."),
    )


class ProofQuery(OriginQuery):
    """Which revision to prove."""

    revision = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 2**53 - 1),
        metadata=_about("Which revision; without it the one that is shown."),
    )


class FacetValueSchema(Schema):
    """A facet's value among the found records."""

    value = fields.String(required=True)
    count = fields.Integer(required=True)
    label = fields.String(required=True)


class ConceptFoundSchema(Schema):
    """Words of the query that name a concept."""

    typed = fields.String(required=True)
    facet = fields.String(required=True)
    value = fields.String(required=True)
    label = fields.String(required=True)


class ItemSchema(Schema):
    """A record in a list."""

    id = fields.String(required=True, metadata=_about("UUID of the record."))
    kind = fields.String(required=True)
    schema = fields.String(required=True)
    revision = fields.Integer(required=True)
    title = language_map("The title")
    summary = language_map("The summary")
    origin = fields.String(required=True, metadata=_about("The oid of who published it."))
    origin_name = fields.String(required=True)
    language = fields.String(required=True, metadata=_about("The language it was written in."))
    countries = fields.List(fields.String(), required=True)
    published = fields.String(required=True, metadata=_about("RFC 3339, UTC.", format="date-time"))


class AlsoSchema(Schema):
    """A record that stands with a result."""

    id = fields.String(required=True, metadata=_about("UUID of the record."))
    origin = fields.String(required=True, metadata=_about("The oid of who published it."))
    origin_name = fields.String(required=True)
    relation = fields.String(
        required=True,
        validate=validate.OneOf(["same_as", "translation"]),
        metadata=_about("Whether it describes the same or is a translation."),
    )
    language = fields.String(required=True, metadata=_about("The language it is written in."))


class ResultSchema(ItemSchema):
    """A record among search results."""

    also = fields.List(
        fields.Nested(AlsoSchema),
        required=True,
        metadata=_about("What this node shows as one with it; each is a record of its own."),
    )


class PageSchema(Schema):
    """A page of search results."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    size = fields.Integer(required=True)
    items = fields.List(fields.Nested(ResultSchema), required=True)
    facets = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(FacetValueSchema)),
        required=True,
        metadata=_about(
            "By facet: the values that occur, chosen ones first, then the most frequent. The "
            "counts of a facet with a choice are those without it."
        ),
    )
    concepts = fields.List(fields.Nested(ConceptFoundSchema), required=True)
    loosened = fields.Boolean(
        required=True,
        metadata=_about("No record has all the words; these have some, or similar ones."),
    )


class LinkSchema(Schema):
    """A relation to another record."""

    relation = fields.String(required=True)
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out"]))
    origin = fields.String(required=True)
    record = fields.String(required=True)
    revision = fields.Integer(required=True, allow_none=True)
    title = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True
    )
    stale = fields.Boolean(
        required=True,
        metadata=_about(
            "What it speaks of says something else since: for a translation a text it translates, "
            "or one that came later; for the others any field. True as well where an earlier "
            "revision is not held and nobody can tell."
        ),
    )
    changed = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata=_about(
            "JSON Pointers into the shown body of what changed since; null where it speaks of "
            "the shown revision, or nobody can tell."
        ),
    )
    added = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata=_about("Of a translation: texts that came later; null as for `changed`."),
    )


class WithBodySchema(Schema):
    """What a record and a revision have in common."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    schema = fields.String(required=True)
    revision = fields.Integer(required=True)
    origin = fields.String(required=True)
    origin_name = fields.String(required=True)
    language = fields.String(required=True)
    title = language_map("The title")
    summary = language_map("The summary")
    epoch = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    digest = fields.String(required=True)
    known = fields.Boolean(required=True)
    body = fields.Dict(
        keys=fields.String(), required=True, metadata=_about("As its JSON Schema describes it.")
    )
    blobs = fields.List(fields.Dict(keys=fields.String()), required=True)


class OthersWordSchema(Schema):
    """What another organisation says of a record's state."""

    origin = fields.String(required=True)
    record = fields.String(required=True, metadata=_about("The confirmation."))
    status = fields.String(required=True, validate=validate.OneOf(["running", "ended"]))
    date = fields.String(required=True, metadata=_about("ISO 8601: a year, a month or a day."))


class RecordSchema(WithBodySchema):
    """A record at the revision that is shown."""

    status = fields.String(
        required=True,
        allow_none=True,
        metadata=_about("By its origin's newest word: its body, or a confirmation of its own."),
    )
    ended = fields.String(required=True, allow_none=True, metadata=_about("ISO 8601."))
    last_confirmed = fields.String(
        required=True,
        allow_none=True,
        metadata=_about("The date of its origin's newest word. Dates to come are left out."),
    )
    getting_old = fields.Boolean(
        required=True, metadata=_about("That word is two years past, and it has not ended.")
    )
    confirmed_by_others = fields.List(
        fields.Nested(OthersWordSchema),
        required=True,
        metadata=_about("The newest word of each other origin; it overrides nothing."),
    )

    state = fields.String(required=True)
    fault = fields.String(required=True, allow_none=True)
    countries = fields.List(fields.String(), required=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    published = fields.String(required=True, metadata={"format": "date-time"})
    first_published = fields.String(required=True, metadata={"format": "date-time"})
    arrived = fields.String(required=True, metadata={"format": "date-time"})
    links = fields.List(fields.Nested(LinkSchema), required=True)


class RevisionSchema(WithBodySchema):
    """One revision with its body."""

    current = fields.Boolean(required=True)
    created = fields.String(required=True, metadata={"format": "date-time"})


class RevisionLineSchema(Schema):
    """A revision in the list."""

    revision = fields.Integer(required=True)
    schema = fields.String(required=True)
    created = fields.String(required=True, metadata={"format": "date-time"})
    epoch = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    state = fields.String(required=True)
    fault = fields.String(required=True, allow_none=True)
    current = fields.Boolean(required=True)


class RevisionsSchema(Schema):
    """All revisions of a record."""

    id = fields.String(required=True)
    revisions = fields.List(fields.Nested(RevisionLineSchema), required=True)


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    hint = fields.String(metadata=_about("What to do next."))
    code = fields.String(metadata=_about("A stable short name, for programs."))
    facts = fields.Dict(keys=fields.String())
    errors = fields.Dict(keys=fields.String(), metadata=_about("By parameter, what is wrong."))
