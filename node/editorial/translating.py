"""Translations: a record's texts in another language, begun from what is translated already.

A draft of a `translation` holds in its body just what will be signed. Beside it, in `aside`, lies
what the work needs and nobody signs:

* ``machine``: by pointer, the words that a machine suggested. A text is machine-made for as long as
  it says exactly that and nobody has ticked that they have read it. So an earlier version that is
  had back tells the truth too.
* ``base``: the translation that this one began from: whose, of which revision, and its texts.

The body's `machine_translated` is made from the first at every save.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract.codes import is_language
from node.editorial import drafting
from node.editorial.originals import original, passages
from node.editorial.rights import TRANSLATE, TRANSLATION, may_change
from node.errors import BadInputError, ConflictError, FootbridgeError, NotFoundError
from node.storage.records import SHOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from node.editorial.context import Editorial
    from node.editorial.drafting import Saved
    from node.editorial.originals import Original
    from node.editorial.sessions import Signed
    from node.storage import RecordRow
    from node.storage.drafts import DraftRow

LICENCE = "CC-BY-4.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A translation that is published already."""

    row: RecordRow
    publisher: str
    own: bool
    #: The revision that it was made from.
    revision: int
    #: How many texts say something else now, and how many are new; None when nobody can tell.
    outdated: int | None
    machine: bool

    @property
    def stale(self) -> bool:
        """Say whether it no longer fits what is shown, or nobody can tell."""
        return self.outdated is None or self.outdated > 0


def existing(d: Editorial, of: Original) -> list[Existing]:
    """Return the translations of a record, by language, one's own first."""
    with d.database.reading() as uow:
        links = uow.records.links_to(of.row.oid, of.row.record, "translates")
        rows = [uow.records.get(link.oid, link.record) for link in links]
    shown = [row for row in rows if row is not None and row.state == SHOWN]
    found = [each for each in (_existing(d, of, row) for row in shown) if each is not None]
    return sorted(found, key=lambda each: (each.row.language, not each.own, each.stale))


def begin_translation(
    d: Editorial, by: Signed, oid: str, record: str, language: str, base: str = ""
) -> DraftRow:
    """Begin a translation into a language, or return the open draft that there is already.

    What this organisation has published is revised. `base` is the id of another translation to
    begin from; without it the own one, or the freshest there is. Raises as `original`, and
    `BadInputError` for a language that is none, or the original's own.
    """
    by.who.require(TRANSLATE)
    of = original(d, oid, record)
    if not is_language(language) or language == of.language:
        raise BadInputError(
            "Choose a language other than the original's. Nothing was begun.", language=language
        )
    open_ = _open(d, by, of, language)
    if open_ is not None:
        return open_
    there = [each for each in existing(d, of) if each.row.language == language]
    own = next((each for each in there if each.own), None)
    named = next((each for each in there if each.row.record == base), None)
    chosen = named or own or min(there, key=lambda each: each.stale, default=None)
    body: dict[str, Any] = {
        "subject": of.reference,
        "language": language,
        "licence": LICENCE,
    }
    row = drafting.begin(
        d,
        by,
        TRANSLATION,
        body=body,
        about=drafting.About(oid=oid, record=record, revision=of.revision),
        record=own.row.record if own else None,
        base_revision=own.row.revision if own else None,
    )
    if chosen is None:
        return row
    return _take_base(d, by, row, of, chosen)


def save_translation(
    d: Editorial,
    by: Signed,
    draft: str,
    *,
    seen: int,
    texts: Mapping[str, str],
    read: Collection[str] = (),
    more: Mapping[str, Any] | None = None,
    take: str = "",
) -> Saved:
    """Save texts by pointer; those that are empty are left to the original.

    `read` are the pointers of suggestions that a person says to have read. `more` are other members
    of the body, such as its note; None takes one away. Raises as `drafting.save`.
    """
    row = translation(d, by, draft)
    marks = {pointer: text for pointer, text in marks_of(row).items() if pointer not in set(read)}
    if marks != marks_of(row):
        put_aside(d, by, row, machine=marks)
    body = {**row.body, **(more or {})}
    body = {name: value for name, value in body.items() if value is not None}
    return drafting.save(d, by, draft, seen=seen, body=with_texts(body, texts, marks), take=take)


def take_up(d: Editorial, by: Signed, draft: str) -> DraftRow:
    """Bring a draft to the revision that is shown now; what still fits is kept, the rest shown."""
    row = translation(d, by, draft)
    before, now = of_draft(d, row), of_draft(d, row, newest=True)
    if before.revision == now.revision:
        raise ConflictError("The original has not changed since. Nothing was changed.")
    texts = fields_of(row)
    carried = _follow(d).carry(
        (before.kind, before.body), (now.kind, now.body), texts, str(row.body.get("language", ""))
    )
    moved = {
        carried.moved_to[p]: text for p, text in marks_of(row).items() if p in carried.moved_to
    }
    marks = {pointer: text for pointer, text in moved.items() if pointer in carried.standing}
    base = {"revision": before.revision, "texts": texts, "publisher": "", "record": ""}
    put_aside(d, by, row, machine=marks, base=base)
    body = with_texts({**row.body, "subject": now.reference}, carried.standing, marks)
    saved = drafting.save(d, by, draft, seen=row.version, body=body, what="taken up").row
    with d.database.writing() as uow:
        uow.drafts.change(draft, about_revision=now.revision)
        return uow.drafts.require(saved.id)


def translation(d: Editorial, by: Signed, draft: str) -> DraftRow:
    """Return a draft of a translation. Raises `NotFoundError` for any other."""
    row = drafting.open_draft(d, by, draft).row
    if row.kind != TRANSLATION or not row.about_oid or not row.about_record:
        raise NotFoundError("There is no translation with this id here.", draft=draft)
    return row


def of_draft(d: Editorial, row: DraftRow, *, newest: bool = False) -> Original:
    """Return the original of a draft, at the revision that it translates."""
    revision = None if newest else row.about_revision
    return original(d, row.about_oid or "", row.about_record or "", revision)


def fields_of(row: DraftRow) -> dict[str, str]:
    """Return a draft's texts by pointer."""
    return _texts(row.body)


def machine_made(row: DraftRow) -> set[str]:
    """Return the pointers of texts that a machine wrote and nobody has read yet."""
    fields = fields_of(row)
    return {pointer for pointer, text in marks_of(row).items() if fields.get(pointer) == text}


def _existing(d: Editorial, of: Original, row: RecordRow) -> Existing | None:
    try:
        found = original(d, row.oid, row.record)
    except FootbridgeError:
        return None
    subject = found.body.get("subject")
    revision = subject.get("revision") if isinstance(subject, dict) else None
    if not isinstance(revision, int):
        return None
    outdated: int | None = 0
    if revision != of.revision:
        try:
            before = original(d, of.row.oid, of.row.record, revision)
        except FootbridgeError:
            outdated = None
        else:
            carried = _follow(d).carry(
                (before.kind, before.body), (of.kind, of.body), _texts(found.body), row.language
            )
            outdated = len(carried.changed) + len(carried.added)
    said = found.body.get("machine_translated")
    return Existing(
        row=row,
        publisher=found.publisher,
        own=found.own,
        revision=revision,
        outdated=outdated,
        machine=isinstance(said, list) and row.language in said,
    )


def _take_base(d: Editorial, by: Signed, row: DraftRow, of: Original, chosen: Existing) -> DraftRow:
    """Give a draft what still fits of an earlier translation; the rest is shown beside it."""
    found = original(d, chosen.row.oid, chosen.row.record)
    texts = _texts(found.body)
    language = chosen.row.language
    try:
        before = original(d, of.row.oid, of.row.record, chosen.revision)
    except FootbridgeError:
        kept: Mapping[str, str] = _follow(d).without_base(texts)
    else:
        kept = (
            _follow(d)
            .carry((before.kind, before.body), (of.kind, of.body), texts, language)
            .standing
        )
    here = {each.pointer for each in passages(of)}
    kept = {pointer: text for pointer, text in kept.items() if pointer in here}
    marks = dict(kept) if chosen.machine else {}
    base = {
        "revision": chosen.revision,
        "texts": texts,
        "publisher": "" if chosen.own else chosen.publisher,
        "record": chosen.row.record,
    }
    # The marks first: a text that stands without its mark would pass for a person's.
    put_aside(d, by, row, machine=marks, base=base)
    members = ("checked_by", "note", "licence") if chosen.own else ()
    more = {name: found.body[name] for name in members if name in found.body}
    body = with_texts({**row.body, **more}, kept, marks)
    return drafting.save(d, by, row.id, seen=row.version, body=body).row


def _open(d: Editorial, by: Signed, of: Original, language: str) -> DraftRow | None:
    with d.database.reading() as uow:
        rows = uow.drafts.many()
    return next(
        (
            row
            for row in rows
            if (row.kind, row.about_oid, row.about_record)
            == (TRANSLATION, of.row.oid, of.row.record)
            and row.body.get("language") == language
            and may_change(by.who, drafting.desk_of(row))
        ),
        None,
    )


def with_texts(
    body: Mapping[str, Any], texts: Mapping[str, str], marks: Mapping[str, str]
) -> dict[str, Any]:
    """Return a body with these texts, which says truly whether a machine wrote any of them."""
    made = dict(body)
    kept = {pointer: text for pointer, text in texts.items() if text.strip()}
    made.pop("fields", None)
    made.pop("machine_translated", None)
    if kept:
        made["fields"] = kept
    if any(kept.get(pointer) == text for pointer, text in marks.items()):
        made["machine_translated"] = [made.get("language")]
    return made


def put_aside(d: Editorial, by: Signed, row: DraftRow, **values: Any) -> None:
    """Keep what belongs to the work on a draft and not to its record."""
    with d.database.writing() as uow:
        held = drafting.changeable(uow, by, row.id)
        uow.drafts.change(row.id, aside={**held.aside, **values})


def marks_of(row: DraftRow) -> dict[str, str]:
    """Return the words that a machine suggested, by pointer."""
    held = row.aside.get("machine")
    return dict(held) if isinstance(held, dict) else {}


def _texts(body: Mapping[str, Any]) -> dict[str, str]:
    held = body.get("fields")
    if not isinstance(held, dict):
        return {}
    return {pointer: text for pointer, text in held.items() if isinstance(text, str)}


def _follow(d: Editorial) -> Any:
    if d.follow is None:
        raise ConflictError("This process cannot follow translations.")
    return d.follow
