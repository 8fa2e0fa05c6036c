"""What a form is drawn from: boxes, each with the name of the macro that draws it. Pure.

`Box.control` is one of these:

=========  =====================================================================
langs      a text in several languages, side by side; `inputs` has one for each
line       one input; `area` when it has lines
select     one of `options`
radios     one of `options`, each with what it means
ticks      any of `options`, and words that are added
entries    a list of names: each can be unticked, others are added by name
record     another record: found by words, or by its address
place      a name and a point on the map
members    an object: `boxes`
parts      a list whose parts are added, moved and removed
unshown    something that no input can show; it is kept
=========  =====================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from node.contract import Field


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its name, its id and what stands in it."""

    name: str
    id: str
    value: str
    #: The language that is written in it, "" for none.
    language: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list."""

    value: str
    label: str
    chosen: bool = False
    hint: str = ""
    #: How far below a broader concept it stands.
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One field at one place."""

    spec: Field
    pointer: str
    id: str
    control: str
    label: str
    help: str = ""
    example: str = ""
    #: The most characters, 0 where nothing is said.
    limit: int = 0
    area: bool = False
    inputs: tuple[Input, ...] = ()
    options: tuple[Option, ...] = ()
    boxes: tuple[Box, ...] = ()
    parts: tuple[Part, ...] = ()
    #: An empty part to copy for a new one, where the browser adds parts itself.
    pattern: Part | None = None
    #: The value as it stands in the body, None when there is none.
    value: Any = None

    @property
    def required(self) -> bool:
        """Say whether it has to be filled in."""
        return self.spec.required

    @property
    def chosen(self) -> tuple[Option, ...]:
        """Return the options that are chosen."""
        return tuple(option for option in self.options if option.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a list."""

    pointer: str
    id: str
    place: int
    box: Box
    #: It is not in the body yet: something to write into.
    blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """A section of the form."""

    id: str
    label: str
    why: str
    boxes: tuple[Box, ...]
    filled: int
    #: Whether it has a field that a record cannot be without.
    required: bool

    @property
    def total(self) -> int:
        """Return how many fields it has."""
        return len(self.boxes)
