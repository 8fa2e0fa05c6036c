"""Acknowledgements: a person has looked at a warning and says why it may stand.

Each names a warning by its code and, where not all of that code are meant, by its place. A hard
rule is no warning and cannot be acknowledged. The reason is kept in this node's own audit trail;
it is not published.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from node.contract.faults import Fault
from node.errors import BadInputError

#: A reason is a few words at least, and no essay.
SHORTEST, LONGEST = 3, 500

WARNINGS = frozenset(
    {"email-address", "phone-number", "likely-identity-number", "person-recognisable"}
    | {"no-licence", "no-evidence", "empty-evidence", "no-consent", "missing-file"}
    | {"private-link", "secret-link", "editable-link", "login-link", "dead-link"}
    | {"other-language", "unknown-member", "unknown-licence"}
)
#: Refused before anything is signed, whatever is acknowledged. A missing licence is one of them
#: only for kinds that require a licence.
HARD_RULES = frozenset({"identity-number", "no-alt-text"})


class BadAcknowledgementError(BadInputError):
    """An acknowledgement names no warning, names a hard rule, or gives no reason."""

    code = "bad-acknowledgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """One warning that may stand, and why; raises `BadAcknowledgementError` at construction."""

    code: str
    reason: str
    #: The place, as the warning's JSON Pointer; None for every warning of this code.
    pointer: str | None = None

    def __post_init__(self) -> None:
        if self.code in HARD_RULES:
            raise BadAcknowledgementError(
                f"“{self.code}” is a rule without exception and cannot be acknowledged.",
                hint="Change the record; nothing was published.",
            )
        if self.code not in WARNINGS:
            raise BadAcknowledgementError(
                f"There is no warning “{self.code[:60]}” to acknowledge.",
                hint=f"The warnings are: {', '.join(sorted(WARNINGS))}.",
            )
        if not SHORTEST <= len(self.reason.strip()) <= LONGEST:
            raise BadAcknowledgementError(
                f"The acknowledgement of “{self.code}” needs a reason of {SHORTEST} to {LONGEST} "
                "characters.",
                hint="Say why the warning does not apply, such as: the number is our helpline.",
            )

    @classmethod
    def parse(cls, text: str) -> Acknowledgement:
        """Read ``CODE=REASON`` or ``CODE:/pointer=REASON``, as typed on a command line."""
        place, sign, reason = text.partition("=")
        code, colon, pointer = place.partition(":")
        if not sign:
            raise BadAcknowledgementError(
                f"“{text[:60]}” is not an acknowledgement.",
                hint="Write CODE=REASON, such as: phone-number='the number is our helpline'.",
            )
        return cls(code=code.strip(), reason=reason.strip(), pointer=pointer if colon else None)

    def covers(self, fault: Fault) -> bool:
        """Tell whether this is about the warning. Never true for a hard rule."""
        return (
            fault.severity == "warning"
            and fault.code == self.code
            and self.pointer in {None, fault.pointer}
        )


def unacknowledged(faults: Iterable[Fault], acknowledged: Iterable[Acknowledgement]) -> list[Fault]:
    """Return the faults without the warnings that a person has acknowledged."""
    said = tuple(acknowledged)
    return [fault for fault in faults if not any(each.covers(fault) for each in said)]
