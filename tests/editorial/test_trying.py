"""From somebody's record to one's own words: trying it, judging it, having visited."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import drafting, originating, reminding
from node.editorial.originals import original
from node.errors import BadInputError, NotFoundError
from node.exchange.drafts import Draft
from node.exchange.publishing import publish, revise
from tests.support.nodes import make_exchange, practice
from tests.support.partners import given

if TYPE_CHECKING:
    from pathlib import Path

    from node.storage.drafts import DraftRow
    from tests.support.staff import Staff, Staffed


@pytest.fixture
def theirs(desk: Staffed, tmp_path: Path) -> tuple[str, str]:
    """Publish a practice at a partner and let the node have it; return oid and record."""
    partner = make_exchange(tmp_path, "Havnebroen", desk.d.clock, country="DK")  # type: ignore[arg-type]
    (made,) = publish(
        partner,
        [practice("Rights over tea", partners=[{"name": "Puente"}], country=["DK"])],
    )
    given(desk.d.exchange, partner)
    return partner.own_oid(), made.record


def own(desk: Staffed) -> tuple[str, str]:
    (made,) = publish(desk.d.exchange, [practice("Our own mornings")])
    return desk.d.exchange.own_oid(), made.record


def draft_at(who: Staff, location: str) -> DraftRow:
    found = re.search(r"[0-9a-f-]{36}", location)
    assert found is not None
    return drafting.open_draft(who.d, who.by, found[0]).row


def test_trying_names_the_exact_revision_and_copies_nothing(
    desk: Staffed, theirs: tuple[str, str]
) -> None:
    who, (oid, record) = desk.contributor, theirs
    address = f"/desk/try/{oid}/{record}"
    page = who.get(address).get_data(as_text=True)
    assert "Ask the neighbours." in page  # the original, folded beside it
    day = (desk.d.now() + timedelta(days=90)).date().isoformat()
    answer = who.post(
        address,
        {
            "language": "es",
            "title": "Derechos en Valencia",
            "context": "Un barrio.",
            "outcome": "too-early",
            "remind": day,
        },
    )
    row = draft_at(who, answer.location)
    assert row.body == {
        "practice": {"origin": oid, "record": record, "revision": 1},
        "title": {"es": "Derechos en Valencia"},
        "language": "es",
        "country": ["ES"],
        "context": {"es": "Un barrio."},
        "outcome": "too-early",
        "licence": "CC-BY-4.0",
    }
    assert (row.about_oid, row.about_record, row.about_revision) == (oid, record, 1)
    due = reminding.reminder(desk.d, who.by, row.id)
    assert due is not None
    assert due.date().isoformat() == day
    page = who.get(f"/desk/drafts/{row.id}").get_data(as_text=True)
    assert "Ask the neighbours." in page
    assert "You will be reminded on" in page
    assert "You have begun this already." in who.get(address).get_data(as_text=True)


def test_no_reminder_is_kept_for_an_outcome_that_is_known(
    desk: Staffed, theirs: tuple[str, str]
) -> None:
    who = desk.contributor
    sent = {"language": "en", "title": "Tea", "outcome": "worked", "remind": "2027-01-01"}
    answer = who.post(f"/desk/try/{theirs[0]}/{theirs[1]}", sent)
    row = draft_at(who, answer.location)
    assert reminding.reminder(desk.d, who.by, row.id) is None
    assert row.body["outcome"] == "worked"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"language": "<b>"}, "language"),
        ({"outcome": "splendid"}, "outcome"),
        ({"remind": "soon"}, "remind"),
        ({"remind": "2001-01-01"}, "remind"),
        ({"title": "x" * 301}, "title"),
        ({"context": "x" * 20_001}, "context"),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_every_word_is_kept(
    desk: Staffed, theirs: tuple[str, str], wrong: dict[str, str], field: str
) -> None:
    right = {
        "language": "en",
        "title": "Tea in Turku",
        "context": "Kept words.",
        "what_changed": "Kept too.",
        "outcome": "too-early",
        "remind": "2027-01-01",
    }
    answer = desk.contributor.post(f"/desk/try/{theirs[0]}/{theirs[1]}", right | wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="fault-{field}"' in page
    assert "Kept too." in page
    with desk.d.database.reading() as uow:
        assert uow.drafts.many() == []


def test_an_original_that_was_revised_meanwhile_is_said_and_the_first_words_stay(
    desk: Staffed,
) -> None:
    oid, record = own(desk)
    who = desk.contributor
    answer = who.post(f"/desk/try/{oid}/{record}", {"language": "en", "title": "Tea"})
    body = practice("Our own mornings", results={"en": "Everybody."}).body
    revise(desk.d.exchange, record, Draft(kind="good-practice", body=body))
    page = who.get(answer.location).get_data(as_text=True)
    assert "It has been revised since" in page
    assert "Half of them found work" in page
    assert "Everybody." not in page


def test_a_review_is_bound_to_the_revision_and_has_the_criteria_as_a_table(
    desk: Staffed, theirs: tuple[str, str]
) -> None:
    who, (oid, record) = desk.contributor, theirs
    address = f"/desk/review/{oid}/{record}"
    page = who.get(address).get_data(as_text=True)
    assert page.count('type="radio" name="score:planning"') == 4
    assert "It is named in it: Puente." in page
    answer = who.client.post(
        address,
        data={
            "csrf": who.csrf,
            "language": "en",
            "title": "Review of tea",
            "recommendation": "recommended",
            "statement": "Do it.",
            "score:planning": "2",
            "note:planning": "Clear goals.",
            "score:review": "0",
            "note:evaluation": "No score, so nothing.",
            "method": ["visited", "read-the-record"],
            "independent": "no",
            "relationship": "We are named as a partner.",
        },
    )
    row = draft_at(who, answer.location)
    assert row.body["subject"] == {"origin": oid, "record": record, "revision": 1}
    assert row.body["criteria"] == [
        {"criterion": "planning", "score": 2, "note": {"en": "Clear goals."}},
        {"criterion": "review", "score": 0},
    ]
    assert row.body["method"] == ["visited", "read-the-record"]
    assert row.body["independent"] is False
    assert desk.d.contract.validate(row.schema, dict(row.body)) == []
    page = who.get(f"/desk/drafts/{row.id}").get_data(as_text=True)
    assert f"/desk/drafts/{row.id}/criteria" in page


def test_nobody_reviews_their_own_organisations_record_and_is_told_why(desk: Staffed) -> None:
    oid, record = own(desk)
    address = f"/desk/review/{oid}/{record}"
    for answer in (desk.contributor.get(address), desk.contributor.post(address, {"title": "x"})):
        assert answer.status_code == 409
        assert "cannot review what it published itself" in answer.get_data(as_text=True)
    of = original(desk.d, oid, record)
    with pytest.raises(originating.OwnRecordError, match="your organisation's own"):
        originating.begin_about(desk.d, desk.contributor.by, "review", of, {})


def test_what_is_no_practice_is_neither_tried_nor_judged(desk: Staffed) -> None:
    oid, record = own(desk)
    body = {
        "subject": {"origin": oid, "record": record, "revision": 1},
        "language": "es",
        "fields": {"/title": "Mañanas"},
    }
    (made,) = publish(desk.d.exchange, [Draft(kind="translation", body=body)])
    of = original(desk.d, oid, made.record)
    for kind in ("adaptation", "review"):
        with pytest.raises(BadInputError, match="no practice"):
            originating.begin_about(desk.d, desk.contributor.by, kind, of, {})
    assert desk.contributor.get(f"/desk/try/{oid}/{made.record}").status_code == 400
    assert desk.translator.get(f"/desk/translate/{oid}/{made.record}").status_code == 404


def test_two_people_at_the_criteria_see_each_others_scores(
    desk: Staffed, theirs: tuple[str, str]
) -> None:
    who = desk.contributor
    start = {"language": "en", "title": "Review", "score:planning": "1"}
    answer = who.post(f"/desk/review/{theirs[0]}/{theirs[1]}", start)
    row = draft_at(who, answer.location)
    address = f"/desk/drafts/{row.id}/criteria"
    assert 'value="1" checked' in who.get(address).get_data(as_text=True)
    first = {"version": row.version, "score:planning": "3", "note:planning": "Checked."}
    assert desk.editor.post(address, first).status_code == 303
    late = {"version": row.version, "score:planning": "0", "note:planning": "Not at all."}
    answer = who.post(address, late)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "A colleague: 3" in page
    assert "Checked." in page
    assert "Not at all." in page
    assert draft_at(who, f"/{row.id}").body["criteria"][0]["score"] == 3
    assert who.post(address, late | {"version": row.version + 1}).status_code == 303
    assert draft_at(who, f"/{row.id}").body["criteria"] == [
        {"criterion": "planning", "score": 0, "note": {"en": "Not at all."}}
    ]


@pytest.mark.parametrize("score", ["4", "-1", "a"])
def test_a_score_that_the_scale_has_not_is_refused(desk: Staffed, score: str) -> None:
    with pytest.raises(BadInputError, match="0 to 3"):
        originating.criteria_read(desk.d, {"score:planning": score}, "en")


def test_notes_in_other_languages_are_kept_by_the_table(desk: Staffed) -> None:
    who = desk.contributor
    note = {"en": "Clear.", "el": "Σαφές."}
    held = [{"criterion": "planning", "score": 2, "note": note}]
    row = drafting.begin(who.d, who.by, "review", body={"language": "en", "criteria": held})
    new = [{"criterion": "planning", "score": 3, "note": {"en": "Clearer."}}]
    saved = originating.score_criteria(who.d, who.by, row.id, seen=1, criteria=new)
    assert saved.row.body["criteria"][0]["note"] == {"en": "Clearer.", "el": "Σαφές."}


def test_a_visit_begins_from_a_record_with_its_host_and_the_practice_ticked(
    desk: Staffed, theirs: tuple[str, str]
) -> None:
    who, (oid, record) = desk.contributor, theirs
    page = who.get(f"/desk/visit?record={oid}/{record}").get_data(as_text=True)
    assert f'name="seen" value="{oid}/{record}" checked' in page
    assert 'name="host" value="Havnebroen"' in page
    assert 'value="Denmark"' in page
    answer = who.client.post(
        "/desk/visit",
        data={
            "csrf": who.csrf,
            "record": f"{oid}/{record}",
            "language": "en",
            "title": "Two days in Aarhus",
            "visit_type": "job-shadowing",
            "host": "Havnebroen",
            "country": "Dinamarca",
            "start": "3 October 2026",
            "end": "4 October 2026",
            "programme": "09:30 Walk through the library\n\nSupper",
            "seen": [f"{oid}/{record}", "nonsense"],
            "take_home": "Tea first.",
            "do": "begin",
        },
    )
    row = draft_at(who, answer.location)
    assert row.body == {
        "title": {"en": "Two days in Aarhus"},
        "language": "en",
        "visit_type": "job-shadowing",
        "country": ["DK"],
        "start": "2026-10-03",
        "end": "2026-10-04",
        "host": {"name": "Havnebroen", "country": "DK"},
        "programme": [
            {"when": {"en": "09:30"}, "title": {"en": "Walk through the library"}},
            {"title": {"en": "Supper"}},
        ],
        "practices_seen": [{"origin": oid, "record": record, "revision": 1}],
        "take_home": {"en": "Tea first."},
        "licence": "CC-BY-4.0",
    }


def test_practices_are_searched_for_without_losing_what_was_typed(desk: Staffed) -> None:
    oid, record = own(desk)
    who = desk.contributor
    runtime = desk.app.extensions["footbridge"]
    runtime.follow_index()
    sent = {"language": "en", "title": "A visit", "words": "mornings", "do": "search"}
    page = who.post("/desk/visit", sent).get_data(as_text=True)
    assert f'value="{oid}/{record}"' in page
    assert 'value="A visit"' in page
    with desk.d.database.reading() as uow:
        assert uow.drafts.many() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"start": "the other day"}, "start"),
        ({"start": "2026-10-04", "end": "2026-10-03"}, "end"),
        ({"country": "Atlantis"}, "country"),
        ({"visit_type": "holiday"}, "visit_type"),
        ({"programme": "x" * 301}, "programme"),
        ({"host": "x" * 201}, "host"),
    ],
)
def test_a_visit_with_a_wrong_word_comes_back_whole(
    desk: Staffed, wrong: dict[str, str], field: str
) -> None:
    right: dict[str, Any] = {"language": "en", "title": "Kept", "take_home": "Kept too."}
    answer = desk.contributor.post("/desk/visit", right | wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="fault-{field}"' in page
    assert "Kept too." in page


def test_a_record_that_is_not_shown_here_begins_nothing(desk: Staffed) -> None:
    oid = own(desk)[0]
    nothing = "00000000-0000-4000-8000-000000000000"
    for what in ("try", "review"):
        assert desk.contributor.get(f"/desk/{what}/{oid}/{nothing}").status_code == 404
    assert desk.contributor.get(f"/desk/visit?record={oid}/{nothing}").status_code == 200
    with pytest.raises(NotFoundError):
        original(desk.d, oid, nothing)


def test_the_public_page_leads_to_all_four_and_is_the_same_for_everybody(
    desk: Staffed, theirs: tuple[str, str]
) -> None:
    oid, record = theirs
    page = desk.app.test_client().get(f"/records/{record}").get_data(as_text=True)
    for address in (
        f"/desk/try/{oid}/{record}",
        f"/desk/translate/{oid}/{record}",
        f"/desk/review/{oid}/{record}",
        f"/desk/visit?record={oid}/{record}",
    ):
        assert f'href="{address}"' in page
        answer = desk.app.test_client().get(address)
        assert answer.status_code == 302
        assert "/desk/sign-in?next=" in answer.location
    assert page == desk.contributor.get(f"/records/{record}").get_data(as_text=True)
    organisation = desk.app.test_client().get(f"/organisations/{oid}").get_data(as_text=True)
    assert f'href="/desk/visit?host={oid}"' in organisation
    visit = desk.contributor.get(f"/desk/visit?host={oid}").get_data(as_text=True)
    assert 'name="host" value="Havnebroen"' in visit
    older = desk.app.test_client().get(f"/records/{record}/revisions/1").get_data(as_text=True)
    assert "/desk/try/" not in older
