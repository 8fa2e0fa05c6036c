"""The kinds of file that a draft may have: a short list, each with its endings."""

from __future__ import annotations

from dataclasses import dataclass

PICTURE, DOCUMENT, FILM, SOUND, TEXT, CAPTIONS = (
    "picture",
    "document",
    "film",
    "sound",
    "text",
    "captions",
)


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. The first of its endings is the usual one."""

    media_type: str
    endings: tuple[str, ...]
    family: str
    #: What people call it; a name in every language.
    label: str

    @property
    def ending(self) -> str:
        """Return the usual ending, without the dot."""
        return self.endings[0]


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

PNG = Format("image/png", ("png",), PICTURE, "PNG")
JPEG = Format("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), PICTURE, "JPEG")
WEBP = Format("image/webp", ("webp",), PICTURE, "WebP")
GIF = Format("image/gif", ("gif",), PICTURE, "GIF")
AVIF = Format("image/avif", ("avif",), PICTURE, "AVIF")
PDF = Format("application/pdf", ("pdf",), DOCUMENT, "PDF")
DOCX = Format(f"{_OOXML}.wordprocessingml.document", ("docx",), DOCUMENT, "Word")
XLSX = Format(f"{_OOXML}.spreadsheetml.sheet", ("xlsx",), DOCUMENT, "Excel")
PPTX = Format(f"{_OOXML}.presentationml.presentation", ("pptx",), DOCUMENT, "PowerPoint")
ODT = Format(f"{_ODF}.text", ("odt",), DOCUMENT, "OpenDocument")
ODS = Format(f"{_ODF}.spreadsheet", ("ods",), DOCUMENT, "OpenDocument")
ODP = Format(f"{_ODF}.presentation", ("odp",), DOCUMENT, "OpenDocument")
MP4 = Format("video/mp4", ("mp4", "m4v"), FILM, "MP4")
WEBM = Format("video/webm", ("webm",), FILM, "WebM")
OGV = Format("video/ogg", ("ogv", "ogg"), FILM, "OGG")
OGG = Format("audio/ogg", ("ogg", "oga", "opus"), SOUND, "OGG")
MP3 = Format("audio/mpeg", ("mp3",), SOUND, "MP3")
M4A = Format("audio/mp4", ("m4a", "mp4"), SOUND, "M4A")
WAV = Format("audio/wav", ("wav",), SOUND, "WAV")
VTT = Format("text/vtt", ("vtt",), CAPTIONS, "WebVTT")
TXT = Format("text/plain", ("txt", "text"), TEXT, "TXT")
CSV = Format("text/csv", ("csv",), TEXT, "CSV")
MARKDOWN = Format("text/markdown", ("md", "markdown"), TEXT, "Markdown")

FORMATS = (
    *(PNG, JPEG, WEBP, GIF, AVIF, PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP),
    *(MP4, WEBM, OGV, OGG, MP3, M4A, WAV, VTT, TXT, CSV, MARKDOWN),
)
OFFICE_XML = {each.media_type: each for each in (DOCX, XLSX, PPTX)}
OPEN_DOCUMENT = {each.media_type: each for each in (ODT, ODS, ODP)}
ENDINGS = frozenset(ending for each in FORMATS for ending in each.endings)
#: Endings of what is refused by its name alone, whatever is inside.
ACTIVE_ENDINGS = frozenset({"svg", "svgz", "html", "htm", "xhtml", "xht", "shtml", "mhtml", "xml"})
MACRO_ENDINGS = frozenset({"docm", "xlsm", "pptm", "dotm", "xltm", "potm", "ppsm", "xlsb", "xlam"})


def family_of(media_type: str) -> str:
    """Return the family of a media type; that of documents for one that is not on the list."""
    return next((each.family for each in FORMATS if each.media_type == media_type), DOCUMENT)
