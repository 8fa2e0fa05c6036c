"""A new origin, its recovery key on paper, and what may not happen to either."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.epochs import make_succession, open_genesis, open_succession
from node.core.keys import SecretKey, key_digest
from node.errors import BadInputError, ConflictError, DamageError
from node.exchange.identity import create_identity, create_origin
from node.exchange.paperkeys import from_paper, to_paper
from node.exchange.publishing import publish
from node.storage import read_key
from tests.support.nodes import make_exchange, practice, signer_of

if TYPE_CHECKING:
    from pathlib import Path

    from node.exchange.context import Exchange
    from tests.support.clock import FixedClock


@pytest.fixture
def nobody(tmp_path: Path, clock: FixedClock) -> Exchange:
    return make_exchange(tmp_path, "Nemo", clock, identity=False)


def test_an_origin_begins_with_a_genesis_that_its_oid_names(nobody: Exchange) -> None:
    made = create_identity(nobody)
    assert nobody.own_oid() == made.oid
    with nobody.database.reading() as uow:
        log = uow.logs.current(made.oid)
        assert log is not None
        raw = uow.entries.raw(log.id, 0)
    epoch = open_genesis(raw, made.oid)
    assert epoch.key == signer_of("Nemo").public
    assert (log.size, log.own, log.applied) == (1, True, 1)
    assert log.checkpoint is not None
    assert log.checkpoint.size == 1


def test_the_recovery_key_is_given_once_and_only_its_digest_is_kept(
    nobody: Exchange, tmp_path: Path
) -> None:
    made = create_identity(nobody)
    recovery = SecretKey.from_seed(from_paper(made.recovery_key))
    with nobody.database.reading() as uow:
        log = uow.logs.current(made.oid)
    assert log is not None
    assert log.epoch.next == (key_digest(recovery.public),)
    nobody.database.dispose()
    secret = {recovery.seed, made.recovery_key.encode(), recovery.multikey.encode()}
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert not any(text in path.read_bytes() for text in secret), path


def test_the_recovery_key_from_paper_can_begin_the_next_epoch(nobody: Exchange) -> None:
    made = create_identity(nobody)
    with nobody.database.reading() as uow:
        log = uow.logs.current(made.oid)
    assert log is not None
    recovery = SecretKey.from_seed(from_paper(made.recovery_key.lower().replace(" ", "-")))
    raw = make_succession(
        log.epoch,
        recovery,
        signer_of("new machine").public,
        [key_digest(signer_of("new paper").public)],
        log.size,
        log.edge.root(),
        nobody.clock.now(),
    )
    assert open_succession(log.epoch, raw).number == 1


def test_two_origins_never_get_the_same_oid(tmp_path: Path, clock: FixedClock) -> None:
    oids = set()
    for name in ("one", "two"):
        x = make_exchange(tmp_path / name, "Nemo", clock, identity=False)
        oids.add(create_identity(x).oid)
    assert len(oids) == 2, "the nonce differs although key and time are the same"


def test_a_node_gets_only_one_identity(nobody: Exchange) -> None:
    made = create_identity(nobody)
    with pytest.raises(ConflictError, match="identity already"):
        create_identity(nobody)
    assert nobody.own_oid() == made.oid


def test_an_identity_needs_a_key_to_sign_with(nobody: Exchange) -> None:
    with pytest.raises(DamageError, match="no signing key"):
        create_identity(replace(nobody, signer=None))


def test_a_whole_origin_is_made_with_its_key_file(nobody: Exchange, tmp_path: Path) -> None:
    made = create_origin(replace(nobody, signer=None), tmp_path / "keys")
    path = tmp_path / "keys" / "origin.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    signing = replace(nobody, signer=read_key(path))
    assert publish(signing, [practice()])[0].seq == 1
    with pytest.raises(DamageError, match="holds a key already"):
        create_origin(nobody, tmp_path / "keys")
    assert nobody.own_oid() == made.oid


# --- the recovery key on paper ------------------------------------------------------------------

SEED = bytes(range(32))
PAPER = to_paper(SEED)


def test_a_recovery_key_has_fourteen_groups_of_four() -> None:
    assert [len(group) for group in PAPER.split(" ")] == [4] * 14


@given(st.binary(min_size=32, max_size=32))
def test_what_is_written_can_be_read_again(seed: bytes) -> None:
    assert from_paper(to_paper(seed)) == seed


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda text: text.replace(" ", ""),
        lambda text: text.replace(" ", "-"),
        lambda text: f"\n{text[:35]}\n{text[35:]}\t",
        lambda text: text.replace("O", "0").replace("B", "8"),
    ],
    ids=["small letters", "no spaces", "hyphens", "two lines", "digits that look like letters"],
)
def test_reading_forgives_how_people_write(write: object) -> None:
    assert from_paper(write(PAPER)) == SEED  # type: ignore[operator]


@pytest.mark.parametrize("place", [n for n in range(len(PAPER)) if PAPER[n] != " "])
def test_one_letter_read_wrongly_is_noticed(place: int) -> None:
    other = "A" if PAPER[place] != "A" else "C"
    with pytest.raises(BadInputError, match="checksum"):
        from_paper(PAPER[:place] + other + PAPER[place + 1 :])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "this has 0"),
        (PAPER[:-1], "this has 55"),
        (PAPER + "A", "this has 57"),
        (PAPER.replace(PAPER[0], "9", 1), "only the letters"),
        (PAPER.replace(PAPER[0], "é", 1), "only the letters"),
        ("x" * 100_000, "this has 100000"),
    ],
    ids=["nothing", "one letter short", "one too many", "a digit not used", "an accent", "endless"],
)
def test_what_is_no_recovery_key_is_refused_with_what_to_do(text: str, says: str) -> None:
    with pytest.raises(BadInputError, match=says) as caught:
        from_paper(text)
    assert "Compare it with the paper" in caught.value.hint
