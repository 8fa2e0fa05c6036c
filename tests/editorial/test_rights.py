"""The table of roles and acts, and the three rules about drafts."""

from __future__ import annotations

import pytest

from node.editorial.rights import (
    ACTS,
    CONTRIBUTOR,
    DESK,
    EDITOR,
    FUNDER,
    KEEP,
    KEEPER,
    PUBLISH,
    REPORT,
    REVIEW,
    ROLES,
    TRANSLATE,
    TRANSLATOR,
    WRITE,
    Desk,
    Who,
    may_approve,
    may_change,
    may_open,
)
from node.errors import PermissionDeniedError

OPENS = {
    CONTRIBUTOR: {DESK, WRITE, TRANSLATE},
    EDITOR: {DESK, WRITE, TRANSLATE, REVIEW, PUBLISH},
    TRANSLATOR: {DESK, TRANSLATE},
    KEEPER: {DESK, KEEP},
    FUNDER: {DESK, REPORT},
}
EVERY_ACT = {DESK, WRITE, TRANSLATE, REVIEW, PUBLISH, KEEP, REPORT}


def who(*roles: str, person: int = 1) -> Who:
    return Who(person, frozenset(roles))


def draft(kind: str = "good-practice", state: str = "draft", *, shared: bool = False) -> Desk:
    return Desk(kind=kind, state=state, author=2, shared=shared)


def test_there_is_a_row_for_each_role_and_no_other() -> None:
    assert set(ACTS) == set(ROLES) == set(OPENS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_acts_and_refuses_all_others(role: str) -> None:
    for act in EVERY_ACT:
        if act in OPENS[role]:
            who(role).require(act)
        else:
            with pytest.raises(PermissionDeniedError):
                who(role).require(act)


def test_two_roles_open_what_either_opens_and_none_opens_nothing() -> None:
    both = who(TRANSLATOR, FUNDER)
    assert {act for act in EVERY_ACT if both.may(act)} == {DESK, TRANSLATE, REPORT}
    assert not any(who().may(act) for act in EVERY_ACT)


def test_somebody_elses_draft_is_closed_until_it_is_shared() -> None:
    assert not may_open(who(CONTRIBUTOR), draft())
    assert may_open(who(CONTRIBUTOR), draft(shared=True))
    assert may_open(who(CONTRIBUTOR, person=2), draft())
    assert may_open(who(EDITOR), draft())


@pytest.mark.parametrize("role", [KEEPER, FUNDER, TRANSLATOR])
def test_sharing_opens_a_draft_only_to_who_may_write_one(role: str) -> None:
    assert not may_open(who(role), draft(shared=True))
    assert may_open(who(role), draft("translation", shared=True)) == (role == TRANSLATOR)


def test_a_submitted_draft_is_the_editors_to_change() -> None:
    author, editor = who(CONTRIBUTOR, person=2), who(EDITOR)
    assert may_change(author, draft()) and may_change(author, draft(state="returned"))  # noqa: PT018
    for state in ("submitted", "approved", "scheduled"):
        assert not may_change(author, draft(state=state))
        assert may_change(editor, draft(state=state))
    for state in ("published", "discarded"):
        assert not may_change(editor, draft(state=state))


def test_an_author_who_has_lost_the_role_may_look_and_not_change() -> None:
    former = who(FUNDER, person=2)
    assert may_open(former, draft())
    assert not may_change(former, draft())


def test_nobody_approves_their_own_unless_alone_or_allowed() -> None:
    own, editor = who(EDITOR, person=2), who(EDITOR)
    assert may_approve(editor, draft(state="submitted"), direct=False, others=[2])
    assert not may_approve(own, draft(state="submitted"), direct=False, others=[1])
    assert may_approve(own, draft(state="submitted"), direct=False, others=[])
    assert may_approve(own, draft(state="submitted"), direct=True, others=[1])
    writer = who(CONTRIBUTOR, person=2)
    assert may_approve(writer, draft(), direct=True, others=[1])
    assert not may_approve(writer, draft(), direct=False, others=[])
    assert not may_approve(who(CONTRIBUTOR), draft(shared=True), direct=True, others=[])
