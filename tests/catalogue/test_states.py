"""Records that are held and not shown: hidden, pending, void."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.catalogue.browsing import SearchRequest, search_records
from node.catalogue.genuine import examine
from node.catalogue.records import get_record
from node.catalogue.revisions import get_revision, list_revisions
from node.core.epochs import make_succession, open_succession
from node.core.keys import SecretKey, key_digest
from node.core.merkle import leaf_hash, root_of
from node.errors import NotFoundError
from node.exchange.publishing import revise
from tests.catalogue.making import set_state
from tests.support.nodes import fixed_bytes, practice, signer_of

if TYPE_CHECKING:
    from tests.catalogue.making import Shelf


@pytest.mark.parametrize("state", ["hidden", "pending", "withdrawn"])
def test_what_is_not_shown_has_no_body_and_is_not_found_by_search(shelf: Shelf, state: str) -> None:
    one, other = shelf.publish(practice("One"), practice("Other"))
    set_state(shelf, one, state, "the reason")
    view = get_record(shelf.catalogue, one)
    assert (view.state, view.fault, view.body, view.description) == (state, "the reason", {}, None)
    assert not any(revision.current for revision in view.revisions)
    found = search_records(shelf.catalogue, SearchRequest())
    assert [card.id for card in found.items] == [other]


def succeed(shelf: Shelf, size: int) -> None:
    """Open epoch 1, in which only the first `size` entries of epoch 0 still count."""
    recovery = SecretKey.from_seed(fixed_bytes("Puente")(32))
    with shelf.x.database.writing() as uow:
        log = uow.logs.current(shelf.oid)
        assert log is not None
        raw = make_succession(
            log.epoch,
            recovery,
            signer_of("fresh").public,
            (key_digest(signer_of("paper").public),),
            size,
            root_of(leaf_hash(uow.entries.raw(log.id, seq)) for seq in range(size)),
            shelf.x.clock.now(),
        )
        uow.logs.create(open_succession(log.epoch, raw), own=True)


def test_what_a_later_epoch_declared_void_is_no_revision(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice("Honest"))
    revise(shelf.x, one, practice("By a thief"))
    assert [r.revision for r in list_revisions(shelf.catalogue, one)] == [2, 1]
    succeed(shelf, 2)
    assert [r.revision for r in list_revisions(shelf.catalogue, one)] == [1]
    with pytest.raises(NotFoundError):
        get_revision(shelf.catalogue, one, 2)
    with pytest.raises(NotFoundError):
        examine(shelf.catalogue, one, now=shelf.x.clock.now(), revision=2)


def test_a_revision_of_an_earlier_epoch_stays_genuine(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice("Honest"))
    succeed(shelf, 2)
    now = shelf.x.clock.forward(days=400)
    report = examine(shelf.catalogue, one, now=now)
    assert report.genuine
    assert report.check("date").reason == "closed-log"
    assert report.check("epochs").facts["epoch"] == "0"


def test_a_revision_whose_content_is_missing_is_not_found_but_listed(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice("First"))
    revise(shelf.x, one, practice("Second"))
    with shelf.x.database.writing() as uow:
        log = uow.logs.current(shelf.oid)
        assert log is not None
        uow.entries.set_state(log.id, [1], "missing")
    assert [r.state for r in list_revisions(shelf.catalogue, one)] == ["held", "missing"]
    with pytest.raises(NotFoundError, match="not held"):
        get_revision(shelf.catalogue, one, 1)
