"""A fault: one thing in a record that a person has to change, in plain words.

It names the field by its label, says what is there, what was expected and an example. A warning
has the same form and does not stop anything. All faults of a record are reported at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.contract.languages import LangMap, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault or warning. The maps hold the same text in every language that is offered."""

    #: Where in the body, as a JSON Pointer; empty for the body as a whole.
    pointer: str
    #: What is wrong, as a stable name: ``missing``, ``unknown-code``, ``too-long`` …
    code: str
    #: The field's name for people, with its place in lists.
    label: LangMap
    messages: LangMap
    expectations: LangMap
    examples: LangMap
    sentences: LangMap
    #: ``error`` stops publishing; ``warning`` asks to look again.
    severity: str = "error"
    #: The value that was probably meant, or empty.
    suggestion: str = ""

    @classmethod
    def plain(
        cls, message: str, *, pointer: str = "", code: str = "not-acceptable", expected: str = ""
    ) -> Fault:
        """Make a fault out of English sentences, for what no field of a kind is about."""
        whole = f"{message} Expected: {expected}." if expected else message
        return cls(
            pointer=pointer,
            code=code,
            label={},
            messages={"en": message},
            expectations={"en": expected} if expected else {},
            examples={},
            sentences={"en": whole},
        )

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return text_in(self.messages, "en")

    @property
    def expected(self) -> str:
        """What was expected, in English."""
        return text_in(self.expectations, "en")

    @property
    def example(self) -> str:
        """A value that would do."""
        return text_in(self.examples, "en")

    def sentence(self, lang: str = "en") -> str:
        """Return everything about it as one text for a person, in this language."""
        return text_in(self.sentences, lang)

    def as_dict(self) -> Mapping[str, str]:
        """Return it as problem details and ``--json`` show it, in English."""
        return {
            "pointer": self.pointer,
            "code": self.code,
            "severity": self.severity,
            "label": text_in(self.label, "en"),
            "message": self.message,
            "expected": self.expected,
            "example": self.example,
            **({"suggestion": self.suggestion} if self.suggestion else {}),
        }
