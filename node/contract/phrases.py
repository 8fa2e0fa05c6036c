"""The sentences of faults and warnings, by language.

They stand in ``schemas/common/phrases.json`` and not in the interface's catalogues, because the
command line, the REST interface and pages all say the same, and another implementation may use
them too. Every language of a phrase has the same placeholders; that is checked when it is read.
"""

from __future__ import annotations

import string
from types import MappingProxyType
from typing import TYPE_CHECKING

from node.contract.languages import LangMap, text_in
from node.contract.sources import ContractError, read_object

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Phrases:
    """All phrases, ready to be filled."""

    def __init__(self, phrases: Mapping[str, LangMap]) -> None:
        self._phrases = phrases
        #: Languages that every phrase is written in.
        self.languages = tuple(sorted(set.intersection(*(set(p) for p in phrases.values()))))

    @classmethod
    def read(cls, path: Path) -> Phrases:
        """Read and check the file. Raises `ContractError` that names the phrase."""
        phrases = read_object(path)
        for name, texts in phrases.items():
            if not isinstance(texts, dict) or "en" not in texts:
                raise ContractError(f"{path.name}: the phrase {name} has no English text.")
            wanted = _placeholders(texts["en"])
            for language, text in texts.items():
                if _placeholders(text) != wanted:
                    raise ContractError(
                        f"{path.name}: the phrase {name} has other placeholders in {language}."
                    )
        return cls(MappingProxyType(phrases))

    def fill(self, name: str, **facts: str | LangMap) -> LangMap:
        """Return a phrase in every language, with the facts in it.

        A fact is a text, or a language map from which the phrase's language is taken.
        """
        return MappingProxyType(
            {
                language: self._phrases[name][language].format_map(
                    {
                        key: fact if isinstance(fact, str) else text_in(fact, language)
                        for key, fact in facts.items()
                    }
                )
                for language in self.languages
            }
        )


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
