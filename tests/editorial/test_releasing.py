"""From a draft to a signed record: review, looking ahead, publishing once, scheduling."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from node.contract.guard import BadAcknowledgementError
from node.editorial import drafting, owning, releasing, reviewing
from node.editorial.choices import Choices, choose
from node.editorial.drafting import begin
from node.editorial.sessions import ProofNeededError
from node.errors import (
    BadInputError,
    ConflictError,
    GoneError,
    NotFoundError,
    PermissionDeniedError,
)
from node.exchange.publishing import revise
from node.storage.drafts import APPROVED, DRAFT, PUBLISHED, RETURNED, SCHEDULED, SUBMITTED
from tests.support.nodes import practice

if TYPE_CHECKING:
    from node.storage import RecordRow
    from node.storage.drafts import DraftRow
    from tests.support.clock import FixedClock
    from tests.support.staff import Staff, Staffed

BODY = dict(practice("Rights over breakfast").body)


def written(who: Staff, **members: Any) -> DraftRow:
    return begin(who.d, who.by, "good-practice", body=BODY | members)


def record_of(desk: Staffed, row: DraftRow) -> RecordRow:
    with desk.d.database.reading() as uow:
        found = uow.records.find(row.record or row.id)
    assert len(found) == 1
    return found[0]


def notices(who: Staff) -> list[str]:
    with who.d.database.reading() as uow:
        return [notice.what for notice in uow.desk.notices(who.id)]


def clock_of(desk: Staffed) -> FixedClock:
    return desk.d.clock  # type: ignore[return-value]


def test_a_draft_goes_to_the_editors_and_back_and_is_published(desk: Staffed) -> None:
    author, editor = desk.contributor, desk.editor
    row = written(author)
    assert reviewing.submit(desk.d, author.by, row.id, "For tomorrow").state == SUBMITTED
    assert notices(editor) == ["submitted"]
    back = reviewing.send_back(desk.d, editor.by, row.id, "How many came?")
    assert (back.state, back.note, back.reviewer) == (RETURNED, "How many came?", editor.id)
    assert notices(author) == ["returned"]
    drafting.save(desk.d, author.by, row.id, seen=1, body=BODY | {"results": {"en": "Forty came."}})
    reviewing.submit(desk.d, author.by, row.id)
    assert reviewing.approve(desk.d, editor.by, row.id).state == APPROVED
    done = releasing.release(desk.d, editor.by, row.id)
    assert (done.state, done.record, done.published_revision) == (PUBLISHED, row.id, 1)
    assert record_of(desk, done).title == BODY["title"]
    assert notices(author) == ["published", "approved", "returned"]


def test_nobody_approves_their_own_words_while_a_colleague_could(desk: Staffed) -> None:
    row = written(desk.editor)
    with pytest.raises(PermissionDeniedError, match="colleague"):
        releasing.release(desk.d, desk.editor.by, row.id)
    with pytest.raises(PermissionDeniedError, match="colleague"):
        reviewing.approve(desk.d, desk.editor.by, row.id)
    assert releasing.release(desk.d, desk.everything.by, row.id).state == PUBLISHED


def test_who_is_alone_need_not_wait_for_a_colleague(desk: Staffed) -> None:
    with desk.d.database.writing() as uow:
        uow.people.change(desk.everything.id, deactivated=desk.d.now())
    row = written(desk.editor)
    assert releasing.release(desk.d, desk.editor.by, row.id).state == PUBLISHED


def test_a_node_may_let_its_writers_publish_directly(desk: Staffed) -> None:
    row = written(desk.contributor)
    with pytest.raises(PermissionDeniedError):
        releasing.release(desk.d, desk.contributor.by, row.id)
    with desk.d.database.writing() as uow:
        choose(uow, Choices(direct_publishing=True))
    assert releasing.release(desk.d, desk.contributor.by, row.id).state == PUBLISHED
    other = written(desk.other)
    with pytest.raises(NotFoundError):
        releasing.release(desk.d, desk.contributor.by, other.id)


def test_every_fault_and_question_is_told_and_nothing_is_published(desk: Staffed) -> None:
    body = {
        "title": {"en": "Ask Maria: maria@puente.example"},
        "language": "en",
        "country": ["XX"],
        "summary": {"en": "x" * 700},
    }
    row = begin(desk.d, desk.contributor.by, "good-practice", body=body)
    checked = releasing.look(desk.d, desk.contributor.by, row.id)
    pointers = {fault.pointer for fault in checked.faults}
    assert {"/country/0", "/summary/en", "/challenge", "/results"} <= pointers
    assert [fault.code for fault in checked.warnings if fault.pointer == "/title/en"]
    reviewing.submit(desk.d, desk.contributor.by, row.id)
    with pytest.raises(releasing.NotReadyError) as caught:
        releasing.release(desk.d, desk.editor.by, row.id)
    assert {fault.pointer for fault in caught.value.faults} == pointers
    with desk.d.database.reading() as uow:
        assert uow.records.find(row.id) == []
        assert uow.drafts.require(row.id).state == SUBMITTED


def test_a_question_is_answered_with_a_reason_and_not_asked_again(desk: Staffed) -> None:
    row = written(desk.contributor, challenge={"en": "Write to rights@puente.example for help."})
    first = releasing.look(desk.d, desk.contributor.by, row.id).warnings
    (asked,) = (each for each in first if each.code == "email-address")
    with pytest.raises(BadAcknowledgementError):
        releasing.acknowledge(
            desk.d, desk.contributor.by, row.id, "identity-number", None, "it is fine"
        )
    for reason in ("first words", "the office's own address"):
        releasing.acknowledge(
            desk.d, desk.contributor.by, row.id, asked.code, asked.pointer, reason
        )
    checked = releasing.look(desk.d, desk.contributor.by, row.id)
    assert asked.code not in {each.code for each in checked.warnings}
    assert len(checked.warnings) == len(first) - 1
    assert [each.reason for each in checked.acknowledged] == ["the office's own address"]


def test_what_will_be_signed_is_known_before_the_button(desk: Staffed) -> None:
    row = written(desk.contributor)
    ahead = releasing.ahead(desk.d, desk.contributor.by, row.id)
    assert (ahead.record, ahead.revision, ahead.schema) == (row.id, 1, "good-practice/1")
    assert ahead.oid == desk.d.exchange.own_oid()
    assert ahead.checked.ready


def test_a_publication_cut_off_after_the_signature_is_not_made_twice(desk: Staffed) -> None:
    row = written(desk.contributor)
    releasing.release(desk.d, desk.editor.by, row.id)
    with desk.d.database.writing() as uow:  # as if the second transaction never came
        uow.drafts.change(row.id, state=APPROVED, record=None, published_revision=None)
    again = releasing.release(desk.d, desk.editor.by, row.id)
    assert (again.state, again.published_revision) == (PUBLISHED, 1)
    assert record_of(desk, again).revision == 1


def test_a_revision_begins_from_what_is_shown_and_takes_its_place(desk: Staffed) -> None:
    first = releasing.release(desk.d, desk.editor.by, written(desk.contributor).id)
    draft = owning.revise(desk.d, desk.contributor.by, str(first.record))
    assert (draft.body, draft.base_revision) == (BODY, 1)
    assert owning.revise(desk.d, desk.contributor.by, str(first.record)).id == draft.id
    body = BODY | {"results": {"en": "Sixty came."}}
    drafting.save(desk.d, desk.contributor.by, draft.id, seen=1, body=body)
    done = releasing.release(desk.d, desk.editor.by, draft.id)
    assert (done.record, done.published_revision) == (first.record, 2)


def test_a_revision_that_another_has_overtaken_is_refused(desk: Staffed) -> None:
    first = releasing.release(desk.d, desk.editor.by, written(desk.contributor).id)
    draft = owning.revise(desk.d, desk.contributor.by, str(first.record))
    revise(desk.d.exchange, str(first.record), practice("Breakfast, once more"))
    with pytest.raises(releasing.RevisedMeanwhileError, match="Revision 2"):
        releasing.release(desk.d, desk.editor.by, draft.id)
    assert record_of(desk, first).title == {"en": "Breakfast, once more"}


def test_a_scheduled_draft_is_published_when_its_time_has_come(desk: Staffed) -> None:
    row = written(desk.contributor)
    with pytest.raises(BadInputError, match="passed"):
        releasing.schedule(desk.d, desk.editor.by, row.id, desk.d.now())
    at = desk.d.now() + timedelta(days=2)
    assert releasing.schedule(desk.d, desk.editor.by, row.id, at).state == SCHEDULED
    assert releasing.release_due(desk.d) == 0
    clock_of(desk).forward(days=3)
    assert releasing.release_due(desk.d) == 1
    assert releasing.release_due(desk.d) == 0
    assert record_of(desk, row).state == "shown"


def test_a_scheduled_draft_that_cannot_be_published_goes_back_with_the_reason(
    desk: Staffed,
) -> None:
    row = written(desk.contributor)
    releasing.schedule(desk.d, desk.editor.by, row.id, desk.d.now() + timedelta(hours=1))
    drafting.save(desk.d, desk.editor.by, row.id, seen=1, body={"title": {"en": "Half"}})
    clock_of(desk).forward(hours=2)
    assert releasing.release_due(desk.d) == 0
    with desk.d.database.reading() as uow:
        assert uow.drafts.require(row.id).state == APPROVED
    assert "schedule-failed" in notices(desk.editor)
    assert "schedule-failed" in notices(desk.contributor)


def test_what_is_submitted_is_the_editors_until_it_is_taken_back(desk: Staffed) -> None:
    row = written(desk.contributor)
    reviewing.submit(desk.d, desk.contributor.by, row.id)
    with pytest.raises(PermissionDeniedError):
        drafting.save(desk.d, desk.contributor.by, row.id, seen=1, body={})
    assert reviewing.take_back(desk.d, desk.contributor.by, row.id).state == DRAFT
    drafting.save(desk.d, desk.contributor.by, row.id, seen=1, body={})
    with pytest.raises(ConflictError):
        reviewing.send_back(desk.d, desk.editor.by, row.id, "too late")


def test_a_draft_is_not_returned_without_a_word(desk: Staffed) -> None:
    row = written(desk.contributor)
    reviewing.submit(desk.d, desk.contributor.by, row.id)
    with pytest.raises(BadInputError, match="what should be changed"):
        reviewing.send_back(desk.d, desk.editor.by, row.id, "  ")
    number = reviewing.comment(desk.d, desk.editor.by, row.id, "/results", "How many?")
    assert notices(desk.contributor) == ["commented"]
    assert reviewing.send_back(desk.d, desk.editor.by, row.id, "").state == RETURNED
    reviewing.resolve(desk.d, desk.contributor.by, row.id, number)
    ((said, name),) = reviewing.comments(desk.d, desk.contributor.by, row.id)
    assert (said.pointer, said.text, name) == ("/results", "How many?", "Editor")
    assert said.resolved is not None


@pytest.mark.parametrize("role", ["contributor", "translator", "keeper", "funder"])
def test_only_editors_withdraw_erase_and_confirm(desk: Staffed, role: str) -> None:
    made = releasing.release(desk.d, desk.editor.by, written(desk.contributor).id)
    who, record = desk.roles[role], str(made.record)
    for act in (
        lambda: owning.withdraw(desk.d, who.by, record, "outdated"),
        lambda: owning.erase(desk.d, who.by, record, "mistake", typed="Rights over breakfast"),
        lambda: owning.confirm(desk.d, who.by, record, "running"),
    ):
        with pytest.raises(PermissionDeniedError):
            act()
    assert record_of(desk, made).state == "shown"


def test_a_record_is_withdrawn_with_a_reason_and_can_come_back(desk: Staffed) -> None:
    made = releasing.release(desk.d, desk.editor.by, written(desk.contributor).id)
    with pytest.raises(BadInputError, match="reason"):
        owning.withdraw(desk.d, desk.editor.by, str(made.record), "because")
    owning.withdraw(desk.d, desk.editor.by, str(made.record), "outdated")
    assert record_of(desk, made).state == "withdrawn"
    with pytest.raises(NotFoundError):
        owning.revise(desk.d, desk.editor.by, str(made.record))


def test_an_erasure_asks_for_the_title_and_for_who_is_there(desk: Staffed) -> None:
    made = releasing.release(desk.d, desk.editor.by, written(desk.contributor).id)
    record = str(made.record)
    with pytest.raises(BadInputError, match="not the title"):
        owning.erase(desk.d, desk.editor.by, record, "mistake", typed="yes")
    clock_of(desk).forward(hours=1)
    with pytest.raises(ProofNeededError):
        owning.erase(desk.d, desk.editor.by, record, "mistake", typed="Rights over breakfast")
    assert record_of(desk, made).state == "shown"
    with desk.d.database.writing() as uow:
        later = desk.d.now() + timedelta(minutes=5)
        uow.sessions.change(desk.editor.by.session.token, proved_until=later)
    owning.erase(desk.d, desk.editor.by, record, "mistake", typed="rights  over Breakfast")
    assert record_of(desk, made).state == "erased"
    with pytest.raises(GoneError):
        owning.own_record(desk.d, record)


def test_still_running_is_one_click_and_one_record_a_day(desk: Staffed) -> None:
    made = releasing.release(desk.d, desk.editor.by, written(desk.contributor).id)
    confirmation = owning.confirm(desk.d, desk.editor.by, str(made.record), "running")
    with desk.d.database.reading() as uow:
        (row,) = uow.records.find(confirmation)
    assert row.title == {"en": "Still running: Rights over breakfast"}
    with pytest.raises(ConflictError, match="today already"):
        owning.confirm(desk.d, desk.editor.by, str(made.record), "ended")
    clock_of(desk).forward(days=1)
    assert owning.confirm(desk.d, desk.editor.by, str(made.record), "ended") != confirmation


def test_a_confirmation_is_worded_in_the_language_of_its_record(desk: Staffed) -> None:
    body = {"language": "da", "title": {"da": "Morgenmad"}, "summary": {"da": "Vi spiser sammen."}}
    body |= {"challenge": {"da": "x"}, "results": {"da": "x"}}
    body |= {"how_it_works": [{"title": {"da": "x"}, "text": {"da": "x"}}]}
    made = releasing.release(desk.d, desk.editor.by, written(desk.contributor, **body).id)
    confirmation = owning.confirm(desk.d, desk.editor.by, str(made.record), "ended")
    with desk.d.database.reading() as uow:
        (row,) = uow.records.find(confirmation)
    assert (row.language, row.title) == ("da", {"da": "Afsluttet: Morgenmad"})


def test_after_the_button_the_page_says_where_the_record_is_and_who_has_it(
    desk: Staffed,
) -> None:
    row = written(desk.contributor)
    ahead = desk.editor.get(f"/desk/drafts/{row.id}/publish")
    assert "Sign and publish now" in ahead.text
    done = desk.editor.post(f"/desk/drafts/{row.id}/publish")
    assert (done.status_code, done.location) == (302, f"/desk/drafts/{row.id}/published")
    page = desk.editor.get(done.location)
    assert page.status_code == 200
    assert f"https://puente.example/records/{row.id}" in page.text
    for address in (f"/records/{row.id}", f"/records/{row.id}/genuine", f"/records/{row.id}/proof"):
        assert f'href="{address}"' in page.text
        assert desk.editor.get(address).status_code == 200
    assert "This node has no partners yet" in page.text
    for address in ("/desk/records", f"/desk/records/{row.id}"):
        assert desk.editor.get(address).status_code == 200
    for step in ("withdraw", "erase"):
        assert desk.editor.get(f"/desk/records/{row.id}/{step}").status_code == 200
        refused = desk.editor.post(f"/desk/records/{row.id}/{step}", {"reason": "", "title": "no"})
        assert refused.status_code == 422
        assert "Choose a reason." in refused.text


def test_what_the_editor_wrote_stands_at_the_head_of_a_returned_draft(desk: Staffed) -> None:
    row = written(desk.contributor)
    reviewing.submit(desk.d, desk.contributor.by, row.id)
    number = reviewing.comment(desk.d, desk.editor.by, row.id, "/results", "In which year?")
    reviewing.send_back(desk.d, desk.editor.by, row.id, "How many came?")
    page = desk.contributor.get(f"/desk/drafts/{row.id}").text
    head = page[: page.index('id="draftform"')]
    assert "How many came?" in head
    assert f'href="#comment-{number}"' in head
    assert "In which year?" in head


@pytest.mark.parametrize(
    ("people", "asked"), [(None, True), (True, True), (False, False)], ids=["unsaid", "yes", "no"]
)
def test_consent_is_not_asked_for_where_nobody_can_be_recognised(
    desk: Staffed, people: bool | None, asked: bool
) -> None:
    row = written(desk.contributor)
    digest = desk.d.blobs.put_stream([b"a picture"])
    with desk.d.database.writing() as uow:
        file = uow.draft_files.add(
            row.id,
            name="table.png",
            size=9,
            media_type="image/png",
            person=desk.contributor.id,
            at=desk.d.now(),
        )
        uow.draft_files.change(
            file.id, digest=digest, received=9, alt={"en": "An empty table"}, people=people
        )
    page = desk.contributor.get(f"/desk/drafts/{row.id}/publish").text
    assert "readers will not see it on the page: table.png." in page
    codes = [each.code for each in releasing.look(desk.d, desk.contributor.by, row.id).warnings]
    assert ("no-consent" in codes) is asked
    assert releasing.release(desk.d, desk.editor.by, row.id).state == PUBLISHED
