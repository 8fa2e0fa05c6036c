"""Partners: the nodes this one pulls from, and the origins its keeper does not want.

A partner is added by address, but what counts is its oid: the keeper compares it once, in groups of
four, with what the partner says by telephone or letter. A partner that answers later with another
oid is not that partner any more (the round refuses it).

Pausing and removing concern where we pull from; what was verified before stays. Blocking concerns
an *origin*: its records are hidden, not fetched and not relayed, whoever has them. `by` is who did
it, for the audit trail.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from node.errors import BadInputError, ConflictError, NotFoundError
from node.exchange.projection import refresh_origin
from node.net.client import PeerClient
from node.net.transport import HttpTransport
from node.storage.origins import ACTIVE, BLOCKED, OWN

if TYPE_CHECKING:
    from node.exchange.context import Exchange, TransportFactory
    from node.net.answers import NodeInfo
    from node.storage import PeerRow, UnitOfWork

PROTOCOL = 1
SCOPES = ("all", "own")


def look_at(
    x: Exchange, url: str, connect: TransportFactory, *, private_ok: bool = False
) -> NodeInfo:
    """Ask the node at `url` who it is, without adding it.

    Raises `BadInputError` for a wrong address or a node of another protocol, and what the transport
    raises when it is unreachable or no node.
    """
    transport = connect(clean_url(url), private_ok)
    try:
        info = PeerClient(transport).node()
    finally:
        if isinstance(transport, HttpTransport):
            transport.close()
    if PROTOCOL not in info.protocols:
        raise BadInputError(
            f"The node at {url} does not speak version {PROTOCOL} of the exchange protocol.",
            hint="One of the two nodes needs an upgrade.",
        )
    if info.oid == x.own_oid():
        raise BadInputError(
            f"The node at {url} is this node itself.", hint="Give the address of a partner's node."
        )
    return info


def add_peer(
    x: Exchange,
    url: str,
    connect: TransportFactory,
    *,
    oid: str | None = None,
    private_ok: bool = False,
    scope: str = "all",
) -> PeerRow:
    """Add the node at `url` as a partner; it is due for a round at once.

    With `oid`, the node must be exactly that one. Raises `BadInputError` when it is another, this
    node itself, or no address; `ConflictError` when the address or the origin is a partner already.
    """
    if scope not in SCOPES:
        raise BadInputError(f"A scope is one of {', '.join(SCOPES)}, not {scope!r}.")
    address = clean_url(url)
    info = look_at(x, address, connect, private_ok=private_ok)
    wanted = None if oid is None else "".join(oid.split()).replace("-", "").lower()
    if wanted is not None and wanted != info.oid:
        raise BadInputError(
            f"The node at {address} has another oid than the one you gave.",
            hint="Ask your partner to read out the oid again. Nothing was added.",
            given=wanted,
            found=info.oid,
        )
    now = x.clock.now()
    with x.database.writing() as uow:
        for peer in uow.peers.all():
            if peer.url == address or peer.oid == info.oid:
                raise ConflictError(
                    f"{peer.name} is a partner already, at {peer.url}.",
                    hint="Remove it first if its address has changed.",
                )
        peer = uow.peers.add(
            url=address,
            oid=info.oid,
            name=info.name,
            scope=scope,
            private_ok=private_ok,
            added=now,
        )
        uow.audit.add("keeper", "peer added", {"url": address, "oid": info.oid}, now)
        return peer


def list_peers(x: Exchange) -> list[PeerRow]:
    """Return all partners, in the order in which they were added."""
    with x.database.reading() as uow:
        return uow.peers.all()


def show_peer(x: Exchange, which: str) -> PeerRow:
    """Find a partner by number, address, oid or name; `NotFoundError` when none or several fit."""
    with x.database.reading() as uow:
        return _find(uow, which)


def pause_peer(x: Exchange, which: str, *, by: str = "keeper") -> PeerRow:
    """Stop pulling from a partner, and announcing to it, until it is resumed."""
    return _set_state(x, which, "paused", by)


def resume_peer(x: Exchange, which: str, *, by: str = "keeper") -> PeerRow:
    """Pull from a paused or blocked partner again, at once; a blocked one's origin is unblocked."""
    peer = _set_state(x, which, "active", by)
    with x.database.reading() as uow:
        origin = uow.origins.get(peer.oid)
    if origin is not None and origin.status == BLOCKED:
        unblock_origin(x, peer.oid, by=by)
    return peer


def remove_peer(x: Exchange, which: str, *, by: str = "keeper") -> PeerRow:
    """Forget a partner's address and history. Records that came from it stay, verified."""
    with x.database.writing() as uow:
        peer = _find(uow, which)
        uow.peers.remove(peer.id)
        uow.audit.add(by, "peer removed", {"url": peer.url, "oid": peer.oid}, x.clock.now())
        return peer


def block_peer(x: Exchange, which: str, reason: str = "", *, by: str = "keeper") -> PeerRow:
    """Stop all exchange with a partner, and block its origin too."""
    peer = _set_state(x, which, "blocked", by)
    block_origin(x, peer.oid, reason, by=by)
    return peer


def block_origin(x: Exchange, oid: str, reason: str = "", *, by: str = "keeper") -> None:
    """Stop fetching, showing and relaying an origin, whoever has it. What is held is kept.

    Raises `BadInputError` for the own origin. An origin never seen may be blocked in advance.
    """
    now = x.clock.now()
    with x.database.writing() as uow:
        origin = uow.origins.add(oid, status=BLOCKED, reason=reason, first_seen=now)
        if origin.status == OWN:
            raise BadInputError("A node cannot block its own origin.")
        uow.origins.set_status(oid, BLOCKED, reason)
        refresh_origin(x, uow, oid)
        uow.audit.add(by, "origin blocked", {"oid": oid, "reason": reason}, now)


def unblock_origin(x: Exchange, oid: str, *, by: str = "keeper") -> None:
    """Take up an origin again: show what is held, and offer its logs to partners as changed."""
    with x.database.writing() as uow:
        origin = uow.origins.get(oid)
        if origin is None or origin.status != BLOCKED:
            raise NotFoundError(f"The origin {oid} is not blocked.")
        uow.origins.set_status(oid, ACTIVE, "")
        refresh_origin(x, uow, oid)
        for log in uow.logs.of(oid):
            uow.logs.save_head(
                log.id,
                size=log.size,
                edge=log.edge,
                checkpoint=log.checkpoint,
                target=log.target,
                change=uow.next_change(),
            )
        for peer in uow.peers.all():
            # What was passed over while blocked is not repeated after the last token.
            uow.peers.save(replace(peer, heads_token="", heads_etag=""))
        uow.audit.add(by, "origin unblocked", {"oid": oid}, x.clock.now())


def clean_url(url: str) -> str:
    """Return a node's address in the one form it is kept in; `BadInputError` when it is none."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadInputError(f"{url!r} is not the address of a node: {error}.") from error
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not url.isprintable()
        or any(character.isspace() for character in url)
    ):
        raise BadInputError(
            f"{url!r} is not the address of a node.", hint="It looks like https://node.example.org."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadInputError(
            f"{url} has more than an address needs.",
            hint="Leave out user names, passwords, and everything from ? or # on.",
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    where = host if port in {None, default} else f"{host}:{port}"
    return f"{parts.scheme}://{where}{parts.path.rstrip('/')}"


def _set_state(x: Exchange, which: str, state: str, by: str) -> PeerRow:
    now = x.clock.now()
    with x.database.writing() as uow:
        peer = _find(uow, which)
        changed = replace(peer, state=state, next_due=now if state == "active" else peer.next_due)
        uow.peers.save(changed)
        uow.audit.add(by, f"peer {state}", {"url": peer.url, "oid": peer.oid}, now)
        return changed


def _find(uow: UnitOfWork, which: str) -> PeerRow:
    wanted = which.strip()
    bare = wanted.replace(" ", "").lower()
    peers = uow.peers.all()
    exact = [p for p in peers if wanted in {str(p.id), p.url, f"{p.url}/"} or bare == p.oid]
    found = exact or [p for p in peers if p.name.casefold() == wanted.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInputError(
            f"{len(found)} partners are called {which!r}.", hint="Name one by its number or oid."
        )
    raise NotFoundError(
        f"There is no partner {which!r}.", hint="`footbridge peer list` shows all partners."
    )
