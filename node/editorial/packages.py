"""Office documents: archives with the right parts in them, without programs and without authors.

An archive may claim sizes that would fill the disk, hold two parts of one name, or begin with
another file; each is refused before anything is unpacked. What is kept is written anew, part by
part, so that nothing before, between or behind the parts remains, and the parts that name authors
and their organisation are emptied. Sources: ECMA-376 part 2 (OPC), OpenDocument 1.3 part 2.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from node.editorial.formats import OFFICE_XML, OPEN_DOCUMENT, Format
from node.editorial.refusing import FileRefusedError

#: All parts together, unpacked; and how many times larger than packed they may be.
MAX_UNPACKED = 250 * 1024 * 1024
MAX_RATIO = 200
#: Below this a high ratio is harmless: an empty table packs very well.
SMALL = 10 * 1024 * 1024
MAX_PARTS = 5000
MAX_INDEX = 1024 * 1024
PIECE = 256 * 1024

_TYPES = "[Content_Types].xml"
_OVERRIDE = re.compile(r"<(?:\w+:)?Override\b[^>]*>")
_ATTRIBUTE = re.compile(r"""(PartName|ContentType)\s*=\s*["']([^"']*)["']""")
_MAIN = ".main+xml"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006"
#: Content types of the parts that tell of authors, and what is written instead.
_EMPTIED = {
    "application/vnd.openxmlformats-package.core-properties+xml": (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties"/>'
    ),
    "application/vnd.openxmlformats-officedocument.extended-properties+xml": (
        f'<Properties xmlns="{_PROPERTIES}/extended-properties"/>'
    ),
    "application/vnd.openxmlformats-officedocument.custom-properties+xml": (
        f'<Properties xmlns="{_PROPERTIES}/custom-properties"/>'
    ),
}
_EMPTY_META = (
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'office:version="1.3"><office:meta/></office:document-meta>'
)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MACRO_PARTS = re.compile(
    r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/|activex/)|^(basic|scripts)/.", re.IGNORECASE
)


def sniff_package(path: Path, name: str) -> Format:
    """Return which document an archive is. Raises `FileRefusedError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive, name)
            found = _office_xml(archive, name) or _open_document(archive)
    except _UNREADABLE as error:
        raise FileRefusedError("damaged", name) from error
    if found is None:
        raise FileRefusedError("unknown", name)
    return found


def without_authors(path: Path, target: Path, name: str) -> None:
    """Write the document anew to `target`, with the parts that name its authors emptied.

    Raises `FileRefusedError` when a part cannot be read or is longer than it says.
    """
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as written:
            emptied = _parts_of_authors(archive, name)
            for part in archive.infolist():
                if part.is_dir():
                    continue
                new = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
                # OpenDocument wants its first part as it is, so that it can be told by its bytes.
                new.compress_type = part.compress_type
                if new.compress_type != zipfile.ZIP_STORED:
                    new.compress_type = zipfile.ZIP_DEFLATED
                if part.filename in emptied:
                    written.writestr(new, emptied[part.filename])
                    continue
                new.file_size = part.file_size
                with archive.open(part) as source, written.open(new, "w") as copy:
                    while piece := source.read(PIECE):
                        copy.write(piece)
    except _UNREADABLE as error:
        raise FileRefusedError("damaged", name) from error


#: What `zipfile` raises for archives that are broken or made to break it.
_UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise FileRefusedError("grows", name)
    if any(part.flag_bits & 1 for part in parts):
        raise FileRefusedError("locked", name)
    names = [part.filename for part in parts]
    if len({each.lower() for each in names}) != len(names) or any(map(_leads_out, names)):
        raise FileRefusedError("two-in-one", name)
    if not parts or min(part.header_offset for part in parts):
        raise FileRefusedError("two-in-one", name)
    if any(_MACRO_PARTS.search(each) for each in names):
        raise FileRefusedError("macros", name)
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked / packed > MAX_RATIO):
        raise FileRefusedError("grows", name)


def _leads_out(part: str) -> bool:
    return part.startswith("/") or "\\" in part or ".." in part.split("/")


def _office_xml(archive: zipfile.ZipFile, name: str) -> Format | None:
    types = _content_types(archive, name)
    # Also the types that go by an ending, such as .bin, and name no part.
    told = _read(archive, _TYPES).lower() if types else ""
    if "macroenabled" in told or "vbaproject" in told:
        raise FileRefusedError("macros", name)
    for media_type, found in OFFICE_XML.items():
        if media_type + _MAIN in types:
            return found
    return None


def _open_document(archive: zipfile.ZipFile) -> Format | None:
    first = archive.infolist()[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        return None
    if not {"content.xml", "META-INF/manifest.xml"} <= set(archive.namelist()):
        return None
    return OPEN_DOCUMENT.get(_read(archive, "mimetype").strip())


def _content_types(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return the parts of an office document by their content type."""
    if _TYPES not in archive.namelist():
        return {}
    if archive.getinfo(_TYPES).file_size > MAX_INDEX:
        raise FileRefusedError("grows", name)
    overrides = [
        dict(_ATTRIBUTE.findall(each)) for each in _OVERRIDE.findall(_read(archive, _TYPES))
    ]
    return {each.get("ContentType", ""): each.get("PartName", "").lstrip("/") for each in overrides}


def _parts_of_authors(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return the parts to be emptied, with what to write instead."""
    types = _content_types(archive, name)
    found = {types[each]: _XML + text for each, text in _EMPTIED.items() if each in types}
    if not types and "meta.xml" in archive.namelist():
        found["meta.xml"] = _XML + _EMPTY_META
    return found


def _read(archive: zipfile.ZipFile, part: str) -> str:
    with archive.open(part) as file:
        return file.read(MAX_INDEX).decode("utf-8", "replace")
