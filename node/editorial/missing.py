"""What readers searched for and did not find: worth writing, said by those who need it.

Only the words are kept, never who asked or from where. What looks like somebody's own (an address,
a telephone number, a file number) is not kept at all, and a search that cannot be noted, for
whatever reason, is answered as ever.
"""

from __future__ import annotations

import logging
import threading
import unicodedata
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from node.editorial.drafting import begin
from node.editorial.rights import KEEP, WRITE
from node.errors import BadInputError, FootbridgeError, NotFoundError, PermissionDeniedError

if TYPE_CHECKING:
    from datetime import datetime

    from node.core.ports import Clock
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage import Database
    from node.storage.desk import MissRow
    from node.storage.drafts import DraftRow

LOG = logging.getLogger(__name__)

MAX_WORDS = 80
#: As many digits as this are somebody's number and not a year.
MAX_DIGITS = 5
#: Searches that one process notes in a minute; what comes above is somebody's game.
A_MINUTE = 20
MINUTE = timedelta(minutes=1)
#: Why words are dismissed: answered elsewhere already, or nothing that this network does.
KNOWN, NOT_OURS, BEGUN = "known", "not-ours", "begun"
PRACTICE = "good-practice"


class MissedSearches:
    """Notes what was not found; the home hands it to the catalogue, which writes nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Prepare; one for each process."""
        self._database, self._clock = database, clock
        self._lock = threading.Lock()
        self._lately: deque[datetime] = deque(maxlen=A_MINUTE)

    def __call__(self, words: str, language: str) -> None:
        """Note words that found nothing, in a reader's language. Never raises."""
        kept = fit_to_keep(words)
        if not kept or not self._has_room():
            return
        try:
            with self._database.writing() as uow:
                uow.desk.missed(kept, language, self._clock.now())
        except FootbridgeError as error:
            LOG.info("A search that found nothing was not noted: %s", error)

    def _has_room(self) -> bool:
        now = self._clock.now()
        with self._lock:
            if len(self._lately) == A_MINUTE and now - self._lately[0] < MINUTE:
                return False
            self._lately.append(now)
            return True


def fit_to_keep(words: str) -> str:
    """Return words as they are counted, in one case and spacing; "" for what is not to be kept."""
    plain = " ".join(unicodedata.normalize("NFKC", words).casefold().split()).strip(
        "\"'«»“”„.,;:!?"
    )
    digits = sum(letter.isdecimal() for letter in plain)
    if len(plain) > MAX_WORDS or not plain.isprintable() or not any(map(str.isalpha, plain)):
        return ""
    return "" if digits >= MAX_DIGITS or "@" in plain or "//" in plain else plain


def misses(d: Editorial, by: Signed, limit: int) -> list[MissRow]:
    """Return what was searched for most often in vain; nothing for who can do nothing about it."""
    if not (by.who.may(WRITE) or by.who.may(KEEP)):
        return []
    with d.database.reading() as uow:
        return uow.desk.misses(limit)


def dismiss(d: Editorial, by: Signed, words: str, why: str) -> None:
    """Speak of these words no more. `why` is `KNOWN` or `NOT_OURS`."""
    if not (by.who.may(WRITE) or by.who.may(KEEP)):
        raise PermissionDeniedError("Your roles here do not allow this. Nothing was changed.")
    if why not in {KNOWN, NOT_OURS}:
        raise BadInputError("Say whether it is known or not ours. Nothing was changed.")
    _dismiss(d, by, words, why)


def begin_from(d: Editorial, by: Signed, words: str) -> DraftRow:
    """Begin a practice that answers what was searched for; the words are its first title."""
    by.who.require(WRITE)
    with d.database.reading() as uow:
        found = next((m for m in uow.desk.misses(MAX_LISTED) if m.words == words), None)
    if found is None:
        raise NotFoundError("Nobody searched for these words, or they are dismissed already.")
    language = found.language or by.person.language
    title = words[:1].upper() + words[1:]
    draft = begin(d, by, PRACTICE, body={"language": language, "title": {language: title}})
    _dismiss(d, by, words, BEGUN)
    return draft


#: More than a store keeps.
MAX_LISTED = 10_000


def _dismiss(d: Editorial, by: Signed, words: str, why: str) -> None:
    with d.database.writing() as uow:
        if not uow.desk.dismiss_miss(words, why):
            raise NotFoundError("Nobody searched for these words.")
        uow.audit.add(by.person.name, "search dismissed", {"words": words, "why": why}, d.now())
