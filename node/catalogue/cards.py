"""One record as it stands in a list, and the pieces of text that lists are made of.

Everything a page shows that somebody else wrote arrives here as plain text with its language,
never as markup: a page escapes it and marks its language and direction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from node.catalogue.confirming import ENDED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.confirming import Standing


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a snippet; `hit` says that it is a word the reader searched for."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A short excerpt around the words that were found, with the language it is written in."""

    language: str
    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """Return the excerpt without marks."""
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class OriginName:
    """Who published something: the oid, its own name (the oid's start when unknown), and others.

    Pages and labels choose among `names` by `node.contract.names`; `name` is for programs.
    """

    oid: str
    name: str
    #: Published by this node's own organisation.
    own: bool = False
    #: ISO 3166-1 alpha-2, or "" when its organisation record is not held.
    country: str = ""
    #: What it is called by language, from its organisation record.
    names: Mapping[str, str] = field(default_factory=dict)
    #: The language of its own name, "" when unknown.
    language: str = ""


@dataclass(frozen=True, slots=True)
class Also:
    """A record that stands with another one's result."""

    id: str
    origin: OriginName
    #: same_as: it describes the same; translation: it is the same in another language.
    relation: Literal["same_as", "translation"]
    language: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TranslatedCard:
    """Title and summary of a card in one language, as a translator has them."""

    title: str
    #: "" where the translation has none.
    summary: str


@dataclass(frozen=True, slots=True)
class RecordCard:
    """A record in a list. `title` and `summary` are language maps; `facets` are codes by name."""

    id: str
    origin: OriginName
    kind: str
    schema: str
    revision: int
    title: Mapping[str, str]
    summary: Mapping[str, str]
    #: The original's language (BCP 47).
    language: str
    countries: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    published: datetime
    first_published: datetime
    #: False when this node does not know the record's schema and shows its fallback.
    known: bool = True
    #: Only in search results, and only when a word of the query stands in the text.
    snippet: Snippet | None = None
    #: The title with the words that were found marked, in the language that is shown first.
    title_hits: Mapping[str, tuple[Segment, ...]] = field(default_factory=dict)
    #: Only in search results: what stands with it, duplicates first.
    also: tuple[Also, ...] = ()
    #: By language, from translations of exactly this revision.
    translated: Mapping[str, TranslatedCard] = field(default_factory=dict)
    #: Whether it still runs; None where its origin has confirmed nothing after its body.
    standing: Standing | None = None

    @property
    def ended(self) -> bool:
        """Say whether what it describes has ended, by its origin's word."""
        if self.standing is not None:
            return self.standing.state == ENDED
        return ENDED in self.facets.get("status", ())
