"""A new origin: the genesis of this node's log, and the recovery key that goes on paper.

The recovery key is the only way to take the identity back after theft or loss, so its secret half
exists only in the answer of `create_identity`: it is shown once, and the log holds just the digest
of its public half.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from node.core.acceptance import Entry
from node.core.epochs import NONCE_SIZE, make_genesis, open_genesis
from node.core.keys import KEY_SIZE, SecretKey, key_digest
from node.core.merkle import leaf_hash
from node.core.statements import parse_statement
from node.errors import ConflictError
from node.exchange.ownlog import OwnLog, seal
from node.exchange.paperkeys import to_paper
from node.storage import write_key
from node.storage.origins import OWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from node.exchange.context import Exchange

#: The signing key's file, below the folder for keys in the home.
KEY_NAME = "origin.key"

#: Named in every token of `heads`; a restored database gets a new one, so tokens start afresh.
INSTANCE = "heads.instance"
INSTANCE_BYTES = 6


@dataclass(frozen=True, slots=True)
class Identity:
    """What a keeper must see once: the oid to tell partners, the recovery key for paper."""

    oid: str
    recovery_key: str


def create_origin(x: Exchange, keys: Path) -> Identity:
    """Make the signing key in the folder `keys`, and this node's origin with it.

    Raises `DamageError` when there is a key already, and as `create_identity` does.
    """
    seed = secrets.token_bytes(KEY_SIZE)
    write_key(keys / KEY_NAME, seed)
    return create_identity(replace(x, signer=SecretKey.from_seed(seed)))


def create_identity(
    x: Exchange, *, random: Callable[[int], bytes] = secrets.token_bytes
) -> Identity:
    """Make this node's origin, signed by `x.signer`, with a fresh recovery key.

    `random` gives so many random bytes. Raises `ConflictError` when the node has an identity
    already.
    """
    signer, now = x.require_signer(), x.clock.now()
    seed, nonce = random(KEY_SIZE), random(NONCE_SIZE)
    recovery = SecretKey.from_seed(seed)
    raw = make_genesis(signer, [key_digest(recovery.public)], nonce, now)
    epoch = open_genesis(raw)
    with x.database.writing() as uow:
        if any(origin.status == OWN for origin in uow.origins.all()):
            raise ConflictError(
                "This node has an identity already; a second one was not made.",
                hint="Use another home for another organisation.",
            )
        uow.origins.add(epoch.oid, status=OWN, name=x.settings.name, first_seen=now)
        log = uow.logs.create(epoch, own=True)
        uow.entries.append(log.id, [Entry(0, raw, parse_statement(raw), None)])
        seal(OwnLog(x, uow, log, signer, now), log.edge.append(leaf_hash(raw)))
        uow.logs.set_applied(log.id, 1, change=uow.next_change())
        uow.settings.put(INSTANCE, random(INSTANCE_BYTES).hex())
        uow.audit.add("keeper", "identity made", {"oid": epoch.oid}, now)
    return Identity(oid=epoch.oid, recovery_key=to_paper(seed))
