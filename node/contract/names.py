"""What an organisation is called for one reader, and what it calls itself.

A name that the reader cannot read is no name to him, and one that its bearer does not know is no
name at all. So the name in the reader's language (or in Latin letters, where the organisation
gave one) stands first, and its own name stands beside it wherever that is in another script.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.contract.languages import pick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Name:
    """A name to show. `own` is the organisation's own one, "" where that says nothing more."""

    text: str
    language: str = ""
    own: str = ""
    own_language: str = ""

    def __str__(self) -> str:
        """Return both on one line, the own name kept from turning the line around."""
        if not self.own:
            return self.text
        return f"{self.text} (\N{FIRST STRONG ISOLATE}{self.own}\N{POP DIRECTIONAL ISOLATE})"


def name_for(
    names: Mapping[str, str], wanted: Sequence[str], original: str, otherwise: str = ""
) -> Name:
    """Return the name for a reader of the `wanted` languages; `otherwise` when there is none.

    Where none is in a language the reader asked for, a name in Latin letters comes before the
    original, because most readers here can at least spell it.
    """
    if not names:
        return Name(otherwise)
    own_language, own = pick(names, (original,))
    language, text = pick(names, wanted, original)
    asked_for = language.partition("-")[0] in {each.partition("-")[0] for each in wanted}
    if not asked_for and script(text) != "LATIN":
        latin = {held: each for held, each in names.items() if script(each) == "LATIN"}
        language, text = pick(latin, (), original) if latin else (language, text)
    differs = own != text and script(own) != script(text)
    return Name(text, language, own if differs else "", own_language if differs else "")


def script(text: str) -> str:
    """Return the script of the first letter, as Unicode names it ("LATIN"), "" without letters."""
    letter = next((character for character in text if character.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0]
