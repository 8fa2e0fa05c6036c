"""A family for people: one sentence on how it went everywhere, and one line on why."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from node.web.formatting import joined, number
from node.web.texts import pick_text
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from node.catalogue.family import Family, Member
    from node.web.texts import Text

#: The drawing beside the words of an outcome: nobody has to tell colours apart.
SIGNS = {
    "worked": "check",
    "worked-in-part": "half",
    "did-not-work": "cross",
    "too-early": "clock",
}
#: Characters of a reason that still read as one line.
ONE_LINE = 180
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…؟。])(?=\s)")


def summary(family: Family) -> str:
    """Return where it was tried and how that went; "" when nobody has reported a trial."""
    tally, countries = family.tally, len(family.countries)
    if not countries:
        return ""
    tried = ngettext("Tried in %(num)s country", "Tried in %(num)s countries", countries)
    if len(tally) == 1:
        (outcome,) = tally
        return f"{tried}: {_everywhere(outcome)}."
    known = [_in_some(outcome, len(tally[outcome])) for outcome in SIGNS if outcome in tally]
    others = {country for outcome in tally.keys() - SIGNS.keys() for country in tally[outcome]}
    if others:
        known.append(_("otherwise in %(number)s", number=number(len(others))))
    return f"{tried}: {joined(known)}."


def _everywhere(outcome: str) -> str:
    words = {
        "worked": _("it worked"),
        "worked-in-part": _("it worked in part"),
        "did-not-work": _("it did not work"),
        "too-early": _("it is too early to say how it went"),
    }
    return words.get(outcome) or _("how it went is told below")


def _in_some(outcome: str, count: int) -> str:
    shown = number(count)
    words = {
        "worked": _("it worked in %(number)s", number=shown),
        "worked-in-part": _("in part in %(number)s", number=shown),
        "did-not-work": _("it did not work in %(number)s", number=shown),
        "too-early": _("in %(number)s it is too early to say", number=shown),
    }
    return words[outcome]


def reason(member: Member) -> Text | None:
    """Return the first sentence of why it went so, in the reader's language where it is there."""
    text = pick_text(member.reason, member.card.language if member.card else "")
    return replace(text, text=one_line(text.text)) if text and text.text.strip() else None


def one_line(text: str) -> str:
    """Return the first sentence of a text, shortened at a word where it is very long."""
    first = next(line for line in text.split("\n") if line.strip()).removeprefix("- ").strip()
    sentence = _END_OF_SENTENCE.split(first, maxsplit=1)[0]
    if len(sentence) <= ONE_LINE:
        return sentence
    cut = sentence[:ONE_LINE].rsplit(None, 1)[0]
    return f"{cut.rstrip(' ,;:')}…"


def years(member: Member) -> str:
    """Return the year or years in which it ran."""
    if not member.until or member.until == member.since:
        return member.since
    return f"{member.since} \N{EN DASH} {member.until}" if member.since else member.until
