"""What is believed of what a peer sends: heads, entries, prefixes, contents."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from node.core.acceptance import (
    BadEntriesError,
    EquivocationError,
    FrozenLogError,
    HeldLog,
    RollbackError,
    Verdict,
    accept_content,
    accept_entries,
    accept_epoch,
    judge_extension,
    judge_head,
    proof_fault,
    proofs_later,
)
from node.core.canonical import digest, jcs
from node.core.checkpoints import BadCheckpointError, open_proof_file
from node.core.contents import BadContentError
from node.core.epochs import BadEpochError
from node.core.merkle import Edge
from node.core.proofs import add_proof
from node.core.statements import build_statement, parse_statement, sign_statement
from node.errors import PeerMisbehavesError
from tests.support.making import NOON, SampleLog, record_id, sample_content, secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LOG = SampleLog().publish(9)


def forked(at: int = 4, size: int = 10) -> SampleLog:
    """Return a log by the same key that differs from entry `at` on."""
    other = SampleLog()
    other.lines = LOG.lines[:at]
    return other.publish(size - at, schema="training-material/1")


FORK = forked()


def judge(held: HeldLog, note: bytes, **options: Any) -> Any:
    return judge_head(held, note, **({"now": NOON, "from_origin": False} | options))


# --- epochs


def test_a_chain_of_epochs_is_accepted_from_its_oid() -> None:
    log = SampleLog("chain")
    following = log.succeed()
    first = accept_epoch(None, log.lines[0], log.epoch.oid)
    assert accept_epoch(first, following.lines[0], log.epoch.oid) == following.epoch
    with pytest.raises(BadEpochError):
        accept_epoch(None, log.lines[0], LOG.epoch.oid)
    with pytest.raises(BadEpochError):
        accept_epoch(None, following.lines[0], log.epoch.oid)
    with pytest.raises(BadEpochError):
        accept_epoch(LOG.epoch, following.lines[0], log.epoch.oid)


# --- heads


@pytest.mark.parametrize("size", [1, 2, 5, 9])
def test_a_longer_log_is_ahead(size: int) -> None:
    head = judge(LOG.held(size), LOG.note())
    assert head.verdict is Verdict.AHEAD
    assert head.checkpoint == LOG.checkpoint()


def test_everything_is_ahead_of_nothing() -> None:
    assert judge(LOG.held(0), LOG.note(1)).verdict is Verdict.AHEAD


def test_the_same_head_is_the_same() -> None:
    head = judge(LOG.held(), LOG.note(), from_origin=True)
    assert (head.verdict, head.age, head.renewed) == (Verdict.SAME, 0, False)


def test_a_renewed_head_is_the_same_and_worth_keeping() -> None:
    later = NOON + timedelta(hours=20)
    head = judge(LOG.held(), LOG.note(now=later), now=later + timedelta(hours=1))
    assert (head.verdict, head.renewed, head.age) == (Verdict.SAME, True, 3600)
    assert head.dated == int(later.timestamp())
    older = judge(replace(LOG.held(), checkpoint=head.checkpoint), LOG.note())
    assert not older.renewed


def test_the_first_head_of_what_was_filled_up_is_worth_keeping() -> None:
    filled = LOG.held(10, checkpoint=LOG.checkpoint(4), target=LOG.checkpoint())
    assert judge(filled, LOG.note()).renewed
    assert judge(replace(filled, checkpoint=None), LOG.note()).renewed


def test_an_old_date_is_a_fact_and_a_future_one_too() -> None:
    assert judge(LOG.held(), LOG.note(), now=NOON + timedelta(days=3)).age == 3 * 86_400
    assert judge(LOG.held(), LOG.note(), now=NOON - timedelta(days=3)).age == -3 * 86_400


def test_a_mirror_may_be_behind() -> None:
    head = judge(LOG.held(), LOG.note(6))
    assert (head.verdict, head.renewed) == (Verdict.BEHIND, False)


def test_the_origin_itself_may_not_go_back() -> None:
    with pytest.raises(RollbackError, match="6 entries") as caught:
        judge(LOG.held(), LOG.note(6), from_origin=True)
    assert caught.value.note == LOG.note(6)
    assert caught.value.facts == {"size": 6, "held": 10}
    assert isinstance(caught.value, PeerMisbehavesError)


def test_the_origin_may_not_go_back_behind_a_head_that_is_still_being_fetched() -> None:
    filling = LOG.held(4, target=LOG.checkpoint(10))
    with pytest.raises(RollbackError) as caught:
        judge(filling, LOG.note(8), from_origin=True)
    assert caught.value.facts["held"] == 10
    assert judge(filling, LOG.note(8)).verdict is Verdict.AHEAD


@pytest.mark.parametrize("from_origin", [False, True], ids=["mirror", "origin"])
@pytest.mark.parametrize(
    ("held", "known", "size"),
    [
        pytest.param(LOG.held(10), LOG.note(10), 10, id="the size we hold"),
        pytest.param(
            LOG.held(8, checkpoint=LOG.checkpoint(5), target=LOG.checkpoint(10)),
            LOG.note(5),
            5,
            id="the size of our checkpoint",
        ),
        pytest.param(
            LOG.held(8, checkpoint=LOG.checkpoint(5), target=LOG.checkpoint(10)),
            LOG.note(10),
            10,
            id="the size of the target",
        ),
        pytest.param(
            LOG.held(8, checkpoint=LOG.checkpoint(5), target=LOG.checkpoint(10)),
            LOG.note(10),
            8,
            id="the size filled up so far",
        ),
        pytest.param(
            LOG.held(8, checkpoint=LOG.checkpoint(5)), LOG.note(5), 8, id="without a target"
        ),
        pytest.param(LOG.held(8, checkpoint=None), b"", 8, id="without any note"),
    ],
)
def test_another_root_at_a_size_we_know_is_a_fork_with_both_notes(
    held: HeldLog, known: bytes, size: int, from_origin: bool
) -> None:
    note = FORK.note(size)
    with pytest.raises(EquivocationError, match="two different histories") as caught:
        judge(held, note, from_origin=from_origin)
    assert caught.value.notes == (known, note)
    assert caught.value.facts == {"oid": LOG.epoch.oid, "epoch": 0, "size": size}
    assert isinstance(caught.value, PeerMisbehavesError)


def test_a_head_of_another_log_or_key_is_no_head() -> None:
    stolen = SampleLog()
    stolen.key = secret("thief")
    for note in (SampleLog("other").note(), stolen.note(), LOG.succeed().note(), b"x"):
        with pytest.raises(BadCheckpointError):
            judge(LOG.held(), note)


# --- forks in longer logs


def test_a_longer_log_that_contains_ours_is_shown_by_the_proof_of_our_last_entry() -> None:
    held = LOG.held(5)
    head = judge_extension(held, LOG.lines[4], open_proof_file(LOG.proof(4)))
    assert head == LOG.checkpoint()


@pytest.mark.parametrize("at", [1, 2, 4], ids=["early", "in the middle", "at our last entry"])
def test_a_longer_log_that_does_not_contain_ours_is_a_fork(at: int) -> None:
    held, fork = LOG.held(5), forked(at)
    with pytest.raises(EquivocationError) as caught:
        judge_extension(held, fork.lines[4], open_proof_file(fork.proof(4)))
    assert caught.value.notes == (LOG.note(5), fork.note())


def test_a_proof_that_does_not_hold_shows_nothing() -> None:
    held = LOG.held(5)
    for line, raw in (
        (FORK.lines[4], LOG.proof(4)),
        (LOG.lines[3], LOG.proof(3)),
        (LOG.lines[4], LOG.proof(3)),
    ):
        with pytest.raises(BadEntriesError):
            judge_extension(held, line, open_proof_file(raw))


def test_a_proof_by_another_key_shows_nothing() -> None:
    stolen = SampleLog()
    stolen.lines, stolen.key = FORK.lines, secret("thief")
    with pytest.raises(BadCheckpointError):
        judge_extension(LOG.held(5), FORK.lines[4], open_proof_file(stolen.proof(4)))


# --- entries


@pytest.mark.parametrize("size", [0, 1, 4, 9])
def test_the_lines_up_to_the_head_are_accepted_without_a_proof(size: int) -> None:
    accepted = accept_entries(LOG.held(size), LOG.checkpoint(), LOG.lines[size:], None)
    assert accepted.edge == LOG.edge()
    assert accepted.checkpoint == LOG.checkpoint()
    assert [entry.seq for entry in accepted.entries] == list(range(size, 10))
    assert [entry.raw for entry in accepted.entries] == LOG.lines[size:]
    assert all(entry.fault is None and not entry.ahead for entry in accepted.entries)
    assert [entry.statement for entry in accepted.entries] == [
        parse_statement(line) for line in LOG.lines[size:]
    ]


@pytest.mark.parametrize("size", [0, 1, 3, 4])
@pytest.mark.parametrize("part", [5, 6, 8, 9, 10])
def test_a_part_of_the_way_is_accepted_with_the_proof_of_its_last_line(
    size: int, part: int
) -> None:
    proof = open_proof_file(LOG.proof(part - 1))
    accepted = accept_entries(LOG.held(size), LOG.checkpoint(), LOG.lines[size:part], proof)
    assert accepted.edge == LOG.edge(part)
    assert len(accepted.entries) == part - size


def test_a_log_is_filled_up_part_by_part_to_the_same_edge() -> None:
    held = LOG.held(0)
    for part in (3, 6, 9):
        proof = open_proof_file(LOG.proof(part - 1))
        lines = LOG.lines[held.size : part]
        accepted = accept_entries(held, LOG.checkpoint(), lines, proof)
        held = replace(held, size=accepted.edge.size, edge=accepted.edge)
    accepted = accept_entries(held, LOG.checkpoint(), LOG.lines[9:], None)
    assert accepted.edge.root() == LOG.checkpoint().root


def test_the_proof_may_be_of_another_size_than_the_target() -> None:
    for proved in (6, 7, 10):
        proof = open_proof_file(LOG.proof(5, proved))
        target = LOG.checkpoint(9)
        accepted = accept_entries(LOG.held(2), target, LOG.lines[2:6], proof)
        assert accepted.edge == LOG.edge(6)
        assert accepted.checkpoint.size == proved


LINES = LOG.lines[4:]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([], id="none"),
        pytest.param(LINES[:-1], id="one too few"),
        pytest.param([*LINES, LINES[-1]], id="one too many"),
        pytest.param(LINES[1:], id="the first left out"),
        pytest.param([LINES[1], LINES[0], *LINES[2:]], id="two in another order"),
        pytest.param([LINES[0], *LINES[:-1]], id="one twice"),
        pytest.param([*LINES[:-1], LINES[-1] + b" "], id="a space more"),
        pytest.param([*LINES[:-1], b""], id="an empty line"),
        pytest.param(FORK.lines[4:], id="of another history"),
    ],
)
def test_lines_that_do_not_lead_to_the_signed_root_are_dropped(lines: list[bytes]) -> None:
    with pytest.raises(BadEntriesError):
        accept_entries(LOG.held(4), LOG.checkpoint(), lines, None)
    proof = open_proof_file(LOG.proof(9))
    with pytest.raises(BadEntriesError):
        accept_entries(LOG.held(4), LOG.checkpoint(), lines, proof)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(LOG.proof(8), id="of another entry"),
        pytest.param(LOG.proof(9).replace(b"index 9", b"index 8"), id="with another index"),
        pytest.param(FORK.proof(9, 10), id="of another history"),
        pytest.param(SampleLog("other").publish(9).proof(9), id="of another log"),
    ],
)
def test_a_proof_of_something_else_accepts_nothing(raw: bytes) -> None:
    proof = open_proof_file(raw)
    with pytest.raises((BadEntriesError, BadCheckpointError, EquivocationError)):
        accept_entries(LOG.held(4), LOG.checkpoint(), LINES, proof)


def test_a_proof_that_contradicts_the_target_is_a_fork() -> None:
    proof = open_proof_file(FORK.proof(9))
    with pytest.raises(EquivocationError) as caught:
        accept_entries(LOG.held(4), LOG.checkpoint(), FORK.lines[4:], proof)
    assert caught.value.notes == (LOG.note(), FORK.note())


def test_a_page_of_another_history_is_dropped_although_its_proof_holds() -> None:
    # The fork begins before what we hold, so no page of it can follow our edge.
    longer = forked(2, 12)
    proof = open_proof_file(longer.proof(9))
    with pytest.raises(BadEntriesError):
        accept_entries(LOG.held(4), LOG.checkpoint(), longer.lines[4:10], proof)


def test_a_frozen_log_takes_nothing() -> None:
    with pytest.raises(FrozenLogError):
        accept_entries(LOG.held(4, frozen=True), LOG.checkpoint(), LINES, None)


def test_a_target_of_another_log_is_refused() -> None:
    other = SampleLog("other").publish(9)
    with pytest.raises(BadEntriesError, match="another log"):
        accept_entries(LOG.held(4), other.checkpoint(), other.lines[4:], None)


def test_a_log_that_opens_with_another_epoch_statement_is_refused() -> None:
    other = SampleLog()
    other.lines = [LOG.lines[1]]
    with pytest.raises(BadEntriesError, match="epoch statement"):
        accept_entries(LOG.held(0), other.checkpoint(), other.lines, None)


def test_an_empty_edge_has_nothing_to_be_proved_by() -> None:
    held = LOG.held(0)
    assert held.edge == Edge()
    with pytest.raises(BadEntriesError):
        accept_entries(held, LOG.checkpoint(), [], open_proof_file(LOG.proof(0)))


# --- one bad entry


def document(**members: Any) -> dict[str, Any]:
    return SampleLog().document(**members)


def sealed(members: dict[str, Any]) -> bytes:
    return jcs(add_proof({**document(), **members}, LOG.key, NOON))


OPENING = build_statement(
    type="epoch", origin=LOG.epoch.oid, epoch=0, seq=1, created=NOON, extra={"key": "z"}
)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param(b"", "not JSON", id="nothing"),
        pytest.param(b"\xff\xfe", "not JSON", id="no text"),
        pytest.param(b" " + sealed({}), "canonical form", id="not canonical"),
        pytest.param(sealed({"v": 2}), "v must be 1", id="another version"),
        pytest.param(sealed({"record": "x"}), "record must be", id="a broken member"),
        pytest.param(sealed({"ext": {"x": "y" * 20_000}}), "at most 16384", id="too large"),
        pytest.param(sealed({"seq": 7}), "another place", id="another index"),
        pytest.param(sealed({"epoch": 1}), "another place", id="another epoch"),
        pytest.param(sealed({"origin": "a" * 52}), "another place", id="another origin"),
        pytest.param(sign_statement(OPENING, LOG.key), "opens an epoch", id="an epoch statement"),
        pytest.param(sealed({"crit": ["a", "b"]}), "does not know: a, b", id="crit"),
        pytest.param(
            sign_statement(document(), secret("thief")), "another key", id="a proof by another key"
        ),
        pytest.param(
            sealed({}).replace(b'"revision":1', b'"revision":2'), "signature", id="a broken proof"
        ),
    ],
)
def test_one_bad_entry_has_a_fault_and_blocks_nothing(line: bytes, fault: str) -> None:
    log = SampleLog().add(line).publish(2)
    accepted = accept_entries(log.held(0), log.checkpoint(), log.lines, None)
    bad = accepted.entries[1]
    assert bad.raw == line
    assert bad.fault is not None
    assert fault in bad.fault
    assert [entry.fault for entry in accepted.entries if entry is not bad] == [None] * 3


def test_a_statement_of_an_unknown_type_is_no_fault() -> None:
    log = SampleLog().add(sealed({"type": "rejoice"}))
    accepted = accept_entries(log.held(1), log.checkpoint(), log.lines[1:], None)
    assert accepted.entries[0].fault is None


@pytest.mark.parametrize(("hours", "ahead"), [(24, False), (25, True), (-25, False)])
def test_an_entry_dated_more_than_a_day_ahead_is_flagged(hours: int, ahead: bool) -> None:
    log = SampleLog().publish(1, created=NOON + timedelta(hours=hours))
    accepted = accept_entries(log.held(0), log.checkpoint(), log.lines, None, now=NOON)
    assert [entry.ahead for entry in accepted.entries] == [False, ahead]
    assert [entry.fault for entry in accepted.entries] == [None, None]
    unasked = accept_entries(log.held(0), log.checkpoint(), log.lines, None)
    assert not any(entry.ahead for entry in unasked.entries)


def test_the_signature_checks_may_run_in_parallel() -> None:
    log = SampleLog().publish(3)
    log.add(sign_statement(log.document(), secret("thief"))).publish(2)
    with ThreadPoolExecutor(2) as pool:
        accepted = accept_entries(log.held(0), log.checkpoint(), log.lines, None, verify=pool.map)
    faulty = [entry.seq for entry in accepted.entries if entry.fault]
    assert faulty == [4]


def test_the_signature_checks_may_be_left_for_later() -> None:
    log = SampleLog().publish(1)
    log.add(sign_statement(log.document(), secret("thief")))
    accepted = accept_entries(log.held(0), log.checkpoint(), log.lines, None, verify=proofs_later)
    assert [entry.fault for entry in accepted.entries] == [None] * 3
    jobs = [(entry.statement, log.epoch.key) for entry in accepted.entries if entry.statement]
    assert [proof_fault(job) is None for job in jobs] == [True, True, False]


def test_a_check_can_be_sent_to_another_process() -> None:
    forged = parse_statement(sign_statement(LOG.document(), secret("thief")))
    sound = parse_statement(LOG.lines[1])
    for statement, key in ((forged, LOG.epoch.key), (sound, LOG.epoch.key)):
        sent = pickle.loads(pickle.dumps((statement, key)))
        assert sent == (statement, key)
        assert proof_fault(sent) == proof_fault((statement, key))
    assert proof_fault((forged, LOG.epoch.key)) is not None


def test_only_statements_that_fit_their_place_are_checked_for_their_proof() -> None:
    log = SampleLog().add(b"{}").publish(1)
    checked: list[int] = []

    def count(check: Callable[[Any], Any], jobs: Iterable[Any]) -> list[Any]:
        listed = list(jobs)
        checked.append(len(listed))
        return [check(job) for job in listed]

    accept_entries(log.held(0), log.checkpoint(), log.lines, None, verify=count)
    assert checked == [1]


# --- contents


@dataclass(frozen=True)
class Fault:
    pointer: str
    message: str


def no_faults(schema: str, body: dict[str, Any]) -> list[Fault]:
    return []


def publish_of(raw: bytes, **members: Any) -> Any:
    parts = {"content_digest": digest(raw), "content_size": len(raw)} | members
    return parse_statement(sign_statement(document(**parts), LOG.key))


def test_the_content_that_the_log_names_is_accepted() -> None:
    raw = sample_content()
    seen: list[tuple[str, dict[str, Any]]] = []

    def validate(schema: str, body: dict[str, Any]) -> list[Fault]:
        seen.append((schema, body))
        return []

    accepted = accept_content(publish_of(raw), raw, validate)
    assert accepted.fault is None
    assert accepted.content is not None
    assert accepted.content.raw == raw
    assert seen == [("good-practice/1", accepted.content.body)]


def test_other_bytes_are_the_fault_of_the_peer() -> None:
    statement = publish_of(sample_content(1))
    for raw in (sample_content(2), sample_content(1) + b" ", b""):
        with pytest.raises(BadContentError, match="not the one"):
            accept_content(statement, raw, no_faults)


def test_the_right_bytes_that_are_no_content_are_the_fault_of_the_origin() -> None:
    raw = b'{"kind":"good-practice"}'
    accepted = accept_content(publish_of(raw), raw, no_faults)
    assert accepted.content is None
    assert accepted.fault is not None


def test_a_content_of_another_kind_than_the_log_says_is_a_fault() -> None:
    raw = sample_content()
    accepted = accept_content(publish_of(raw, schema="review/1"), raw, no_faults)
    assert accepted.content is None
    assert accepted.fault == "The log says review/1, the content good-practice."


def test_what_the_schema_finds_wrong_is_a_fault_and_all_of_it_is_told() -> None:
    def validate(schema: str, body: dict[str, Any]) -> list[Fault]:
        return [Fault("", "has no axis"), Fault("/title", "is too long")]

    raw = sample_content()
    accepted = accept_content(publish_of(raw), raw, validate)
    assert accepted.content is not None
    assert accepted.fault == "/: has no axis; /title: is too long"


def test_a_statement_that_names_no_content_has_none() -> None:
    erased = build_statement(
        type="erase", origin=LOG.epoch.oid, epoch=0, seq=1, created=NOON, record=record_id(1)
    )
    statement = parse_statement(sign_statement(erased, LOG.key))
    with pytest.raises(BadContentError, match="no content"):
        accept_content(statement, b"", no_faults)
