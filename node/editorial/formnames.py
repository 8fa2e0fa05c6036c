"""Names of inputs and places in a body: what a browser sends, looked at by place. Pure.

An input is named by the JSON Pointer of what it holds: ``/title/en``, ``/how_it_works/0/text/el``.
Beside a pointer stand, where they are needed:

=============  ===================================================================
``p~items``    the places of a list's parts, in the order in which they are wanted
``p~add``      words that are to become a code, or entries of a list of codes
``p~pick``     one of the records that were found for the words in ``p``, or of the places
``p~drop``     give up what the form cannot show
=============  ===================================================================

Names come from a browser and may be anything. They are only ever looked up by pointers that the
schema of the kind gave, so a name that leads nowhere is never read. A list's parts keep the number
they had in the version that the page was made from; their order is that of ``p~items``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

Sent = Mapping[str, Sequence[str]]

ITEMS, ADD, PICK, DROP, AT = "~items", "~add", "~pick", "~drop", "/~at"
#: A name longer than this is none of ours.
MAX_NAME: Final = 400
#: More parts than any list of a schema may have; what a browser sends beyond them is not looked at.
MAX_PARTS: Final = 1000
_PLACE = re.compile(r"[0-9]{1,6}")


def join(pointer: str, name: str | int) -> str:
    """Return the pointer of a member."""
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


def split(pointer: str) -> list[str]:
    """Return the names on the way to a place."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def element_id(pointer: str) -> str:
    """Return the id that the part of a page for this place has."""
    return "field" + pointer.replace("/", "-").replace("~", "_")


def clean(text: str) -> str:
    """Return a text as it is kept: line feeds only, no other control characters."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in plain if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


class Form:
    """What a browser sent, by place."""

    def __init__(self, sent: Sent) -> None:
        self._sent: dict[str, list[str]] = {}
        self._inside: dict[str, list[str]] = {}
        self._there: set[str] = set()
        for name, values in sent.items():
            if name.startswith("/") and len(name) <= MAX_NAME:
                self._sent[name] = [clean(value) for value in values]
                self._place(name)

    def _place(self, name: str) -> None:
        whole = name
        for mark in (ITEMS, ADD, PICK, DROP):
            whole = whole.removesuffix(mark)
        while whole and whole not in self._there:
            self._there.add(whole)
            above, _, last = whole.rpartition("/")
            self._inside.setdefault(above, []).append(last)
            whole = above

    def has(self, pointer: str) -> bool:
        """Say whether the page had an input for this place or for anything in it."""
        return pointer in self._there

    def sent(self, name: str) -> bool:
        """Say whether exactly this input was sent."""
        return name in self._sent

    def one(self, name: str) -> str:
        """Return what stands in an input, "" when there is none."""
        return next(iter(self._sent.get(name, ())), "")

    def every(self, name: str) -> list[str]:
        """Return all values that were sent under a name."""
        return self._sent.get(name, [])

    def inside(self, pointer: str) -> list[str]:
        """Return the last parts of the names just below a place, as they stand in the name."""
        return self._inside.get(pointer, [])

    def places(self, pointer: str) -> list[int]:
        """Return the numbers of a list's parts, in the order in which they are wanted."""
        listed = self.every(pointer + ITEMS)[: MAX_PARTS + 1]
        numbers = [int(each) for each in listed if _PLACE.fullmatch(each)]
        return list(dict.fromkeys(numbers))[:MAX_PARTS]


def arranged(sent: Sent, do: str) -> tuple[Sent, int | None]:
    """Return a form after one of its buttons, and where in its list the part stands now.

    `do` is ``up:/how_it_works/2``, ``down:…`` or ``remove:…``; anything else changes nothing. After
    ``remove`` the place is that of the part that stands there now.
    """
    verb, _, pointer = do.partition(":")
    above, _, number = pointer.rpartition("/")
    places = [each for each in sent.get(above + ITEMS, ()) if each]
    if verb not in {"up", "down", "remove"} or number not in places:
        return sent, None
    here = places.index(number)
    if verb == "remove":
        places.pop(here)
        new = max(min(here, len(places) - 1), 0)
    else:
        new = min(max(here + (-1 if verb == "up" else 1), 0), len(places) - 1)
        places.insert(new, places.pop(here))
    return {**sent, above + ITEMS: ["", *places]}, new
