"""A translation is shown where its words still hold, and says from which revision it is."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from node.exchange.drafts import Draft
from node.exchange.publishing import publish, revise, withdraw
from tests.support.nodes import practice

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples

STEPS = [("Invite", "Ask the neighbours."), ("Cook", "Everybody brings a dish.")]
DANISH = {
    "/title": "Naboer",
    "/summary": "Frivillige og nye naboer mødes.",
    "/challenge": "De kender få.",
    "/results": "Halvdelen fandt arbejde.",
    "/how_it_works/0/title": "Inviter",
    "/how_it_works/0/text": "Spørg naboerne.",
    "/how_it_works/1/title": "Lav mad",
    "/how_it_works/1/text": "Alle har en ret med.",
}


def neighbours(*steps: tuple[str, str], **members: Any) -> Draft:
    how = [{"title": {"en": title}, "text": {"en": text}} for title, text in steps or STEPS]
    return practice("Neighbours", how_it_works=how, **members)


def danish(small: SmallNode, record: str, revision: int = 1, **texts: str) -> Draft:
    body = {
        "subject": {"origin": small.x.own_oid(), "record": record, "revision": revision},
        "language": "da",
        "fields": texts or DANISH,
        "licence": "CC-BY-4.0",
    }
    return Draft(kind="translation", body=body)


def read(small: SmallNode, address: str) -> str:
    """Return what a Danish reader reads on a page, without marks."""
    page = small.get(address, Accept_Language="da").text
    main = re.sub(r"<(svg|script).*?</\1>", " ", page.split("<main")[1], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def translated(small: SmallNode) -> tuple[SmallNode, str, str]:
    """Publish a practice and its translation."""
    record = small.publish(neighbours())[0]
    return small, record, small.publish(danish(small, record))[0]


def test_a_fresh_translation_says_who_made_it_and_of_which_revision(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, _made = translated
    page = read(small, f"/records/{record}")
    assert "This page was translated into Danish by" in page
    assert "from revision 1 of the original" in page
    assert "since" not in page.split("This page was translated")[1].split("Danish")[1][:120]


def test_codes_and_dates_that_change_make_no_translation_stale(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, made = translated
    revise(small.x, record, neighbours(country=["ES", "DK"], last_confirmed="2026-11-02"))
    page = read(small, f"/records/{record}")
    assert "The words have not changed since." in page
    assert "has changed since" not in page
    assert "Halvdelen fandt arbejde." in page
    assert "the words have not changed since" in page.split("Translations")[-1]
    assert "The words have not changed since." in read(small, f"/records/{made}")


def test_a_step_put_in_front_gets_no_words_that_belong_to_another(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, _made = translated
    revise(small.x, record, neighbours(("Find a room", "Any kitchen will do."), *STEPS))
    page = small.get(f"/records/{record}", Accept_Language="da").text
    steps = page.split('<ol class="path">')[1].split("</ol>")[0]
    titles = re.findall(r"<h3[^>]*>([^<]*)<", steps)
    assert titles == ["Find a room", "Inviter", "Lav mad"]
    assert "2 texts came later and are not translated." in page


def test_a_text_that_changed_is_shown_in_the_original_and_named(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, made = translated
    changed = neighbours(STEPS[0], ("Cook", "We cook for everybody."), results={"en": "All did."})
    revise(small.x, record, changed)
    page = read(small, f"/records/{record}")
    assert "2 texts have changed since and are shown in the original." in page
    assert "Where: How it works · Results." in page or "Where: Results · How it works." in page
    assert "All did." in page
    assert "Halvdelen fandt arbejde." not in page
    assert "Alle har en ret med." not in page
    link = f"/records/{record}/changes?from=1&to=2"
    assert link in html.unescape(small.get(f"/records/{record}", Accept_Language="da").text)
    assert small.get(link).status_code == 200
    own = read(small, f"/records/{made}")
    assert "How it works 2 · Description ( Cook ) the original has changed since" in own
    assert "Half of them found work within a year." in own
    assert own.count("the original has changed since") == 2


def test_when_nothing_of_a_translation_is_left_the_reader_is_told(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    small.publish(danish(small, record, **{"/title": "Naboer"}))
    revise(small.x, record, practice("Good neighbours"))
    page = read(small, f"/records/{record}")
    assert "has translated revision 1 into Danish, but all of that has changed since" in page
    assert "Good neighbours" in page


def test_a_newer_translation_of_the_same_language_comes_first(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, _made = translated
    revise(small.x, record, neighbours(results={"en": "All did."}))
    small.publish(danish(small, record, 2, **(DANISH | {"/results": "Alle gjorde."})))
    page = read(small, f"/records/{record}")
    assert "from revision 2 of the original" in page
    assert "Alle gjorde." in page


def test_an_earlier_revision_is_read_in_the_translation_that_was_made_of_it(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, _made = translated
    revise(small.x, record, neighbours(results={"en": "All did."}))
    page = read(small, f"/records/{record}/revisions/1")
    assert "Halvdelen fandt arbejde." in page
    assert "from revision 1 of the original" in page
    now = read(small, f"/records/{record}/revisions/2")
    assert "Halvdelen fandt arbejde." not in now


def test_a_withdrawn_translation_is_not_laid_over_any_revision(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, made = translated
    revise(small.x, record, neighbours(results={"en": "All did."}))
    withdraw(small.x, made)
    assert "Naboer" not in read(small, f"/records/{record}")
    assert "Naboer" not in read(small, f"/records/{record}/revisions/1")


def test_of_a_revision_that_is_not_held_only_whole_fields_are_believed(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, _made = translated
    revise(small.x, record, neighbours(results={"en": "All did."}))
    with small.x.database.writing() as uow:
        first = uow.entries.revisions(small.x.own_oid(), record)[0]
        uow.entries.set_state(first.log_id, [first.seq], "withheld")
        row = uow.records.get(small.x.own_oid(), record)
        assert row is not None
        uow.next_change()
    page = read(small, f"/records/{record}")
    assert "Revision 1 is not held here, so nobody can tell what changed" in page
    assert "De kender få." in page
    assert "Inviter" not in page
    assert "changes?from=1" not in page


def test_the_translation_s_own_page_sets_each_text_beside_the_words_it_translates(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, _record, made = translated
    page = read(small, f"/records/{made}")
    assert "How it works 1 · Description ( Invite ) Spørg naboerne." in page
    assert "Ask the neighbours." in page
    assert "has changed since" not in page


def test_the_words_of_a_withdrawn_record_are_not_shown_beside_its_translation(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, made = translated
    withdraw(small.x, record)
    page = read(small, f"/records/{made}")
    assert "Spørg naboerne." in page
    assert "Ask the neighbours." not in page


def test_texts_for_places_that_do_not_exist_are_marked_and_harm_nothing(small: SmallNode) -> None:
    record = small.publish(neighbours())[0]
    odd = {"/title": "Naboer", "/how_it_works/99/title": "Intet", "/country/0": "Andet"}
    made = small.publish(danish(small, record, **odd))[0]
    assert read(small, f"/records/{made}").count("the original has no such text") == 2
    assert small.get(f"/records/{record}").status_code == 200


def test_the_arabic_sample_follows_its_steps_into_the_second_revision(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get(samples.url("sprogcafe-paa-biblioteket", "?lang=en&text=ar")).text
    steps = page.split('<ol class="path">')[1].split("</ol>")[0]
    assert "اختم بكلمة للغد" in steps
    last = re.findall(r"<h3[^>]*>([^<]*)<", steps)
    assert "Et jobbord om måneden" in last
    assert "changed since and" in page


def test_a_review_says_what_has_changed_since_it_was_written(small: SmallNode) -> None:
    record = small.publish(neighbours())[0]
    body = {
        "title": {"en": "We sat in"},
        "subject": {"origin": small.x.own_oid(), "record": record, "revision": 1},
        "language": "en",
        "recommendation": "recommended",
        "statement": {"en": "We would do it again."},
    }
    review = publish(small.x, [Draft(kind="review", body=body)])[0].record
    revise(small.x, record, neighbours(last_confirmed="2026-11-02"))
    assert "what it speaks of has not changed since" in read(small, f"/records/{record}")
    assert "What it speaks of has not changed since." in read(small, f"/records/{review}")
    revise(small.x, record, neighbours(results={"en": "All did."}))
    assert "changed since: Results" in read(small, f"/records/{record}")
    own = read(small, f"/records/{review}")
    assert "It speaks of revision 1. Changed since: Results" in own


def test_reviews_are_summed_up_above_and_each_score_stands_for_itself(small: SmallNode) -> None:
    record = small.publish(neighbours())[0]
    assert "#reviews" not in small.get(f"/records/{record}").text
    own = {
        "title": {"en": "We like it"},
        "subject": {"origin": small.x.own_oid(), "record": record, "revision": 1},
        "language": "en",
        "recommendation": "recommended",
        "statement": {"en": "We would do it again."},
    }
    small.publish(Draft(kind="review", body=own))
    page = small.get(f"/records/{record}").text
    assert 'href="#reviews"' not in page.split('class="provenance"')[0]


def test_the_sample_that_was_reviewed_says_so_at_its_head(
    client: FlaskClient, samples: Samples
) -> None:
    page = client.get(samples.url("shadow-share-solo", "?lang=en")).text
    head = page.split('class="provenance"')[0]
    assert "1 reviewer" in head
    assert "badge code-recommended" in head
    assert "each score from 0 to 3" in page


def test_lists_call_a_record_by_its_translated_title_while_that_holds(small: SmallNode) -> None:
    record = small.publish(neighbours())[0]
    small.publish(danish(small, record))
    page = small.get("/", Accept_Language="da").text
    assert ">Naboer<" in re.sub(r">\s+", ">", re.sub(r"\s+<", "<", page))
    assert "title translated" in page
    assert "title translated" not in small.get("/", Accept_Language="en").text
    revise(small.x, record, practice("Good neighbours"))
    later = small.get("/", Accept_Language="da").text
    assert "Good neighbours" in later
    assert "title translated" not in later


def test_programs_are_told_by_pointer_what_has_changed(
    translated: tuple[SmallNode, str, str],
) -> None:
    small, record, made = translated

    def links() -> list[dict[str, Any]]:
        both = [small.get(f"/api/1/records/{one}").json for one in (record, made)]
        return [each for answer in both for each in answer["links"]]

    assert [(each["stale"], each["changed"]) for each in links()] == [(False, None)] * 2
    revise(small.x, record, neighbours(country=["DK"]))
    assert [(each["stale"], each["changed"]) for each in links()] == [(False, [])] * 2
    revise(small.x, record, neighbours(("New", "Step."), *STEPS, results={"en": "All did."}))
    for each in links():
        assert each["stale"] is True
        assert each["changed"] == ["/results"]
        assert each["added"] == ["/how_it_works/0/title", "/how_it_works/0/text"]
