"""After an upgrade of the shared contract: what was kept unread is read.

A record of a kind or version that this node did not know was stored, passed on and told by its
fallback. When the files of the contract have changed since, every record is told again as the
contract now has it, from the stored bytes, and nothing is fetched a second time. What is then found
faulty was faulty all along: a node that knew the schema from the beginning shows the same.

Done by the worker at its start and by `rebuild`, page by page, each page in a transaction of its
own; the mark that says for which contract it was done is written last, so a start that is cut does
it again. Rows that come out as they were are left alone, and so is the search index.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from node.core.acceptance import accept_content
from node.core.contents import parse_content
from node.core.limits import PAGE_LINES
from node.core.statements import PUBLISH
from node.errors import BadInputError
from node.exchange.fetching import statement_of
from node.exchange.recordrows import RowMaker
from node.storage.entries import HELD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from node.core.contents import Content
    from node.exchange.context import Exchange
    from node.storage import EntryRow, Log, UnitOfWork

LOG = logging.getLogger(__name__)

#: The setting that says for which contract the records were told last.
MARK = "contract.told"


def keep_to_contract(x: Exchange) -> int:
    """Tell all records anew if the contract has changed; return how many came out otherwise."""
    with x.database.reading() as uow:
        mark = uow.settings.get(MARK)
        logs = uow.logs.all()
    told: Mapping[str, object] = mark if isinstance(mark, dict) else {}
    if told.get("fingerprint") == x.contract.fingerprint:
        return 0
    before = told.get("schemas")
    schemas = {kind.schema for kind in x.contract.every_kind}
    new = schemas.difference(before if isinstance(before, list) else ())
    changed = sum(_tell_log(x, log, new) for log in logs)
    with x.database.writing() as uow:
        uow.settings.put(MARK, {"fingerprint": x.contract.fingerprint, "schemas": sorted(schemas)})
    if told or changed:
        # A warning, since a keeper should see it and nothing quieter is shown by default.
        LOG.warning(
            "The shared contract has changed; %s %s told anew from what is stored.",
            f"{changed:,}",
            "record is" if changed == 1 else "records are",
        )
    return changed


def _tell_log(x: Exchange, log: Log, new: Collection[str]) -> int:
    """Tell the records of one log anew; `new` are the schemas that were unknown before."""
    changed = 0
    done: set[str] = set()
    for page in range(-(-log.size // PAGE_LINES)):
        with x.database.writing() as uow:
            rows = uow.entries.rows(log.id, page * PAGE_LINES, (page + 1) * PAGE_LINES)
            fresh, faulty = _read_page(x, uow, log, page, rows, new)
            records = {row.record for row in rows if row.record}
            maker = RowMaker(x, uow, log.oid, fresh)
            changed += maker.make(sorted((records - done) | faulty), leave_same=True)
            done |= records
    return changed


def _read_page(
    x: Exchange,
    uow: UnitOfWork,
    log: Log,
    page: int,
    rows: list[EntryRow],
    new: Collection[str],
) -> tuple[dict[str | None, Content], set[str]]:
    """Return the page's contents by digest, and the records in which a fault was found now."""
    lines = dict(uow.contents.page_items(log.id, page))
    fresh: dict[str | None, Content] = {}
    faulty: set[str] = set()
    for row in rows:
        if row.type != PUBLISH or row.state != HELD or row.fault is not None:
            continue
        # An entry that repeats another's content has no line of its own.
        raw = lines.get(row.seq) or uow.contents.of_entry(log.id, row.seq)
        try:
            if row.schema not in new:
                fresh[row.digest] = parse_content(raw)
                continue
            accepted = accept_content(statement_of(log, row), raw, x.contract.validate_received)
        except BadInputError:
            continue  # damage at home, which `verify` names
        if accepted.fault is not None and row.record:
            uow.contents.mark_faulty(log.id, row.seq, accepted.fault)
            faulty.add(row.record)
        elif accepted.content is not None:
            fresh[row.digest] = accepted.content
    return fresh, faulty
