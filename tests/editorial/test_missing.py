"""Searches that found nothing: noted without saying who, and worth writing about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.editorial import missing
from node.editorial.context import Editorial
from node.editorial.missing import A_MINUTE, MissedSearches, fit_to_keep
from node.errors import BadInputError, NotFoundError, PermissionDeniedError
from node.storage.desk import MAX_MISSES
from tests.support.clock import FixedClock
from tests.support.nodes import make_exchange

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from node.storage import Database
    from tests.support.staff import Staffed

PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nurses'   DIPLOMAS ", "nurses' diplomas"),
        ("ΟΔΗΓΟΊ ταξί", "οδηγοί ταξί"),
        ("«رخصة القيادة»", "رخصة القيادة"),
        ("since 2024", "since 2024"),
        ("X" * 80, "x" * 80),
        ("X" * 81, ""),
        ("ana@example.org", ""),
        ("call 612345678", ""),
        ("اتصل ٦١٢٣٤٥", ""),
        ("12 345", ""),
        ("2024", ""),
        ("https://example.org/me", ""),
        ("\x00bad words", ""),
        ("", ""),
    ],
)
def test_only_words_that_say_nothing_of_a_person_are_kept(typed: str, kept: str) -> None:
    assert fit_to_keep(typed) == kept


def found(d: Editorial) -> list[tuple[str, str, int]]:
    with d.database.reading() as uow:
        return [(miss.words, miss.language, miss.times) for miss in uow.desk.misses(50)]


def test_the_same_words_are_counted_and_those_asked_for_most_come_first(
    tmp_path: Path, database: Database
) -> None:
    x = make_exchange(tmp_path, database=database)
    note, d = MissedSearches(database, x.clock), Editorial(x)
    for words, language in (("Taxi", "en"), ("nurses", "en"), ("TAXI ", "es")):
        note(words, language)
    assert found(d) == [("taxi", "es", 2), ("nurses", "en", 1)]
    with database.writing() as uow:
        assert uow.desk.dismiss_miss("taxi", "known")
        assert not uow.desk.dismiss_miss("never asked", "known")
    note("taxi", "en")
    assert found(d) == [("nurses", "en", 1)]


def test_what_was_asked_for_least_is_forgotten_when_there_is_too_much(
    tmp_path: Path, database: Database
) -> None:
    x = make_exchange(tmp_path, database=database)
    with database.writing() as uow:
        for number in range(MAX_MISSES + 3):
            uow.desk.missed(f"word {number}", "en", x.clock.now())
        uow.desk.missed("word 2001", "en", x.clock.now())
    with database.reading() as uow:
        kept = uow.desk.misses(MAX_MISSES + 10)
    assert len(kept) == MAX_MISSES
    assert kept[0].words == "word 2001"


def test_one_process_notes_no_more_than_some_a_minute(tmp_path: Path) -> None:
    clock = FixedClock()
    x = make_exchange(tmp_path, clock=clock)
    note, d = MissedSearches(x.database, clock), Editorial(x)
    for number in range(A_MINUTE + 5):
        note(f"word {'abcdefghijklmnopqrstuvwxyz'[number]}", "en")
    assert len(found(d)) == A_MINUTE
    clock.forward(seconds=61)
    note("later", "en")
    assert len(found(d)) == A_MINUTE + 1


def test_a_search_is_answered_also_when_it_cannot_be_noted(tmp_path: Path) -> None:
    x = make_exchange(tmp_path)
    note = MissedSearches(x.database, x.clock)
    (tmp_path / "Puente" / "node.db").unlink()
    x.database.dispose()
    note("taxi", "en")


@pytest.fixture
def reader(desk: Staffed) -> FlaskClient:
    return desk.app.test_client()


def test_a_readers_search_that_finds_nothing_is_noted(desk: Staffed, reader: FlaskClient) -> None:
    assert reader.get("/search?q=Taxi+licence&lang=es", headers=PERSON).status_code == 200
    assert found(desk.d) == [("taxi licence", "es", 1)]


@pytest.mark.parametrize(
    "agent",
    ["", "Googlebot/2.1", "Mozilla/5.0 (compatible; bingbot/2.0)", "curl/8.5", "python-requests/2"],
)
def test_programs_are_no_readers(desk: Staffed, reader: FlaskClient, agent: str) -> None:
    assert reader.get("/search?q=taxi", headers={"User-Agent": agent}).status_code == 200
    assert found(desk.d) == []


def test_looking_ahead_filtering_and_finding_are_no_misses(
    desk: Staffed, reader: FlaskClient
) -> None:
    reader.head("/search?q=taxi", headers=PERSON)
    reader.get("/search?q=taxi", headers=PERSON | {"Sec-Purpose": "prefetch"})
    reader.get("/search?q=taxi&country=ES", headers=PERSON)
    reader.get("/search?q=", headers=PERSON)
    reader.get("/api/1/records?q=taxi", headers=PERSON)
    assert found(desk.d) == []


def test_writers_and_keepers_dismiss_and_others_do_not(desk: Staffed) -> None:
    note = MissedSearches(desk.d.database, desk.d.clock)
    for word in ("taxi", "nurses", "bakers"):
        note(word, "en")
    missing.dismiss(desk.d, desk.contributor.by, "taxi", missing.KNOWN)
    missing.dismiss(desk.d, desk.keeper.by, "nurses", missing.NOT_OURS)
    for other in (desk.translator, desk.funder):
        assert missing.misses(desk.d, other.by, 5) == []
        with pytest.raises(PermissionDeniedError):
            missing.dismiss(desk.d, other.by, "bakers", missing.KNOWN)
    with pytest.raises(BadInputError):
        missing.dismiss(desk.d, desk.keeper.by, "bakers", "because")
    with pytest.raises(NotFoundError):
        missing.dismiss(desk.d, desk.keeper.by, "never asked", missing.KNOWN)
    assert [miss.words for miss in missing.misses(desk.d, desk.keeper.by, 5)] == ["bakers"]


def test_a_practice_begins_with_the_words_that_were_missed(desk: Staffed) -> None:
    MissedSearches(desk.d.database, desk.d.clock)("οδηγοί ταξί", "el")
    draft = missing.begin_from(desk.d, desk.contributor.by, "οδηγοί ταξί")
    assert draft.body == {"language": "el", "title": {"el": "Οδηγοί ταξί"}}
    assert found(desk.d) == []
    with pytest.raises(NotFoundError):
        missing.begin_from(desk.d, desk.contributor.by, "οδηγοί ταξί")
    with pytest.raises(PermissionDeniedError):
        missing.begin_from(desk.d, desk.translator.by, "οδηγοί ταξί")
