"""Publishing into the own log: what is signed, what lands with it, and what is refused before."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from node.contract.guard import Acknowledgement
from node.core.acceptance import accept_entries
from node.core.checkpoints import open_checkpoint
from node.core.contents import BlobRef, parse_content
from node.core.epochs import open_genesis
from node.core.limits import MAX_CONTENT, PAGE_LINES
from node.core.merkle import leaf_hash, root_of
from node.core.statements import parse_statement, verify_statement
from node.errors import BadInputError, ConflictError, DamageError, GoneError, NotFoundError
from node.exchange.drafts import Attachment, Draft, DraftsRefusedError
from node.exchange.identity import create_identity
from node.exchange.ownlog import OldBackupError
from node.exchange.publishing import erase, publish, revise, withdraw
from node.storage import HighWater, Log
from node.storage.records import ERASED, SHOWN, WITHDRAWN
from tests.support.nodes import make_exchange, practice, signer_of

if TYPE_CHECKING:
    from node.exchange.context import Exchange
    from tests.support.clock import FixedClock

DEEP: list[object] = []
for _ in range(40):
    DEEP = [DEEP]

NOBODY = "00000000-0000-4000-8000-00000000dead"


def own_log(x: Exchange) -> Log:
    with x.database.reading() as uow:
        log = uow.logs.current(x.own_oid())
        assert log is not None
        return log


def lines_of(x: Exchange) -> list[bytes]:
    log = own_log(x)
    with x.database.reading() as uow:
        return [uow.entries.raw(log.id, seq) for seq in range(log.size)]


def state_of(x: Exchange, record: str) -> str | None:
    with x.database.reading() as uow:
        row = uow.records.get(x.own_oid(), record)
        return None if row is None else row.state


def check_whole_log(x: Exchange) -> None:
    """Verify the own log from its first byte, as a partner who knows nothing would."""
    log, lines = own_log(x), lines_of(x)
    assert log.checkpoint is not None
    epoch = open_genesis(lines[0], log.oid)
    target = open_checkpoint(log.checkpoint.note, epoch)
    empty = replace(log.held(), epoch=epoch, size=0, edge=type(log.edge)(), checkpoint=None)
    accepted = accept_entries(empty, target, lines, None)
    assert all(entry.fault is None for entry in accepted.entries)
    assert accepted.edge == log.edge


# --- what lands ---------------------------------------------------------------------------------


def test_a_published_record_is_signed_stored_shown_and_announced_at_once(x: Exchange) -> None:
    (done,) = publish(x, [practice("Conversation groups")])
    log = own_log(x)
    assert (done.revision, done.seq, log.size) == (1, 1, 2)
    statement = parse_statement(lines_of(x)[1])
    verify_statement(statement, log.epoch.key)
    assert (statement.record, statement.content_digest) == (done.record, done.digest)
    assert statement.created == x.clock.now()
    with x.database.reading() as uow:
        content = parse_content(uow.contents.get(done.digest))
        row = uow.records.get(log.oid, done.record)
        (work,) = uow.work.waiting("announce")
    assert content.body["title"] == {"en": "Conversation groups"}
    assert content.fallback["title"] == {"en": "Conversation groups"}
    assert row is not None
    assert (row.state, row.title) == (SHOWN, {"en": "Conversation groups"})
    assert work.payload == {"oid": log.oid, "epoch": 0, "size": 2}
    assert x.highwater.get(log.oid, 0) == 2
    check_whole_log(x)


def test_many_records_share_one_transaction_one_checkpoint_and_one_announcement(
    x: Exchange,
) -> None:
    count = 2 * PAGE_LINES + 40
    done = publish(x, [practice(f"Practice {n}") for n in range(count)])
    assert [item.seq for item in done] == list(range(1, count + 1))
    assert len({item.record for item in done}) == count
    with x.database.reading() as uow:
        assert len(uow.work.waiting("announce")) == 1
        assert uow.records.count(oid=x.own_oid()) == count
        assert uow.entries.missing(own_log(x).id, 10) == []
    check_whole_log(x)


def test_equal_words_get_different_digests_because_each_has_its_own_salt(x: Exchange) -> None:
    first, second = publish(x, [practice("Same"), practice("Same")])
    assert first.digest != second.digest


def test_a_revision_follows_the_last_one_and_is_shown_in_its_place(x: Exchange) -> None:
    (done,) = publish(x, [practice("First")])
    again = revise(x, done.record, practice("Second"))
    assert (again.record, again.revision) == (done.record, 2)
    with x.database.reading() as uow:
        row = uow.records.get(x.own_oid(), done.record)
    assert row is not None
    assert row.title == {"en": "Second"}


def test_one_call_may_revise_the_same_record_twice(x: Exchange) -> None:
    (done,) = publish(x, [practice("First")])
    drafts = [replace(practice(title), record=done.record) for title in ("Second", "Third")]
    assert [item.revision for item in publish(x, drafts)] == [2, 3]
    with x.database.reading() as uow:
        row = uow.records.get(x.own_oid(), done.record)
    assert row is not None
    assert (row.title["en"], row.revision) == ("Third", 3)


def test_a_chosen_id_is_used_once_and_refused_the_second_time(x: Exchange) -> None:
    (done,) = publish(x, [replace(practice(), new_record=NOBODY)])
    assert done.record == NOBODY
    with pytest.raises(ConflictError, match="exists already"):
        publish(x, [replace(practice(), new_record=NOBODY)])


def test_withdrawing_hides_and_the_next_revision_lifts_it(x: Exchange) -> None:
    (done,) = publish(x, [practice("First")])
    gone = withdraw(x, done.record, "outdated")
    assert (gone.record, gone.seq, gone.digest) == (done.record, 2, done.digest)
    assert state_of(x, done.record) == WITHDRAWN
    assert parse_statement(lines_of(x)[2]).reason == "outdated"
    assert revise(x, done.record, practice("Second")).revision == 2
    assert state_of(x, done.record) == SHOWN
    check_whole_log(x)


def test_erasing_removes_the_words_at_once_and_the_log_still_verifies(x: Exchange) -> None:
    (done,) = publish(x, [practice("First")])
    again = revise(x, done.record, practice("Second"))
    erase(x, done.record)
    assert state_of(x, done.record) == ERASED
    with x.database.reading() as uow:
        for digest in (done.digest, again.digest):
            with pytest.raises(GoneError):
                uow.contents.get(digest)
        assert uow.work.waiting("erasure") == []
    assert own_log(x).applied == own_log(x).size == 4
    check_whole_log(x)


def test_an_erased_record_can_be_neither_revised_nor_erased_again(x: Exchange) -> None:
    (done,) = publish(x, [practice()])
    erase(x, done.record)
    for attempt in (
        lambda: revise(x, done.record, practice()),
        lambda: withdraw(x, done.record),
        lambda: erase(x, done.record),
    ):
        with pytest.raises(GoneError):
            attempt()
    assert own_log(x).size == 3


def test_withdrawing_twice_says_that_nothing_is_left_to_do(x: Exchange) -> None:
    (done,) = publish(x, [practice()])
    withdraw(x, done.record)
    with pytest.raises(ConflictError, match="withdrawn already"):
        withdraw(x, done.record)


@pytest.mark.parametrize("act", [withdraw, erase], ids=["withdraw", "erase"])
def test_a_record_that_is_not_ones_own_is_not_found(small: Exchange, act: object) -> None:
    with pytest.raises(NotFoundError, match="no record"):
        act(small, NOBODY)  # type: ignore[operator]
    assert own_log(small).size == 1


def test_a_revision_of_an_unknown_record_is_refused_with_nothing_written(small: Exchange) -> None:
    with pytest.raises(NotFoundError):
        publish(small, [practice(), replace(practice(), record=NOBODY)])
    assert own_log(small).size == 1


def test_publishing_nothing_signs_nothing(small: Exchange) -> None:
    assert publish(small, []) == []
    assert own_log(small).size == 1


def test_files_go_with_their_record_and_are_held(x: Exchange, tmp_path: Path) -> None:
    picture = tmp_path / "class.png"
    picture.write_bytes(b"\x89PNG picture")
    files = [
        Attachment(source=picture, media_type="image/png", name="class.png", alt={"en": "A class"}),
        Attachment(source=b"handout", media_type="text/plain", name="handout.txt"),
    ]
    (done,) = publish(x, [replace(practice(), blobs=files)])
    with x.database.reading() as uow:
        content = parse_content(uow.contents.get(done.digest))
        states = {row.digest: row.state for row in uow.blobs.of_record(x.own_oid(), done.record)}
    assert [blob.name for blob in content.blobs] == ["class.png", "handout.txt"]
    assert states == {blob.digest: "held" for blob in content.blobs}
    assert b"".join(x.blobs.open(content.blobs[0].digest)) == b"\x89PNG picture"
    again = revise(x, done.record, replace(practice("Second"), blobs=list(content.blobs)))
    erase(x, done.record)
    assert again.revision == 2
    assert not any(x.blobs.has(blob.digest) for blob in content.blobs)


def test_a_file_that_another_record_uses_survives_an_erase(x: Exchange) -> None:
    files = [Attachment(source=b"shared", media_type="text/plain", name="shared.txt")]
    one, two = publish(x, [replace(practice(t), blobs=files) for t in ("One", "Two")])
    with x.database.reading() as uow:
        (blob,) = parse_content(uow.contents.get(two.digest)).blobs
    erase(x, one.record)
    assert x.blobs.has(blob.digest)
    erase(x, two.record)
    assert not x.blobs.has(blob.digest)


def test_warnings_come_back_and_do_not_refuse(small: Exchange) -> None:
    body = dict(practice().body) | {"results": {"en": "Ask anna@example.org for more."}}
    (done,) = publish(small, [Draft(kind="good-practice", body=body)])
    assert any("anna@example.org" in warning.sentence("en") for warning in done.warnings)
    assert all(warning.severity == "warning" for warning in done.warnings)


# --- what is refused ----------------------------------------------------------------------------


def test_all_faults_of_all_drafts_are_told_at_once_and_nothing_is_signed(small: Exchange) -> None:
    drafts = [
        practice("Good"),
        practice("Bad", axis="sideways", country=["Atlantis"]),
        Draft(kind="recipe", body={}),
        Draft(kind="good-practice", body={}),
    ]
    with pytest.raises(DraftsRefusedError) as caught:
        publish(small, drafts)
    by_draft = {item.draft: item.fault.pointer for item in caught.value.faults}
    assert set(by_draft) == {1, 2, 3}
    told = {(item.draft, item.fault.pointer) for item in caught.value.faults}
    assert {(1, "/axis"), (1, "/country/0"), (3, "/title"), (3, "/summary")} <= told
    assert "3 of 4 records" in caught.value.message
    assert own_log(small).size == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"own_words": "long " * 60_000}, "262144 are allowed"),
        ({"place": {"latitude": 1.5}}, ""),
        ({"own_words": 1.5}, "number with a point"),
        ({"own_words": 2**60}, ""),
        ({"own_words": DEEP}, ""),
        ({"own_words": "\ud800"}, ""),
    ],
    ids=[
        "words beyond the size of a content",
        "a number with a point where an integer belongs",
        "a number with a point in a member of one's own",
        "an integer that not every program can read",
        "lists nested too deeply",
        "half a character",
    ],
)
def test_what_cannot_be_signed_is_a_fault_of_the_draft(
    small: Exchange, change: dict[str, object], says: str
) -> None:
    with pytest.raises(DraftsRefusedError) as caught:
        publish(small, [practice(**change)])
    assert says in caught.value.message
    assert own_log(small).size == 1


@pytest.mark.parametrize(
    ("blob", "says"),
    [
        (Attachment(source=Path("no/such/file"), media_type="a/b", name="x"), "cannot be read"),
        (BlobRef("sha256:" + "0" * 64, 3, "a/b", "old.txt"), "not held here"),
        (Attachment(source=b"123456", media_type="a/b", name="six.txt"), "6 bytes"),
        (Attachment(source=b"1", media_type="a/b", name="../up.txt"), "name without folders"),
        (Attachment(source=b"1", media_type="nothing", name="x"), "media type"),
    ],
    ids=[
        "a file that is not there",
        "a file said to be held that is not",
        "a file larger than this node takes",
        "a name that leads out of its folder",
        "a media type that is none",
    ],
)
def test_a_file_that_cannot_go_with_a_record_is_a_fault_of_the_draft(
    tmp_path: Path, blob: Attachment | BlobRef, says: str
) -> None:
    x = make_exchange(tmp_path, blob_max=5)
    with pytest.raises(DraftsRefusedError, match=says):
        publish(x, [replace(practice(), blobs=[blob])])
    assert own_log(x).size == 1
    assert list(x.blobs.digests()) == []


def test_a_content_may_be_as_large_as_the_protocol_allows(small: Exchange) -> None:
    room = MAX_CONTENT - 2000
    (done,) = publish(small, [practice(notes_of_our_own="x" * room)])
    with small.database.reading() as uow:
        assert len(uow.contents.get(done.digest)) > room


def test_an_id_that_is_no_uuid_is_a_fault_of_the_draft(small: Exchange) -> None:
    with pytest.raises(DraftsRefusedError, match="UUID"):
        publish(small, [replace(practice(), record="../../etc")])


# --- when this node must not sign ---------------------------------------------------------------


def test_a_restored_old_backup_is_noticed_before_anything_is_signed(
    small: Exchange, tmp_path: Path
) -> None:
    publish(small, [practice()])
    small.highwater.raise_to(small.own_oid(), 0, 5)
    for attempt in (
        lambda: publish(small, [practice()]),
        lambda: withdraw(small, NOBODY),
        lambda: erase(small, NOBODY),
    ):
        with pytest.raises(OldBackupError) as caught:
            attempt()
        assert "old backup" in caught.value.message
        assert "2 entries" in caught.value.message
        assert "sync" in caught.value.hint
    assert own_log(small).size == 2


def test_a_mark_that_is_too_low_does_no_harm(small: Exchange, tmp_path: Path) -> None:
    publish(small, [practice()])
    fresh = replace(small, highwater=HighWater(tmp_path / "elsewhere.json"))
    publish(fresh, [practice()])
    assert fresh.highwater.get(small.own_oid(), 0) == 3


def test_a_mark_that_cannot_be_written_does_not_make_the_publish_look_failed(
    small: Exchange, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "folder-in-the-way"
    x = replace(small, highwater=_Unwritable(blocked))
    (done,) = publish(x, [practice()])
    assert done.seq == 1
    assert "high-water mark could not be raised" in caplog.text


class _Unwritable(HighWater):
    def raise_to(self, oid: str, epoch: int, size: int) -> None:
        raise DamageError("The disk is full.")


def test_a_key_that_does_not_belong_to_the_log_signs_nothing(small: Exchange) -> None:
    other = replace(small, signer=signer_of("Gefyra"))
    with pytest.raises(DamageError, match="not the one"):
        publish(other, [practice()])
    assert own_log(small).size == 1


def test_a_tool_without_a_key_says_that_it_cannot_publish(small: Exchange) -> None:
    with pytest.raises(DamageError, match="no signing key"):
        publish(replace(small, signer=None), [practice()])


def test_a_node_without_an_identity_says_what_to_do(tmp_path: Path, clock: FixedClock) -> None:
    x = make_exchange(tmp_path, "Nemo", clock, identity=False)
    with pytest.raises(BadInputError, match="no identity yet"):
        publish(x, [practice()])
    create_identity(x)
    assert publish(x, [practice()])[0].seq == 1


def test_a_database_that_lost_the_own_log_signs_nothing(tmp_path: Path, clock: FixedClock) -> None:
    x = make_exchange(tmp_path, "Nemo", clock, identity=False)
    with x.database.writing() as uow:
        uow.origins.add("a" * 52, status="own", first_seen=clock.now())
    with pytest.raises(DamageError, match="missing from the database"):
        publish(x, [practice()])


def test_bulk_publishing_is_fast_enough_for_an_import(small: Exchange) -> None:
    """The goal is 300 a second; a tenth of it still shows a mistake such as a commit each."""
    drafts = [practice(f"Practice {n}") for n in range(300)]
    began = time.perf_counter()
    publish(small, drafts)
    assert time.perf_counter() - began < 10
    assert own_log(small).edge.root() == root_of([leaf_hash(line) for line in lines_of(small)])


# --- the publish guard --------------------------------------------------------------------------


def asking(results: str, *said: Acknowledgement) -> Draft:
    body = dict(practice().body) | {"results": {"en": results}}
    return Draft(kind="good-practice", body=body, acknowledged=said)


def test_an_acknowledged_warning_is_not_shown_again_and_its_reason_is_kept(
    small: Exchange,
) -> None:
    mail = Acknowledgement(code="email-address", reason="It is the desk's, not a person's.")
    draft = asking("Write to desk@example.org or call +34 912 345 678.", mail)
    (done,) = publish(small, [draft])
    codes = [warning.code for warning in done.warnings]
    assert "phone-number" in codes
    assert "email-address" not in codes
    with small.database.reading() as uow:
        kept = [row.detail for row in uow.audit.newest(5) if row.what == "warning acknowledged"]
    assert [(k["record"], k["code"], k["reason"]) for k in kept] == [
        (done.record, "email-address", "It is the desk's, not a person's.")
    ]


def test_an_acknowledgement_of_one_place_leaves_the_others(small: Exchange) -> None:
    here = Acknowledgement(code="email-address", reason="A desk.", pointer="/challenge/en")
    (done,) = publish(small, [asking("Write to desk@example.org.", here)])
    assert "email-address" in [warning.code for warning in done.warnings]
    with small.database.reading() as uow:
        assert "warning acknowledged" not in [row.what for row in uow.audit.newest(5)]


def test_a_hard_rule_refuses_before_anything_is_signed(small: Exchange) -> None:
    picture = Attachment(source=b"png", media_type="image/png", name="a.png")
    numbered = asking("Her number is PESEL 44051401359.")
    with pytest.raises(DraftsRefusedError) as caught:
        publish(small, [numbered, replace(practice(), blobs=[picture])])
    found = [(item.draft, item.fault.code, item.fault.pointer) for item in caught.value.faults]
    assert found == [
        (0, "identity-number", "/results/en"),
        (1, "no-alt-text", "/blobs/0"),
    ]
    with small.database.reading() as uow:
        assert uow.records.count() == 0


def test_a_faulty_body_is_told_the_hard_rules_as_well(small: Exchange) -> None:
    draft = asking("Her number is PESEL 44051401359.")
    with pytest.raises(DraftsRefusedError) as caught:
        publish(small, [replace(draft, body=dict(draft.body) | {"axis": "no-such-axis"})])
    assert [item.fault.code for item in caught.value.faults] == ["unknown-code", "identity-number"]
