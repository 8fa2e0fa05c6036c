"""Notices by e-mail, where a mail server is set: one mail a person, of all that is new.

What was seen on the start page meanwhile is not sent. Reminders go out by themselves. A mail that
the server does not take is tried again with the next round, for three days; the notice stays on the
start page whatever becomes of the mail.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from node.editorial.mail import MailFailedError
from node.editorial.reminding import NOTICE

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.storage.desk import NoticeRow
    from node.storage.people import PersonRow

LOG = logging.getLogger(__name__)

#: Several steps in a row become one mail, and who is at the desk has seen them by then.
WAITS = timedelta(minutes=2)
GIVEN_UP = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the words of the person it goes to."""

    subject: str
    text: str


#: Makes a mail of notices: (language, the organisation's name, this node's address, notices).
Compose = Callable[[str, str, str, "Sequence[NoticeRow]"], Letter]


def mail_notices(d: Editorial, compose: Compose) -> int:
    """Send what is new to each person; return how many mails went out. Work for the worker."""
    if d.mailer is None:
        return 0
    now, sent = d.now(), 0
    with d.database.reading() as uow:
        waiting = uow.desk.unmailed()
        people = {person.id: person for person in uow.people.all()}
    by_person: defaultdict[int, list[NoticeRow]] = defaultdict(list)
    done: list[int] = []
    for notice in waiting:
        person = people.get(notice.person)
        settled = notice.seen is not None or notice.what == NOTICE
        if settled or person is None or not person.active or now - notice.at > GIVEN_UP:
            done.append(notice.id)
        else:
            by_person[notice.person].append(notice)
    for number, notices in by_person.items():
        if now - notices[-1].at < WAITS:
            continue
        if _send(d, people[number], notices, compose):
            done += [notice.id for notice in notices]
            sent += 1
    if done:
        with d.database.writing() as uow:
            for each in done:
                uow.desk.mailed(each, now)
    return sent


def _send(d: Editorial, person: PersonRow, notices: Sequence[NoticeRow], compose: Compose) -> bool:
    letter = compose(person.language, d.settings.name, d.settings.url.rstrip("/"), notices)
    assert d.mailer is not None  # noqa: S101 - asked by the caller
    try:
        d.mailer.send(
            to=person.email, name=person.name, subject=letter.subject, text=letter.text, at=d.now()
        )
    except MailFailedError as error:
        LOG.warning("Notices could not be mailed and are tried again: %s", error.explain())
        return False
    return True
