"""Where a record can be read in full that this node shows only by its title and summary.

The node that published it knows its form. Its address stands in its organisation record, or it is
a partner whose address the keeper gave; of the two the keeper's word counts first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from node.catalogue.listing import Names
from node.catalogue.reading import content_at

if TYPE_CHECKING:
    from node.catalogue.context import Catalogue
    from node.storage import UnitOfWork


def address_of_original(c: Catalogue, oid: str, record: str) -> str:
    """Return the address of a record at its own origin's node, or "" when none is known here."""
    with c.database.reading() as unit:
        node = next((peer.url for peer in unit.peers.all() if peer.oid == oid), "")
        node = node or _told(unit, oid)
    parts = urlsplit(node)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    return f"{node.rstrip('/')}/records/{record}"


def _told(unit: UnitOfWork, oid: str) -> str:
    """Return the address that an origin gives of its node, in whatever version of its profile."""
    profile = Names(unit).profile(oid)
    content = content_at(unit, oid, profile.epoch, profile.seq) if profile else None
    told = content.body.get("node_url") if content else None
    return told if isinstance(told, str) else ""
