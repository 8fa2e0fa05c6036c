"""Who may do what: one table, pure. Every view and use case asks here and decides nothing itself.

A person has one or more roles. What a role opens does not depend on the others, so a person may do
whatever any of their roles allows. On top of the table stand three rules about drafts:

1. Its author may open and change a draft while it is theirs to change (draft, returned).
2. A draft that is shared may be opened and changed by everybody who may write one of its kind.
3. Who reviews may open every draft and change it in any open state.

Nobody approves what they submitted themselves, unless the node lets writers publish directly or
they are the only one who could.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.errors import PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Collection

CONTRIBUTOR, EDITOR, TRANSLATOR, KEEPER, FUNDER = ROLES = (
    "contributor",
    "editor",
    "translator",
    "keeper",
    "funder",
)

#: Open the desk at all: the start page, one's own account, one's notices.
DESK = "desk"
#: Begin drafts of any kind but translations; import them from a table.
WRITE = "write"
TRANSLATE = "translate"
#: Approve, return, publish, schedule, withdraw, erase; confirm; hide and collect partners' records.
REVIEW = "review"
PUBLISH = "publish"
#: The node: people, peers, settings, disk, audit trail.
KEEP = "keep"
#: Saved searches and reports.
REPORT = "report"

ACTS: dict[str, frozenset[str]] = {
    CONTRIBUTOR: frozenset({DESK, WRITE, TRANSLATE}),
    EDITOR: frozenset({DESK, WRITE, TRANSLATE, REVIEW, PUBLISH}),
    TRANSLATOR: frozenset({DESK, TRANSLATE}),
    KEEPER: frozenset({DESK, KEEP}),
    FUNDER: frozenset({DESK, REPORT}),
}
#: What the roles of the first person of a node are: somebody has to be able to do everything.
FIRST_ROLES = (KEEPER, EDITOR, CONTRIBUTOR, TRANSLATOR)

TRANSLATION = "translation"
#: States in which a draft is its author's to change.
AUTHORS = frozenset({"draft", "returned"})
CHANGEABLE = frozenset({"draft", "returned", "submitted", "approved", "scheduled"})


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as the rules see them."""

    person: int
    roles: frozenset[str]

    def may(self, act: str) -> bool:
        """Say whether any of their roles allows an act."""
        return any(act in ACTS.get(role, frozenset()) for role in self.roles)

    def require(self, act: str) -> None:
        """Raise `PermissionDeniedError` unless they may."""
        if not self.may(act):
            raise PermissionDeniedError(
                "Your roles here do not allow this. Nothing was changed.",
                hint="The keeper of this node can give you the role that it needs.",
                act=act,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A draft as the rules see it."""

    kind: str
    state: str
    author: int
    shared: bool
    submitted_by: int | None = None


def act_for(kind: str) -> str:
    """Return the act that writing a record of this kind is."""
    return TRANSLATE if kind == TRANSLATION else WRITE


def may_open(who: Who, draft: Desk) -> bool:
    """Say whether somebody may see a draft."""
    if who.may(REVIEW) or draft.author == who.person:
        return who.may(DESK)
    return draft.shared and who.may(act_for(draft.kind))


def may_change(who: Who, draft: Desk) -> bool:
    """Say whether somebody may change a draft's words now."""
    if draft.state not in CHANGEABLE or not may_open(who, draft):
        return False
    if who.may(REVIEW):
        return True
    return draft.state in AUTHORS and who.may(act_for(draft.kind))


def may_approve(who: Who, draft: Desk, *, direct: bool, others: Collection[int]) -> bool:
    """Say whether somebody may approve or publish a draft.

    `direct`: the node lets writers publish what they wrote. `others`: everybody else who could
    approve; when there is nobody, one's own work need not wait for ever.
    """
    if draft.state not in CHANGEABLE or not may_open(who, draft):
        return False
    own = who.person == draft.author
    if direct and own and who.may(act_for(draft.kind)):
        return True
    if not who.may(REVIEW):
        return False
    return not own or direct or not others
