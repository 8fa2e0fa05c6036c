"""How the catalogue sees an origin's records, whatever order things arrive in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from node.core.contents import BlobRef
from node.exchange.erasures import carry_out
from node.exchange.projection import apply_contents, rebuild
from node.storage.records import ERASED, HIDDEN, PENDING, SHOWN, WITHDRAWN
from tests.support.foreign import Foreign
from tests.support.making import NOON, record_id

if TYPE_CHECKING:
    from node.exchange.context import Exchange


@pytest.fixture
def origin() -> Foreign:
    return Foreign()


def test_a_published_record_is_shown_with_its_words_facets_and_place(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "Mentors")
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.kind, row.schema, row.revision) == (
        SHOWN,
        "good-practice",
        "good-practice/1",
        1,
    )
    assert row.title == {"en": "Mentors"}
    assert row.countries == ("ES",)
    assert row.facets["success_factor"] == ["social-capital"]
    assert (row.epoch, row.seq, row.published) == (0, 1, NOON)
    assert row.arrived == x.clock.now()


def test_a_record_whose_words_are_still_on_their_way_has_no_row(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish()
    origin.store(x, contents=False)
    assert origin.record(x) is None


def test_a_newer_revision_takes_over_when_its_words_arrive_and_not_before(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "First")
    origin.store(x)
    origin.publish(1, "Second", revision=2, created=NOON + timedelta(hours=1))
    origin.store(x, contents=False)
    row = origin.record(x)
    assert row is not None
    assert (row.title["en"], row.revision) == ("First", 1)
    origin.bring(x)
    row = origin.record(x)
    assert row is not None
    assert (row.title["en"], row.revision, row.state) == ("Second", 2, SHOWN)
    assert (row.published, row.first_published) == (NOON + timedelta(hours=1), NOON)


def test_the_place_in_the_log_decides_and_neither_time_nor_revision_number(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "Early place", revision=9, created=NOON + timedelta(hours=5))
    origin.publish(1, "Late place", revision=2, created=NOON - timedelta(hours=5))
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert row.title["en"] == "Late place"


def test_contents_may_arrive_in_any_order_and_give_the_same_row(
    x: Exchange, origin: Foreign
) -> None:
    digests = [origin.publish(1, f"Revision {n}", revision=n) for n in (1, 2, 3)]
    seen = []
    for order in permutations(digests):
        other = Foreign(f"Bro {len(seen)}")
        made = [other.publish(1, f"Revision {n}", revision=n) for n in (1, 2, 3)]
        other.store(x, contents=False)
        held = dict(other.contents)
        for wanted in order:
            other.contents = {made[digests.index(wanted)]: held[made[digests.index(wanted)]]}
            other.bring(x)
        row = other.record(x)
        assert row is not None
        seen.append((row.title["en"], row.revision, row.state, row.seq))
    assert set(seen) == {("Revision 3", 3, SHOWN, 3)}


def test_withdrawing_hides_and_the_next_publish_lifts_it(x: Exchange, origin: Foreign) -> None:
    origin.publish(1, "First")
    origin.append(type="withdraw", record=record_id(1))
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.title["en"]) == (WITHDRAWN, "First")
    origin.publish(1, "Second", revision=2)
    origin.store(x, contents=False)
    assert origin.state(x) == PENDING, "what was withdrawn does not come back meanwhile"
    origin.bring(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.title["en"]) == (SHOWN, "Second")


def test_a_withdrawal_that_is_known_before_the_words_still_holds_when_they_arrive(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish()
    origin.append(type="withdraw", record=record_id(1))
    origin.store(x, contents=False)
    assert origin.state(x) == WITHDRAWN
    origin.bring(x)
    assert origin.state(x) == WITHDRAWN


def test_an_erase_is_final_for_revisions_before_and_after_it(x: Exchange, origin: Foreign) -> None:
    origin.publish(1, "First")
    origin.store(x)
    origin.append(type="erase", record=record_id(1))
    origin.publish(1, "After", revision=2)
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.title, row.summary, row.facets) == (ERASED, {}, {}, {})
    assert origin.bring(x) == []


def test_words_published_after_an_erase_are_not_even_asked_for(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "First")
    origin.append(type="erase", record=record_id(1))
    origin.store(x)
    origin.publish(1, "After", revision=2)
    origin.store(x, contents=False)
    assert origin.bring(x) == []
    assert origin.state(x) == ERASED


def test_a_faulty_revision_that_a_void_erase_hid_is_hidden_for_its_fault_again(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, body={"title": {"en": "Broken"}})
    origin.publish(2, "Needs more", crit=["something-new"])
    origin.store(x)
    honest = origin.log.size
    for number in (1, 2):
        origin.append(type="erase", record=record_id(number))
    origin.store(x)
    assert [origin.state(x, n) for n in (1, 2)] == [ERASED, ERASED]
    origin.succeed(size=honest)
    origin.store(x)
    first, second = origin.record(x, 1), origin.record(x, 2)
    assert first is not None
    assert second is not None
    assert (first.state, second.state) == (HIDDEN, HIDDEN)
    assert "Revision 1 cannot be shown" in (first.fault or "")
    assert "something-new" in (second.fault or "")


def test_an_erase_whose_words_came_back_before_its_time_deletes_nothing(
    x: Exchange, origin: Foreign
) -> None:
    """A worker may have claimed the work just before the epoch arrived that makes it void."""
    origin.publish(1, "Mentors")
    origin.store(x)
    origin.append(type="erase", record=record_id(1))
    origin.store(x)
    origin.succeed(size=2)
    origin.store(x)
    carry_out(x, origin.oid, record_id(1))
    assert origin.state(x) == SHOWN


def test_stored_words_that_this_version_cannot_read_are_hidden_with_the_reason(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, raw=b"[1]")
    origin.store(x, contents=False)
    with x.database.writing() as uow:
        log = uow.logs.current(origin.oid)
        assert log is not None
        uow.contents.put(log.id, 0, [(1, b"[1]")])
    rebuild(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.title) == (HIDDEN, {})
    assert "JSON object" in (row.fault or "")


def test_a_rebuild_makes_no_row_for_what_is_still_on_its_way(x: Exchange, origin: Foreign) -> None:
    origin.publish(1)
    origin.store(x, contents=False)
    rebuild(x)
    assert origin.record(x) is None
    origin.bring(x)
    assert origin.state(x) == SHOWN


def test_a_rebuild_says_again_which_files_belong_to_which_record(
    x: Exchange, origin: Foreign
) -> None:
    file = BlobRef("sha256:" + "5" * 64, 5, "text/plain", "five.txt")
    origin.publish(1, blobs=[file])
    origin.store(x)
    with x.database.writing() as uow:
        uow.blobs.clear_references()
        assert uow.blobs.of_record(origin.oid, record_id(1)) == []
    rebuild(x)
    with x.database.reading() as uow:
        (row,) = uow.blobs.of_record(origin.oid, record_id(1))
    assert (row.digest, row.state) == (file.digest, "wanted")


def test_what_was_erased_before_we_came_is_never_asked_for(x: Exchange, origin: Foreign) -> None:
    origin.publish()
    origin.append(type="erase", record=record_id(1))
    origin.store(x, contents=False)
    assert origin.state(x) == ERASED
    assert origin.bring(x) == []


def test_a_faulty_content_is_hidden_with_the_reason(x: Exchange, origin: Foreign) -> None:
    origin.publish(1, body={"title": {"en": "No more than a title"}})
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert row.state == HIDDEN
    assert "Revision 1 cannot be shown" in (row.fault or "")


def test_a_faulty_newer_revision_leaves_the_good_one_in_place_and_says_why(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "Good")
    origin.publish(1, revision=2, body={"title": {"en": "Broken"}})
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.title["en"], row.revision) == (SHOWN, "Good", 1)
    assert "Revision 2 cannot be shown" in (row.fault or "")


def test_a_statement_that_asks_for_the_unknown_is_not_acted_on(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "Good")
    origin.append(type="erase", record=record_id(1), crit=["only-on-fridays"])
    origin.publish(2, "Needs more", crit=["something-new"])
    origin.store(x)
    assert origin.state(x, 1) == SHOWN
    row = origin.record(x, 2)
    assert row is None or row.state == HIDDEN


def test_an_unknown_kind_is_shown_through_its_fallback(x: Exchange, origin: Foreign) -> None:
    origin.publish(1, "A song", schema="song/1", body={"language": "da", "notes": "do re mi"})
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.known, row.kind) == (SHOWN, False, "song")
    assert (row.title, row.language) == ({"en": "A song"}, "da")


def test_a_newer_version_of_a_known_kind_is_shown_through_its_fallback(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "From the future", schema="good-practice/7", body={"anything": {"goes": 1}})
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert (row.state, row.known, row.title) == (SHOWN, False, {"en": "From the future"})


def test_links_are_kept_while_shown_and_dropped_when_withdrawn(
    x: Exchange, origin: Foreign
) -> None:
    target = {"origin": origin.oid, "record": record_id(7), "revision": 3}
    origin.publish(1, schema="adaptation/1", body=_adaptation(target))
    origin.store(x)
    with x.database.reading() as uow:
        (link,) = uow.records.links_to(origin.oid, record_id(7))
    assert (link.relation, link.record, link.target_revision) == ("adapts", record_id(1), 3)
    origin.append(type="withdraw", record=record_id(1))
    origin.store(x)
    with x.database.reading() as uow:
        assert uow.records.links_to(origin.oid, record_id(7)) == []


@pytest.mark.parametrize("held", [True, False], ids=["words were held", "words never came"])
def test_void_entries_of_an_old_epoch_are_hidden_after_the_succession(
    x: Exchange, origin: Foreign, held: bool
) -> None:
    origin.publish(1, "Before the theft")
    origin.store(x, contents=held)
    origin.publish(2, "By the thief")
    origin.publish(1, "Changed by the thief", revision=2)
    origin.append(type="erase", record=record_id(1))
    origin.store(x)
    assert (origin.state(x, 1), origin.state(x, 2)) == (ERASED, SHOWN)
    origin.succeed(size=2)
    origin.store(x)
    origin.bring(x)
    first, second = origin.record(x, 1), origin.record(x, 2)
    assert first is not None
    assert second is not None
    assert (first.state, first.title["en"]) == (SHOWN, "Before the theft")
    assert second.state == HIDDEN
    with x.database.reading() as uow:
        assert uow.work.waiting("erasure") == []


def test_a_void_entry_that_arrives_after_the_succession_has_no_effect(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "Before")
    old = origin.log
    origin.store(x)
    old_lines = old.size
    origin.append(type="withdraw", record=record_id(1))
    withdrawn = origin.log
    origin.succeed(size=old_lines)
    new = origin.log
    origin.store(x)
    origin.log = withdrawn
    origin.store(x)
    assert origin.state(x) == SHOWN
    origin.log = new
    origin.publish(1, "After", revision=2)
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    assert (row.epoch, row.title["en"]) == (1, "After")


def of_a_thief(origin: Foreign) -> Foreign:
    """Return a log that a thief of the origin's first key signs, with other entries."""
    forged = Foreign(origin.name)
    forged.publish(1, "Send your fee to us")
    forged.append(type="erase", record=record_id(2))
    return forged


def test_nothing_counts_of_a_log_that_is_not_the_one_its_successor_closed(
    x: Exchange, origin: Foreign
) -> None:
    forged = of_a_thief(origin)
    forged.store(x)
    assert (forged.state(x, 1), forged.state(x, 2)) == (SHOWN, ERASED)
    origin.publish(1, "Mentors")
    origin.publish(2, "Groups")
    origin.succeed()
    origin.publish(2, "Groups again", revision=2)
    origin.store(x)
    assert (origin.state(x, 1), origin.state(x, 2)) == (HIDDEN, SHOWN)
    with x.database.reading() as uow:
        assert uow.work.waiting("erasure") == []
    rebuild(x)
    assert (origin.state(x, 1), origin.state(x, 2)) == (HIDDEN, SHOWN)


def test_a_log_held_in_part_counts_until_it_can_be_compared_with_the_one_closed(
    x: Exchange, origin: Foreign
) -> None:
    forged = of_a_thief(origin)
    last = forged.log.lines.pop()
    forged.store(x)
    origin.publish(1, "Mentors")
    origin.publish(2, "Groups")
    origin.succeed()
    origin.store(x)
    assert origin.state(x, 1) == SHOWN
    forged.log.add(last)
    forged.store(x)
    assert origin.state(x, 1) == HIDDEN


def test_a_log_that_is_filled_after_its_successor_came_counts_when_it_is_the_one_closed(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1, "Mentors")
    origin.store(x)
    origin.publish(2, "Groups")
    old = origin.log
    origin.succeed()
    origin.store(x)
    origin.log = old
    origin.store(x)
    assert (origin.state(x, 1), origin.state(x, 2)) == (SHOWN, SHOWN)


def test_two_origins_may_use_the_same_record_id(x: Exchange, origin: Foreign) -> None:
    other = Foreign("Gefyra")
    origin.publish(1, "From Bro")
    other.publish(1, "From Gefyra")
    other.append(type="erase", record=record_id(1))
    origin.store(x)
    other.store(x)
    assert (origin.state(x), other.state(x)) == (SHOWN, ERASED)


def test_each_projection_gets_a_number_that_followers_can_go_on_from(
    x: Exchange, origin: Foreign
) -> None:
    origin.publish(1)
    origin.store(x)
    with x.database.reading() as uow:
        cursor = uow.last_change()
    origin.append(type="withdraw", record=record_id(1))
    origin.store(x)
    with x.database.reading() as uow:
        assert [row.record for row in uow.records.changed_since(cursor, 10)] == [record_id(1)]


def test_the_same_content_may_be_applied_twice(x: Exchange, origin: Foreign) -> None:
    origin.publish()
    origin.store(x)
    before = origin.record(x)
    with x.database.writing() as uow:
        log = uow.logs.current(origin.oid)
        assert log is not None
        row = uow.entries.row(log.id, 1)
        assert row is not None
        from node.core.acceptance import AcceptedContent
        from node.core.contents import parse_content

        content = parse_content(uow.contents.of_entry(log.id, 1))
        apply_contents(x, uow, origin.oid, [(row, AcceptedContent(content, None))])
    after = origin.record(x)
    assert before is not None
    assert after is not None
    assert replace(after, change=0) == replace(before, change=0)


def test_a_rebuild_gives_the_same_rows_as_the_arrival_did(x: Exchange, origin: Foreign) -> None:
    origin.publish(1, "One")
    origin.publish(1, "Two", revision=2)
    origin.publish(2, "Withdrawn")
    origin.append(type="withdraw", record=record_id(2))
    origin.publish(3, "Erased")
    origin.append(type="erase", record=record_id(3))
    origin.publish(4, body={"title": {"en": "Broken"}})
    origin.publish(5, "Song", schema="song/1", body={"language": "en"})
    origin.store(x)
    before = [origin.record(x, n) for n in range(1, 6)]
    assert all(before)
    with x.database.writing() as uow:
        uow.records.clear()
    assert origin.record(x) is None
    assert rebuild(x) == 2
    after = [origin.record(x, n) for n in range(1, 6)]
    assert [_bare(row) for row in after] == [_bare(row) for row in before]


def test_a_rebuild_that_is_not_needed_changes_nothing_but_numbers(
    x: Exchange, origin: Foreign
) -> None:
    for number in range(1, 40):
        origin.publish(number, f"Practice {number}")
    origin.store(x)
    before = [origin.record(x, n) for n in range(1, 40)]
    rebuild(x)
    after = [origin.record(x, n) for n in range(1, 40)]
    assert [_bare(row) for row in after] == [_bare(row) for row in before]


def test_a_rebuild_hides_a_row_that_no_entry_stands_behind(x: Exchange, origin: Foreign) -> None:
    origin.publish(1)
    origin.store(x)
    row = origin.record(x)
    assert row is not None
    with x.database.writing() as uow:
        uow.records.upsert(replace(row, record=record_id(99), change=uow.next_change()))
    rebuild(x)
    assert origin.state(x, 99) == HIDDEN


def _bare(row: object) -> object:
    return replace(row, change=0)  # type: ignore[type-var]


def _adaptation(target: dict[str, object]) -> dict[str, object]:
    return {
        "title": {"en": "Mentors in Denmark"},
        "language": "en",
        "practice": target,
        "context": {"en": "A small town by the sea."},
        "country": ["DK"],
        "what_changed": {"en": "Evenings instead of mornings."},
        "outcome": "worked",
        "why": {"en": "The library is open late."},
    }
