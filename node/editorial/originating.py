"""What begins at somebody's record: trying it, judging it, telling of a visit. Copies nothing.

Each begins a draft that names the record at exactly the revision that was read. What may stand
against a review is told before a word is written: nobody judges their own organisation's record,
and whoever is close to it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract import pick
from node.editorial import drafting
from node.editorial.rights import TRANSLATION, WRITE, may_change
from node.errors import BadInputError, ConflictError
from node.exchange.context import own_origin
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.editorial.context import Editorial
    from node.editorial.originals import Original
    from node.editorial.sessions import Signed
    from node.storage.drafts import DraftRow

ADAPTATION, REVIEW, VISIT = "adaptation", "review", "visit"
LICENCE = "CC-BY-4.0"
#: The outcome of what has only begun.
TOO_EARLY = "too-early"
#: What a visit, a translation and the like are is no practice that could be tried or judged.
NOT_JUDGED = frozenset({TRANSLATION, REVIEW, "confirmation", "discussion", "same-as"})
MAX_SCORE = 3


class OwnRecordError(ConflictError):
    """The record is one's own, so one's own word on it is no review."""

    code = "own-record"


@dataclass(frozen=True, slots=True)
class Closeness:
    """One thing that ties this organisation to a record: named, adapted, translated, visited."""

    how: str
    #: The name under which it is named, or the id of the record that ties them.
    what: str


def open_about(d: Editorial, by: Signed, kind: str, oid: str, record: str) -> DraftRow | None:
    """Return the open draft of a kind about a record that somebody may change, or None."""
    with d.database.reading() as uow:
        rows = uow.drafts.many()
    about = (kind, oid, record)
    return next(
        (
            row
            for row in rows
            if (row.kind, row.about_oid, row.about_record) == about
            and may_change(by.who, drafting.desk_of(row))
        ),
        None,
    )


def begin_about(
    d: Editorial, by: Signed, kind: str, of: Original, members: Mapping[str, Any]
) -> DraftRow:
    """Begin an adaptation or a review of a record with what was said already.

    Members that are empty are left out. Raises `OwnRecordError` for a review of one's own.
    """
    by.who.require(WRITE)
    require_fit(kind, of)
    name = "practice" if kind == ADAPTATION else "subject"
    body = {name: of.reference, "licence": LICENCE} | dict(members)
    return drafting.begin(
        d,
        by,
        kind,
        body=without_empty(body),
        about=drafting.About(oid=of.row.oid, record=of.row.record, revision=of.revision),
    )


def require_fit(kind: str, of: Original) -> None:
    """Raise where a record cannot be tried or judged, or not by its own organisation."""
    if of.kind.name in NOT_JUDGED:
        raise BadInputError(
            "This record describes no practice of its own. Nothing was begun.",
            hint="Open the record that it speaks of.",
            kind=of.kind.name,
        )
    if kind == REVIEW and of.own:
        raise OwnRecordError(
            "This record is your organisation's own, and a review is a word from outside. "
            "Nothing was begun.",
            hint="Revise the record, or confirm that it is still running.",
        )


def begin_visit(
    d: Editorial, by: Signed, members: Mapping[str, Any], seen: Original | None = None
) -> DraftRow:
    """Begin a visit; `seen` is the record from whose page it began."""
    by.who.require(WRITE)
    about = None
    if seen is not None:
        about = drafting.About(oid=seen.row.oid, record=seen.row.record, revision=seen.revision)
    body = without_empty({"licence": LICENCE} | dict(members))
    return drafting.begin(d, by, VISIT, body=body, about=about)


def without_empty(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without members that hold nothing."""
    return {name: value for name, value in body.items() if value not in (None, "", [], {})}


def closeness(d: Editorial, of: Original) -> list[Closeness]:
    """Return what ties this organisation to a record, which a review should tell of."""
    found = []
    with d.database.reading() as uow:
        own = own_origin(uow)
        names = {d.settings.name}
        links = uow.records.links_to(of.row.oid, of.row.record)
        ties = [(link.relation, uow.records.get(link.oid, link.record)) for link in links]
        profiles = [r for r in uow.records.by_origin(own) if r.kind == "organisation"]
    for row in profiles:
        names |= set(row.title.values())
    known = {_plain(name) for name in names if name}
    found += [Closeness("named", name) for name in _named(of.body) if _plain(name) in known]
    for relation, other in ties:
        mine = other is not None and other.oid == own and other.state == SHOWN
        if other is not None and mine and relation in {"adapts", "translates", "saw"}:
            found.append(Closeness(relation, pick(other.title, (), other.language)[1]))
    return found


def _named(body: Any) -> list[str]:
    """Return the names of partners, hosts and funders in a body."""
    found: list[str] = []
    if isinstance(body, dict):
        names = [body.get(name) for name in ("name", "organisation", "funder")]
        found += [name for name in names if isinstance(name, str)]
        body = list(body.values())
    if isinstance(body, list):
        for each in body:
            found += _named(each)
    return list(dict.fromkeys(found))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def criteria_read(d: Editorial, sent: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """Return the assessments of a form that has ``score:planning`` and ``note:planning``.

    Raises `BadInputError` for a score that the scale has not.
    """
    found: list[dict[str, Any]] = []
    for code in d.contract.vocabularies["eqavet"].concepts:
        score = sent.get(f"score:{code}", "")
        note = sent.get(f"note:{code}", "").replace("\r\n", "\n").strip()
        if not score:
            continue
        if score not in {str(each) for each in range(MAX_SCORE + 1)}:
            raise BadInputError("A score is a number from 0 to 3. Nothing was changed.")
        made: dict[str, Any] = {"criterion": code, "score": int(score)}
        if note:
            made["note"] = {language: note}
        found.append(made)
    return found


def score_criteria(
    d: Editorial, by: Signed, draft: str, *, seen: int, criteria: list[dict[str, Any]]
) -> drafting.Saved:
    """Put the table of criteria into a review's draft; other languages of notes are kept.

    Raises as `drafting.save`.
    """
    base = drafting.body_at(d, by, draft, seen)
    held = {
        each["criterion"]: each
        for each in base.get("criteria", ())
        if isinstance(each, dict) and isinstance(each.get("criterion"), str)
    }
    made = []
    for each in criteria:
        old = held.get(each["criterion"], {}).get("note")
        note = {**(old if isinstance(old, dict) else {}), **each.get("note", {})}
        language = str(base.get("language", ""))
        if "note" not in each:
            note.pop(language, None)
        made.append({**each, "note": note} if note else each)
    body = without_empty({**base, "criteria": made})
    return drafting.save(d, by, draft, seen=seen, body=body)
