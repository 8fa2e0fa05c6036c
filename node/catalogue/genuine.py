"""How do I know this is genuine? Every check, made again now, from the stored bytes.

Nothing is taken from the catalogue's own tables on trust: the statement, the chain of epochs, the
Merkle path, the checkpoint and the content are read as they were received and verified as an
outsider would. A check says only what it proved; what it does not prove (that a practice works,
that a date is true) no check here claims.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from node.catalogue.cards import OriginName
    from node.catalogue.context import Catalogue

Result = Literal["passed", "failed", "warning", "skipped"]

#: The checks in the order they are shown; each name is also the key of its explanation.
CHECKS = (
    "origin",  # the oid is the digest of the genesis statement
    "epochs",  # each later key was named by a recovery key of the epoch before
    "statement",  # the statement is signed by its epoch's key
    "inclusion",  # the statement is a leaf of the log's tree, shown by a Merkle path
    "checkpoint",  # the tree's root is signed by the origin
    "date",  # the checkpoint's dated signature is recent; warning when older than a day or two
    "content",  # the content's bytes have the digest and size that the statement signs
    "schema",  # the body follows the published schema; skipped when the schema is unknown here
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its outcome."""

    #: One of `CHECKS`.
    name: str
    result: Result
    #: Ids, sizes, dates that the check was about, as text for showing and copying.
    facts: Mapping[str, str] = field(default_factory=dict)
    #: Why it failed, was skipped or needs attention: one plain sentence, "" when passed.
    why: str = ""


@dataclass(frozen=True, slots=True)
class GenuineReport:
    """All checks of one revision of one record."""

    record: str
    origin: OriginName
    revision: int
    title: Mapping[str, str]
    language: str
    checked: datetime
    checks: tuple[Check, ...]

    @property
    def genuine(self) -> bool:
        """Say whether no check failed and those that carry the proof were made."""
        made = {check.name for check in self.checks if check.result in ("passed", "warning")}
        needed = {"origin", "epochs", "statement", "inclusion", "checkpoint", "content"}
        return needed <= made and all(check.result != "failed" for check in self.checks)

    def check(self, name: str) -> Check:
        """Return the check of this name. Raises KeyError for a name not in `CHECKS`."""
        return {check.name: check for check in self.checks}[name]


def examine(
    c: Catalogue,
    record_id: str,
    *,
    now: datetime,
    origin: str | None = None,
    revision: int | None = None,
) -> GenuineReport:
    """Make every check of a record's revision (None: the newest that is held) from stored bytes.

    Raises `NotFoundError` when the record or revision is not held, `GoneError` when erased.
    A record that fails is a report, never an exception.
    """
    raise NotImplementedError
