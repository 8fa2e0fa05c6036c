"""Dates, durations, numbers, money, places and names, as people write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.contract.codes import countries
from node.editorial import formcodes, formdates, formdurations, formnumbers
from node.editorial.formdates import MisreadError

LANGUAGES = ("en", "es", "el", "ar", "da", "de", "fr", "it", "uk", "pl")


def read_or_why(read: Any, *given: Any) -> Any:
    try:
        return read(*given)
    except MisreadError as why:
        return why.code


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("12 March 2026", "en", "2026-03-12"),
        ("March 12th, 2026", "en", "2026-03-12"),
        ("12/3/2026", "es", "2026-03-12"),
        ("12.3.2026", "da", "2026-03-12"),
        ("12/3/2026", "en", "two-dates"),
        ("13/3/2026", "en", "2026-03-13"),
        ("3/13/2026", "es", "2026-03-13"),
        ("4/4/2026", "en", "2026-04-04"),
        ("2026-03", "en", "2026-03"),
        ("3/2026", "el", "2026-03"),
        ("2026", "ar", "2026"),
        ("marzo 2026", "es", "2026-03"),
        ("12 de marzo de 2026", "en", "2026-03-12"),
        ("12 Μαρτίου 2026", "el", "2026-03-12"),
        ("Μάρτιος 2026", "en", "2026-03"),
        ("١٢ مارس ٢٠٢٦", "ar", "2026-03-12"),
        ("12. marts 2026", "en", "2026-03-12"),
        ("31/2/2026", "es", "not-a-date"),
        ("spring 2026", "en", "not-a-date"),
        ("12 March", "en", "no-year"),
        ("1/2/26", "es", "short-year"),
        ("0999", "en", "not-a-date"),
        ("", "en", "not-a-date"),
    ],
)
def test_a_date_is_read_as_it_is_written(text: str, language: str, value: str) -> None:
    assert read_or_why(formdates.read_date, text, language) == value


def test_a_date_that_can_be_two_is_asked_about_with_both() -> None:
    with pytest.raises(MisreadError) as asked:
        formdates.read_date("3/4/2026", "en")
    assert asked.value.facts == ("3 April 2026", "4 March 2026")


@settings(max_examples=200, deadline=None)
@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(LANGUAGES),
    st.sampled_from([4, 7, 10]),
)
def test_every_date_is_written_in_words_that_read_back(
    day: date, language: str, exactly: int
) -> None:
    value = day.isoformat()[:exactly]
    written = formdates.write_date(value, language)
    assert formdates.read_date(written, language) == value
    assert exactly == 4 or "-" not in written


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("3 weeks", "en", "P3W"),
        ("tre uger", "da", "P3W"),
        ("2 h 30", "en", "PT2H30M"),
        ("2 hours and 30 minutes", "en", "PT2H30M"),
        ("90 min", "es", "PT90M"),
        ("1,5 horas", "es", "PT1H30M"),
        ("one hour", "en", "PT1H"),
        ("τρεις εβδομάδες", "el", "P3W"),
        ("أسبوعان", "ar", "P2W"),
        ("ساعة", "ar", "PT1H"),
        ("pt90m", "en", "PT90M"),
        ("2 weeks 3 days", "en", "P17D"),
        ("half a day", "en", "not-a-duration"),
        ("3", "en", "not-a-duration"),
        ("3 bananas", "en", "not-a-duration"),
        ("1.3 weeks", "en", "not-a-duration"),
    ],
)
def test_a_duration_is_read_as_it_is_written(text: str, language: str, value: str) -> None:
    assert read_or_why(formdurations.read_duration, text, language) == value


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["P{}W", "P{}D", "PT{}H", "PT{}M", "P{}M", "P{}Y", "PT{}H30M", "P{}DT4H"]),
    st.integers(1, 99),
    st.sampled_from(LANGUAGES),
)
def test_every_duration_is_written_so_that_it_reads_back(
    shape: str, count: int, language: str
) -> None:
    value = shape.format(count)
    written = formdurations.write_duration(value, language)
    assert formdurations.read_duration(written, language) == value


@pytest.mark.parametrize(
    ("text", "language", "country", "value"),
    [
        ("1.250,50 €", "es", "ES", (125050, "EUR")),
        ("EUR 1250.5", "en", "ES", (125050, "EUR")),
        ("1 250,50 €", "el", "GR", (125050, "EUR")),
        ("€1,250.50", "es", "ES", (125050, "EUR")),
        ("1.250", "es", "ES", (125000, "EUR")),
        ("1.250", "en", "ES", "which-amount"),
        ("200 kr.", "en", "DK", (20000, "DKK")),
        ("200 kr", "en", "SE", (20000, "SEK")),
        ("200 kr", "en", "ES", "no-currency"),
        ("£20", "en", "ES", (2000, "GBP")),
        ("20 ευρώ", "en", "ES", (2000, "EUR")),
        ("500 JPY", "en", "ES", (500, "JPY")),
        ("gratis", "en", "ES", (0, "EUR")),
        ("١٢٫٥ يورو", "ar", "ES", (1250, "EUR")),
        ("12", "en", "", "no-currency"),
        ("12 bananas", "en", "ES", "unknown-currency"),
        ("-3 EUR", "en", "ES", "not-money"),
        ("1 EUR 2", "en", "ES", "not-money"),
        ("0.001 EUR", "en", "ES", "which-amount"),
        ("99999999999999999999 EUR", "en", "ES", "not-money"),
    ],
)
def test_money_is_read_as_it_is_written(text: str, language: str, country: str, value: Any) -> None:
    found = read_or_why(formnumbers.read_money, text, language, country)
    assert (found if isinstance(found, str) else (found["amount"], found["currency"])) == value


@settings(deadline=None)
@given(
    st.integers(0, 9007199254740991),
    st.sampled_from(["EUR", "DKK", "JPY", "KWD", "TRY"]),
    st.sampled_from(LANGUAGES),
)
def test_every_amount_is_written_so_that_it_reads_back(
    amount: int, currency: str, language: str
) -> None:
    value = {"amount": amount, "currency": currency}
    assert formnumbers.read_money(formnumbers.write_money(value, language), language, "") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250", 1250),
        ("1.250", 1250),
        ("1,250,000", 1250000),
        ("1 250", 1250),
        ("١٢", 12),
        ("-5", -5),
        ("1.25", "not-a-whole-number"),
        ("twelve", "not-a-number"),
        ("9" * 40, "not-a-whole-number"),
    ],
)
def test_a_whole_number_may_have_separators(text: str, value: Any) -> None:
    assert read_or_why(formnumbers.read_integer, text, "en") == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("12,5", "es", "12.5"),
        ("12.5", "es", "12.5"),
        ("1.250,5", "es", "1250.5"),
        ("1.250", "es", 1250),
        ("1.250", "en", "1.250"),
        ("-0.5", "en", "-0.5"),
        ("85", "en", 85),
        ("1,2,3", "en", "not-a-number"),
    ],
)
def test_a_decimal_number_is_read_by_its_language(text: str, language: str, value: Any) -> None:
    assert read_or_why(formnumbers.read_decimal, text, language) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("37.97945, 23.71622", "en", (3797945, 2371622)),
        ("37,97945; 23,71622", "es", (3797945, 2371622)),
        ("37,97945, 23,71622", "es", (3797945, 2371622)),
        ("37.97945 23.71622", "en", (3797945, 2371622)),
        ("37°58′46″N 23°42′58″E", "en", (3797944, 2371611)),
        ("39°28'11\" N, 0°22'36\" O", "es", (3946972, -37667)),
        ("37°58'46\"Β 23°42'58\"Α", "el", (3797944, 2371611)),
        ("E 23.7, N 37.9", "en", (3790000, 2370000)),
        ("-33.9, 18.4", "en", (-3390000, 1840000)),
        ("Athens", "en", "not-a-point"),
        ("100, 20", "en", "not-a-point"),
        ("37.9", "en", "not-a-point"),
        ("37°70′N 23°E", "en", "not-a-point"),
    ],
)
def test_a_point_is_read_as_maps_write_it(text: str, language: str, value: Any) -> None:
    assert read_or_why(formnumbers.read_point, text, language) == value


@given(st.integers(-9000000, 9000000), st.integers(-18000000, 18000000), st.sampled_from(LANGUAGES))
def test_every_point_is_written_so_that_it_reads_back(
    latitude: int, longitude: int, language: str
) -> None:
    written = formnumbers.write_point(latitude, longitude)
    assert formnumbers.read_point(written, language) == (latitude, longitude)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_that_is_read_back(language: str) -> None:
    for code in countries():
        written = formcodes.write_country(code, language)
        assert formcodes.read_country(written, language) == code


def test_names_are_read_in_any_language_and_without_accents() -> None:
    assert formcodes.read_country("Ελλαδα", "en") == "GR"
    assert formcodes.read_country("UK", "en") == "GB"
    assert formcodes.read_language("Tyrkisk", "en") == "tr"
    assert formcodes.read_language("ελληνικά", "ar") == "el"
    assert formcodes.read_language("pt-BR", "en") == "pt-BR"
    assert formcodes.read_region("gr 30", "en") == "EL30"


def test_a_name_that_is_nearly_right_is_suggested_and_not_taken() -> None:
    with pytest.raises(MisreadError) as asked:
        formcodes.read_country("Germny", "en")
    assert asked.value.facts == ("Germany",)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_read_or_told(text: str, language: str) -> None:
    for read in (
        formdates.read_date,
        formdurations.read_duration,
        formnumbers.read_integer,
        formnumbers.read_decimal,
        formnumbers.read_point,
        formcodes.read_country,
        formcodes.read_language,
        formcodes.read_region,
    ):
        read_or_why(read, text, language)
    read_or_why(formnumbers.read_money, text, language, "ES")
