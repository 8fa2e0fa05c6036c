"""What the columns of a table mean, as a person arranges it; remembered by its headings."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import orjson

from node.editorial.formcodes import is_tag
from node.editorial.formdates import folded
from node.editorial.mapping import guess, parse_target
from node.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract import Kind

MAX_FIXED = 60
MAX_FIXED_TEXT = 2000
MAX_LIST = 120
#: Endings that tell one copy of a file from the next, and not one list from another.
_COPY = re.compile(r"([\s_\-–(]*(\d{4}-?\d{2}(-?\d{2})?|v?\d{1,3}|copy|kopi|copia|αντίγραφο)\)?)+$")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a table is understood; kept as JSON."""

    #: For each column the target it belongs to, "" for one that is left out.
    columns: tuple[str, ...]
    #: The language of texts where neither heading nor row says one.
    language: str
    #: The interface language of who arranged it: how dates and numbers are read.
    lang: str
    #: The column whose cell tells one record from all others; -1: the whole row does.
    key: int = -1
    #: The name of the list that keys are from: "7" in another list is another record.
    list: str = ""
    #: What is the same in every row, by target.
    fixed: Mapping[str, str] = field(default_factory=dict)
    #: Whether a row that only lacks something becomes a draft too.
    incomplete: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return asdict(self) | {"columns": [*self.columns], "fixed": dict(self.fixed)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Arrangement:
        """Return what was kept; members that this version does not know are left out."""
        known = {each.name: kept[each.name] for each in fields(cls) if each.name in kept}
        return cls(**known | {"columns": tuple(kept["columns"])})


def first_guess(
    kind: Kind, headings: Sequence[str], name: str, lang: str, kept: Mapping[str, Any] | None
) -> Arrangement:
    """Return how a table is probably meant; as the last time with these headings, if there was."""
    if kept is not None:
        found = Arrangement.read(kept)
        if len(found.columns) == len(headings):
            return checked(kind, replace(found, lang=lang), len(headings))
    columns = tuple(guess(kind, headings, lang))
    key = next((n for n, each in enumerate(headings) if folded(each) in _KEYS), -1)
    return Arrangement(columns, lang, lang, key=key, list=list_name(name))


#: Headings that say themselves that they tell one record from another.
_KEYS = frozenset({"id", "key", "nr", "nr.", "no", "no.", "number", "code", "identifier", "uuid"})


def list_name(name: str) -> str:
    """Return what to call the list in a file: its name without ending, date and number of copy."""
    stem = name.rpartition(".")[0] or name
    return (_COPY.sub("", stem) or stem).strip()[:MAX_LIST]


def checked(kind: Kind, given: Arrangement, width: int) -> Arrangement:
    """Return an arrangement that came from a browser or a file, made sure of.

    Raises `BadInputError` for a place that the kind does not have, and for one that two columns
    would fill.
    """
    if len(given.columns) != width:
        raise BadInputError("This does not fit the table: it has another number of columns.")
    columns = tuple(_known(kind, each) for each in given.columns)
    twice = {each for each in columns if each and columns.count(each) > 1}
    if twice:
        raise BadInputError(
            "Two columns would fill the same field. Nothing was imported.",
            hint="Leave one of them out, or give them different languages or numbers.",
            targets=sorted(twice),
        )
    if not any(columns):
        raise BadInputError("No column belongs to a field yet. Nothing was imported.", targets=[])
    if not is_tag(given.language):
        raise BadInputError("The language of the texts is not known.", targets=[])
    fixed = {
        _known(kind, target): " ".join(text.split("\r"))[:MAX_FIXED_TEXT].strip()
        for target, text in [*given.fixed.items()][:MAX_FIXED]
    }
    return replace(
        given,
        columns=columns,
        key=given.key if -1 <= given.key < width else -1,
        list=" ".join(given.list.split())[:MAX_LIST],
        fixed={target: text for target, text in fixed.items() if text and target not in columns},
    )


def _known(kind: Kind, target: str) -> str:
    if not target:
        return ""
    found = parse_target(kind, target)
    if found is None:
        raise BadInputError(f"{kind.label()} has no place named {target[:80]}.", targets=[target])
    return found.text


def headings_key(schema: str, headings: Sequence[str]) -> str:
    """Return under which name an arrangement is remembered."""
    return hashlib.sha256(orjson.dumps([schema, [folded(each) for each in headings]])).hexdigest()


def import_key(schema: str, arranged: Arrangement, cells: Sequence[str]) -> str:
    """Return what a row is recognised by when it comes again."""
    own = cells[arranged.key] if 0 <= arranged.key < len(cells) else ""
    if own:
        what = ["key", schema, folded(arranged.list), own]
    else:
        what = ["row", schema, *(" ".join(cell.split()) for cell in cells)]
    return "table:" + hashlib.sha256(orjson.dumps(what)).hexdigest()
