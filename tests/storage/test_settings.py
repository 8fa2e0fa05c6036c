"""Small values by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from node.storage import Database


def test_a_value_is_read_back_as_it_was_put(database: Database) -> None:
    value = {"text": "Αθήνα \x00", "list": [1, None, True], "number": 2**53 - 1}
    with database.writing() as unit:
        unit.settings.put("some", value)
    with database.reading() as unit:
        assert unit.settings.get("some") == value


def test_a_second_value_takes_the_place_of_the_first(database: Database) -> None:
    with database.writing() as unit:
        unit.settings.put("some", 1)
        unit.settings.put("some", 2)
        assert unit.settings.get("some") == 2


@pytest.mark.parametrize("default", [None, 0, "x"])
def test_a_value_that_was_never_put_is_the_default(database: Database, default: object) -> None:
    with database.reading() as unit:
        assert unit.settings.get("none", default) == default


def test_a_removed_value_is_gone(database: Database) -> None:
    with database.writing() as unit:
        unit.settings.put("some", 1)
        unit.settings.remove("some")
        unit.settings.remove("never there")
        assert unit.settings.get("some") is None
