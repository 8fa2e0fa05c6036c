"""Words of an import: why a table is not read, what is wrong with a row, what became of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract import language_name
from node.editorial.form_presenting import sentence
from node.editorial.formcodes import read_choice, read_concept
from node.editorial.formdates import MisreadError
from node.editorial.formreading import Misread
from node.editorial.formvalues import BY_LANGUAGE, TICKED, read, write
from node.editorial.importsteps import TWICE
from node.editorial.mapping import Target, guess_one, label_of, leaves
from node.editorial.oaireading import NO_DUBLIN_CORE, NO_IDENTIFIER
from node.editorial.rowreading import parts_of, yes_or_no
from node.editorial.settling import CLASHED
from node.editorial.tablewriting import BadRow
from node.web.words import gettext as _
from node.web.words import ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from node.contract import Kind
    from node.editorial.arranging import Arrangement
    from node.editorial.formvalues import Manner
    from node.editorial.rowreading import Plan, ReadRow
    from node.editorial.tablefaults import TableRefusedError
    from node.storage.imports import ImportRow


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as it stands, as it was understood, and what is wrong with it."""

    typed: str
    understood: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column in the wizard."""

    number: int
    heading: str
    #: Its target without a language, and its language.
    target: str
    language: str
    by_language: bool
    cells: tuple[ShownCell, ...]
    fault: str = ""


def refused(error: TableRefusedError) -> str:
    """Say why a table is not read."""
    most = f"{error.most:,}"
    return {
        "too-large": _(
            "This file is too large: tables of up to %(most)s MB are read.",
            most=error.most // 1024**2,
        ),
        "too-many-rows": _(
            "This table has more than %(most)s rows. Part it into several files.", most=most
        ),
        "too-many-columns": _("This table has more than %(most)s columns.", most=most),
        "too-many-cells": _(
            "This table has more than %(most)s cells. Part it into several files, or leave columns "
            "out that are not needed.",
            most=most,
        ),
        "cell-too-long": _("A cell of this table has more than %(most)s characters.", most=most),
        "empty": _("There is nothing in this file."),
        "no-rows": _("This table has headings and no rows below them."),
        "not-a-table": _("This is neither a CSV file nor a workbook (XLSX)."),
        "old-office": _(
            "This is a workbook of the old kind (XLS), or one with a password. Save it as XLSX "
            "without a password."
        ),
        "damaged": _("This workbook is damaged. Open it and save it anew as XLSX."),
        "dangerous": _(
            "This workbook holds something that a table does not need, such as macros, and was "
            "not opened. Save it as XLSX or CSV."
        ),
    }[error.why]


def state_words(row: ImportRow) -> str:
    """Say how far an import is."""
    return {
        "uploaded": _("Waiting for what its columns mean"),
        "mapped": _("Waiting to be tried"),
        "trying": _("Being tried"),
        "tried": _("Tried"),
        "running": _("Being imported"),
        "done": _("Imported"),
        "failed": _("Stopped"),
    }[row.state]


def outcomes(counts: Mapping[str, int]) -> list[str]:
    """Say what became of the rows, or what would."""
    said: dict[str, Callable[[int], str]] = {
        "good": lambda n: ngettext("One row is good.", "%(num)s rows are good.", n),
        "incomplete": lambda n: ngettext(
            "One row lacks something.", "%(num)s rows lack something.", n
        ),
        "wrong": lambda n: ngettext(
            "One row cannot be used as it is.", "%(num)s rows cannot be used as they are.", n
        ),
        "made": lambda n: ngettext("One draft was made.", "%(num)s drafts were made.", n),
        "updated": lambda n: ngettext("One draft was changed.", "%(num)s drafts were changed.", n),
        "unchanged": lambda n: ngettext(
            "One row was here already and says the same.",
            "%(num)s rows were here already and say the same.",
            n,
        ),
        "closed": lambda n: ngettext(
            "One row says something new, but its draft was submitted or published since; it was "
            "left alone.",
            "%(num)s rows say something new, but their drafts were submitted or published since; "
            "they were left alone.",
            n,
        ),
        "others": lambda n: ngettext(
            "One row belongs to a colleague's draft; it was left alone.",
            "%(num)s rows belong to colleagues' drafts; they were left alone.",
            n,
        ),
        "binned": lambda n: ngettext(
            "The draft of one row is in the bin and stays there.",
            "The drafts of %(num)s rows are in the bin and stay there.",
            n,
        ),
        "clashed": lambda n: ngettext(
            "One row says something else than a person wrote into its draft; nothing was "
            "overwritten.",
            "%(num)s rows say something else than people wrote into their drafts; nothing was "
            "overwritten.",
            n,
        ),
        "deleted": lambda n: ngettext(
            "One record was deleted in the repository and left out.",
            "%(num)s records were deleted in the repository and left out.",
            n,
        ),
        "refused": lambda n: ngettext(
            "One row was not imported and comes back.",
            "%(num)s rows were not imported and come back.",
            n,
        ),
    }
    return [words(counts[name]) for name, words in said.items() if counts.get(name)]


def stopped(code: str, why: str) -> str:
    """Say why an import stopped, or a repository was not begun with; `why` where nothing is."""
    return {
        "oai-none": _("No OAI-PMH repository answers at this address. Check it."),
        "oai-silent": _("The repository does not answer. Try again later."),
        "oai-too-much": _("The repository is in a private network, or sends too much at once."),
        "oai-damaged": _("The answer of the repository is damaged."),
        "oai-dangerous": _("The answer of the repository is not of a safe kind and was not read."),
        "oai-refused": _("The repository refuses to give its records."),
        "oai-loops": _("The repository leads in a circle, so its records have no end."),
        "oai-too-many": _("The repository has more records than are imported in one go."),
        "noRecordsMatch": _("The repository has no records to give."),
        "badResumptionToken": _("The repository has forgotten how far this import was."),
        "cannotDisseminateFormat": _("The repository does not give its records as Dublin Core."),
    }.get(code, why)


def reason(wrong: Mapping[str, Any]) -> str:
    """Say what is wrong with a cell, from what was kept of it."""
    code = str(wrong.get("code", ""))
    if code == TWICE:
        return _("A row above has the same value here, which should tell records apart.")
    if code == CLASHED:
        return _(
            "Its draft was changed by hand since, in the same fields. Nothing was overwritten."
        )
    if code == NO_IDENTIFIER:
        return _("This record has no identifier, so it would not be known again.")
    if code == NO_DUBLIN_CORE:
        return _("This record has no description in Dublin Core.")
    if "text" in wrong:
        return str(wrong["text"])
    facts = tuple(map(str, wrong.get("facts", ())))
    return sentence(Misread(str(wrong["pointer"]), code, str(wrong.get("typed", "")), facts))


def bad_row(kept: Mapping[str, Any]) -> BadRow:
    """Return a row that comes back, with its reasons in words."""
    reasons: dict[int, list[str]] = {}
    for wrong in kept["wrong"]:
        told = reasons.setdefault(int(wrong["column"]), [])
        text = reason(wrong)
        if text not in told:
            told.append(text)
    return BadRow(int(kept["row"]), kept["cells"], reasons)


def shown_columns(
    p: Plan,
    arranged: Arrangement,
    headings: Sequence[str],
    first: Sequence[Sequence[str]],
    rows: Sequence[ReadRow],
    faulty: Mapping[str, str],
) -> list[ShownColumn]:
    """Return every column with its first cells and what they were understood as."""
    return [
        _column(p, number, heading, arranged.columns[number], first, rows, faulty)
        for number, heading in enumerate(headings)
    ]


def _column(
    p: Plan,
    number: int,
    heading: str,
    target: str,
    first: Sequence[Sequence[str]],
    rows: Sequence[ReadRow],
    faulty: Mapping[str, str],
) -> ShownColumn:
    spot = p.targets[number]
    cells = []
    for place, row in enumerate(rows):
        typed = first[place][number]
        faults = tuple(_wrong_words(row, number, p.manner.lang)) if spot else ()
        shown = understood(spot, typed, p.manner) if spot and typed and not faults else ""
        cells.append(ShownCell(typed, shown if shown != typed else "", faults))
    plain = bare(spot) if spot else target
    return ShownColumn(
        number,
        heading,
        plain.text if isinstance(plain, Target) else plain,
        spot.tail if spot and spot.by_language else "",
        spot.by_language if spot else False,
        tuple(cells),
        faulty.get(target, "") if target else "",
    )


def bare(target: Target) -> Target:
    """Return a text's place without its language."""
    return Target(target.fields, target.parts) if target.by_language else target


def _wrong_words(row: ReadRow, column: int, lang: str) -> Iterator[str]:
    for wrong in row.wrong:
        if wrong.column == column and wrong.misread is not None:
            yield sentence(wrong.misread)
        elif wrong.column == column and wrong.fault is not None:
            yield wrong.fault.sentence(lang)


def understood(target: Target, typed: str, m: Manner) -> str:
    """Return how a cell was understood, in the person's words; "" for a text, which stays one."""
    spec = target.field
    if spec.type in BY_LANGUAGE or spec.type in {"text", "place", "pointermap"}:
        return ""
    pieces = parts_of(spec, typed) if spec.many and spec.type in TICKED else [typed]
    return "; ".join(filter(None, (_one(target, piece, m) for piece in pieces)))


def _one(target: Target, piece: str, m: Manner) -> str:
    spec = target.field
    try:
        if spec.type == "concept":
            code = read_concept(piece, m.vocabularies(spec), m.lang)
            found = [v.label(code, m.lang) for v in m.vocabularies(spec) if code in v.concepts]
            return found[0] if found else code
        if spec.type == "choice":
            return spec.choice(read_choice(piece, spec), m.lang)
        if spec.type == "boolean":
            word = yes_or_no(piece)
            return {"yes": _("Yes"), "no": _("No")}.get(word, word)
        return write(spec, read(spec, piece, m), m) or ""
    except MisreadError:
        return ""


def field_groups(
    kind: Kind, arranged: Arrangement, lang: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places that a column can belong to, by section: target and name."""
    used = {target for target in arranged.columns if target}
    groups = []
    for section in kind.sections:
        names = {spec.name for spec in section.fields}
        here = [leaf for leaf in leaves(kind) if leaf.fields[0].name in names]
        found = [(leaf.text, label_of(leaf, lang)) for leaf in here]
        for target in sorted(used):
            spot = guess_one(kind, target)
            if spot is None or spot.fields[0].name not in names:
                continue
            plain = bare(spot)
            if plain.text not in {text for text, _label in found}:
                found.append((plain.text, label_of(plain, lang)))
        groups.append((section.label(lang), found))
    return groups


def language_choices(codes: Sequence[str], lang: str) -> list[tuple[str, str]]:
    """Return languages to choose from, by their names."""
    named = ((code, language_name(code, lang)) for code in dict.fromkeys(codes) if code)
    return sorted(named, key=lambda pair: pair[1].casefold())
