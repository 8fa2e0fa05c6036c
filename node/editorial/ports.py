"""What the desk is given from outside: the words of a page followed, and suggestions of a machine.

`node.home` joins them to the catalogue and the network; tests may give others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from node.contract import Kind


class Segment(Protocol):
    """A piece of text: the same in both, or only in one."""

    @property
    def text(self) -> str:
        """Return the words."""

    @property
    def change(self) -> str:
        """Return "same", "added" or "removed"."""


class Carried(Protocol):
    """A translation of one revision as it applies to another."""

    @property
    def standing(self) -> Mapping[str, str]:
        """Return the texts that still apply, by pointer into the later body."""

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the pointers, into the later body, of what was translated and says more now."""

    @property
    def added(self) -> tuple[str, ...]:
        """Return the pointers of what was not there before."""

    @property
    def moved_to(self) -> Mapping[str, str]:
        """Return where each translated text stood, and where it stands now."""


class Follow(Protocol):
    """Follows texts from one revision of a record to another."""

    def carry(
        self,
        before: tuple[Kind, Mapping[str, Any]],
        now: tuple[Kind, Mapping[str, Any]],
        texts: Mapping[str, str],
        language: str,
    ) -> Carried:
        """Carry a translation of the body `before` over to `now`; each comes with its kind."""

    def compare(self, before: str, after: str) -> Sequence[Segment]:
        """Return two texts word by word."""

    def without_base(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return what may be kept when the revision that was translated is not held."""


class Suggest(Protocol):
    """Asks a machine for translations. Raises `FootbridgeError`; what came before is good."""

    def __call__(self, texts: Sequence[str], source: str, target: str) -> Iterator[tuple[int, str]]:
        """Yield the place of a text and its suggestion; the languages are BCP 47."""


class Page(Protocol):
    """A page of the web."""

    @property
    def media_type(self) -> str:
        """Return what it says it is, without parameters."""

    @property
    def body(self) -> bytes:
        """Return what came."""


class Ask(Protocol):
    """Asks a provider of sign-ins, within bounds. Raises `FootbridgeError`."""

    def __call__(
        self, address: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Return status and body of the answer to GET, or with a `body` to POST."""

    def allows(self, address: str) -> bool:
        """Say whether an address may be a provider's at all."""


class Fetch(Protocol):
    """Fetches a page from a public address, within bounds. Raises `FootbridgeError`."""

    def __call__(self, address: str) -> Page:
        """Return the page."""
