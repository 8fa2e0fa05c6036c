"""From the store's rows to cards: who published it, and the card itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.catalogue.cards import Also, OriginName, RecordCard, Segment, Snippet
from node.contract import pick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from node.search.joining import Joined
    from node.search.snippets import Highlighter, Piece
    from node.storage import RecordRow, UnitOfWork

#: The kind in which an origin describes itself, and the form of an oid that has no name yet.
ORGANISATION = "organisation"
OID_START = 8


class Names:
    """The names of origins within one unit of work, each looked up once."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._known: dict[str, OriginName] = {}
        self._profiles: dict[str, RecordRow] | None = None

    def of(self, oid: str) -> OriginName:
        """Return who an oid is: the name in its organisation record, else the one it told us."""
        found = self._known.get(oid)
        if found is None:
            found = self._known[oid] = self._look_up(oid)
        return found

    def profile(self, oid: str) -> RecordRow | None:
        """Return the row of an origin's organisation record, None when it has not published one."""
        if self._profiles is None:
            # One row for each organisation: one query for all is cheaper than one for each name.
            rows = self._unit.records.newest(MAX_ORGANISATIONS, [ORGANISATION])
            # The oldest of several is written last and wins: it cannot be pushed aside.
            self._profiles = {row.oid: row for row in rows}
        return self._profiles.get(oid)

    def _look_up(self, oid: str) -> OriginName:
        origin = self._unit.origins.get(oid)
        profile = self.profile(oid)
        name = pick(profile.title, (), profile.language)[1] if profile else ""
        if not name and origin is not None:
            name = origin.name
        return OriginName(
            oid=oid,
            name=name or oid[:OID_START],
            own=origin is not None and origin.status == "own",
            country=profile.countries[0] if profile and profile.countries else "",
            names=profile.title if profile else {},
            language=profile.language if profile else "",
        )


MAX_ORGANISATIONS = 10_000


def card_of(
    row: RecordRow,
    names: Names,
    *,
    snippet: Snippet | None = None,
    title_hits: Mapping[str, tuple[Segment, ...]] | None = None,
    also: tuple[Also, ...] = (),
) -> RecordCard:
    """Return the card of a record."""
    return RecordCard(
        id=row.record,
        origin=names.of(row.oid),
        kind=row.kind,
        schema=row.schema,
        revision=row.revision,
        title=row.title,
        summary=row.summary,
        language=row.language,
        countries=tuple(row.countries),
        facets=facets_of(row),
        published=row.published,
        first_published=row.first_published,
        known=row.known,
        snippet=snippet,
        title_hits=title_hits or {},
        also=also,
    )


def also_of(other: Joined, names: Names) -> Also:
    """Return a record as it is named beside the result it stands with."""
    row = other.row
    return Also(row.record, names.of(row.oid), other.relation, row.language, row.title)


def facets_of(row: RecordRow) -> dict[str, tuple[str, ...]]:
    """Return a record's facet values by name."""
    return {name: tuple(values) for name, values in row.facets.items()}


def segments(pieces: Iterable[Piece]) -> tuple[Segment, ...]:
    """Return pieces of a highlighted text as pages take them."""
    return tuple(Segment(piece.text, piece.hit) for piece in pieces)


def title_hits(row: RecordRow, find: Highlighter) -> dict[str, tuple[Segment, ...]]:
    """Return the titles in which words were found, with the words marked."""
    marked = {language: find.mark(text, language) for language, text in row.title.items()}
    return {
        language: segments(pieces)
        for language, pieces in marked.items()
        if any(piece.hit for piece in pieces)
    }


def excerpt(
    texts: Mapping[str, Sequence[str]], find: Highlighter, languages: Sequence[str]
) -> Snippet | None:
    """Return the excerpt with words found, in the first of `languages` that has one, or any."""
    order = dict.fromkeys((*languages, *texts))
    for language in order:
        for text in texts.get(language, ()):
            pieces = find.excerpt(text, language)
            if pieces is not None:
                return Snippet(language, segments(pieces))
    return None
