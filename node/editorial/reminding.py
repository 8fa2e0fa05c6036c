"""Reminders: "tell me on that day how it went", kept as work that is due and told as a notice.

One person has at most one reminder of a draft. It outlives the draft's publication: then it leads
to the record. It is told once; an e-mail that cannot be sent stops nothing.
"""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from node.editorial.drafting import readable
from node.editorial.mail import MailFailedError
from node.errors import BadInputError

if TYPE_CHECKING:
    from datetime import date

    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage.drafts import DraftRow
    from node.storage.people import PersonRow

LOG = logging.getLogger(__name__)

#: The kind of work, and what a notice of it is called.
REMINDER, NOTICE = "desk-reminder", "reminder"
#: When on the chosen day, by the organisation's clock.
HOUR = time(8)
LONGEST = timedelta(days=5 * 366)
_LEASE = timedelta(minutes=5)


def remind(d: Editorial, by: Signed, draft: str, on: date) -> datetime:
    """Remind a person of a draft on a day, in place of an earlier reminder; return the moment.

    Raises `BadInputError` for a day that has come already or is years away.
    """
    due = moment_of(d, on)
    with d.database.writing() as uow:
        row = readable(uow, by, draft)
        key = _key(row.id, by.person.id)
        # Asking again keeps the earlier of two moments; here the later word counts.
        uow.work.cancel(REMINDER, key)
        uow.work.add(REMINDER, key, due, {"draft": row.id, "person": by.person.id})
        detail = {"draft": draft, "on": on.isoformat()}
        uow.audit.add(by.person.name, "reminder set", detail, d.now())
    return due


def moment_of(d: Editorial, on: date) -> datetime:
    """Return the moment of a day's reminder. Raises `BadInputError` as `remind`."""
    due = datetime.combine(on, HOUR, tzinfo=ZoneInfo(d.settings.timezone))
    if not d.now() < due < d.now() + LONGEST:
        raise BadInputError(
            "A reminder comes on a day from tomorrow to five years from now. Nothing was changed.",
            hint="Choose another day.",
        )
    return due


def reminder(d: Editorial, by: Signed, draft: str) -> datetime | None:
    """Return when a person is reminded of a draft, None when they are not."""
    with d.database.reading() as uow:
        found = uow.work.get(REMINDER, _key(draft, by.person.id))
    return found.due if found else None


def forget(d: Editorial, by: Signed, draft: str) -> bool:
    """Take a person's reminder of a draft away; say whether there was one."""
    with d.database.writing() as uow:
        return uow.work.cancel(REMINDER, _key(draft, by.person.id))


def remind_due(d: Editorial) -> int:
    """Tell the reminders whose day has come; return how many. Work for the worker, often."""
    told = 0
    while True:
        with d.database.reading() as uow:
            if not uow.work.any_due([REMINDER], d.now()):
                return told
        told += _remind_one(d)


def _remind_one(d: Editorial) -> int:
    with d.database.writing() as uow:
        work = uow.work.claim([REMINDER], "desk", d.now(), _LEASE)
        if work is None:
            return 0
        asked = work.payload if isinstance(work.payload, dict) else {}
        row = uow.drafts.get(str(asked.get("draft", "")))
        number = asked.get("person")
        person = uow.people.get(number) if isinstance(number, int) else None
        # One transaction: told and done, or neither.
        uow.work.done(work.id)
        if row is None or person is None or not person.active:
            return 0
        detail = {"draft": row.id, "title": row.title, "record": row.record or ""}
        uow.desk.tell([person.id], NOTICE, detail, d.now())
    _mail(d, person, row)
    return 1


def _mail(d: Editorial, person: PersonRow, row: DraftRow) -> None:
    if d.mailer is None:
        return
    address = f"{d.settings.url.rstrip('/')}/desk/drafts/{row.id}"
    # Outside a request nobody's language is set: the words come from here, not from the pages.
    words = _WORDS.get(person.language, _WORDS["en"])
    try:
        d.mailer.send(
            to=person.email,
            name=person.name,
            subject=words[0].format(title=" ".join(row.title.split())),
            text=words[1].format(title=row.title, address=address),
            at=d.now(),
        )
    except MailFailedError as error:
        LOG.warning("A reminder could not be mailed: %s", error.explain())


def _key(draft: str, person: int) -> str:
    return f"{draft}:{person}"


#: Subject and text by language, as a mail goes out without anybody's page.
_WORDS = {
    "en": (
        "Reminder: {title}",
        "You asked to be reminded today of “{title}”: how did it go?\n\n{address}\n",
    ),
    "es": (
        "Recordatorio: {title}",
        "Pediste que hoy te recordáramos «{title}»: ¿cómo fue?\n\n{address}\n",
    ),
    "el": (
        "Υπενθύμιση: {title}",
        "Ζητήσατε να σας θυμίσουμε σήμερα το «{title}»: πώς πήγε;\n\n{address}\n",  # noqa: RUF001
    ),
    "ar": (
        "تذكير: {title}",
        "طلبت أن نذكّرك اليوم بـ«{title}»: كيف سارت الأمور؟\n\n{address}\n",
    ),
}
