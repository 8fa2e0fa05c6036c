"""The words of a mail, in the language of who gets it and outside any request.

The sentences are those of the start page (``desk/notice_line.html``), so they are translated once.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from babel.support import NullTranslations, Translations

from node.editorial.notifying import Letter
from node.web.i18n import TRANSLATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.storage.desk import NoticeRow


def notice_mail(language: str, name: str, url: str, notices: Sequence[NoticeRow]) -> Letter:
    """Return a mail that tells of these notices; `url` is this node's address, without a slash."""
    words = _words(language)
    subject = words.gettext("News from your desk at %(name)s") % {"name": name}
    lines = [_line(words, notice, url) for notice in notices]
    closing = words.gettext("Your desk: %(address)s") % {"address": f"{url}/desk/"}
    return Letter(" ".join(subject.split()), "\n\n".join([*lines, closing]) + "\n")


@cache
def _words(language: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [language])


def _line(words: NullTranslations, notice: NoticeRow, url: str) -> str:
    detail = notice.detail
    title = f"“{detail.get('title') or words.gettext('Untitled')}”"
    who = str(detail.get("by", ""))
    if notice.what == "submitted":
        said = words.gettext("%(who)s asks for a review of %(title)s.")
    elif notice.what == "returned":
        said = words.gettext("%(who)s returned %(title)s to you.")
    elif notice.what == "approved":
        said = words.gettext("%(who)s approved %(title)s.")
    elif notice.what == "commented":
        said = words.gettext("%(who)s commented on %(title)s.")
    elif notice.what == "published":
        said = words.gettext("%(title)s is published.")
    elif notice.what == "schedule-failed":
        said = words.gettext(
            "%(title)s could not be published at its time; it is with the approved drafts again."
        )
    elif notice.what == "handed-over":
        count, who = int(detail.get("count", 0)), str(detail.get("from", ""))
        said = words.ngettext(
            "%(num)s draft of %(who)s is yours now.",
            "%(num)s drafts of %(who)s are yours now.",
            count,
        )
    elif notice.what == "review-by":
        said = words.gettext("%(title)s was to be looked at again by %(day)s. Is it still right?")
    else:
        said = words.gettext("There is news of %(title)s.")
    text = said % {
        "who": who,
        "title": title,
        "num": detail.get("count", 0),
        "day": detail.get("day", ""),
    }
    note = f"\n“{detail['note']}”" if detail.get("note") else ""
    draft, record = detail.get("draft"), detail.get("record")
    place = f"drafts/{draft}" if draft else f"records/{record}" if record else ""
    return text + note + (f"\n{url}/desk/{place}" if place else "")
