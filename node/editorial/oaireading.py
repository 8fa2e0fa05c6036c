# ruff: noqa: RUF001 - words of organisations in Greek and Arabic
"""One answer of an OAI-PMH repository (``ListRecords``, Dublin Core) as rows of a table. Pure.

The repository is a stranger. A document type, and with it every entity, is refused before the tree
is built. Names of people are not taken over: a creator is an organisation by its words, or is left
out. What only a person can judge stays empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from babel.core import get_global

from node.editorial.formcodes import read_concept
from node.editorial.formdates import MisreadError, read_date
from node.editorial.formnames import clean
from node.editorial.tables import MAX_CELL
from node.editorial.webreading import TAGS, language_tag, licence_of
from node.errors import FootbridgeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from node.contract import Kind
    from node.editorial.formvalues import Manner

OAI = "{http://www.openarchives.org/OAI/2.0/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
DC = "{http://purl.org/dc/elements/1.1/}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: The columns of the rows, and the places in a training material that they fill.
HEADINGS: tuple[str, ...] = (
    "Identifier",
    "title",
    "description",
    "language",
    "type",
    "subject",
    "keywords",
)
HEADINGS += ("rights", "creator", "link", "date")
TARGETS: tuple[str, ...] = (
    "",
    "title",
    "description",
    "language",
    "material_type",
    "topics",
    "keywords",
)
TARGETS += ("licence", "author", "url", "date")
MAX_TOKEN, MAX_IDENTIFIER, MAX_VALUES = 1000, 1000, 60
#: Why a record has no row.
NO_IDENTIFIER, NO_DUBLIN_CORE = "oai-no-identifier", "oai-no-dublin-core"
_APART = re.compile(r"[,;@/()|\n]|\s[-–—]\s")
_ORGANISATION = re.compile(
    r"universi|universit|institut|college|school|centre|center|centro|council|ministr|minister"
    r"|agency|agencia|association|asociaci|foundation|fundaci|organi[sz]|library|bibliot|network"
    r"|commission|committee|department|municipal|ayuntamiento|kommune|πανεπιστ|ινστιτο|υπουργ"
    r"|δήμος|κέντρο|σχολ|οργανισ|σύλλογος|جامعة|معهد|وزارة|مركز|منظمة|جمعية|مؤسسة|بلدية",
    re.IGNORECASE,
)


class RepositoryError(FootbridgeError):
    """A repository cannot be read, or says that it does not give what was asked for."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message, oai=code)


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its cells, or why it has none."""

    cells: list[str]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Records of one answer, how many were deleted, where it goes on ("" for the end)."""

    rows: tuple[Row, ...]
    deleted: int
    token: str
    #: How many records there are in all, as the repository says; 0 where it does not.
    total: int


#: What a repository says of itself, by OAI-PMH's own codes.
SAID = {
    "noRecordsMatch": "The repository has no records to give.",
    "badResumptionToken": "The repository has forgotten how far this import was.",
    "cannotDisseminateFormat": "The repository does not give its records as Dublin Core.",
}


def root_of(raw: bytes, media_type: str, within: str) -> ET.Element:
    """Return the element `within` of an answer. Raises `RepositoryError` for anything else."""
    if "xml" not in media_type:
        raise RepositoryError("oai-none", "No OAI-PMH repository answers at this address.")
    _refuse_doctype(raw)
    try:
        root = ET.fromstring(raw)  # noqa: S314 - has no document type: no entities
    except (ET.ParseError, ValueError, LookupError) as error:
        raise RepositoryError("oai-damaged", "The repository's answer is damaged.") from error
    if root.tag != f"{OAI}OAI-PMH":
        raise RepositoryError("oai-none", "No OAI-PMH repository answers at this address.")
    said = root.find(f"{OAI}error")
    if said is not None:
        code = said.get("code", "")
        if code in SAID:
            raise RepositoryError(code, SAID[code])
        raise RepositoryError("oai-refused", "The repository refuses to give its records.")
    found = root.find(f"{OAI}{within}")
    if found is None:
        raise RepositoryError("oai-damaged", "The repository's answer is damaged.")
    return found


def answer_of(raw: bytes, media_type: str, kind: Kind, m: Manner) -> Answer:
    """Return the records of an answer to ``ListRecords``. Raises `RepositoryError`."""
    found = root_of(raw, media_type, "ListRecords")
    rows, deleted = [], 0
    for record in found.findall(f"{OAI}record"):
        header = record.find(f"{OAI}header")
        if header is not None and header.get("status") == "deleted":
            deleted += 1
        else:
            rows.append(_row(record, header, kind, m))
    place = found.find(f"{OAI}resumptionToken")
    token = (place.text or "").strip() if place is not None else ""
    if len(token) > MAX_TOKEN:
        raise RepositoryError("oai-damaged", "The repository's answer is damaged.")
    size = place.get("completeListSize", "") if place is not None else ""
    total = int(size) if size.isascii() and size.isdecimal() and len(size) < 10 else 0  # noqa: PLR2004
    return Answer(tuple(rows), deleted, token, total)


def _refuse_doctype(raw: bytes) -> None:
    parser = expat.ParserCreate()

    def declared(*_what: Any) -> None:
        raise RepositoryError("oai-dangerous", "The repository's answer declares a document type.")

    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - expat's own
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise RepositoryError("oai-damaged", "The repository's answer is damaged.") from error


def _row(record: ET.Element, header: ET.Element | None, kind: Kind, m: Manner) -> Row:
    identifier = header.findtext(f"{OAI}identifier", "").strip() if header is not None else ""
    empty = [identifier[:MAX_IDENTIFIER], *[""] * (len(HEADINGS) - 1)]
    if not identifier or len(identifier) > MAX_IDENTIFIER:
        return Row(empty, NO_IDENTIFIER)
    dc = record.find(f"{OAI}metadata/{OAI_DC}")
    if dc is None:
        return Row(empty, NO_DUBLIN_CORE)
    subjects = [*_values(dc, "subject")]
    topics = {each: _concept(each, "topics", kind, m) for each in subjects}
    cells = [
        identifier,
        " ".join(next(_values(dc, "title"), "").split()),
        "\n\n".join(_values(dc, "description")),
        _language(dc),
        "; ".join(filter(None, (_concept(t, _TYPE, kind, m) for t in _values(dc, "type")))),
        "; ".join(dict.fromkeys(filter(None, topics.values()))),
        "\n".join(each for each in dict.fromkeys(subjects) if not topics[each]),
        next(filter(None, map(licence_of, _values(dc, "rights"))), ""),
        next(filter(is_organisation, _values(dc, "creator")), ""),
        next((each for each in _values(dc, "identifier") if each.startswith(_WEB)), ""),
        next(filter(None, map(_date, _values(dc, "date"))), ""),
    ]
    return Row([cell[:MAX_CELL] for cell in cells])


_WEB, _TYPE = ("https://", "http://"), "material_type"


def is_organisation(name: str) -> bool:
    """Say whether a name is surely an organisation's; in doubt it is a person's."""
    return _ORGANISATION.search(name) is not None and _APART.search(name) is None


def _values(dc: ET.Element, name: str) -> Iterator[str]:
    for each in dc.findall(f"{DC}{name}")[:MAX_VALUES]:
        text = clean(TAGS.sub(" ", (each.text or "")[: MAX_CELL * 2])).strip()
        if text:
            yield text


def _language(dc: ET.Element) -> str:
    marked: Sequence[str] = [each.get(XML_LANG, "") for each in dc.findall(f"{DC}title")[:1]]
    for each in (*_values(dc, "language"), *marked):
        base, dash, region = each.strip().replace("_", "-").partition("-")
        tag = language_tag(_short(base.lower()) + dash + region)
        if tag:
            return tag
    return ""


def _short(code: str) -> str:
    """Return the code of two letters (ISO 639-1) for one of three (639-2 B and T, 639-3)."""
    return str(get_global("language_aliases").get(code, code)) if len(code) == 3 else code  # noqa: PLR2004


def _concept(text: str, field: str, kind: Kind, m: Manner) -> str:
    spec = kind.field(field)
    try:
        return read_concept(text, m.vocabularies(spec), m.lang) if spec else ""
    except MisreadError:
        return ""


def _date(text: str) -> str:
    try:
        return str(read_date(text.partition("T")[0] if text[:1].isdigit() else text, "en"))
    except MisreadError:
        return ""
