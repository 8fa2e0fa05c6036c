"""Records of an OAI-PMH repository as drafts: again, changed, stopped, hostile."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import importfiles, importing, oaiimporting, oaisteps
from node.editorial.importsteps import step
from node.editorial.oaireading import RepositoryError, is_organisation
from node.errors import BadInputError, ConflictError
from node.net.webpages import fetch_page
from tests.support.repository import DELETED, HEAD, ROOT, listed, record, refusal, repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.storage.drafts import DraftRow
    from node.storage.imports import ImportRow
    from tests.support.repository import Repository
    from tests.support.staff import Staffed


@pytest.fixture
def archive() -> Iterator[Repository]:
    with repository() as made:
        yield made


def reaching(desk: Staffed) -> Any:
    return replace(desk.d, fetch=partial(fetch_page, private_ok=True))


def through(desk: Staffed, address: str) -> ImportRow:
    d, by = reaching(desk), desk.contributor.by
    row = oaiimporting.begin(d, by, address, "en")
    return finish(desk, row.id)


def finish(desk: Staffed, number: str) -> ImportRow:
    while not step(reaching(desk), number):
        pass
    return importing.mine(desk.d, desk.contributor.by, number)


def drafts(desk: Staffed) -> list[DraftRow]:
    with desk.d.database.reading() as uow:
        return sorted(uow.drafts.many(limit=100), key=lambda row: row.title)


def test_records_become_drafts_without_names_of_people(desk: Staffed, archive: Repository) -> None:
    archive.answers = {
        "": listed(record(1), DELETED, token="a b&amp;c", size=3),
        "a b&c": listed(record(2)),
    }
    done = through(desk, f"{archive.base}?verb=ListRecords&metadataPrefix=oai_dc&set=m")
    assert (done.state, done.done, done.rows, done.name) == ("done", 3, 3, "Archive")
    assert done.report["counts"] == {"made": 2, "deleted": 1}
    assert archive.asked[1:] == [
        {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "m"},
        {"verb": "ListRecords", "resumptionToken": "a b&c"},
    ]
    assert drafts(desk)[0].body == {
        "title": {"da": "Cards 1"},
        "description": {"da": "What to say."},
        "language": "da",
        "material_type": ["toolkit"],
        "keywords": [{"da": "refugee health"}],
        "url": "https://a.example/1",
        "licence": "CC-BY-4.0",
        "author": "Aarhus University",
        "date": "2024-03-12",
    }


def test_the_same_again_makes_nothing_and_a_change_changes_its_draft(
    desk: Staffed, archive: Repository
) -> None:
    archive.answers = {"": listed(record(1), record(2))}
    through(desk, archive.base)
    archive.answers = {"": listed(record(1, stamp="2025-05-05"), record(2, "Sheets"))}
    again = through(desk, f"{archive.base}?verb=Identify")
    assert again.report["counts"] == {"unchanged": 1, "updated": 1}
    assert [row.title for row in drafts(desk)] == ["Cards 1", "Sheets 2"]


def test_an_import_goes_on_where_it_stopped(desk: Staffed, archive: Repository) -> None:
    archive.answers = {"": listed(record(1), token="two")}
    row = through(desk, archive.base)
    assert (row.state, row.done, row.report["why_code"]) == ("failed", 1, "oai-silent")
    archive.answers["two"] = listed(record(2))
    archive.asked.clear()
    oaiimporting.go_on(reaching(desk), desk.contributor.by, row.id)
    done = finish(desk, row.id)
    assert (done.state, done.report["counts"]) == ("done", {"made": 2})
    assert archive.asked == [{"verb": "ListRecords", "resumptionToken": "two"}]


def test_a_kill_in_a_step_loses_and_doubles_nothing(
    desk: Staffed, archive: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.answers = {"": listed(record(1), token="two"), "two": listed(record(2))}
    d = reaching(desk)
    row = oaiimporting.begin(d, desk.contributor.by, archive.base, "en")
    assert not step(d, row.id)

    class KilledError(BaseException):
        pass

    def killed(*_what: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(importfiles, "keep_bad", killed)
        with pytest.raises(KilledError):
            step(d, row.id)
    assert len(drafts(desk)) == 1
    assert finish(desk, row.id).report["counts"] == {"made": 2}
    assert len(drafts(desk)) == 2


def test_a_forgotten_token_begins_anew_and_doubles_nothing(
    desk: Staffed, archive: Repository
) -> None:
    archive.answers = {
        "": listed(record(1), token="two"),
        "two": refusal("badResumptionToken"),
    }
    row = through(desk, archive.base)
    assert row.report["why_code"] == "badResumptionToken"
    archive.answers["two"] = listed(record(2))
    oaiimporting.go_on(reaching(desk), desk.contributor.by, row.id)
    done = finish(desk, row.id)
    assert (done.done, done.report["counts"]) == (2, {"unchanged": 1, "made": 1})


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><OAI-PMH>&b;</OAI-PMH>'


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (LAUGHS, "oai-dangerous"),
        (LAUGHS.decode().encode("utf-16"), "oai-dangerous"),
        (listed(record(1))[:-40], "oai-damaged"),
        (b"", "oai-damaged"),
        (b"<html/>", "oai-none"),
        (f"{HEAD}{ROOT}</OAI-PMH>".encode(), "oai-damaged"),
        (listed(record(1), token="x" * 5000), "oai-damaged"),
        (listed(token="on"), "oai-loops"),
        (b" " * 4_000_000, "oai-too-much"),
        (refusal("noRecordsMatch"), "noRecordsMatch"),
        (refusal("cannotDisseminateFormat"), "cannotDisseminateFormat"),
        (refusal("<b>".replace("<", "&lt;")), "oai-refused"),
    ],
)
def test_what_is_no_answer_stops_the_import(
    desk: Staffed, archive: Repository, answer: bytes, code: str
) -> None:
    archive.answers = {"": answer}
    row = through(desk, archive.base)
    assert (row.state, row.report["why_code"]) == ("failed", code)
    assert drafts(desk) == []


def test_a_token_that_comes_again_ends_the_import(desk: Staffed, archive: Repository) -> None:
    archive.answers = {
        "": listed(record(1), token="one"),
        "one": listed(record(2), token="two"),
        "two": listed(record(3), token="one"),
    }
    row = through(desk, archive.base)
    assert (row.done, row.report["why_code"]) == (2, "oai-loops")


def test_tokens_without_end_wait_for_a_person(
    desk: Staffed, archive: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oaisteps, "MAX_PAGES", 3)
    archive.answers = {str(n or ""): listed(record(n), token=str(n + 1)) for n in range(9)}
    row = through(desk, archive.base)
    assert (row.done, row.report["why_code"]) == (3, "oai-too-many")
    oaiimporting.go_on(reaching(desk), desk.contributor.by, row.id)
    assert finish(desk, row.id).done == 6


def test_records_that_cannot_be_used_come_back_with_the_reason(
    desk: Staffed, archive: Repository
) -> None:
    nameless = record(1).replace("oai:a:1", "")
    archive.answers = {
        "": listed(
            nameless,
            record(2).replace("oai_dc/", "other/"),
            record(3, "T" * 9000),
            record(4, more=f"<dc:description>{'d ' * 90_000}</dc:description>"),
            record(5),
        )
    }
    row = through(desk, archive.base)
    assert row.report["counts"] == {"refused": 4, "made": 1}
    page = desk.contributor.get(f"/desk/import/{row.id}").text
    assert "This record has no identifier" in page
    assert "This record has no description in Dublin Core." in page
    file = desk.contributor.get(f"/desk/import/{row.id}/rows")
    assert "oai:a:2" in file.text
    assert "oai:a:5" not in file.text


def test_what_is_no_repository_is_not_begun_with(desk: Staffed, archive: Repository) -> None:
    d, by = reaching(desk), desk.contributor.by
    archive.media_type = "text/html"
    with pytest.raises(RepositoryError) as caught:
        oaiimporting.begin(d, by, archive.base, "en")
    assert caught.value.code == "oai-none"
    assert not oaiimporting.is_repository(d, archive.base)
    with pytest.raises(RepositoryError) as caught:
        oaiimporting.begin(replace(d, fetch=fetch_page), by, archive.base, "en")
    assert caught.value.code == "oai-too-much"
    with pytest.raises(BadInputError):
        oaiimporting.begin(d, by, "ftp://a.example/", "en")
    archive.media_type = "text/xml"
    assert oaiimporting.is_repository(d, archive.base)


@pytest.mark.parametrize(
    ("name", "surely"),
    [
        ("Aarhus University", True),
        ("Universidad de Sevilla", True),
        ("Πανεπιστήμιο Κρήτης", True),
        ("جامعة القاهرة", True),
        ("Anna Jensen", False),
        ("Jensen, Anna", False),
        ("Anna Jensen, Aarhus University", False),
        ("Anna Jensen (Aarhus University)", False),
    ],
)
def test_a_creator_is_an_organisation_by_its_words(name: str, surely: bool) -> None:
    assert is_organisation(name) is surely


def test_the_pages_begin_an_import_show_why_it_stopped_and_go_on(
    desk: Staffed, archive: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = desk.contributor
    near = reaching(desk)
    monkeypatch.setattr("node.editorial.import_pages.desk", lambda: near)
    refused = who.post("/desk/import/repository", {"repository": "javascript:1"})
    assert refused.status_code == 422
    assert "javascript:1" in refused.text
    archive.answers = {"": listed(record(1), token="two")}
    begun = who.post("/desk/import/repository", {"repository": archive.base})
    assert begun.status_code == 303
    address = str(begun.headers["Location"])
    assert "Archive" in who.get("/desk/import").text
    assert "Being imported" in who.get(address).text
    finish(desk, address.rpartition("/")[2])
    stopped = who.get(address)
    assert "The repository does not answer." in stopped.text
    assert "Go on" in stopped.text
    assert "Back to the columns" not in stopped.text
    archive.answers["two"] = listed(record(2))
    assert who.post(f"{address}/run").status_code == 303
    finish(desk, address.rpartition("/")[2])
    assert "2 drafts were made." in who.get(f"{address}?columns=1").text
    with pytest.raises(ConflictError):
        number = address.rpartition("/")[2]
        importing.begin(desk.d, who.by, number, dry=True)
