"""What every use case of the exchange needs, in one frozen object.

Use cases are plain functions that take an `Exchange` first; each is one verb and, where it
changes something, one transaction. Nothing here holds state of its own: two processes that make an
`Exchange` over the same home see the same node, because the database decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.core.ports import Clock, Signer, Transport
from node.errors import DamageError, NotFoundError
from node.storage.origins import OWN

if TYPE_CHECKING:
    from node.config import Settings
    from node.contract import Contract
    from node.storage import BlobStore, Database, HighWater, UnitOfWork

#: Makes a connection to the node at this public address. The second argument says whether the
#: address may be a private one (only when the keeper has said so for this peer).
TransportFactory = Callable[[str, bool], Transport]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One node's side of the exchange: its store, its rules, its clock and its key."""

    database: Database
    contract: Contract
    clock: Clock
    settings: Settings
    blobs: BlobStore
    #: The key that signs this origin's current epoch; None for tools that only read.
    signer: Signer | None
    highwater: HighWater

    def require_signer(self) -> Signer:
        """Return the signing key; raises `DamageError` where this process has none."""
        if self.signer is None:
            raise DamageError(
                "This process has no signing key, so it cannot publish.",
                hint="Run the command on the node's own home, where its key file is.",
            )
        return self.signer

    def own_oid(self) -> str:
        """Return the identity of this node; raises `NotFoundError` before `create_identity`."""
        with self.database.reading() as uow:
            return own_origin(uow)


def own_origin(uow: UnitOfWork) -> str:
    """Return the oid of this node's own origin; raises `NotFoundError` when it has none yet."""
    for origin in uow.origins.all():
        if origin.status == OWN:
            return origin.oid
    raise NotFoundError("This node has no identity yet.", hint="Make one with `footbridge init`.")
