"""Why a file was not taken: a sentence for each reason, and one error that carries it.

The sentences are texts of the interface, so a page can say them in the person's language; programs
go by `FileRefusedError.why`. Each names the file, because of several the others were kept.
"""

from __future__ import annotations

from node.errors import BadInputError


def N_(text: str) -> str:  # noqa: N802 - the name by which texts for translation are found
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text


#: Reason: what was wrong, and what to do.
WHY: dict[str, tuple[str, str]] = {
    "empty": (
        N_("%(name)s is empty."),
        N_("Look whether it was saved, and choose it again."),
    ),
    "too-large": (
        N_("%(name)s is too large: a file may have at most %(most)s."),
        N_("Make it smaller, or put it elsewhere and give its address in the draft."),
    ),
    "full": (
        N_("There is no room for %(name)s: the files of all drafts may fill %(most)s together."),
        N_("Remove files that nobody needs, or ask the keeper of this node for more room."),
    ),
    "too-many": (
        N_("%(name)s was not added: a draft has at most %(most)s files."),
        N_("Remove one that is not needed."),
    ),
    "active": (
        N_("%(name)s is a web page or an SVG drawing, and these can hold programs."),
        N_("Save it as PNG or PDF and add that."),
    ),
    "unknown": (
        N_("%(name)s is of a kind that is not taken here."),
        N_(
            "Taken are pictures (PNG, JPEG, WebP, GIF, AVIF), PDF, office documents (Word, Excel, "
            "PowerPoint, OpenDocument), text (TXT, CSV, Markdown), film (MP4, WebM) with captions "
            "(VTT), and sound (MP3, M4A, OGG, WAV)."
        ),
    ),
    "lie": (
        N_("%(name)s is not what its name says: inside it is %(real)s."),
        N_("Save it once more from the program that made it, and add that."),
    ),
    "two-in-one": (
        N_("%(name)s holds something else beside what it shows."),
        N_("Open it, save it anew and add the new file."),
    ),
    "damaged": (
        N_("%(name)s is damaged or not whole."),
        N_("Open it on your device; if it opens there, save it anew and add the new file."),
    ),
    "macros": (
        N_("%(name)s holds macros, which are programs."),
        N_("Save it without macros, as an ordinary document, and add that."),
    ),
    "grows": (
        N_("%(name)s would grow far beyond its size when it is opened."),
        N_("Save it anew with less in it, and add that."),
    ),
    "pixels": (
        N_("%(name)s is too large a picture: it may have at most %(most)s million pixels."),
        N_("Make it smaller and add that; a screen shows some eight million."),
    ),
    "locked": (
        N_("%(name)s is locked with a password."),
        N_("Save it without one, so that readers can open it."),
    ),
    "heic": (
        N_("%(name)s is in the HEIC format of telephones, which browsers do not show."),
        N_("Save it as JPEG and add that."),
    ),
    "encoding": (
        N_("%(name)s is a text in an encoding that others may not be able to read."),
        N_('Save it as "UTF-8" and add that.'),
    ),
    "infected": (
        N_("%(name)s is infected (%(virus)s). It was not kept."),
        N_("Have the device that it came from looked at."),
    ),
    "scanner-silent": (
        N_("The virus scanner does not answer, so %(name)s could not be taken yet."),
        N_("What was sent is kept for a day. Try again in a while, or tell the keeper."),
    ),
}
#: Reasons that pass: what has arrived stays, and finishing may be tried again.
PASSING = {"scanner-silent"}


class FileRefusedError(BadInputError):
    """A file was not taken, for the reason `why`; `name` says which, nothing else was touched."""

    code = "file-refused"

    def __init__(self, why: str, name: str, **facts: str) -> None:
        self.why, self.name = why, name
        self.words: dict[str, str] = {"name": name, **facts}
        said, hint = WHY[why]
        super().__init__(said % self.words, hint=hint, why=why, **self.words)
