"""The start page: each list is there for whom it is, leads where one acts, and costs no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from node.editorial import drafting, owning, reviewing
from node.editorial.missing import MissedSearches
from node.editorial.overview import SHOWN_LINES, overview
from node.editorial.rights import EDITOR, TRANSLATOR
from node.exchange.drafts import Draft
from node.exchange.publishing import publish, revise
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import practice
from tests.support.staff import Staff, signed_in

if TYPE_CHECKING:
    from tests.support.staff import Staffed

PRACTICE = "good-practice"


def begun(desk: Staffed, who: Staff, title: str) -> str:
    body = {"language": "en", "title": {"en": title}}
    return drafting.begin(desk.d, who.by, PRACTICE, body=body).id


def adaptation(own: dict[str, Any], title: str) -> dict[str, Any]:
    return {
        "title": {"en": title},
        "language": "en",
        "practice": own,
        "country": ["DK"],
        "context": {"en": "A library in the harbour."},
        "what_changed": {"en": "Coffee instead of tea."},
        "outcome": "worked",
        "why": {"en": "People like coffee."},
    }


def later(desk: Staffed, days: int, *roles: str) -> Staff:
    """Let time pass, and sign somebody in again."""
    desk.d.clock.forward(days=days)  # type: ignore[attr-defined]
    return Staff(desk.d, desk.app, signed_in(desk.d, f"late{days}", roles))


def titles(lines: list[Any]) -> list[str]:
    return [
        line.row.title if isinstance(line.row.title, str) else line.row.title["en"]
        for line in lines
    ]


def test_drafts_stand_with_who_has_to_act(desk: Staffed) -> None:
    mine = begun(desk, desk.contributor, "Mine")
    begun(desk, desk.other, "Somebody else's")
    submitted = begun(desk, desk.contributor, "Submitted")
    reviewing.submit(desk.d, desk.contributor.by, submitted)
    returned = begun(desk, desk.contributor, "Returned")
    reviewing.submit(desk.d, desk.contributor.by, returned)
    reviewing.send_back(desk.d, desk.editor.by, returned, "The costs, please.")
    writer = overview(desk.d, desk.contributor.by)
    assert titles(writer.returned) == ["Returned"]
    assert sorted(titles(writer.mine)) == ["Mine", "Submitted"]
    assert writer.waiting == []
    editor = overview(desk.d, desk.editor.by)
    assert titles(editor.waiting) == ["Submitted"]
    assert editor.mine == []
    page = desk.contributor.get("/desk/").text
    assert f"/desk/drafts/{mine}" in page
    assert "Editor</span>" in page or "Editor returned" in page.replace("\n", " ")


def test_notices_go_away_when_they_were_seen_and_new_ones_come(desk: Staffed) -> None:
    draft = begun(desk, desk.contributor, "Mentors")
    reviewing.submit(desk.d, desk.contributor.by, draft, "Please look at the costs.")
    page = desk.editor.get("/desk/").text
    assert "Contributor asks for a review of" in page
    assert "Please look at the costs." in page
    number = overview(desk.d, desk.editor.by).notices[0].id
    assert desk.editor.post("/desk/notices/seen", {"upto": str(number)}).status_code == 302
    assert overview(desk.d, desk.editor.by).notices == []
    for nonsense in ("", "x", "-1", "٣"):
        assert desk.editor.post("/desk/notices/seen", {"upto": nonsense}).status_code == 302
    reviewing.comment(desk.d, desk.editor.by, draft, "", "How many?")
    assert [n.what for n in overview(desk.d, desk.contributor.by).notices] == ["commented"]


def test_what_nobody_confirmed_for_long_is_asked_after_once(desk: Staffed) -> None:
    x = desk.d.exchange
    old, other = (made.record for made in publish(x, [practice("Old"), practice("Older")]))
    assert overview(desk.d, desk.editor.by).stale == []
    editor = later(desk, 600, EDITOR)
    assert sorted(titles(overview(desk.d, editor.by).stale)) == ["Old", "Older"]
    answer = editor.post(f"/desk/records/{old}/confirm", {"state": "running", "back": "start"})
    assert answer.headers["Location"] == "/desk/"
    assert titles(overview(desk.d, editor.by).stale) == ["Older"]
    editor.post(f"/desk/records/{other}/confirm", {"state": "ended", "back": "start"})
    assert overview(desk.d, editor.by).stale == []
    much_later = later(desk, 601, EDITOR)
    assert titles(overview(desk.d, much_later.by).stale) == ["Old"]
    assert owning.own_line(desk.d, other).stale is False
    assert owning.own_line(desk.d, old).stale is True


def test_partners_adaptations_and_practices_on_our_themes_are_told(desk: Staffed) -> None:
    x, origin = desk.d.exchange, Foreign()
    (own,) = publish(x, [practice("Language cafe")])
    ours = {"origin": x.own_oid(), "record": own.record, "revision": 1}
    origin.publish(1, schema="adaptation/1", body=adaptation(ours, "Cafe in Aarhus"))
    origin.publish(2, "On our themes")
    origin.publish(
        3,
        "On others",
        body=practice(
            "On others", success_factor=["country-of-origin"], target_group=["employers"]
        ).body,
    )
    origin.store(x)
    publish(x, [Draft(kind="adaptation", body=adaptation(ours, "Our own"))])
    seen = overview(desk.d, desk.contributor.by)
    assert [each.row.title["en"] for each in seen.elsewhere] == ["Cafe in Aarhus"]
    assert seen.elsewhere[0].about.record == own.record
    assert [row.title["en"] for row in seen.themes] == ["On our themes"]
    page = desk.contributor.get("/desk/").text
    assert f"/desk/partners/{origin.oid}/{record_id(2)}" in page


def test_a_translation_of_an_earlier_revision_is_out_of_date(desk: Staffed) -> None:
    x = desk.d.exchange
    (own,) = publish(x, [practice("Language cafe")])
    body = {
        "subject": {"origin": x.own_oid(), "record": own.record, "revision": 1},
        "language": "es",
        "fields": {"/title": "Cafe de idiomas"},
    }
    publish(x, [Draft(kind="translation", body=body)])
    assert overview(desk.d, desk.translator.by).outdated == []
    revise(x, own.record, practice("Language cafe, anew"))
    (line,) = overview(desk.d, desk.translator.by).outdated
    assert line.about.record == own.record
    page = desk.translator.get("/desk/").text
    assert f"/desk/translate/{x.own_oid()}/{own.record}" in page


def test_what_readers_missed_is_begun_or_dismissed_from_the_page(desk: Staffed) -> None:
    note = MissedSearches(desk.d.database, desk.d.clock)
    for words in ("taxi licence", "midwives", "bakers"):
        note(words, "en")
    assert "midwives" in desk.contributor.get("/desk/").text
    assert "midwives" not in desk.translator.get("/desk/").text
    begun_ = desk.contributor.post("/desk/searches/begin", {"words": "midwives"})
    assert begun_.headers["Location"].startswith("/desk/drafts/")
    desk.keeper.post("/desk/searches", {"words": "bakers", "why": "not-ours"})
    assert [miss.words for miss in overview(desk.d, desk.keeper.by).misses] == ["taxi licence"]
    assert (
        desk.translator.post(
            "/desk/searches", {"words": "taxi licence", "why": "known"}
        ).status_code
        == 403
    )
    assert desk.keeper.post("/desk/searches/begin", {"words": "taxi licence"}).status_code == 403


@pytest.mark.parametrize(
    ("who", "first"),
    [
        ("contributor", "Write something new"),
        ("editor", "Write something new"),
        ("translator", "Find something to translate"),
        ("keeper", "Look after the partners"),
        ("funder", "Search all records"),
    ],
)
def test_each_role_is_told_first_what_it_can_do(desk: Staffed, who: str, first: str) -> None:
    page = desk.roles[who].get("/desk/").text
    buttons = page[page.index('class="row next"') :]
    assert first in buttons
    assert ("Write something new" in buttons) == (who in {"contributor", "editor"})


def test_the_number_of_queries_does_not_grow_with_what_was_published(desk: Staffed) -> None:
    x = desk.d.exchange
    counted = [0]
    event.listen(
        desk.d.database._engine,
        "before_cursor_execute",
        lambda *_args: counted.__setitem__(0, counted[0] + 1),
    )

    def queries() -> int:
        by = desk.everything.by
        counted[0] = 0
        overview(desk.d, by)
        return counted[0]

    origin = Foreign()
    (first,) = publish(x, [practice("First")])
    ours = {"origin": x.own_oid(), "record": first.record, "revision": 1}
    origin.publish(1, schema="adaptation/1", body=adaptation(ours, "First"))
    origin.store(x)
    few = queries()
    for number in range(2, 12):
        (one,) = publish(x, [practice(f"Practice {number}")])
        about = {"origin": x.own_oid(), "record": one.record, "revision": 1}
        origin.publish(number, schema="adaptation/1", body=adaptation(about, f"A {number}"))
        owning.revise(desk.d, desk.editor.by, one.record)
    origin.store(x)
    assert queries() == few
    assert len(overview(desk.d, desk.everything.by).elsewhere) == SHOWN_LINES


def test_a_translators_page_has_no_lists_of_writers(desk: Staffed) -> None:
    translator = later(desk, 1, TRANSLATOR)
    seen = overview(desk.d, translator.by)
    assert (seen.stale, seen.elsewhere, seen.themes, seen.misses) == ([], [], [], [])
