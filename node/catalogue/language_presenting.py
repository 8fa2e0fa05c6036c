"""In which languages a record can be read, and in which one it is read to this reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from node.web.overlay import follow, written_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.catalogue.bound import Since, Translation
    from node.catalogue.cards import RecordCard
    from node.catalogue.records import LinkView, RecordView
    from node.catalogue.revisions import RevisionView
    from node.contract import Kind

#: Where the kinds of today have title and summary; a kind that is not known here may be alike.
USUAL = {"title": ("title", "name"), "summary": ("summary", "description")}


@dataclass(frozen=True, slots=True)
class ReadIn:
    """A language in which the record can be read."""

    language: str
    original: bool
    #: The translation record, where the author has not written all of it in this language.
    by: RecordCard | None = None
    #: What has changed since the revision that was translated; None when it is the one shown.
    since: Since | None = None
    #: Some of its texts are in this language, others are only in the original.
    partly: bool = False
    #: The authors have written some of its texts in this language themselves.
    authors_too: bool = False
    #: Every text of the translation says something else now.
    nothing_left: bool = False
    #: The revision that was translated.
    revision: int | None = None
    current: bool = False


def languages_of(
    view: RecordView | RevisionView, translations: tuple[LinkView, ...]
) -> tuple[ReadIn, ...]:
    """Return the languages it can be read in: the original, the author's own, the translated."""
    total, counts = written_in(view.kind.fields if view.kind else (), view.body)
    found = {view.language: ReadIn(view.language, original=True)} if view.language else {}
    for language in sorted(view.title):
        partly = counts[language] < total
        found.setdefault(language, ReadIn(language, original=False, partly=partly))
    for link in sorted(translations, key=lambda each: (each.stale, -(each.revision or 0))):
        if link.card is None:
            continue
        held = found.get(link.card.language)
        if held is None or (held.partly and held.by is None):
            found[link.card.language] = ReadIn(
                link.card.language,
                original=False,
                by=link.card,
                since=link.since,
                revision=link.revision or getattr(view, "revision", None),
            )
    return tuple(found.values())


def translation_for(
    languages: tuple[ReadIn, ...], translations: tuple[LinkView, ...], wanted: tuple[str, ...]
) -> LinkView | None:
    """Return the translation to lay over, None when the author's words are the best there are."""
    offered = {each.language: each for each in languages}
    for language in wanted:
        found = offered.get(language)
        if found is not None and found.by is not None:
            return next(link for link in translations if link.card is found.by)
        if found is not None and (found.original or not found.partly):
            return None
    return None


def as_read(
    each: ReadIn, view: RecordView | RevisionView, body: Mapping[str, Any], shown: str
) -> ReadIn:
    """Mark the language that is shown, and say whether the whole body can be read in it."""
    if each.language != shown:
        return each
    if each.by is None:
        return replace(each, current=True)
    fields = view.kind.fields if view.kind else ()
    total, counts = written_in(fields, body)
    _total, by_authors = written_in(fields, view.body)
    return replace(
        each,
        current=True,
        partly=counts[shown] < total,
        nothing_left=not counts[shown],
        authors_too=by_authors[shown] > 0,
    )


def headline(
    kind: Kind | None, part: Literal["title", "summary"], body: Mapping[str, Any], by: Translation
) -> dict[str, str]:
    """Return the title or summary of `body` as the translation has it; empty where it has none."""
    sources: Sequence[str] = USUAL[part]
    if kind is not None:
        sources = kind.title_from if part == "title" else kind.summary_from
    for source in sources:
        pointer = source if source.startswith("/") else f"/{source}"
        if follow(body, pointer):
            return {by.language: by.texts[pointer]} if pointer in by.texts else {}
    return {}
