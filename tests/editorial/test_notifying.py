"""Notices by e-mail: one mail of all that is new, in the person's language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import drafting, reviewing
from node.editorial.context import Editorial
from node.editorial.mail import MailFailedError
from node.editorial.mail_presenting import notice_mail
from node.editorial.notifying import mail_notices
from tests.support.nodes import practice
from tests.support.smtp import MailServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.clock import FixedClock
    from tests.support.staff import Staffed


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def mailing(desk: Staffed, server: MailServer) -> Editorial:

    settings = replace(
        desk.d.settings,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_from="desk@puente.example",
        smtp_security="none",
    )
    return replace(desk.d, exchange=replace(desk.d.exchange, settings=settings))


def later(desk: Staffed, **time: float) -> None:
    clock: FixedClock = desk.d.clock  # type: ignore[assignment]
    clock.forward(**time)


def submitted(desk: Staffed, title: str = "Rights over breakfast") -> str:
    body = dict(practice(title).body)
    row = drafting.begin(desk.d, desk.contributor.by, "good-practice", body=body)
    reviewing.submit(desk.d, desk.contributor.by, row.id, "For Friday")
    return row.id


def test_steps_in_a_row_become_one_mail_and_none_twice(desk: Staffed, mails: MailServer) -> None:
    d = mailing(desk, mails)
    first, _second = submitted(desk), submitted(desk, "Morning papers")
    assert mail_notices(d, notice_mail) == 0, "somebody at the desk sees them first"
    later(desk, minutes=5)
    assert mail_notices(d, notice_mail) == 2, "the editor, and who has every role"
    assert mail_notices(d, notice_mail) == 0
    to_editor = next(m for m in mails.mails if "editor@" in m["To"])
    text = to_editor.get_content()
    assert to_editor["Subject"] == "News from your desk at Puente"
    assert "Contributor asks for a review of “Rights over breakfast”." in text
    assert "“For Friday”" in text
    assert "Morning papers" in text
    assert f"https://puente.example/desk/drafts/{first}" in text


def test_a_mail_is_in_the_language_of_who_gets_it(desk: Staffed, mails: MailServer) -> None:
    d = mailing(desk, mails)
    with d.database.writing() as uow:
        uow.people.change(desk.editor.id, language="es")
        uow.people.change(desk.everything.id, language="xx")
    submitted(desk)
    later(desk, minutes=5)
    mail_notices(d, notice_mail)
    texts = {m["To"].split("@")[0].split("<")[-1]: m.get_content() for m in mails.mails}
    assert "asks for a review" in texts["everything"], "a language we lack falls back to English"
    assert "asks for a review" not in texts["editor"]
    assert "Rights over breakfast" in texts["editor"]


def test_what_was_seen_or_whose_person_left_is_not_sent(desk: Staffed, mails: MailServer) -> None:
    d = mailing(desk, mails)
    submitted(desk)
    with d.database.writing() as uow:
        uow.desk.saw(desk.editor.id, 10_000, d.now())
        uow.people.change(desk.everything.id, deactivated=d.now())
    later(desk, minutes=5)
    assert mail_notices(d, notice_mail) == 0
    with d.database.reading() as uow:
        assert uow.desk.unmailed() == []


def test_a_server_that_refuses_is_asked_again_and_given_up_after_days(desk: Staffed) -> None:
    with MailServer(refuses=frozenset({"editor@puente.example"})) as server:
        d = mailing(desk, server)
        submitted(desk)
        later(desk, minutes=5)
        assert mail_notices(d, notice_mail) == 1
        with d.database.reading() as uow:
            assert [each.person for each in uow.desk.unmailed()] == [desk.editor.id]
        later(desk, days=4)
        assert mail_notices(d, notice_mail) == 0
        with d.database.reading() as uow:
            assert uow.desk.unmailed() == []
            assert len(uow.desk.notices(desk.editor.id)) == 1, "it stays on the start page"


def test_without_a_mail_server_nothing_is_tried(desk: Staffed) -> None:
    submitted(desk)
    later(desk, minutes=5)

    def compose(*_all: Any) -> Any:
        raise MailFailedError("nobody asks")

    assert mail_notices(desk.d, compose) == 0
