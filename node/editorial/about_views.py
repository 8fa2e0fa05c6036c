"""The record that a draft is about, folded beside it; and in which languages people here write."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.contract import pick
from node.editorial import reminding
from node.editorial.access_views import desk, me
from node.editorial.choices import choices
from node.editorial.originals import original, passages
from node.editorial.translation_presenting import label_of
from node.errors import FootbridgeError
from node.web.i18n import interface_language, reading_languages
from node.web.texts import Text, pick_text

if TYPE_CHECKING:
    from datetime import datetime

    from node.editorial.originals import Original
    from node.storage.drafts import DraftRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An original as it stands beside a draft."""

    original: Original
    title: Text
    #: Section headings, and in each the names of texts with their words.
    sections: tuple[tuple[str, tuple[tuple[str, Text], ...]], ...]
    #: The revision that is shown now, where it is a later one; else None.
    newer: int | None


def beside(of: Original) -> Beside:
    """Return a record's texts in the languages of who asks."""
    found: dict[str, list[tuple[str, Text]]] = {}
    headings = {section.id: section.label(interface_language()) for section in of.kind.sections}
    for each in passages(of):
        text = pick_text(each.texts, of.language)
        if text is not None:
            found.setdefault(each.section.id, []).append((label_of(each), text))
    return Beside(
        original=of,
        title=title_of(of),
        sections=tuple((headings[name], tuple(lines)) for name, lines in found.items()),
        newer=of.row.revision if of.row.revision > of.revision else None,
    )


def title_of(of: Original) -> Text:
    """Return what a record is called, for who asks."""
    return pick_text(of.row.title, of.language) or Text(of.row.record, "")


def draft_about(row: DraftRow) -> Beside | None:
    """Return what stands beside a draft; None where it is about nothing that can be shown."""
    if not row.about_oid or not row.about_record:
        return None
    try:
        return beside(original(desk(), row.about_oid, row.about_record, row.about_revision))
    except FootbridgeError:
        return None


def draft_reminder(row: DraftRow) -> datetime | None:
    """Return when this person is reminded of a draft, None when they are not."""
    return reminding.reminder(desk(), me(), row.id)


def tongues() -> list[str]:
    """Return languages to write in, the ones that people here use most first."""
    d = desk()
    with d.database.reading() as uow:
        people = Counter(person.language for person in uow.people.all() if person.active)
        wanted = choices(uow).languages
    used = [language for language, _count in people.most_common() if language]
    return list(dict.fromkeys([*wanted, *used, *d.settings.languages]))


def own_words(of: Original, name: str = "title") -> str:
    """Return a record's title as a person would write it in their own language, or as it is."""
    held = of.row.title if name == "title" else of.row.summary
    return pick(held, (interface_language(), *reading_languages()), of.language)[1]
