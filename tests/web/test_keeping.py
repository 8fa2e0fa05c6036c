"""Kept pages: quick for many readers, and never older than the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.exchange.publishing import erase, revise
from node.web.keeping import Pages
from tests.support.nodes import practice

if TYPE_CHECKING:
    from tests.web.making import SmallNode


def test_a_page_is_made_once_and_again_after_any_change() -> None:
    pages = Pages()
    pages.put(1, ("a",), b"first")
    assert pages.get(1, ("a",)) == b"first"
    assert pages.get(2, ("a",)) is None
    pages.put(2, ("b",), b"other")
    assert pages.get(2, ("a",)) is None
    assert pages.get(2, ("b",)) == b"other"


def test_a_page_of_an_earlier_change_is_not_kept() -> None:
    pages = Pages()
    pages.put(2, ("a",), b"new")
    pages.put(1, ("a",), b"old")
    assert pages.get(2, ("a",)) == b"new"


def test_the_longest_unused_page_goes_first() -> None:
    pages = Pages(max_bytes=10)
    pages.put(1, ("a",), b"aaaa")
    pages.put(1, ("b",), b"bbbb")
    assert pages.get(1, ("a",))
    pages.put(1, ("c",), b"cccc")
    assert pages.get(1, ("b",)) is None
    assert pages.get(1, ("a",))
    assert pages.get(1, ("c",))


def test_a_page_larger_than_all_room_is_simply_not_kept() -> None:
    pages = Pages(max_bytes=3)
    pages.put(1, ("a",), b"aaaa")
    assert pages.get(1, ("a",)) is None
    pages.put(1, ("b",), b"bb")
    assert pages.get(1, ("b",)) == b"bb"


def test_readers_of_different_languages_get_their_own_page(small: SmallNode) -> None:
    record = small.practice()
    english = small.get(f"/records/{record}", Accept_Language="en").text
    greek = small.get(f"/records/{record}", Accept_Language="el").text
    again = small.get(f"/records/{record}", Accept_Language="en").text
    assert english == again
    assert "Με μια ματιά" in greek


def test_a_revision_is_shown_at_once(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    assert "<h1>Neighbours</h1>" in small.get(f"/records/{record}").text
    revise(small.x, record, practice("Good neighbours"))
    assert "<h1>Good neighbours</h1>" in small.get(f"/records/{record}").text


def test_an_erased_record_is_not_shown_from_what_was_kept(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    assert small.get(f"/records/{record}").status_code == 200
    erase(small.x, record)
    assert small.get(f"/records/{record}").status_code == 410


def test_who_has_the_page_already_gets_no_bytes(small: SmallNode) -> None:
    record = small.practice()
    first = small.get(f"/records/{record}")
    again = small.get(f"/records/{record}", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert "no-cache" in first.headers["Cache-Control"]
