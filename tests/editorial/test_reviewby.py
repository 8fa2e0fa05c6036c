"""Records that promised to be looked at again, and what a revision changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.editorial import drafting, owning
from node.editorial.mail_presenting import notice_mail
from node.editorial.reviewby import NOTICE, remind_review_by
from node.exchange.publishing import publish, revise
from tests.support.nodes import practice

if TYPE_CHECKING:
    from tests.support.clock import FixedClock
    from tests.support.staff import Staffed


def later(desk: Staffed, **time: float) -> None:
    clock: FixedClock = desk.d.clock  # type: ignore[assignment]
    clock.forward(**time)


def told(desk: Staffed) -> list[str]:
    with desk.d.database.reading() as uow:
        found = uow.desk.notices(desk.editor.id)
        return [each.detail["day"] for each in found if each.what == NOTICE]


def test_the_editors_hear_of_a_record_on_its_day_once(desk: Staffed) -> None:
    (made,) = publish(desk.d.exchange, [practice("Breakfast", review_by="2026-11-25")])
    publish(desk.d.exchange, [practice("For ever")])
    assert remind_review_by(desk.d) == 0
    later(desk, days=2)
    assert remind_review_by(desk.d) == 1
    assert remind_review_by(desk.d) == 0
    later(desk, days=1)
    assert remind_review_by(desk.d) == 0
    assert told(desk) == ["2026-11-25"]
    page = desk.editor.get("/desk/").text
    assert "was to be looked at again by 25 November 2026" in page
    assert f"/desk/records/{made.record}" in page
    with desk.d.database.reading() as uow:
        (notice,) = uow.desk.notices(desk.editor.id)
    letter = notice_mail("en", "Puente", "https://puente.example", [notice])
    assert "“Breakfast” was to be looked at again by 2026-11-25." in letter.text
    assert f"https://puente.example/desk/records/{made.record}" in letter.text


def test_a_new_promise_is_told_anew_and_a_withdrawn_record_makes_none(desk: Staffed) -> None:
    (made,) = publish(desk.d.exchange, [practice("Breakfast", review_by="2026-11-24")])
    (gone,) = publish(desk.d.exchange, [practice("Gone", review_by="2026-11-24")])
    owning.withdraw(desk.d, desk.editor.by, gone.record, "outdated")
    later(desk, days=1)
    assert remind_review_by(desk.d) == 1
    revise(desk.d.exchange, made.record, practice("Breakfast", review_by="2026-11-29"))
    later(desk, days=5)
    assert remind_review_by(desk.d) == 1
    assert told(desk) == ["2026-11-29", "2026-11-24"]


def test_an_editor_sees_what_a_revision_changes(desk: Staffed) -> None:
    (made,) = publish(desk.d.exchange, [practice("Breakfast")])
    draft = owning.revise(desk.d, desk.contributor.by, made.record)
    address = f"/desk/drafts/{draft.id}/changes"
    assert address in desk.editor.get(f"/desk/drafts/{draft.id}").text
    assert "The draft has these very words now." in desk.editor.get(address).text
    body = {**draft.body, "results": {"en": "Sixty of them found work within a year."}}
    drafting.save(desk.d, desk.contributor.by, draft.id, seen=1, body=body)
    page = desk.editor.get(address).text
    assert "Against revision 1" in page
    assert "<ins>" in page
    assert "Sixty" in page
    assert desk.other.get(address).status_code == 404


def test_a_first_draft_changes_no_record(desk: Staffed) -> None:
    draft = drafting.begin(desk.d, desk.contributor.by, "good-practice", body={})
    assert desk.contributor.get(f"/desk/drafts/{draft.id}/changes").status_code == 404
