"""What is said about files, in the person's language: refusals, notes, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.contract.codes import short_languages
from node.editorial.refusing import WHY, FileRefusedError
from node.errors import ConflictError, NotFoundError, PermissionDeniedError
from node.web.formatting import language
from node.web.words import gettext as _

if TYPE_CHECKING:
    from node.editorial.describing import Panel
    from node.errors import FootbridgeError


def refusal(error: FootbridgeError) -> str:
    """Return why a file was not taken and what to do, as one text."""
    if isinstance(error, FileRefusedError):
        said, hint = WHY[error.why]
        return f"{_(said, **error.words)} {_(hint)}"
    if isinstance(error, NotFoundError):
        return _("This draft or this file is not here any more.")
    if isinstance(error, PermissionDeniedError):
        return _("You can read this draft and not change it now. Nothing was changed.")
    if isinstance(error, ConflictError):
        return _("This file was changed meanwhile. Open the page again and look.")
    return error.explain()


def note(code: str) -> str:
    """Return what a note of a file says."""
    notes = {
        "turned": _("Turned upright."),
        "place-removed": _("The place where it was taken was removed."),
        "details-removed": _("Camera, owner and time were removed."),
        "authors-removed": _("The names of its authors were removed from its properties."),
        "names-inside": _("Comments, tracked changes and pictures inside it are as they were."),
        "pdf-authors": _(
            "A PDF may name its author and the program in its properties. Look there before you "
            "publish it."
        ),
    }
    return notes.get(code, code)


def lack(code: str) -> str:
    """Return what a file lacks, as a sentence."""
    lacks = {
        "alt": _("It needs a description for those who cannot see it."),
        "people": _("Say whether people can be recognised in it."),
        "consent": _("Say who agreed to be shown, and how you know."),
        "film": _("Say which film these captions belong to."),
        "language": _("Say which language these captions are in."),
    }
    return lacks.get(code, code)


def family(code: str) -> str:
    """Return the name of a family of files."""
    names = {
        "picture": _("Picture"),
        "document": _("Document"),
        "film": _("Film"),
        "sound": _("Sound"),
        "text": _("Text"),
        "captions": _("Captions"),
    }
    return names.get(code, _("File"))


def languages(panel: Panel, chosen: str) -> list[tuple[str, str]]:
    """Return the languages to choose from with their names: the draft's first, then all others."""
    first = dict.fromkeys([*panel.languages, *([chosen] if chosen else [])])
    others = sorted((language(code), code) for code in short_languages() if code not in first)
    return [(code, language(code)) for code in first] + [(code, name) for name, code in others]
