"""Epochs: an oid names its genesis, and only recovery keys open the next."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from node.core import base58
from node.core.base64text import encode_base64url
from node.core.canonical import digest, jcs
from node.core.epochs import (
    BadEpochError,
    Continues,
    Epoch,
    group_oid,
    make_genesis,
    make_succession,
    oid_of,
    open_genesis,
    open_succession,
)
from node.core.keys import SecretKey, key_digest
from node.core.proofs import add_proof
from node.core.statements import parse_statement
from tests.support.making import NOON, SampleLog, secret

KEY, RECOVERY, SPARE = secret("key"), secret("recovery"), secret("spare")
NEW, NEW_RECOVERY = secret("new"), secret("new recovery")
NEXT = [key_digest(RECOVERY.public), key_digest(SPARE.public)]
NEW_NEXT = [key_digest(NEW_RECOVERY.public)]
NONCE = bytes(range(32))
ROOT = hashlib.sha256(b"root").digest()

GENESIS = make_genesis(KEY, NEXT, NONCE, NOON)
FIRST = open_genesis(GENESIS)
SUCCESSION = make_succession(FIRST, RECOVERY, NEW.public, NEW_NEXT, 7, ROOT, NOON)


def document_of(raw: bytes) -> dict[str, Any]:
    document = dict(parse_statement(raw).document)
    del document["proof"]
    return document


def oid_by_hand(document: dict[str, Any]) -> str:
    bare = {name: value for name, value in document.items() if name != "origin"}
    return base64.b32encode(hashlib.sha256(jcs(bare)).digest()).decode().lower()[:52]


def genesis(signer: SecretKey = KEY, **members: Any) -> bytes:
    """Return a genesis with members changed that is consistent and signed otherwise."""
    document = document_of(GENESIS) | members
    document = {name: value for name, value in document.items() if value is not None}
    if "origin" not in members:
        document["origin"] = oid_by_hand(document)
    return jcs(add_proof(document, signer, NOON))


def succession(signer: SecretKey = RECOVERY, **members: Any) -> bytes:
    document = document_of(SUCCESSION) | members
    document = {name: value for name, value in document.items() if value is not None}
    return jcs(add_proof(document, signer, NOON))


def test_a_genesis_founds_the_origin_that_its_hash_names() -> None:
    assert FIRST.oid == oid_by_hand(document_of(GENESIS)) == oid_of(GENESIS)
    assert len(FIRST.oid) == 52
    assert (FIRST.number, FIRST.key, FIRST.next) == (0, KEY.public, tuple(NEXT))
    assert FIRST.continues is None
    assert FIRST.raw == GENESIS
    assert open_genesis(GENESIS, FIRST.oid) == FIRST


def test_another_nonce_makes_another_origin() -> None:
    other = open_genesis(make_genesis(KEY, NEXT, bytes(32), NOON))
    assert other.oid != FIRST.oid
    with pytest.raises(BadEpochError, match="another origin"):
        open_genesis(GENESIS, other.oid)


def test_a_succession_opens_the_next_epoch() -> None:
    second = open_succession(FIRST, SUCCESSION)
    assert (second.oid, second.number, second.key) == (FIRST.oid, 1, NEW.public)
    assert second.continues == Continues(0, 7, ROOT)
    assert second.next == tuple(NEW_NEXT)
    third = make_succession(
        second,
        NEW_RECOVERY,
        secret("third").public,
        [key_digest(secret("r3").public)],
        1,
        ROOT,
        NOON,
    )
    assert open_succession(second, third).number == 2


def test_either_recovery_key_may_open_the_next_epoch() -> None:
    raw = make_succession(FIRST, SPARE, NEW.public, NEW_NEXT, 1, ROOT, NOON)
    assert open_succession(FIRST, raw).key == NEW.public


def test_entries_from_the_end_on_are_void() -> None:
    continues = open_succession(FIRST, SUCCESSION).continues
    assert continues is not None
    assert [continues.voids(seq) for seq in (0, 6, 7, 8)] == [False, False, True, True]


@pytest.mark.parametrize(
    ("held", "root", "counted"),
    [
        pytest.param(7, ROOT, 7, id="the log that was closed"),
        pytest.param(9, ROOT, 7, id="more of it"),
        pytest.param(6, b"?" * 32, 7, id="a part, which cannot be compared"),
        pytest.param(7, b"?" * 32, 0, id="another log"),
        pytest.param(9, b"?" * 32, 0, id="more of another log"),
    ],
)
def test_nothing_counts_of_another_log_than_the_one_closed(
    held: int, root: bytes, counted: int
) -> None:
    asked: list[tuple[int, int]] = []

    def subtree(start: int, end: int) -> bytes:
        asked.append((start, end))
        return root

    assert Continues(0, 7, ROOT).counted(held, subtree) == counted
    assert asked == ([(0, 7)] if held >= 7 else [])


@pytest.mark.parametrize(
    ("signer", "who"),
    [(KEY, "the server's key"), (NEW, "the new key"), (secret("thief"), "any other key")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_a_recovery_key_opens_the_next_epoch(signer: SecretKey, who: str) -> None:
    with pytest.raises(BadEpochError, match="recovery key"):
        make_succession(FIRST, signer, NEW.public, NEW_NEXT, 7, ROOT, NOON)
    with pytest.raises(BadEpochError, match="recovery key"):
        open_succession(FIRST, succession(signer))


def test_a_recovery_key_named_but_not_used_opens_nothing() -> None:
    document = parse_statement(succession(secret("thief"))).document
    proof = {**document["proof"], "verificationMethod": RECOVERY.public.verification_method}
    with pytest.raises(BadEpochError, match="signature"):
        open_succession(FIRST, jcs({**document, "proof": proof}))


@pytest.mark.parametrize(
    ("members", "why"),
    [
        pytest.param({"key": KEY.public.multikey}, "fresh key", id="the old key again"),
        pytest.param({"key": RECOVERY.public.multikey}, "fresh key", id="a recovery key as key"),
        pytest.param({"key": SPARE.public.multikey}, "fresh key", id="the other recovery key"),
        pytest.param(
            {"next": [key_digest(RECOVERY.public)]}, "fresh recovery", id="the used recovery key"
        ),
        pytest.param({"next": [key_digest(NEW.public)]}, "its own", id="its own key as recovery"),
        pytest.param({"next": []}, "one to 3", id="no recovery key"),
        pytest.param({"next": [digest(bytes([n])) for n in range(4)]}, "one to 3", id="four"),
        pytest.param({"next": NEW_NEXT * 2}, "different", id="the same one twice"),
        pytest.param({"next": ["sha256:no"]}, "different digests", id="no digest"),
        pytest.param({"next": [7]}, "different digests", id="a number"),
        pytest.param({"next": "x"}, "one to 3", id="text"),
        pytest.param({"key": None}, "key of this epoch", id="no key"),
        pytest.param({"key": 7}, "key of this epoch", id="a number as key"),
        pytest.param({"key": "z6Mk"}, "key of this epoch", id="a broken key"),
        pytest.param(
            {"key": "z" + base58.encode(b"\xed\x01" + b"\x01" + bytes(31))},
            "small order",
            id="a key of small order",
        ),
        pytest.param({"nonce": "AAAA"}, "nonce", id="a nonce"),
        pytest.param({"continues": None}, "where the one before ends", id="no continues"),
        pytest.param({"continues": [0, 7]}, "where the one before ends", id="a list"),
        pytest.param({"epoch": 2}, "follow", id="an epoch left out"),
        pytest.param({"epoch": 0}, "follow", id="the same epoch"),
        pytest.param({"origin": "a" * 52}, "follow", id="another origin"),
        pytest.param({"seq": 1}, "opens an epoch", id="another place"),
        pytest.param({"crit": ["new"]}, "does not know", id="something to be understood"),
    ],
)
def test_a_wrong_succession_is_refused_although_it_is_signed(
    members: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadEpochError, match=why):
        open_succession(FIRST, succession(**members))


CONTINUES = {"epoch": 0, "size": 7, "root": encode_base64url(ROOT)}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"epoch": 1}, id="another epoch"),
        pytest.param({"size": 0}, id="size 0: an epoch has at least its own entry"),
        pytest.param({"size": "7"}, id="a size as text"),
        pytest.param({"size": -1}, id="a negative size"),
        pytest.param({"root": encode_base64url(ROOT[:-1])}, id="a root of 31 bytes"),
        pytest.param({"root": encode_base64url(ROOT) + "="}, id="a root with padding"),
        pytest.param({"root": 5}, id="a number as root"),
        pytest.param({"more": 1}, id="a member more"),
    ],
)
def test_where_the_epoch_before_ends_must_be_well_formed(changed: dict[str, Any]) -> None:
    with pytest.raises(BadEpochError):
        open_succession(FIRST, succession(continues=CONTINUES | changed))


@pytest.mark.parametrize(
    ("members", "why"),
    [
        pytest.param({"nonce": None}, "nonce", id="no nonce"),
        pytest.param({"nonce": encode_base64url(bytes(31))}, "nonce", id="a short nonce"),
        pytest.param({"nonce": encode_base64url(NONCE) + "="}, "nonce", id="a padded nonce"),
        pytest.param({"nonce": 5}, "nonce", id="a number as nonce"),
        pytest.param({"continues": CONTINUES}, "first epoch", id="a continues"),
        pytest.param({"epoch": 1}, "first epoch", id="another epoch"),
        pytest.param({"origin": "a" * 52}, "another origin", id="another origin"),
        pytest.param({"key": NEW.public.multikey}, "another key", id="another key than the signer"),
        pytest.param({"type": "rejoice"}, "opens an epoch", id="another type"),
        pytest.param({"crit": ["new"]}, "does not know", id="something to be understood"),
        pytest.param({"next": [key_digest(KEY.public)]}, "its own", id="its own recovery key"),
    ],
)
def test_a_wrong_genesis_is_refused_although_it_is_consistent(
    members: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadEpochError, match=why):
        open_genesis(genesis(**members))


def test_what_is_no_statement_opens_nothing() -> None:
    for attempt in (open_genesis, oid_of, lambda raw: open_succession(FIRST, raw)):
        with pytest.raises(BadEpochError):
            attempt(b"{}")


@pytest.mark.parametrize(
    "method", ["did:key:x", 5, "", "did:key:z6Mk#z6Mk"], ids=["no key", "number", "empty", "short"]
)
def test_a_proof_that_names_no_key_opens_nothing(method: Any) -> None:
    document = dict(parse_statement(SUCCESSION).document)
    document["proof"] = {**document["proof"], "verificationMethod": method}
    with pytest.raises(BadEpochError, match="names no key"):
        open_succession(FIRST, jcs(document))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_genesis_needs_a_nonce_of_32_bytes(length: int) -> None:
    with pytest.raises(BadEpochError, match="nonce"):
        make_genesis(KEY, NEXT, bytes(length), NOON)


@pytest.mark.parametrize("digests", [[], ["x"], NEXT * 2], ids=["none", "no digest", "twice"])
def test_nothing_wrong_is_founded(digests: list[str]) -> None:
    with pytest.raises(BadEpochError):
        make_genesis(KEY, digests, NONCE, NOON)


def test_unknown_members_of_an_epoch_are_kept() -> None:
    raw = succession(more={"a": 1})
    assert open_succession(FIRST, raw).raw == raw


def test_an_oid_is_compared_in_groups_of_four() -> None:
    grouped = group_oid(FIRST.oid)
    assert grouped.split(" ") == [FIRST.oid[at : at + 4] for at in range(0, 52, 4)]
    assert grouped.replace(" ", "") == FIRST.oid


def test_a_chain_of_epochs_opens_link_by_link() -> None:
    log = SampleLog("chain")
    chain: list[Epoch] = [log.epoch]
    for number in range(1, 4):
        log = log.publish(number).succeed()
        chain.append(open_succession(chain[-1], log.lines[0]))
        assert chain[-1] == log.epoch
    with pytest.raises(BadEpochError):
        open_succession(chain[0], log.lines[0])
