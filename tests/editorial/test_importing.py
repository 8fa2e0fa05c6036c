"""Imports as use cases: dry run, drafts, the same table again, what people wrote meanwhile."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import drafting, importfiles, importing, importsteps, reviewing
from node.editorial.arranging import Arrangement, list_name
from node.editorial.importsteps import IMPORT, step
from node.errors import BadInputError, ConflictError, NotFoundError, PermissionDeniedError
from tests.support.tabling import HEADINGS, as_csv, as_xlsx, practice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.storage.drafts import DraftRow
    from node.storage.imports import ImportRow
    from tests.support.staff import Staff, Staffed


def through(desk: Staffed, who: Staff, raw: bytes, name: str = "list.csv", **how: Any) -> ImportRow:
    """Upload a table, take the guess as it is, and import it."""
    row = importing.upload(desk.d, who.by, "good-practice", name, io.BytesIO(raw), "en")
    importing.arrange(desk.d, who.by, row.id, importing.arrangement(row))
    importing.begin(desk.d, who.by, row.id, dry=False, **how)
    while not step(desk.d, row.id):
        pass
    return importing.mine(desk.d, who.by, row.id)


def drafts(desk: Staffed) -> list[DraftRow]:
    with desk.d.database.reading() as uow:
        return sorted(uow.drafts.many(limit=10_000), key=lambda row: row.title)


def counts(row: ImportRow) -> dict[str, int]:
    return dict(row.report["counts"])


def rows(count: int) -> list[list[str]]:
    return [practice(number) for number in range(1, count + 1)]


def test_good_rows_become_drafts_of_who_imported_them(desk: Staffed) -> None:
    done = through(desk, desk.contributor, as_csv(rows(3)))
    assert (done.state, done.done, counts(done)) == ("done", 3, {"made": 3})
    first = drafts(desk)[0]
    assert (first.author, first.state) == (desk.contributor.id, "draft")
    assert first.body["title"] == {"en": "Language café 1", "da": "Sprogcafé 1"}
    assert first.body["country"] == ["DK"]
    assert first.body["start"] == "2024-03"
    assert first.body["how_it_works"] == [
        {"title": {"en": "First talk"}, "text": {"en": "Two volunteers lead a table."}}
    ]
    assert desk.d.contract.validate(first.schema, first.body) == []


def test_a_dry_run_judges_every_row_and_makes_nothing(desk: Staffed) -> None:
    raw = as_csv([practice(1), practice(2, country="Narnia"), practice(3, results="")])
    row = importing.upload(
        desk.d, desk.contributor.by, "good-practice", "a.csv", io.BytesIO(raw), "en"
    )
    importing.arrange(desk.d, desk.contributor.by, row.id, importing.arrangement(row))
    importing.begin(desk.d, desk.contributor.by, row.id, dry=True)
    tried = importing.mine(desk.d, desk.contributor.by, row.id)
    assert (tried.state, counts(tried)) == ("tried", {"good": 1, "wrong": 1, "incomplete": 1})
    assert drafts(desk) == []
    bad = list(importfiles.bad_rows(desk.d, row.id))
    assert [each["row"] for each in bad] == [3, 4]
    wrong = bad[0]["wrong"][0]
    assert (HEADINGS[wrong["column"]], wrong["code"], wrong["typed"]) == (
        "Country",
        "unknown-country",
        "Narnia",
    )
    assert (HEADINGS[bad[1]["wrong"][0]["column"]], bad[1]["wrong"][0]["code"]) == (
        "Results",
        "missing",
    )


def test_rows_that_only_lack_something_become_drafts_when_that_is_wanted(desk: Staffed) -> None:
    raw = as_csv([practice(1, country="Narnia"), practice(2, results="")])
    assert counts(through(desk, desk.contributor, raw)) == {"refused": 2}
    assert counts(through(desk, desk.contributor, raw, incomplete=True)) == {
        "refused": 1,
        "made": 1,
    }


def test_the_same_table_twice_makes_nothing_twice(desk: Staffed) -> None:
    through(desk, desk.contributor, as_csv(rows(3)))
    again = through(desk, desk.contributor, as_csv(rows(3)), "list (2).csv")
    assert counts(again) == {"unchanged": 3}
    as_workbook = through(desk, desk.contributor, as_xlsx(rows(3)), "list 2026-11-23.xlsx")
    assert counts(as_workbook) == {"unchanged": 3}
    assert len(drafts(desk)) == 3


def test_without_a_key_column_the_whole_row_is_the_key(desk: Staffed) -> None:
    plain = [row[1:] for row in rows(2)]
    first = through(desk, desk.contributor, as_csv([*plain, plain[0]], HEADINGS[1:]))
    assert counts(first) == {"made": 2, "unchanged": 1}
    assert counts(through(desk, desk.contributor, as_csv(plain, HEADINGS[1:]))) == {"unchanged": 2}


def test_a_changed_row_changes_its_own_draft(desk: Staffed) -> None:
    through(desk, desk.contributor, as_csv(rows(2)))
    changed = as_csv([practice(1), practice(2, results="All of them found work.")])
    assert counts(through(desk, desk.contributor, changed)) == {"unchanged": 1, "updated": 1}
    assert drafts(desk)[1].body["results"] == {"en": "All of them found work."}
    assert len(drafts(desk)) == 2


def write(desk: Staffed, who: Staff, draft: DraftRow, **members: Any) -> None:
    body = {**draft.body, **members}
    drafting.save(desk.d, who.by, draft.id, seen=draft.version, body=body)


def test_what_a_person_wrote_in_other_fields_is_kept_and_joined(desk: Staffed) -> None:
    through(desk, desk.contributor, as_csv(rows(1)))
    write(desk, desk.contributor, drafts(desk)[0], lessons={"en": "Bring cake."})
    changed = as_csv([practice(1, results="Most.")])
    assert counts(through(desk, desk.contributor, changed)) == {"updated": 1}
    body = drafts(desk)[0].body
    assert (body["lessons"], body["results"]) == ({"en": "Bring cake."}, {"en": "Most."})
    assert counts(through(desk, desk.contributor, changed)) == {"unchanged": 1}
    assert drafts(desk)[0].body == body


def test_what_a_person_wrote_in_the_same_field_is_never_overwritten(desk: Staffed) -> None:
    through(desk, desk.contributor, as_csv(rows(1)))
    write(desk, desk.contributor, drafts(desk)[0], results={"en": "Mended by hand."})
    assert counts(through(desk, desk.contributor, as_csv(rows(1)))) == {"unchanged": 1}
    clash = through(desk, desk.contributor, as_csv([practice(1, results="Most.")]))
    assert counts(clash) == {"clashed": 1}
    assert drafts(desk)[0].body["results"] == {"en": "Mended by hand."}
    (bad,) = importfiles.bad_rows(desk.d, clash.id)
    assert bad["wrong"][0]["code"] == "clashed"


def test_a_submitted_or_discarded_draft_is_left_alone(desk: Staffed) -> None:
    through(desk, desk.contributor, as_csv(rows(2)))
    first, second = drafts(desk)
    reviewing.submit(desk.d, desk.contributor.by, first.id, "")
    drafting.discard(desk.d, desk.contributor.by, second.id)
    changed = [practice(1, results="New."), practice(2, results="New.")]
    again = through(desk, desk.contributor, as_csv(changed))
    assert counts(again) == {"closed": 1, "binned": 1}
    assert drafts(desk)[0].body["results"] == first.body["results"]


def test_a_colleagues_draft_is_left_alone(desk: Staffed) -> None:
    through(desk, desk.contributor, as_csv(rows(1)))
    changed = as_csv([practice(1, results="New.")])
    assert counts(through(desk, desk.other, changed)) == {"others": 1}
    assert counts(through(desk, desk.editor, changed)) == {"updated": 1}


def test_two_rows_with_one_key_are_not_made_into_one_draft(desk: Staffed) -> None:
    done = through(desk, desk.contributor, as_csv([practice(1), practice(1, results="Else.")]))
    assert counts(done) == {"made": 1, "refused": 1}
    (bad,) = importfiles.bad_rows(desk.d, done.id)
    assert (bad["row"], bad["wrong"][0]["code"]) == (3, "key-twice")


def test_number_7_of_another_list_is_another_record(desk: Staffed) -> None:
    through(desk, desk.contributor, as_csv([practice(7)]), "valencia.csv")
    other = as_csv([practice(7, title="Elsewhere")], [*HEADINGS[:12], "Begin"])
    assert counts(through(desk, desk.contributor, other, "aarhus.csv")) == {"made": 1}


# --- steps -------------------------------------------------------------------------------------


def begun(desk: Staffed, count: int) -> str:
    row = importing.upload(
        desk.d, desk.contributor.by, "good-practice", "a.csv", io.BytesIO(as_csv(rows(count))), "en"
    )
    importing.arrange(desk.d, desk.contributor.by, row.id, importing.arrangement(row))
    importing.begin(desk.d, desk.contributor.by, row.id, dry=False)
    return row.id


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make steps of three rows, and let no import be finished while somebody waits."""
    monkeypatch.setattr(importsteps, "ROWS_A_STEP", 3)
    monkeypatch.setattr(importing, "AT_ONCE", 0)


@pytest.mark.usefixtures("short")
def test_an_import_goes_on_step_by_step_as_work_for_the_worker(desk: Staffed) -> None:
    number = begun(desk, 7)
    with desk.d.database.reading() as uow:
        assert uow.work.get(IMPORT, number) is not None
    seen = []
    while not step(desk.d, number):
        seen.append(importing.mine(desk.d, desk.contributor.by, number).done)
    assert seen == [3, 6]
    done = importing.mine(desk.d, desk.contributor.by, number)
    assert (done.state, done.done, counts(done)) == ("done", 7, {"made": 7})
    assert step(desk.d, number)


@pytest.mark.usefixtures("short")
def test_a_kill_in_the_middle_of_a_step_loses_and_doubles_nothing(
    desk: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begun(desk, 7)
    assert not step(desk.d, number)

    class KilledError(BaseException):
        pass

    def killed(*_what: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        # The last thing before the commit.
        patch.setattr(importfiles, "keep_bad", killed)
        with pytest.raises(KilledError):
            step(desk.d, number)
    assert (len(drafts(desk)), importing.mine(desk.d, desk.contributor.by, number).done) == (3, 3)
    while not step(desk.d, number):
        pass
    assert len(drafts(desk)) == 7


@pytest.mark.usefixtures("short")
def test_of_two_workers_at_the_same_step_one_counts(
    desk: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = begun(desk, 4)
    plain = importsteps.read_row  # type: ignore[attr-defined]
    raced: list[bool] = []

    def slow(*what: Any) -> Any:
        if not raced:
            raced.append(True)
            step(desk.d, number)
        return plain(*what)

    monkeypatch.setattr(importsteps, "read_row", slow)
    while not step(desk.d, number):
        pass
    done = importing.mine(desk.d, desk.contributor.by, number)
    assert (done.done, counts(done), len(drafts(desk))) == (4, {"made": 4}, 4)


@pytest.mark.usefixtures("short")
def test_an_import_of_somebody_who_left_stops_and_says_why(desk: Staffed) -> None:
    number = begun(desk, 4)
    with desk.d.database.writing() as uow:
        uow.people.change(desk.contributor.id, deactivated=desk.d.now())
    assert step(desk.d, number)
    with desk.d.database.reading() as uow:
        row = uow.imports.require(number)
    assert (row.state, "may not go on" in row.report["why"]) == ("failed", True)
    assert drafts(desk) == []


@pytest.mark.usefixtures("short")
def test_nothing_is_changed_while_a_table_is_being_gone_through(desk: Staffed) -> None:
    number, by = begun(desk, 4), desk.contributor.by
    row = importing.mine(desk.d, by, number)
    with pytest.raises(ConflictError):
        importing.arrange(desk.d, by, number, importing.arrangement(row))
    with pytest.raises(ConflictError):
        importing.begin(desk.d, by, number, dry=True)
    importing.forget(desk.d, by, number)
    assert step(desk.d, number)
    assert not importfiles.folder_of(desk.d, number).exists()


# --- rights and arrangements -------------------------------------------------------------------


def test_an_import_is_its_own_persons_alone(desk: Staffed) -> None:
    done = through(desk, desk.contributor, as_csv(rows(1)))
    for who in (desk.other, desk.editor, desk.keeper):
        with pytest.raises(NotFoundError):
            importing.mine(desk.d, who.by, done.id)
        with pytest.raises(NotFoundError):
            importing.forget(desk.d, who.by, done.id)


def test_who_may_not_write_may_not_import(desk: Staffed) -> None:
    for who in (desk.funder, desk.keeper, desk.translator):
        with pytest.raises(PermissionDeniedError):
            importing.upload(
                desk.d, who.by, "good-practice", "a.csv", io.BytesIO(as_csv(rows(1))), "en"
            )


def arranged(desk: Staffed, columns: Sequence[str], **other: Any) -> Arrangement:
    row = importing.upload(
        desk.d, desk.contributor.by, "good-practice", "a.csv", io.BytesIO(b"A,B\n1,2\n"), "en"
    )
    given = Arrangement(tuple(columns), "en", "en", **other)
    found = importing.arrange(desk.d, desk.contributor.by, row.id, given)
    return importing.arrangement(found)


@pytest.mark.parametrize(
    "columns",
    [
        ("title", "title"),
        ("", ""),
        ("title", "nothing"),
        ("title.xx-bad-", ""),
        ("title",),
        ("media.1.digest", "title"),
        ("partners.999.name", "title"),
    ],
)
def test_an_arrangement_that_does_not_fit_is_refused(
    desk: Staffed, columns: tuple[str, ...]
) -> None:
    with pytest.raises(BadInputError):
        arranged(desk, columns)


def test_what_is_the_same_for_all_rows_goes_into_every_draft(desk: Staffed) -> None:
    good = arranged(desk, ("title", ""), fixed={"licence": "CC BY 4.0", "title": "no"}, key=9)
    assert (dict(good.fixed), good.key) == ({"licence": "CC BY 4.0"}, -1)


def test_columns_are_remembered_for_the_next_table_with_these_headings(desk: Staffed) -> None:
    raw = b"Alpha;Beta\nx;y\n"
    by = desk.contributor.by
    first = importing.upload(desk.d, by, "good-practice", "a.csv", io.BytesIO(raw), "en")
    assert importing.arrangement(first).columns == ("", "")
    given = Arrangement(("title.da", "results"), "da", "en", key=0, list="Ours")
    importing.arrange(desk.d, by, first.id, given)
    again = importing.upload(desk.d, by, "good-practice", "other.csv", io.BytesIO(raw), "en")
    found = importing.arrangement(again)
    assert (found.columns, found.language, found.key, found.list) == (
        ("title.da", "results"),
        "da",
        0,
        "Ours",
    )
    else_ = importing.upload(desk.d, by, "campaign", "a.csv", io.BytesIO(raw), "en")
    assert importing.arrangement(else_).columns == ("", "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("practices.csv", "practices"),
        ("practices (2).csv", "practices"),
        ("practices 2026-11-23.xlsx", "practices"),
        ("practices-v3.xlsx", "practices"),
        ("2026.csv", "2026"),
    ],
)
def test_a_list_is_called_by_its_file_without_copy_and_date(name: str, expected: str) -> None:
    assert list_name(name) == expected


def test_old_imports_make_room_and_their_drafts_stay(
    desk: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_KEPT", 2)
    for _again in range(3):
        through(desk, desk.contributor, as_csv(rows(1)))
    kept = {row.id for row in importing.all_mine(desk.d, desk.contributor.by)}
    assert len(kept) == 2
    assert {path.name for path in (desk.d.settings.home / "imports").iterdir()} == kept
    assert len(drafts(desk)) == 1
