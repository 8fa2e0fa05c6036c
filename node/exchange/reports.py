"""What a round did, in numbers and in sentences: collected on the way, kept in the run history.

`Tally` is filled while the round goes on; `RoundReport` is what comes out. Outcomes:

==========  ==========================================================================
complete    everything that the peer offered is held and verified
partial     the round went to its end; some things were refused or left for the next one
failed      the round broke off; what was verified before stays, the next goes on there
==========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from node.errors import FootbridgeError, PeerMisbehavesError, PeerUnreachableError

COMPLETE, PARTIAL, FAILED, RUNNING = "complete", "partial", "failed", "running"

#: Why something was not taken, or why a round broke off. Stable: histories keep these codes.
REASONS = frozenset(
    {
        "unreachable",  # the peer does not answer, or no longer
        "other-node",  # another node answers at its address
        "misbehaves",  # what it answers does not verify
        "damage",  # something is wrong with this node
        "altered",  # a content or file is not the one its digest names
        "faulty",  # said by its origin, and wrong in itself: kept, not shown
        "log",  # one organisation's log did not verify
        "contents",  # one organisation's contents could not be taken
        "quota",  # an organisation has filled its room here
        "newcomers",  # more new organisations than are taken in a day
        "order",  # a later epoch came before the earlier
        "two-truths",  # signed two histories, or named two successors
        "frozen",  # nothing is taken since it was seen with two truths
        "rollback",  # an older state than before
    }
)
#: So many refusals are kept word for word; a hostile peer could make thousands.
MAX_REFUSALS = 50
#: The most of one reason, in characters.
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was not taken, and why: a code of `REASONS`, and the particulars in English.

    A page says the code in the reader's language; the particulars are for keepers and logs.
    """

    what: str
    why: str
    code: str

    def as_row(self) -> dict[str, str]:
        """Return it as the history keeps it."""
        return {"what": self.what, "why": self.why, "code": self.code}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round is: what is being fetched, how much of it is held, of how much."""

    what: str
    done: int
    total: int


#: Told how a round goes; must return quickly.
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What one round with one peer did."""

    peer_id: int
    peer: str
    started: datetime
    ended: datetime
    outcome: str
    entries: int
    contents: int
    blobs: int
    bytes: int
    requests: int
    verified: int
    refused: tuple[Refusal, ...]
    #: Contents that the peer itself does not have; another peer is asked later.
    left_out: int
    sentence: str
    complete_as_of: datetime | None

    @property
    def idle(self) -> bool:
        """Say whether there was nothing new and nothing wrong."""
        return self.outcome == COMPLETE and not (self.entries or self.contents or self.blobs)


@dataclass(slots=True)
class Tally:
    """The running numbers of a round."""

    entries: int = 0
    contents: int = 0
    blobs: int = 0
    #: Entries and contents whose bytes, place and signatures hold.
    verified: int = 0
    left_out: int = 0
    refused: list[Refusal] = field(default_factory=list)
    not_listed: int = 0
    #: Something was left for the next round, which must ask for the same heads again.
    hold_token: bool = False
    #: Even those that did not change must be asked for again.
    forget_token: bool = False
    #: What ended the round before its end, if anything did.
    broken: FootbridgeError | None = None
    #: Logs whose relayed head moved on: (oid, epoch, size), to be announced onward.
    advanced: list[tuple[str, int, int]] = field(default_factory=list)
    #: Remarks that are not refusals, such as a stale mirror.
    remarks: list[str] = field(default_factory=list)

    def refuse(self, what: str, why: str, code: str, *, again: bool = False) -> None:
        """Note something that was not taken; `again` asks for it in the next round."""
        self.hold_token |= again
        if len(self.refused) < MAX_REFUSALS:
            self.refused.append(Refusal(_short(what), _short(why), code))
        else:
            self.not_listed += 1

    def remark(self, sentence: str) -> None:
        """Note something for the keeper that is nobody's fault."""
        if len(self.remarks) < MAX_REFUSALS:
            self.remarks.append(sentence)

    @property
    def reasons(self) -> list[Refusal]:
        """Return what ended the round too early, if anything did, and what was refused."""
        if self.broken is None:
            return self.refused
        why = _short(self.broken.explain())
        return [Refusal("the rest of the round", why, reason_of(self.broken)), *self.refused]

    @property
    def outcome(self) -> str:
        """Return the outcome so far."""
        if self.broken is not None:
            return FAILED
        return PARTIAL if self.refused or self.hold_token else COMPLETE

    def sentence(self) -> str:
        """Return the round in plain words, one sentence or two."""
        got = _joined(
            [
                _count(self.entries, "entry", "entries"),
                _count(self.contents, "content", "contents"),
                _count(self.blobs, "file", "files"),
            ]
        )
        parts = [f"Fetched and verified {got}." if got else ""]
        if self.broken is not None:
            kept = "What was verified before it broke off is kept." if got else "Nothing is lost."
            parts.append(f"The round broke off: {self.broken.explain()} {kept}")
        elif not got and not self.refused:
            parts.append("Nothing new.")
        if self.refused:
            first = self.refused[0]
            more = len(self.refused) + self.not_listed - 1
            rest = f" (and {more} more)" if more else ""
            parts.append(f"Refused {first.what}: {first.why}{rest}")
        if self.left_out:
            left = _count(self.left_out, "content", "contents")
            parts.append(f"The peer does not have {left}; other peers are asked.")
        parts += self.remarks[:1]
        return " ".join(part for part in parts if part)


def reason_of(error: FootbridgeError) -> str:
    """Return the code of `REASONS` for an error that ended a round."""
    if isinstance(error, PeerUnreachableError):
        return "unreachable"
    if isinstance(error, PeerMisbehavesError):
        return "other-node" if "expected" in error.facts else "misbehaves"
    return "damage"


def _short(words: str) -> str:
    """Return words that fit into a history; what a peer or origin wrote may be of any length."""
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else ""


def _joined(parts: list[str]) -> str:
    named = [part for part in parts if part]
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)
