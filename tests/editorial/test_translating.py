"""Translations: begun, followed from revision to revision, suggested by a machine, published."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import drafting, releasing, suggesting, translating
from node.editorial.originals import passages
from node.errors import BadInputError, ConflictError, NotFoundError, PermissionDeniedError
from node.exchange.drafts import Draft
from node.exchange.publishing import publish, revise
from node.web.context import EXTENSION
from tests.support.nodes import make_exchange, practice
from tests.support.partners import given
from tests.support.staff import staffed
from tests.support.translator import StandIn, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.editorial.context import Editorial
    from node.storage.drafts import DraftRow
    from tests.support.staff import Staff, Staffed

STEPS = [
    {"title": {"en": "Invite"}, "text": {"en": "Ask the neighbours."}},
    {"title": {"en": "Meet"}, "text": {"en": "Each week.\n\n- one hour\n- with tea"}},
]


def d_of(desk: Staffed) -> Editorial:
    """Return the desk as the running node has it, with its ports."""
    found: Editorial = desk.app.extensions[EXTENSION].editorial
    return found


def published(desk: Staffed, **members: Any) -> str:
    (made,) = publish(desk.d.exchange, [practice("Rights over tea", how_it_works=STEPS, **members)])
    return made.record


def own(desk: Staffed) -> str:
    return desk.d.exchange.own_oid()


def begun(desk: Staffed, record: str, language: str = "es", **more: Any) -> DraftRow:
    who = desk.translator
    return translating.begin_translation(d_of(desk), who.by, own(desk), record, language, **more)


def saved(desk: Staffed, row: DraftRow, texts: dict[str, str], **more: Any) -> DraftRow:
    done = translating.save_translation(
        d_of(desk), desk.translator.by, row.id, seen=row.version, texts=texts, **more
    )
    return done.row


def released(desk: Staffed, row: DraftRow) -> DraftRow:
    return releasing.release(d_of(desk), desk.everything.by, row.id)


ALL = {
    "/title": "Derechos y té",
    "/summary": "Voluntarios y recién llegados hablan.",
    "/challenge": "Conocen a poca gente.",
    "/how_it_works/0/title": "Invitar",
    "/how_it_works/0/text": "Preguntar a los vecinos.",
    "/how_it_works/1/title": "Reunirse",
    "/how_it_works/1/text": "Cada semana.\n\n- una hora\n- con té",
    "/results": "La mitad encontró trabajo.",
}


def test_a_translation_names_the_exact_revision_and_takes_every_text_in_the_pages_order(
    desk: Staffed,
) -> None:
    record = published(desk)
    row = begun(desk, record)
    assert row.body == {
        "subject": {"origin": own(desk), "record": record, "revision": 1},
        "language": "es",
        "licence": "CC-BY-4.0",
    }
    of = translating.of_draft(d_of(desk), row)
    pointers = [each.pointer for each in passages(of)]
    assert sorted(pointers) == sorted(ALL)
    assert pointers.index("/title") < pointers.index("/how_it_works/0/title")
    assert pointers.index("/how_it_works/0/text") < pointers.index("/how_it_works/1/title")
    done = released(desk, saved(desk, row, ALL))
    page = desk.app.test_client().get(f"/records/{record}?text=es").get_data(as_text=True)
    assert done.state == "published"
    assert "Derechos y té" in page
    assert "una hora" in page


def test_beginning_again_goes_on_with_the_draft_that_is_there(desk: Staffed) -> None:
    record = published(desk)
    row = begun(desk, record)
    assert begun(desk, record).id == row.id
    assert begun(desk, record, "el").id != row.id


def test_empty_texts_stay_with_the_original_and_blank_ones_count_as_empty(desk: Staffed) -> None:
    row = begun(desk, published(desk))
    row = saved(desk, row, {"/title": "Derechos", "/summary": "  \n ", "/challenge": ""})
    assert row.body["fields"] == {"/title": "Derechos"}
    row = saved(desk, row, {"/title": ""})
    assert "fields" not in row.body


@pytest.mark.parametrize("language", ["en", "zz-nothing", ""])
def test_a_language_that_is_none_or_the_originals_own_is_refused(
    desk: Staffed, language: str
) -> None:
    record = published(desk)
    with pytest.raises(BadInputError, match="language"):
        begun(desk, record, language)


def test_what_is_not_shown_is_not_translated(desk: Staffed) -> None:
    nothing = "00000000-0000-4000-8000-000000000000"
    with pytest.raises(NotFoundError):
        begun(desk, nothing)


def test_only_who_translates_may_begin(desk: Staffed) -> None:
    record = published(desk)
    with pytest.raises(PermissionDeniedError):
        translating.begin_translation(d_of(desk), desk.funder.by, own(desk), record, "es")


def test_a_revised_original_keeps_what_still_fits_and_shows_the_rest(desk: Staffed) -> None:
    record = published(desk)
    first = released(desk, saved(desk, begun(desk, record), ALL))
    moved = [
        {"title": {"en": "Find a room"}, "text": {"en": "A library will do."}},
        STEPS[0],
        {"title": {"en": "Meet"}, "text": {"en": "Each fortnight.\n\n- one hour\n- with tea"}},
    ]
    again(desk, record, how_it_works=moved)
    (there,) = translating.existing(d_of(desk), translating.original(d_of(desk), own(desk), record))
    assert (there.own, there.stale, there.outdated, there.revision) == (True, True, 3, 1)
    row = begun(desk, record)
    assert (row.record, row.base_revision, row.about_revision) == (first.record, 1, 2)
    fields = row.body["fields"]
    assert fields["/how_it_works/1/title"] == "Invitar"
    assert fields["/how_it_works/2/title"] == "Reunirse"
    assert "/how_it_works/2/text" not in fields
    assert "/how_it_works/0/title" not in fields
    page = desk.translator.get(f"/desk/translations/{row.id}").get_data(as_text=True)
    assert re.search(r"<del>.*week.*</del>.*<ins>.*fortnight", page, re.DOTALL)
    assert "Cada semana." in page  # the earlier words, offered
    assert page.count(">new since<") == 2
    assert page.count(">changed since<") == 1
    filled = saved(
        desk,
        row,
        fields
        | {
            "/how_it_works/0/title": "Buscar sala",
            "/how_it_works/0/text": "Una biblioteca sirve.",
            "/how_it_works/2/text": "Cada dos semanas.",
        },
    )
    second = released(desk, filled)
    assert (second.record, second.published_revision) == (first.record, 2)
    of = translating.original(d_of(desk), own(desk), record)
    assert [each.stale for each in translating.existing(d_of(desk), of)] == [False]


def again(desk: Staffed, record: str, **members: Any) -> None:
    body = practice("Rights over tea", how_it_works=STEPS).body
    revise(desk.d.exchange, record, Draft(kind="good-practice", body={**body, **members}))


def test_an_open_draft_is_brought_to_the_newest_revision_with_what_still_fits(
    desk: Staffed,
) -> None:
    record = published(desk)
    row = saved(desk, begun(desk, record), ALL)
    with pytest.raises(ConflictError, match="not changed"):
        translating.take_up(d_of(desk), desk.translator.by, row.id)
    again(desk, record, results={"en": "All of them found work."})
    row = translating.take_up(d_of(desk), desk.translator.by, row.id)
    assert (row.about_revision, row.body["subject"]["revision"]) == (2, 2)
    assert row.body["fields"] == {p: text for p, text in ALL.items() if p != "/results"}
    page = desk.translator.get(f"/desk/translations/{row.id}").get_data(as_text=True)
    assert "La mitad encontró trabajo." in page
    assert "7 of 8 texts" in page


def test_the_earlier_words_are_taken_over_by_a_button_without_a_script(desk: Staffed) -> None:
    record = published(desk)
    released(desk, saved(desk, begun(desk, record), ALL))
    again(desk, record, results={"en": "All of them found work."})
    row = begun(desk, record)
    sent = form_of(row, row.body["fields"]) | {"do": "reuse:/results"}
    answer = desk.translator.post(f"/desk/translations/{row.id}", sent)
    assert answer.status_code == 303
    assert now(desk, row).body["fields"]["/results"] == ALL["/results"]


def form_of(row: DraftRow, texts: dict[str, str]) -> dict[str, Any]:
    return {"version": row.version, **{f"text:{p}": text for p, text in texts.items()}}


def now(desk: Staffed, row: DraftRow) -> DraftRow:
    return drafting.open_draft(d_of(desk), desk.everything.by, row.id).row


def test_two_people_in_one_translation_see_both_versions_and_lose_none(desk: Staffed) -> None:
    row = saved(desk, begun(desk, published(desk)), {"/title": "Derechos"})
    editor = desk.editor
    sent = form_of(row, {"/title": "Derechos con té", "/summary": "Hablan."})
    assert editor.post(f"/desk/translations/{row.id}", sent).status_code == 303
    late = form_of(row, {"/title": "Té y derechos", "/results": "La mitad."})
    answer = desk.translator.post(f"/desk/translations/{row.id}", late)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Té y derechos" in page
    assert "Derechos con té" in page
    assert "Hablan." in page
    version = int(re.search(r'name="version" value="(\d+)"', page)[1])  # type: ignore[index]
    assert version == now(desk, row).version == row.version + 1
    both = {"/title": "Té y derechos", "/summary": "Hablan.", "/results": "La mitad."}
    last = form_of(row, both) | {"version": version}
    assert desk.translator.post(f"/desk/translations/{row.id}", last).status_code == 303
    assert now(desk, row).body["fields"] == both


def test_a_text_that_is_too_long_comes_back_with_everything_else_as_typed(desk: Staffed) -> None:
    row = begun(desk, published(desk))
    sent = form_of(row, {"/title": "Derechos", "/results": "x" * 20_001})
    answer = desk.translator.post(f"/desk/translations/{row.id}", sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Derechos"' in page
    assert "x" * 20_001 in page
    assert now(desk, row).version == row.version


def test_a_form_cannot_put_texts_where_the_original_has_none(desk: Staffed) -> None:
    row = begun(desk, published(desk))
    sent = form_of(row, {"/title": "Derechos", "/axis": "x", "/how_it_works/9/title": "x", "": "x"})
    assert desk.translator.post(f"/desk/translations/{row.id}", sent).status_code == 303
    assert now(desk, row).body["fields"] == {"/title": "Derechos"}


def test_what_the_authors_wrote_in_the_language_is_not_asked_for_again(desk: Staffed) -> None:
    record = published(desk, results={"en": "Half.", "es": "La mitad, dicen los autores."})
    row = begun(desk, record)
    page = desk.translator.get(f"/desk/translations/{row.id}").get_data(as_text=True)
    assert "La mitad, dicen los autores." in page
    assert 'name="text:/results"' not in page
    assert "0 of 7 texts" in page


def test_the_pages_mark_every_side_with_its_language(desk: Staffed) -> None:
    row = begun(desk, published(desk), "ar")
    page = desk.translator.get(f"/desk/translations/{row.id}").get_data(as_text=True)
    assert 'name="text:/title" value="" lang="ar" dir="rtl"' in page
    assert '<div class="tr-original" lang="en" dir="ltr">' in page


def test_the_first_page_shows_what_there_is_and_leads_to_the_draft(desk: Staffed) -> None:
    record = published(desk)
    released(desk, saved(desk, begun(desk, record), ALL))
    again(desk, record, results={"en": "All of them found work."})
    address = f"/desk/translate/{own(desk)}/{record}"
    page = desk.translator.get(address).get_data(as_text=True)
    assert "one text has changed since" in page
    assert "by you" in page
    for wrong in ({}, {"language": "en"}, {"other": "Klingonish"}):
        answer = desk.translator.post(address, wrong)
        assert answer.status_code == 422
        assert 'id="fault-language"' in answer.get_data(as_text=True)
    answer = desk.translator.post(address, {"other": "greek"})
    assert answer.status_code == 303
    assert "/desk/translations/" in answer.location


def test_the_page_of_any_draft_leads_translators_to_theirs(desk: Staffed) -> None:
    row = begun(desk, published(desk))
    answer = desk.translator.get(f"/desk/drafts/{row.id}")
    assert answer.location == f"/desk/translations/{row.id}"


# --- a machine ---------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as made:
        yield made


@pytest.fixture
def helped(tmp_path: Path, server: StandIn) -> Iterator[Staffed]:
    made = staffed(
        tmp_path, libretranslate_url=server.url, libretranslate_key="k", libretranslate_private=True
    )
    yield made
    made.d.database.dispose()


def asked(desk: Staffed, row: DraftRow, wanted: set[str]) -> suggesting.Suggested:
    return suggesting.suggest(d_of(desk), desk.translator.by, row.id, wanted)


def test_a_suggestion_is_machine_made_until_somebody_changes_or_has_read_it(
    helped: Staffed,
) -> None:
    row = saved(helped, begun(helped, published(helped)), {"/title": "Derechos"})
    done = asked(helped, row, set(ALL))
    assert (done.count, done.missing, done.error) == (7, 0, None)
    fields = done.row.body["fields"]
    assert fields["/title"] == "Derechos"
    assert fields["/results"].startswith("[es] ")
    assert "\n- " in fields["/how_it_works/1/text"]
    assert done.row.body["machine_translated"] == ["es"]
    assert len(translating.machine_made(done.row)) == 7
    texts = dict(fields) | {"/results": "La mitad."}
    row = saved(helped, done.row, texts, read={"/summary"})
    left = translating.machine_made(row)
    assert len(left) == 5
    assert not {"/results", "/summary"} & left
    assert row.body["machine_translated"] == ["es"]
    row = saved(helped, row, texts, read=left)
    assert "machine_translated" not in row.body
    assert not translating.machine_made(row)


def test_what_nobody_has_read_is_published_as_machine_made(helped: Staffed) -> None:
    record = published(helped)
    row = asked(helped, begun(helped, record), set(ALL)).row
    released(helped, row)
    of = translating.original(d_of(helped), own(helped), record)
    assert [each.machine for each in translating.existing(d_of(helped), of)] == [True]
    again(helped, record, results={"en": "All of them found work."})
    # What is taken over from it is still a machine's.
    row = begun(helped, record)
    assert row.body["machine_translated"] == ["es"]
    assert translating.machine_made(row) == set(row.body["fields"])


def test_the_buttons_suggest_one_text_and_all_of_them(helped: Staffed) -> None:
    row = begun(helped, published(helped))
    address = f"/desk/translations/{row.id}"
    sent = form_of(row, {"/results": "La mitad."}) | {"do": "suggest:/title"}
    answer = helped.translator.post(address, sent)
    assert answer.status_code == 303
    assert answer.location.endswith("#field-title")
    one = now(helped, row)
    assert set(one.body["fields"]) == {"/results", "/title"}
    sent = form_of(one, one.body["fields"]) | {"do": "suggest-all"}
    assert helped.translator.post(address, sent).status_code == 303
    page = helped.translator.get(address).get_data(as_text=True)
    assert "6 texts were suggested by a machine" in page
    assert "8 of 8 texts" in page
    assert page.count('name="read:') == 7


@pytest.mark.parametrize(
    ("trouble", "why", "words"),
    [
        ("down", "silent", "does not answer"),
        ("busy", "busy", "too much to do"),
        ("key", "refused", "refused"),
        ("language", "unknown-language", "does not know one of these"),
        ("page", "nonsense", "is none"),
        ("fewer", "nonsense", "is none"),
        ("endless", "nonsense", "is none"),
    ],
)
def test_a_server_that_fails_is_named_in_plain_words_and_nothing_is_lost(
    helped: Staffed, server: StandIn, trouble: str, why: str, words: str
) -> None:
    row = begun(helped, published(helped))
    server.trouble = trouble
    sent = form_of(row, {"/title": "Derechos"}) | {"do": "suggest-all"}
    assert helped.translator.post(f"/desk/translations/{row.id}", sent).status_code == 303
    page = helped.translator.get(f"/desk/translations/{row.id}").get_data(as_text=True)
    assert words in page
    assert "What you wrote is saved." in page
    assert now(helped, row).body["fields"] == {"/title": "Derechos"}
    done = asked(helped, now(helped, row), {"/results"})
    assert done.error is not None
    assert done.error.facts["why"] == why


def test_what_had_come_before_the_server_failed_is_kept(helped: Staffed, server: StandIn) -> None:
    long = {"en": "Half of them. " * 400}
    row = begun(helped, published(helped, challenge=long, results=long))
    server.fail_after = 1
    done = asked(helped, row, set(ALL))
    assert done.count > 0
    assert done.missing > 0
    assert done.error is not None
    assert len(now(helped, row).body["fields"]) == done.count


def test_nothing_but_what_is_published_is_sent_and_with_the_key(
    helped: Staffed, server: StandIn
) -> None:
    row = saved(helped, begun(helped, published(helped)), {"/title": "Mis palabras"})
    asked(helped, row, set(ALL))
    assert {each["api_key"] for each in server.requests} == {"k"}
    assert {(each["source"], each["target"]) for each in server.requests} == {("en", "es")}
    sent = " ".join(text for each in server.requests for text in each["q"])
    assert "Mis palabras" not in sent
    assert "Ask the neighbours." in sent


def test_a_server_in_a_private_network_has_to_be_allowed(tmp_path: Path, server: StandIn) -> None:
    made = staffed(tmp_path, libretranslate_url=server.url)
    row = begun(made, published(made))
    done = asked(made, row, set(ALL))
    assert done.error is not None
    assert done.error.facts["why"] == "blocked"
    assert server.requests == []
    made.d.database.dispose()


def test_without_a_server_there_is_no_button_and_a_made_up_request_is_refused(
    desk: Staffed,
) -> None:
    row = begun(desk, published(desk))
    page = desk.translator.get(f"/desk/translations/{row.id}").get_data(as_text=True)
    assert "suggest" not in page.lower()
    sent = form_of(row, {"/title": "Derechos"}) | {"do": "suggest-all"}
    assert desk.translator.post(f"/desk/translations/{row.id}", sent).status_code == 412
    assert now(desk, row).body["fields"] == {"/title": "Derechos"}


def test_somebody_elses_translation_is_not_there(desk: Staffed) -> None:
    row = begun(desk, published(desk))
    for who in (desk.contributor, desk.other):
        assert _asked(who, row).status_code == 404


def _asked(who: Staff, row: DraftRow) -> Any:
    return who.get(f"/desk/translations/{row.id}")


def test_another_organisations_translation_is_begun_from_and_never_revised(
    desk: Staffed, tmp_path: Path
) -> None:
    record = published(desk)
    clock: Any = desk.d.clock
    partner = make_exchange(tmp_path, "Gefyra", clock, country="GR")
    subject = {"origin": own(desk), "record": record, "revision": 1}
    body = {"subject": subject, "language": "es", "fields": {"/title": "De Gefyra"}}
    (made,) = publish(partner, [Draft(kind="translation", body=body)])
    given(desk.d.exchange, partner)
    address = f"/desk/translate/{own(desk)}/{record}"
    assert "Gefyra" in desk.translator.get(address).get_data(as_text=True)
    answer = desk.translator.post(address, {"language": "es", "base": made.record})
    page = desk.translator.get(answer.location).get_data(as_text=True)
    assert "Begun from the translation by Gefyra of revision 1." in page
    row = begun(desk, record)
    assert row.body["fields"] == {"/title": "De Gefyra"}
    assert row.record is None
    partner.database.dispose()
