"""A workbook to fill in, for each kind: headings and help in one's language, lists to choose from.

What is written under its headings is understood without a word from anybody: a heading that could
mean two fields is replaced by the place's own name, which never does.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from node.contract import is_rtl, text_in
from node.contract.codes import is_country
from node.editorial.formcodes import country_names, write_language
from node.editorial.formvalues import BY_LANGUAGE, write
from node.editorial.mapping import Target, guess, guess_one, label_of, leaves
from node.editorial.rowreading import YES_NO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from node.contract import Field, Kind
    from node.editorial.formvalues import Manner

#: Rows that have the lists and widths.
ROWS = 1000
#: Parts that a list has columns for.
PARTS = 2
#: A list that is longer is written by hand, with its words in the comment.
MAX_LIST = 400
#: A row is known as the example by so many columns at least.
_ENOUGH = 5
_WIDE, _NARROW = 38, 20
_BRAND, _REQUIRED = "FFE3EDF7", "FFFDF0D5"
#: Members that the node fills in by itself, or that belong to files.
_LEFT_OUT = frozenset({"sample", "machine_translated", "media", "files", "share_cards"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the workbook."""

    target: Target
    heading: str
    help: str
    example: str
    #: What may be chosen; empty where anything may be written.
    options: tuple[str, ...]


def columns(kind: Kind, m: Manner, languages: Sequence[str]) -> list[Column]:
    """Return the columns of a kind; texts at the top have one for each of `languages`."""
    targets = [each for leaf in leaves(kind) for each in _wanted(leaf, languages)]
    targets += _places(kind)
    headings = [label_of(each, m.lang) for each in targets]
    for place, target in enumerate(targets):
        found = guess_one(kind, headings[place], m.lang)
        if found is None or found.text != target.text:
            headings[place] = target.text
    # Two headings that are one word apart may be guessed as the same place.
    for place, guessed in enumerate(guess(kind, headings, m.lang)):
        if guessed != targets[place].text:
            headings[place] = targets[place].text
    return [
        Column(target, heading, _help(target, m), _example(target, m), _options(target, m))
        for target, heading in zip(targets, headings, strict=True)
    ]


def _wanted(leaf: Target, languages: Sequence[str]) -> list[Target]:
    if leaf.fields[0].name in _LEFT_OUT:
        return []
    many = next((n for n, each in enumerate(leaf.fields[:-1]) if each.many), None)
    if many is not None:
        some = PARTS if leaf.fields[0].required or len(leaf.fields[0].items) <= PARTS else 1
        parts = [
            tuple(number if n == many else 0 for n in range(len(leaf.fields)))
            for number in range(1, some + 1)
        ]
        return [Target(leaf.fields, each, leaf.tail) for each in parts]
    if len(leaf.fields) == 1 and leaf.field.type in BY_LANGUAGE and leaf.field.required:
        return [Target(leaf.fields, leaf.parts, lang) for lang in languages] or [leaf]
    return [leaf]


def _places(kind: Kind) -> list[Target]:
    """Return the columns of a map of places: those that its title may stand at."""
    spec = next((each for each in kind.fields if each.type == "pointermap"), None)
    names = [source.rpartition("/")[2].replace("~1", "/") for source in kind.title_from]
    return [Target((spec,), (0,), name) for name in names if name.startswith("/")] if spec else []


def _help(target: Target, m: Manner) -> str:
    spec = target.field
    lines = [spec.help(m.lang), f"[{target.text}]"]
    if target.fields[0].required:
        lines.insert(0, "*")
    return "\n".join(line for line in lines if line)


def _options(target: Target, m: Manner) -> tuple[str, ...]:
    spec, lang = target.field, m.lang
    if spec.type == "choice":
        found = [spec.choice(code, lang) for code in spec.choices]
    elif spec.type == "concept":
        found = [
            concept.label(lang)
            for each in m.vocabularies(spec)
            for concept in each.concepts.values()
        ]
    elif spec.type == "country":
        found = country_names(lang)
    elif spec.type == "boolean":
        found = [*YES_NO.get(lang, YES_NO["en"])]
    else:
        return ()
    once = tuple(dict.fromkeys(found))
    # What is called the same twice cannot be chosen by its name.
    return once if len(once) == len(found) and len(once) <= MAX_LIST else ()


def _example(target: Target, m: Manner) -> str:
    """Return what somebody might write, "" where the schema has no example."""
    value: Any = target.fields[0].example
    for spec in target.fields[1:]:
        value = value[0] if isinstance(value, list) and value else value
        inner = value.get(spec.name) if isinstance(value, dict) else None
        value = spec.example if inner is None else inner
    if any(part > 1 for part in target.parts):
        return ""
    if target.tail == "point":
        return "37.97945, 23.71622"
    return _as_written(target, value, m) or _fallback(target.field, m)


def _as_written(target: Target, value: Any, m: Manner) -> str:
    spec = target.field
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict) and spec.type in BY_LANGUAGE:
        return text_in(value, target.tail or m.lang)
    if value is None or spec.type in BY_LANGUAGE:
        return str(value or "")
    if spec.type == "concept" and isinstance(value, str):
        return _concept(spec, value, m)
    if spec.type == "choice":
        return spec.choice(str(value), m.lang)
    if isinstance(value, bool):
        return YES_NO.get(m.lang, YES_NO["en"])[0 if value else 1]
    return write(spec, value, m) or ""


def _concept(spec: Field, code: str, m: Manner) -> str:
    return next(
        (each.label(code, m.lang) for each in m.vocabularies(spec) if code in each.concepts), ""
    )


def _fallback(spec: Field, m: Manner) -> str:
    if spec.type == "language":
        return write_language(m.lang, m.lang)
    if spec.type == "country":
        return write(spec, m.country, m) or "" if is_country(m.country) else ""
    return ""


def is_example(kind: Kind, m: Manner, headings: Sequence[str], cells: Sequence[str]) -> bool:
    """Say whether a row is the example of a template, which somebody left where it was."""
    for lang in dict.fromkeys((m.lang, *kind.labels)):
        told = replace(m, lang=lang)
        examples = {each.heading: each.example for each in columns(kind, told, [lang])}
        known = [n for n, heading in enumerate(headings) if heading in examples]
        same = [cells[n] == " ".join(examples[headings[n]].split("\r")).strip() for n in known]
        if len(known) >= _ENOUGH and all(same) and any(cells[n] for n in known):
            return True
    return False


def template(kind: Kind, m: Manner, languages: Sequence[str], words: tuple[str, str]) -> bytes:
    """Return the workbook. `words`: the names of its sheet of lists and of who comments."""
    import openpyxl  # noqa: PLC0415 - only where a workbook is made
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    made = columns(kind, m, languages)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _sheet_name(kind.plural(m.lang))
    lists = book.create_sheet(_sheet_name(words[0]))
    lists.sheet_state = "hidden"
    ranges: dict[tuple[str, ...], str] = {}
    for place, column in enumerate(made, 1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, column.heading)
        head.data_type = "s"
        head.font = Font(bold=True)
        required = column.target.fields[0].required
        head.fill = PatternFill("solid", fgColor=_REQUIRED if required else _BRAND)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        head.comment = Comment(column.help, words[1], height=160, width=320)
        sheet.column_dimensions[letter].width = _WIDE if column.target.by_language else _NARROW
        example = sheet.cell(2, place, column.example or None)
        if column.example:
            example.data_type = "s"
        example.font = Font(italic=True)
        example.alignment = Alignment(wrap_text=True, vertical="top")
        if column.options:
            if column.options not in ranges:
                ranges[column.options] = _add_list(lists, len(ranges) + 1, column.options)
            rule = DataValidation(type="list", formula1=ranges[column.options], allow_blank=True)
            # Several values may be written with a semicolon between them.
            rule.showErrorMessage = not column.target.field.many
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS}")
    sheet.freeze_panes = "A2"
    sheet.sheet_view.rightToLeft = is_rtl(m.lang)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _add_list(lists: Any, place: int, options: tuple[str, ...]) -> str:
    from openpyxl.utils import get_column_letter, quote_sheetname  # noqa: PLC0415

    letter = get_column_letter(place)
    for number, option in enumerate(options, 1):
        lists.cell(number, place, option).data_type = "s"
    return f"{quote_sheetname(lists.title)}!${letter}$1:${letter}${len(options)}"


def _sheet_name(text: str) -> str:
    return "".join(c for c in text if c not in "[]:*?/\\'")[:31].strip() or "1"
