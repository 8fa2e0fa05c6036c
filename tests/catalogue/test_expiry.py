"""Until when a record stands open: the last day still counts, a bare month lasts to its end."""

from __future__ import annotations

from datetime import date

import pytest

from node.catalogue.expiry_presenting import last_day


@pytest.mark.parametrize(
    ("said", "last"),
    [
        pytest.param("2027-01-15", date(2027, 1, 15), id="a day is its own last day"),
        pytest.param("2028-02", date(2028, 2, 29), id="a month lasts to its end"),
        pytest.param("2027", date(2027, 12, 31), id="a year lasts to its end"),
        pytest.param("2027-02-30", None, id="a day that is in no calendar"),
        pytest.param("2027-13", None, id="a month that is none"),
        pytest.param("99999", None, id="a year beyond all calendars"),
        pytest.param("soon", None, id="a word"),
        pytest.param("", None, id="nothing"),
        pytest.param("--", None, id="nothing but strokes"),
    ],
)
def test_the_last_day_of_what_a_record_says(said: str, last: date | None) -> None:
    assert last_day(said) == last
