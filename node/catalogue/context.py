"""What the catalogue's use cases need, put together once by `node.home`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.config import Settings
    from node.contract import Contract
    from node.core.ports import Clock
    from node.search import SearchIndex
    from node.storage import Database


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The parts a reader's question is answered from. Nothing here is ever written to."""

    database: Database
    contract: Contract
    index: SearchIndex
    settings: Settings
    clock: Clock
    #: ``prove(oid, record, revision)`` makes the stand-alone proof file of one revision (None is
    #: the newest). It belongs to the exchange, which the catalogue does not import, so the home
    #: hands it in; a catalogue without it answers that proof files are not made here.
    prove: Callable[[str, str, int | None], dict[str, Any]] | None = None
    #: ``missed(words, language)`` is told of a search that found nothing. Keeping that is the
    #: desk's affair; a catalogue without it tells nobody.
    missed: Callable[[str, str], None] | None = None
