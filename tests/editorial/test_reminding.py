"""Reminders: set, changed, told once by the worker, by mail where there is a mail server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import chores, drafting, releasing, reminding
from node.editorial.drafting import begin
from node.editorial.mail_presenting import notice_mail
from node.errors import BadInputError, DamageError, NotFoundError
from node.storage.drafts import PUBLISHED
from node.web.context import EXTENSION
from tests.support.nodes import practice
from tests.support.smtp import MailServer
from tests.support.staff import staffed

if TYPE_CHECKING:
    from pathlib import Path

    from node.home import Node
    from node.storage.desk import NoticeRow
    from node.storage.drafts import DraftRow
    from tests.support.clock import FixedClock
    from tests.support.staff import Staff, Staffed


def written(who: Staff) -> DraftRow:
    return begin(who.d, who.by, "good-practice", body=dict(practice("Rights over tea").body))


def notices(desk: Staffed, name: str) -> list[NoticeRow]:
    # By their name: a session has ended by the time that a reminder is told.
    with desk.d.database.reading() as uow:
        (number,) = [n for n, called in uow.people.names().items() if called == name]
        return uow.desk.notices(number)


def until(desk: Staffed, moment: datetime) -> None:
    clock: FixedClock = desk.d.clock  # type: ignore[assignment]
    clock.forward(seconds=(moment - clock.now()).total_seconds())


def in_days(desk: Staffed, days: int) -> date:
    return (desk.d.now() + timedelta(days=days)).date()


def test_a_reminder_is_told_on_its_day_and_once(desk: Staffed) -> None:
    who, by = desk.contributor, desk.contributor.by
    row = written(who)
    due = reminding.remind(desk.d, by, row.id, in_days(desk, 30))
    assert reminding.reminder(desk.d, by, row.id) == due
    assert reminding.remind_due(desk.d) == 0
    until(desk, due - timedelta(seconds=1))
    assert reminding.remind_due(desk.d) == 0
    until(desk, due)
    assert reminding.remind_due(desk.d) == 1
    assert reminding.remind_due(desk.d) == 0
    (notice,) = notices(desk, "Contributor")
    assert notice.what == "reminder"
    assert notice.detail == {"draft": row.id, "title": "Rights over tea", "record": ""}
    assert reminding.reminder(desk.d, by, row.id) is None


def test_a_later_word_counts_also_when_it_names_a_later_day(desk: Staffed) -> None:
    who = desk.contributor
    row = written(who)
    reminding.remind(desk.d, who.by, row.id, in_days(desk, 30))
    due = reminding.remind(desk.d, who.by, row.id, in_days(desk, 60))
    assert reminding.reminder(desk.d, who.by, row.id) == due
    assert reminding.forget(desk.d, who.by, row.id)
    assert not reminding.forget(desk.d, who.by, row.id)
    until(desk, due)
    assert reminding.remind_due(desk.d) == 0


@pytest.mark.parametrize("days", [-1, 0, 6 * 366])
def test_a_day_that_has_come_or_is_far_away_is_refused(desk: Staffed, days: int) -> None:
    row, by = written(desk.contributor), desk.contributor.by
    with pytest.raises(BadInputError, match="tomorrow"):
        reminding.remind(desk.d, by, row.id, in_days(desk, days))


def test_the_hour_is_the_organisations_own(tmp_path: Path) -> None:
    made = staffed(tmp_path, timezone="Europe/Athens")
    due = reminding.moment_of(made.d, date(made.d.now().year + 1, 7, 1))
    assert due.astimezone(UTC).hour == 5
    made.d.database.dispose()


def test_somebody_elses_draft_is_not_there_to_be_reminded_of(desk: Staffed) -> None:
    row = written(desk.contributor)
    with pytest.raises(NotFoundError):
        reminding.remind(desk.d, desk.other.by, row.id, in_days(desk, 30))


def test_after_the_publication_the_reminder_leads_to_the_record(desk: Staffed) -> None:
    who = desk.everything
    row = written(who)
    due = reminding.remind(desk.d, who.by, row.id, in_days(desk, 30))
    with desk.d.database.writing() as uow:
        uow.people.change(desk.editor.id, deactivated=desk.d.now())
    assert releasing.release(desk.d, who.by, row.id).state == PUBLISHED
    until(desk, due)
    assert reminding.remind_due(desk.d) == 1
    (notice,) = [each for each in notices(desk, "Everything") if each.what == "reminder"]
    assert notice.detail["record"] == row.id


def test_who_has_left_is_not_reminded(desk: Staffed) -> None:
    who = desk.contributor
    due = reminding.remind(desk.d, who.by, written(who).id, in_days(desk, 30))
    number = who.id
    with desk.d.database.writing() as uow:
        uow.people.change(number, deactivated=desk.d.now())
    until(desk, due)
    assert reminding.remind_due(desk.d) == 0
    with desk.d.database.reading() as uow:
        assert uow.desk.notices(number) == []
        assert uow.work.waiting(reminding.REMINDER) == []


def test_a_reminder_goes_out_by_mail_in_the_persons_language(tmp_path: Path) -> None:
    with MailServer() as server:
        made = staffed(
            tmp_path,
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_from="desk@puente.example",
            smtp_security="none",
        )
        who = made.contributor
        with made.d.database.writing() as uow:
            uow.people.change(who.id, language="es")
        row = written(who)
        due = reminding.remind(made.d, who.by, row.id, in_days(made, 30))
        until(made, due)
        assert reminding.remind_due(made.d) == 1
        (mail,) = server.mails
        assert mail["Subject"] == "Recordatorio: Rights over tea"
        assert f"/desk/drafts/{row.id}" in mail.get_content()
        made.d.database.dispose()


def test_a_mail_server_that_is_down_stops_no_reminder(tmp_path: Path) -> None:
    made = staffed(
        tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=9,
        smtp_from="desk@puente.example",
        smtp_security="none",
    )
    who = made.contributor
    due = reminding.remind(made.d, who.by, written(who).id, in_days(made, 30))
    until(made, due)
    assert reminding.remind_due(made.d) == 1
    assert [each.what for each in notices(made, "Contributor")] == ["reminder"]
    made.d.database.dispose()


def test_a_reminder_is_set_on_the_drafts_page_and_taken_away(desk: Staffed) -> None:
    who = desk.contributor
    body = {"title": {"en": "Tea in Turku"}, "language": "en"}
    row = begin(who.d, who.by, "adaptation", body=body)
    day = in_days(desk, 30)
    address = f"/desk/drafts/{row.id}/remind"
    assert who.post(address, {"remind": day.isoformat()}).status_code == 303
    due = reminding.reminder(desk.d, who.by, row.id)
    assert due is not None
    page = who.get(f"/desk/drafts/{row.id}").get_data(as_text=True)
    assert "You will be reminded on" in page
    for wrong in ("", "soon", "2001-01-01", "9999-12-31"):
        assert who.post(address, {"remind": wrong}).status_code == 303
        assert reminding.reminder(desk.d, who.by, row.id) == due
        assert "Choose a day" in who.get(f"/desk/drafts/{row.id}").get_data(as_text=True)
    assert who.post(address, {"do": "forget"}).status_code == 303
    assert reminding.reminder(desk.d, who.by, row.id) is None


def node_of(desk: Staffed) -> Node:
    found: Node = desk.app.extensions[EXTENSION]
    return found


def test_the_running_worker_reminds_and_publishes_what_is_due(desk: Staffed) -> None:
    who = desk.everything
    with desk.d.database.writing() as uow:
        uow.people.change(desk.editor.id, deactivated=desk.d.now())
    waiting, other = written(who), written(who)
    releasing.schedule(desk.d, who.by, waiting.id, desk.d.now() + timedelta(hours=1))
    due = reminding.remind(desk.d, who.by, other.id, in_days(desk, 1))
    worker, by = node_of(desk).worker(), who.by
    try:
        worker.run_once()
        assert drafting.open_draft(desk.d, by, waiting.id).row.state == "scheduled"
        until(desk, due)
        worker.run_once()
        assert drafting.open_draft(desk.d, by, waiting.id).row.state == PUBLISHED
        assert [each.what for each in notices(desk, "Everything")] == ["reminder"]
    finally:
        worker.close()


def test_a_chore_that_stumbles_stops_no_other(
    desk: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def damaged(_d: Any) -> None:
        raise DamageError("The disk is full.")

    def broken(_d: Any) -> None:
        raise RuntimeError

    def last(_d: Any) -> None:
        done.append("last")

    monkeypatch.setattr(chores, "CHORES", (damaged, broken, last))
    chores.do_chores(desk.d, notice_mail)
    assert done == ["last"]
