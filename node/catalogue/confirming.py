"""Whether what a record describes still runs, by the dated word of those who said so: no store.

* Only the origin's own word settles a record's state: its confirmations, and what the body itself
  says in ``status`` and ``last_confirmed``. The newest date wins; on one day the confirmation does.
* What others say is shown as theirs, each with their newest word, and overrides nothing.
* A date that has not come yet is nobody's knowledge. Such a word is set aside and counts nowhere.
* A word grows old: after `OLD_AFTER` somebody should ask again. What has ended does not.

Dates may be exact to the year or the month only. They count from the first day they may mean when
two are compared, and from the last when it is judged how old they are: doubt accuses nobody.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: After this long a word that something runs is marked as getting old.
OLD_AFTER = timedelta(days=2 * 365)
#: Somewhere it is tomorrow already (UTC+14).
AHEAD = timedelta(days=1)
RUNNING, ENDED, PLANNED = "running", "ended", "planned"
STATES = frozenset({RUNNING, ENDED, PLANNED})

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said of a record's state, and as of when."""

    #: The oid of who said it.
    origin: str
    #: running, ended, planned, or "" where only "it is as described" was said.
    state: str
    #: ISO 8601: a year, a month or a day.
    date: str
    #: The confirmation's id; "" for what the record says of itself.
    record: str = ""
    #: When it ended, where that is told.
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a record's state now."""

    #: running, ended, planned, or "" where its origin says nothing of it.
    state: str = ""
    #: When it ended, where the origin told it.
    ended: str = ""
    #: The origin's newest dated word.
    own: Word | None = None
    #: The newest word of every other origin, the newest first.
    others: tuple[Word, ...] = ()
    #: Set aside: dated in the future, or not dated at all.
    odd: tuple[Word, ...] = ()
    #: The origin's newest word is long past, and it is not that it ended.
    old: bool = False
    #: Whole years since that word.
    years: int = 0


def standing(
    origin: str, body: Mapping[str, Any], confirmations: Iterable[Word], today: date
) -> Standing:
    """Return how a record stands, by its body and what confirmations say of it."""
    said = body.get("status")
    status = said if isinstance(said, str) and said in STATES else ""
    words = list(confirmations)
    if isinstance(body.get("last_confirmed"), str):
        # First, so that a confirmation of the same day follows it and wins.
        end = _day_or_empty(body.get("end")) if status == ENDED else ""
        words.insert(0, Word(origin, status, body["last_confirmed"], ended=end))
    newest: dict[str, Word] = {}
    odd = []
    for word in words:
        first = _first(word.date)
        if first is None or first > today + AHEAD:
            odd.append(word)
            continue
        held = newest.get(word.origin)
        if held is None or _rank(word) >= _rank(held):
            newest[word.origin] = word
    own = newest.pop(origin, None)
    ended = own.ended if own else ""
    if own is None and status == ENDED:
        ended = _day_or_empty(body.get("end"))
    state = own.state if own and own.record else status
    age = today - (_last(own.date) or today) if own else timedelta()
    return Standing(
        state=state,
        ended=ended,
        own=own,
        others=tuple(sorted(newest.values(), key=_rank, reverse=True)),
        odd=tuple(odd),
        old=age > OLD_AFTER and state not in {ENDED, PLANNED},
        years=max(0, age.days) // 365,
    )


def word_of(origin: str, record: str, body: Mapping[str, Any]) -> Word | None:
    """Return what a confirmation's body says, None when it says nothing that is known here."""
    state, when, ended = (body.get(name) for name in ("state", "date", "ended"))
    if not isinstance(state, str) or state not in STATES:
        return None
    return Word(origin, state, str(when or ""), record, _day_or_empty(ended))


def as_confirmed(body: Mapping[str, Any], stands: Standing | None) -> Mapping[str, Any]:
    """Return a body with the status and date that its origin's later confirmations gave it."""
    if stands is None or stands.own is None or not stands.own.record:
        return body
    newer = {"last_confirmed": stands.own.date}
    if "status" in body:
        newer["status"] = stands.state
    return {**body, **newer} if "last_confirmed" in body or "status" in body else body


def _rank(word: Word) -> tuple[date, int]:
    """Order by the first day a date may mean; of two that begin alike the exacter is later."""
    return _first(word.date) or date.min, len(word.date)


def _first(text: str) -> date | None:
    return _dated(text, last=False)


def _last(text: str) -> date | None:
    return _dated(text, last=True)


def _dated(text: str, *, last: bool) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        month = month or (12 if last else 1)
        days = calendar.monthrange(year, month)[1]
        return date(year, month, day or (days if last else 1))
    except (ValueError, calendar.IllegalMonthError):
        return None


def _day_or_empty(value: Any) -> str:
    return value if isinstance(value, str) and _first(value) else ""
