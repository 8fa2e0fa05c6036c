"""From values of the schema to words, in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from node.web import formatting
from node.web.charts import Row, bars, waterfall
from node.web.licences import licence
from node.web.overlay import lay_over, written_in
from node.web.presenting import Presenter, link_to
from node.web.texts import blocks, marked, pick_text
from tests.support.nodes import the_contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@pytest.fixture(params=["en"])
def reader(app: Flask, request: pytest.FixtureRequest) -> Iterator[None]:
    with app.test_request_context(f"/?lang={request.param}"):
        yield


def in_language(language: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reader", [language], indirect=True)


NOON = datetime(2024, 3, 5, 12, 30, tzinfo=UTC)

VALUES: list[Any] = [
    pytest.param("en", formatting.number, 12345, "12,345", id="a number"),
    pytest.param("el", formatting.number, 12345, "12.345", id="a number in Greek"),
    pytest.param("es", formatting.decimal, "12.50", "12,5", id="a decimal in Spanish"),
    pytest.param("en", formatting.decimal, "none", "none", id="no decimal at all"),
    pytest.param("en", formatting.day, "2024", "2024", id="a year"),
    pytest.param("es", formatting.day, "2024-03", "marzo 2024", id="a month"),
    pytest.param("en", formatting.day, "2024-03-05", "5 March 2024", id="a day"),
    pytest.param("el", formatting.day, "2024-03-05", "5 Μαρτίου 2024", id="a day in Greek"),
    pytest.param("en", formatting.day, "2024-13-05", "2024-13-05", id="no day of any calendar"),
    pytest.param("en", formatting.duration, "PT90M", "90 minutes", id="minutes"),
    pytest.param("en", formatting.duration, "P6W", "6 weeks", id="weeks"),
    pytest.param("en", formatting.duration, "P1DT2H", "1 day and 2 hours", id="days and hours"),
    pytest.param("ar", formatting.duration, "P2D", "يومان", id="two days in Arabic"),
    pytest.param("en", formatting.duration, "P", "P", id="no duration"),
    pytest.param("el", formatting.country, "DK", "Δανία", id="a country in Greek"),
    pytest.param("en", formatting.country, "ZX", "ZX", id="a country nobody knows"),
    pytest.param("es", formatting.language, "da", "danés", id="a language in Spanish"),
    pytest.param("en", formatting.size, 1_500_000, "1.5 MB", id="megabytes"),
    pytest.param("en", formatting.size, 12, "12 bytes", id="bytes"),
    pytest.param("ar", formatting.size, 0, "0 بايت", id="no bytes in Arabic"),
    pytest.param("el", formatting.size, 0, "0 byte", id="no bytes in Greek"),
    pytest.param("ar", formatting.in_row, ["أ", "ب"], "أ، ب", id="a row with the Arabic comma"),
    pytest.param("es", formatting.moment, NOON, "5 de marzo de 2024, 12:30 UTC", id="a moment"),
    pytest.param("ar", formatting.moment, NOON, "5 مارس 2024، 12:30 UTC", id="and in Arabic"),
    pytest.param("ar", partial(formatting.unit, "days"), 98, "يومًا", id="Arabic days above ten"),
    pytest.param("ar", partial(formatting.unit, "days"), 4, "أيام", id="Arabic days up to ten"),
    pytest.param("es", partial(formatting.unit, "persons"), 1, "persona", id="one person"),
    pytest.param("en", partial(formatting.unit, "percent"), 1, "", id="a unit without plurals"),
    pytest.param("en", formatting.grouped, "abcdefgh", "abcd efgh", id="a number to compare"),
]


@pytest.mark.parametrize(("reader", "write", "value", "text"), VALUES, indirect=["reader"])
@pytest.mark.usefixtures("reader")
def test_values_read_as_people_write_them(write: Any, value: Any, text: str) -> None:
    assert write(value) == text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        pytest.param(120000, "EUR", "€1,200", id="whole euros"),
        pytest.param(1250, "EUR", "€12.50", id="euros and cents"),
        pytest.param(500, "JPY", "JP¥500", id="a currency without cents"),
        pytest.param(1234, "KWD", "KWD 1.234", id="a currency of a thousand parts"),
    ],
)
@pytest.mark.usefixtures("reader")
def test_amounts_are_in_the_currencys_own_parts(amount: int, currency: str, text: str) -> None:
    assert formatting.money(amount, currency).replace("\xa0", " ") == text


@in_language("el")
@pytest.mark.usefixtures("reader")
def test_a_text_knows_its_language() -> None:
    text = pick_text({"ar": "سلام"}, "ar")
    assert text is not None
    assert (text.language, text.direction, text.foreign) == ("ar", "rtl", True)
    assert marked(text) == ' lang="ar" dir="rtl"'
    own = pick_text({"el": "Γειά"}, "el")
    assert marked(own) == ""


@pytest.mark.usefixtures("reader")
def test_a_machines_translation_says_so() -> None:
    text = pick_text({"en": "Hello"}, "fr", machine=["en"])
    assert text is not None
    assert text.machine


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("one", [(False, ("one",))], id="a line"),
        pytest.param("a\nb", [(False, ("a", "b"))], id="two lines of a paragraph"),
        pytest.param("a\n\nb", [(False, ("a",)), (False, ("b",))], id="two paragraphs"),
        pytest.param(
            "a:\n- b\n- c\nd",
            [(False, ("a:",)), (True, ("b", "c")), (False, ("d",))],
            id="a list between lines",
        ),
        pytest.param("- a\n\n\n\n- b", [(True, ("a",)), (True, ("b",))], id="blank lines"),
        pytest.param("a\u2028b", [(False, ("a\u2028b",))], id="a separator that is no line feed"),
        pytest.param("\n\n", [], id="nothing"),
    ],
)
def test_texts_fall_into_paragraphs_and_lists(text: str, parts: list[Any]) -> None:
    assert [(block.is_list, block.items) for block in blocks(text)] == parts


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.example.org/a/", "example.org/a"),
        ("http://example.org:8080", "example.org:8080"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org", None),
        ("https://", None),
    ],
)
def test_only_web_addresses_become_links(address: str, shown: str | None) -> None:
    link = link_to(address)
    assert (link.text if link else None) == shown


@pytest.mark.usefixtures("reader")
def test_every_field_of_every_kind_can_be_presented() -> None:
    contract = the_contract()
    presenter = Presenter(contract)
    for kind in contract.kinds.values():
        for field in kind.walk():
            presenter.field(field, field.example)


@pytest.mark.parametrize("wrong", [None, 1, "x", [], {}, [[]], {"a": 1}, True])
@pytest.mark.usefixtures("reader")
def test_a_value_of_the_wrong_type_never_breaks_the_page(wrong: Any) -> None:
    contract = the_contract()
    presenter = Presenter(contract)
    for kind in contract.kinds.values():
        for field in kind.walk():
            presenter.field(field, wrong)


@pytest.mark.usefixtures("reader")
def test_a_code_that_is_not_known_here_is_words_with_a_mark() -> None:
    contract = the_contract()
    field = contract.kinds["good-practice"].field("target_group")
    assert field is not None
    term = Presenter(contract).term(field, "people-of-tomorrow")
    assert (term.label.text, term.facet) == ("people of tomorrow", "target_group")
    assert not term.known


@pytest.mark.parametrize(
    ("pointer", "changed"),
    [
        pytest.param("/title", True, id="a text"),
        pytest.param("/steps/0/title", True, id="a text in a list"),
        pytest.param("/steps/7/title", False, id="an item there is none of"),
        pytest.param("/steps/-1/title", False, id="an item from the end"),
        pytest.param("/country", False, id="something that is no text"),
        pytest.param("title", False, id="no pointer"),
        pytest.param("/a~1b", True, id="a name with a slash"),
    ],
)
def test_a_translation_reaches_only_texts(pointer: str, changed: bool) -> None:
    body = {
        "title": {"en": "A"},
        "steps": [{"title": {"en": "B"}}],
        "country": ["GR"],
        "a/b": {"en": "C"},
    }
    laid = lay_over(body, {pointer: "Α"}, "el")
    assert (laid != body) == changed
    assert "el" not in body["title"]


def test_what_is_written_in_which_language_is_counted() -> None:
    kind = the_contract().kinds["good-practice"]
    body = {
        "title": {"en": "A", "el": "Α"},
        "how_it_works": [{"title": {"el": "Β"}}],
        "website": "https://example.org",
    }
    total, counts = written_in(kind.fields, body)
    assert (total, counts["el"], counts["en"]) == (2, 2, 1)


def test_bars_are_in_proportion_and_never_invisible() -> None:
    shown = bars([Row("a", 200, "200"), Row("b", 100, "100"), Row("c", 1, "1"), Row("d", 0, "0")])
    assert [bar.width for bar in shown] == ["100", "50", "1.5", "0"]


def test_no_bars_are_made_of_nothing() -> None:
    assert bars([]) == []
    assert [bar.width for bar in bars([Row("a", 0, "0")])] == ["0"]


def test_steps_follow_one_another() -> None:
    shown = waterfall([Row("a", 25, ""), Row("b", 75, "")])
    assert [(bar.start, bar.width) for bar in shown] == [("0", "25"), ("25", "75")]


@pytest.mark.parametrize(
    ("identifier", "name", "says"),
    [
        ("CC-BY-4.0", "CC BY 4.0", "name the source"),
        ("CC-BY-NC-SA-4.0", "CC BY-NC-SA 4.0", "share alike"),
        ("CC0-1.0", "CC0 1.0", "for anything"),
        ("EUPL-1.2", "EUPL-1.2", ""),
    ],
)
@pytest.mark.usefixtures("reader")
def test_a_licence_says_what_is_allowed(identifier: str, name: str, says: str) -> None:
    found = licence(identifier)
    assert found.name == name
    assert says in found.meaning
    assert found.href.startswith("https://")


@in_language("ar")
@pytest.mark.usefixtures("reader")
def test_the_unit_of_an_indicator_fits_its_figure() -> None:
    kind = the_contract().kinds["good-practice"]
    spec = next(each for each in kind.walk() if each.name.endswith("indicators"))
    shown = Presenter(the_contract()).value(spec, {"value": 412, "unit": "persons"})
    assert shown is not None
    unit = next(each for each in shown.value if each.name == "unit")
    assert unit.value.label.text == "شخصًا"
