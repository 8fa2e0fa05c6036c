"""What is asked of the index and what it answers; and how typed text becomes parts of a query.

The syntax is what people know from elsewhere, and nothing they type is an error:

* words: all wanted, in any order, in any of their forms;
* ``"in quotes"``: these words in this order (also « » and the curly quotes);
* ``-word`` or ``-"a phrase"``: without it;
* everything else (brackets, stars, AND) is taken as words or ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from node.search.folding import fold, raw_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Longer queries are cut: nobody types them, and each word costs work.
MAX_CHARACTERS = 400
MAX_WORDS = 24

Sort = Literal["relevance", "newest"]

#: What opens and closes a phrase. A lone apostrophe never does.
_PART = re.compile(
    r"""(?P<no>(?<!\S)-)?(?:["\u201c\u201d\u201e\u00ab\u00bb]"""
    r"""(?P<phrase>[^"\u201c\u201d\u201e\u00ab\u00bb]*)"""
    r"""["\u201c\u201d\u201e\u00ab\u00bb]|(?P<plain>[^\s"\u201c\u201d\u201e\u00ab\u00bb]+))"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to the index."""

    text: str = ""
    #: Any of the values of one name, and all the names.
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    offset: int = 0
    limit: int = 20
    #: Without text the order is always newest first.
    sort: Sort = "relevance"
    #: Duplicates and translations stand with the record that stands for them; else each by itself.
    folded: bool = True
    #: Facets are counted. That is most of the work where many records are found.
    counted: bool = True
    #: The reader's languages; records with text in the first stand a little higher.
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found."""

    oid: str
    record: str
    score: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """Words of the query that name a concept, and where records carry it."""

    typed: str
    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Results:
    """What was found: a page of hits, the total, and counts by facet."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    recognised: tuple[Recognised, ...] = ()
    #: Nothing holds all the words as typed; these hold some, or words spelled nearly so.
    loosened: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A word, or a phrase in quotes, of what was typed."""

    #: The words as typed, and folded; both of the same length.
    raw: tuple[str, ...]
    folded: tuple[str, ...]
    phrase: bool = False
    unwanted: bool = False


def parse(text: str) -> tuple[Part, ...]:
    """Take a query apart. Never fails; what holds no word is left out."""
    found: list[Part] = []
    room = MAX_WORDS
    for match in _PART.finditer(text[:MAX_CHARACTERS]):
        unwanted = match["no"] is not None
        quoted = match["phrase"]
        pairs = [(raw, fold(raw)) for raw in raw_words(quoted or match["plain"] or "")]
        pairs = [(raw, folded) for raw, folded in pairs if folded][:room]
        room -= len(pairs)
        if not pairs:
            continue
        raw, folded = (tuple(column) for column in zip(*pairs, strict=True))
        if unwanted or (quoted is not None and len(pairs) > 1):
            found.append(Part(raw, folded, phrase=len(pairs) > 1, unwanted=unwanted))
        else:
            found.extend(Part((one,), (two,)) for one, two in pairs)
    return tuple(found)
