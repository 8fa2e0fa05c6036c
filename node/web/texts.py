"""Texts that others wrote, in the language this reader reads best, marked with that language.

A text is shown in the reader's language where a language map or a translation has it, otherwise
as the author wrote it. Either way it carries its language and direction, so that a screen reader
pronounces it and a browser sets it rightly. It is plain text: a blank line parts paragraphs, a
line that begins with "- " is an item of a list, and nothing else is markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from node.contract.languages import pick
from node.web.i18n import direction, interface_language, reading_languages

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or one list. The items of a paragraph are its lines."""

    is_list: bool
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the language that was picked."""

    text: str
    language: str
    #: It is in another language than the page, so it has to be marked.
    foreign: bool = False
    #: Translated by a machine, as its author says.
    machine: bool = False

    @property
    def direction(self) -> str:
        """Return "ltr" or "rtl"."""
        return direction(self.language)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return paragraphs and lists."""
        return blocks(self.text)

    def __str__(self) -> str:
        return self.text


def pick_text(
    texts: Mapping[str, str],
    original: str = "",
    *,
    wanted: Sequence[str] | None = None,
    machine: Collection[str] = (),
) -> Text | None:
    """Return the best text of a language map for this reader, None when it has none.

    `wanted` replaces the reader's languages; `machine` names languages a machine wrote.
    """
    if not texts:
        return None
    language, text = pick(texts, wanted or reading_languages(), original)
    foreign = _primary(language) != _primary(interface_language())
    return Text(text, language, foreign, language in machine)


def pick_pair(
    title: Mapping[str, str], summary: Mapping[str, str], original: str = ""
) -> tuple[Text | None, Text | None]:
    """Return title and summary in one language where the reader has one in which both are.

    Only where there is none do they come in two, each marked with its own.
    """
    both = [language for language in title if language in summary]
    read = {language.partition("-")[0] for language in reading_languages()}
    if any(language.partition("-")[0] in read for language in both):
        title = {language: title[language] for language in both}
        summary = {language: summary[language] for language in both}
    return pick_text(title, original), pick_text(summary, original)


def marked(text: Text | str | None) -> Markup:
    """Return the attributes that mark a text, or a language, that is not the page's own."""
    language = text.language if isinstance(text, Text) else text
    if not language or _primary(language) == _primary(interface_language()):
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language, direction(language))


def blocks(text: str) -> tuple[Block, ...]:
    """Split a text into paragraphs and lists. Splits on line feeds only."""
    found: list[Block] = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        run: list[str] = []
        in_list = False
        for line in part.split("\n"):
            item = line.startswith("- ")
            if run and item != in_list:
                found.append(Block(in_list, tuple(run)))
                run = []
            in_list = item
            if line.strip():
                run.append(line[2:].strip() if item else line.strip())
        if run:
            found.append(Block(in_list, tuple(run)))
    return tuple(found)


def _primary(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0].lower()
