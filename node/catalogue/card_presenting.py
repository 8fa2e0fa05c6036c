"""A card in the words of one reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.web.texts import pick_pair

if TYPE_CHECKING:
    from node.catalogue.cards import RecordCard
    from node.web.texts import Text


def card_texts(card: RecordCard) -> tuple[Text | None, Text | None, bool]:
    """Return a card's title and summary, and whether a translator wrote the title.

    Where the authors have written in the reader's language themselves, that is what is shown.
    """
    title = {language: each.title for language, each in card.translated.items() if each.title}
    summary = {language: each.summary for language, each in card.translated.items() if each.summary}
    first, second = pick_pair(title | {**card.title}, summary | {**card.summary}, card.language)
    by_others = first is not None and first.language not in card.title
    return first, second, by_others
