from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from node.catalogue.records import get_record
from node.errors import GoneError, NotFoundError
from node.exchange.drafts import Attachment, Draft
from node.exchange.publishing import erase, publish, revise, withdraw
from tests.catalogue.making import Shelf, adaptation, make_shelf, organisation, review, translation
from tests.support.nodes import practice

if TYPE_CHECKING:
    from pathlib import Path


def test_a_record_is_shown_with_body_and_files(shelf: Shelf) -> None:
    draft = practice("Evenings of talk")
    picture = Attachment(
        source=b"not really a picture", media_type="image/png", name="a.png", alt={"en": "Us"}
    )
    (one,) = shelf.publish(Draft(kind=draft.kind, body=draft.body, blobs=[picture]))
    view = get_record(shelf.catalogue, one)
    assert (view.id, view.state, view.revision, view.known) == (one, "shown", 1, True)
    assert view.kind is not None
    assert view.kind.name == "good-practice"
    assert view.body["challenge"] == draft.body["challenge"]
    assert [blob.name for blob in view.blobs] == ["a.png"]
    assert view.description is not None
    assert view.description.title == {"en": "Evenings of talk"}
    assert view.digest.startswith("sha256:")
    assert view.published == view.first_published == shelf.x.clock.now()


@pytest.mark.parametrize(
    "record", ["3f1c2a5e-9a41-4c50-8f6e-6a1d2b7c9e01", "", "no-uuid", "../../etc"]
)
def test_an_unknown_record_is_not_found(shelf: Shelf, record: str) -> None:
    with pytest.raises(NotFoundError) as raised:
        get_record(shelf.catalogue, record)
    assert not isinstance(raised.value, GoneError)


def test_a_record_of_another_origin_is_not_found_under_this_one(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    with pytest.raises(NotFoundError):
        get_record(shelf.catalogue, one, "a" * 52)


def test_a_withdrawn_record_says_so_and_shows_no_body(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    withdraw(shelf.x, one)
    view = get_record(shelf.catalogue, one)
    assert (view.state, view.body, view.description) == ("withdrawn", {}, None)


def test_an_erased_record_is_gone(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    erase(shelf.x, one)
    with pytest.raises(GoneError):
        get_record(shelf.catalogue, one)


def test_revisions_are_listed_newest_first(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice("First"))
    shelf.x.clock.forward(days=1)
    revise(shelf.x, one, practice("Second"))
    withdraw(shelf.x, one)
    revise(shelf.x, one, practice("Third"))
    view = get_record(shelf.catalogue, one)
    assert [r.revision for r in view.revisions] == [3, 2, 1]
    assert [r.current for r in view.revisions] == [True, False, False]
    assert view.first_published < view.published


def test_what_others_say_about_a_record_is_found_from_both_ends(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    reviewed, adapted, translated = shelf.publish(
        review(shelf.reference(one, 1)),
        adaptation(shelf.reference(one, 1)),
        translation(shelf.reference(one, 1), "es", title="Grupos de conversación"),
    )
    view = get_record(shelf.catalogue, one)
    assert [link.record for link in view.reviews] == [reviewed]
    assert [link.record for link in view.adaptations] == [adapted]
    assert [link.record for link in view.translations] == [translated]
    assert not any(link.stale for link in view.links)
    (back,) = get_record(shelf.catalogue, adapted).linked("adapts", "out")
    assert (back.record, back.revision) == (one, 1)
    assert back.card is not None
    assert back.card.title == {"en": "Conversation groups"}


def test_what_was_said_of_an_earlier_revision_is_stale(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    (reviewed,) = shelf.publish(review(shelf.reference(one, 1)))
    revise(shelf.x, one, practice("Better groups"))
    assert [link.stale for link in get_record(shelf.catalogue, one).reviews] == [True]
    assert [link.stale for link in get_record(shelf.catalogue, reviewed).links] == [True]


def test_a_withdrawn_review_says_nothing_any_more(shelf: Shelf) -> None:
    (one,) = shelf.publish(practice())
    (reviewed,) = shelf.publish(review(shelf.reference(one, 1)))
    withdraw(shelf.x, reviewed)
    assert get_record(shelf.catalogue, one).reviews == ()


def test_a_link_to_what_is_not_held_is_kept_without_a_card(shelf: Shelf) -> None:
    elsewhere = {"origin": "b" * 52, "record": str(uuid.uuid4()), "revision": 2}
    (adapted,) = shelf.publish(adaptation(elsewhere))
    (link,) = get_record(shelf.catalogue, adapted).linked("adapts", "out")
    assert (link.card, link.record, link.stale) == (None, elsewhere["record"], False)


def test_of_two_origins_with_one_id_the_own_record_is_meant(shelf: Shelf, tmp_path: Path) -> None:
    (one,) = shelf.publish(organisation(), practice("Ours"))[1:]
    other = make_shelf(tmp_path, "Andere")
    theirs = practice("Theirs")
    publish(other.x, [Draft(kind=theirs.kind, body=theirs.body, new_record=one)])
    copy_rows(other, shelf, one)
    view = get_record(shelf.catalogue, one)
    assert view.title == {"en": "Ours"}
    assert [rival.oid for rival in view.rivals] == [other.oid]
    assert get_record(shelf.catalogue, one, other.oid).title == {"en": "Theirs"}
    other.x.database.dispose()


def copy_rows(source: Shelf, target: Shelf, record: str) -> None:
    """Put another origin's row beside ours, as a round would; its log is not needed here."""
    with source.x.database.reading() as uow:
        row = uow.records.get(source.oid, record)
    assert row is not None
    with target.x.database.writing() as uow:
        uow.origins.add(source.oid, first_seen=row.arrived)
        uow.records.upsert(row)
