"""What the desk is given of the catalogue: translated texts followed from revision to revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from node.catalogue.comparing import TextSegment, compare_text
from node.catalogue.staleness import Carried, Written, carry, without_base

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract import Kind


class Following:
    """`node.editorial.ports.Follow`: the same rules by which readers are told of changes."""

    def carry(
        self,
        before: tuple[Kind, Mapping[str, Any]],
        now: tuple[Kind, Mapping[str, Any]],
        texts: Mapping[str, str],
        language: str,
    ) -> Carried:
        """Carry a translation of the body `before` over to `now`; each comes with its kind."""
        return carry(_written(*before), _written(*now), texts, language)

    def compare(self, before: str, after: str) -> tuple[TextSegment, ...]:
        """Return two texts word by word."""
        return compare_text(before, after)

    def without_base(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return what may be kept when the revision that was translated is not held."""
        return without_base(texts)


def _written(kind: Kind, body: Mapping[str, Any]) -> Written:
    language = body.get("language")
    return Written(kind.fields, body, language if isinstance(language, str) else "")
