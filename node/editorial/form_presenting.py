"""Words of the form: what could not be read, what is missing, in the person's language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from node.contract import language_name, text_in
from node.editorial.formnames import element_id, join, split
from node.editorial.formreading import Misread, misreads
from node.editorial.formvalues import BY_LANGUAGE, PARTS, TICKED
from node.web.i18n import interface_language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from node.contract import Fault, Field, Kind
    from node.editorial.formvalues import Manner
    from node.editorial.releasing import Checked
    from node.storage.drafts import DraftRow


#: Faults that say what is wrong and not yet what would be right.
_WITH_BOUNDS = {"too-long", "out-of-range", "too-many", "too-few", "repeated", "ends-before-start"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing to look at, as it stands beside its field and in the summary."""

    pointer: str
    label: str
    text: str
    #: What was meant, perhaps: a button takes it over.
    suggestion: str = ""

    @property
    def id(self) -> str:
        """Return the id of the element it stands at."""
        return element_id(self.pointer)


def of_misread(found: Misread, kind: Kind) -> Complaint:
    """Say why something could not be read; what was typed stands there as it was."""
    return Complaint(found.pointer, label_at(kind, found.pointer), sentence(found))


def sentence(found: Misread) -> str:
    """Return what is wrong with something that was typed, and what would do."""
    if found.code.startswith("unknown-") and found.code in _unknown(""):
        text = _unknown(found.typed)[found.code]
        near = found.facts[0] if found.facts else ""
        return f"{text} {_('Did you mean “%(name)s”?', name=near)}" if near else text
    return _sentences(found).get(found.code) or _(
        "“%(typed)s” cannot be used here.", typed=found.typed
    )


def _sentences(found: Misread) -> dict[str, str]:
    typed = found.typed
    one, other = (*found.facts, "", "")[:2]
    money = _(
        "“%(typed)s” is not an amount of money. Write the number and the currency, such as "
        "1250 EUR.",
        typed=typed,
    )
    return {
        "two-dates": _(
            "“%(typed)s” can be %(one)s or %(other)s. Write the month as a word.",
            typed=typed,
            one=one,
            other=other,
        ),
        "short-year": _("Write the year of “%(typed)s” with four digits.", typed=typed),
        "no-year": _("“%(typed)s” has no year.", typed=typed),
        "not-a-date": _(
            "“%(typed)s” is not a date. A day, a month or a year will do, such as 12 March 2026, "
            "2026-03 or 2026.",
            typed=typed,
        ),
        "not-a-duration": _(
            "“%(typed)s” is not a length of time. Write for example 3 weeks, or 2 hours 30 "
            "minutes.",
            typed=typed,
        ),
        "which-amount": _(
            "“%(typed)s” can be %(one)s or %(other)s. Write it without the separator.",
            typed=typed,
            one=one,
            other=other,
        ),
        "not-money": money,
        "no-currency": money,
        "unknown-currency": money,
        "not-a-whole-number": _("“%(typed)s” is not a whole number.", typed=typed),
        "not-a-number": _("“%(typed)s” is not a number.", typed=typed),
        "not-a-point": _(
            "“%(typed)s” is not a place on the map. Write latitude and longitude, such as "
            "37.97945, 23.71622.",
            typed=typed,
        ),
        "two-terms": _(
            "“%(typed)s” can mean several things: %(names)s. Tick the one you mean.",
            typed=typed,
            names="; ".join(found.facts),
        ),
        "no-record": _(
            "No record was chosen for “%(typed)s”. Choose one of those that were found, or paste "
            "the address of its page.",
            typed=typed,
        ),
        "unknown-record": _("This node does not hold the record of “%(typed)s”.", typed=typed),
        "not-an-address": _(
            "“%(typed)s” is not a web address. It begins with https://.", typed=typed
        ),
    }


def _unknown(typed: str) -> dict[str, str]:
    return {
        "unknown-country": _("No country is called “%(typed)s”.", typed=typed),
        "unknown-language": _("No language is called “%(typed)s”.", typed=typed),
        "unknown-term": _("No term of the list is called “%(typed)s”.", typed=typed),
        "unknown-region": _("“%(typed)s” is not the code of a region, such as EL30.", typed=typed),
    }


def complaints(
    kind: Kind, row: DraftRow, m: Manner, checked: Checked | None
) -> tuple[list[Complaint], list[Complaint]]:
    """Return what has to be changed, and what the guard asks.

    Without `checked` only what could not be read; with it everything that stops a publication.
    """
    read = misreads(kind, row.body, m)
    told = {each.pointer for each in read}
    found = [of_misread(each, kind) for each in read]
    if checked is not None:
        found += [_of_fault(each) for each in checked.faults if not _covered(each.pointer, told)]
    asked = [_of_fault(each) for each in checked.warnings] if checked else []
    return [_landed(kind, each) for each in found], [_landed(kind, each) for each in asked]


def _landed(kind: Kind, found: Complaint) -> Complaint:
    """Return it at a place that the form has an element for: the field of a tick, of an amount."""
    spec: Field | None = None
    pointer = ""
    for name in split(found.pointer):
        if spec is not None and name.isdecimal() and spec.many:
            if spec.type in {"concept", "choice"} or spec.type not in PARTS | TICKED:
                break
        elif spec is None or spec.type in {"object", "place"}:
            inner = kind.field(name) if spec is None else spec.item(name)
            if inner is None:
                break
            spec = inner
        elif spec.type not in BY_LANGUAGE:
            break
        pointer = join(pointer, name)
    if pointer.endswith("/longitude"):
        pointer = pointer.removesuffix("/longitude") + "/latitude"
    return replace(found, pointer=pointer)


def beside(found: Iterable[Complaint]) -> dict[str, list[str]]:
    """Return the sentences for each place."""
    places: dict[str, list[str]] = {}
    for each in found:
        places.setdefault(each.pointer, []).append(each.text)
    return places


def _covered(pointer: str, told: set[str]) -> bool:
    return pointer in told or any(
        pointer.startswith(f"{each}/") or each.startswith(f"{pointer}/") for each in told if pointer
    )


def _of_fault(fault: Fault) -> Complaint:
    """Return what the contract says, without what it says to those who write JSON.

    Its whole sentence ends with what a program would have to send; help and example stand beside
    the field here, in a person's words.
    """
    lang = interface_language()
    text = text_in(fault.messages, lang)
    if fault.code in _WITH_BOUNDS:
        expected = text_in(fault.expectations, lang)
        text = _("%(fault)s Expected: %(what)s.", fault=text, what=expected)
    return Complaint(fault.pointer, "", text, fault.suggestion)


def label_at(kind: Kind, pointer: str) -> str:
    """Return the name of a place in a body, for people: "How it works 2: Step (Greek)"."""
    lang = interface_language()
    spec: Any = None
    label = ""
    for name in pointer.split("/")[1:]:
        if name.isdecimal():
            label = f"{label} {int(name) + 1}"
            continue
        inner = kind.field(name) if spec is None else spec.item(name)
        if inner is None:
            tongue = language_name(name, lang)
            return f"{label} ({tongue})" if label else name
        spec = inner
        label = f"{label}: {inner.label(lang)}" if label else inner.label(lang)
    return label


def missing_names(kind: Kind, body: Any) -> Sequence[str]:
    """Return the names of the required fields that are still empty."""
    return [
        field.label(interface_language())
        for field in kind.required
        if body.get(field.name) in (None, "", [], {})
    ]
