"""`schemas/vectors/`: made by our code, checked by an implementation that shares none with it.

Each case is judged twice: by the node's core and by `tests/reference/protocol.py`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from node.core.acceptance import (
    EquivocationError,
    HeldLog,
    RollbackError,
    judge_extension,
    judge_head,
)
from node.core.canonical import digest, parse
from node.core.checkpoints import open_checkpoint, open_proof_file
from node.core.contents import open_content, parse_content
from node.core.epochs import oid_of, open_genesis, open_succession
from node.core.keys import PublicKey, SecretKey
from node.core.merkle import (
    BadTreeError,
    Edge,
    leaf_hash,
    prefix_edge,
    verify_inclusion,
)
from node.core.notes import parse_note, parse_vkey, verify_note
from node.core.proofs import verify_proof
from node.core.statements import parse_statement, verify_statement
from node.errors import BadInputError
from tests.reference import protocol as reference
from tests.reference.merkle import mth
from tests.reference.verify_proof import verify as verify_record_file
from tests.vectors.generate import FILES, FOLDER, render

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = {name: json.loads((FOLDER / name).read_bytes()) for name in FILES}
EPOCHS, LOG = FILE["epochs.json"], FILE["log.json"]
GENESIS = EPOCHS["genesis"]["statement"].encode()
FIRST = open_genesis(GENESIS)
FIRST_SAID = reference.check_genesis(GENESIS, FIRST.oid)


def bytes_of(case: dict[str, Any]) -> bytes:
    """Return the bytes that a case stands for."""
    if "base64" in case:
        return base64.b64decode(case["base64"])
    text = case["text"]
    if "repeat" in case:
        letter, times = case["repeat"]
        text = text.replace(f'"{letter}"', f'"{letter * times}"')
    return text.encode()


def named(file: str, part: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in FILE[file][part]]


def refuse(*attempts: Callable[[], object]) -> None:
    """Check that both implementations refuse."""
    for attempt in attempts:
        with pytest.raises((BadInputError, reference.WrongError)):
            attempt()


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_what_the_script_writes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == render(name), "run: python -m tests.vectors.generate"


def test_the_folder_holds_these_files_and_a_readme_that_names_each() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*FILES, "README.md"}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in FILES if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("case", named("canonical.json", "good"))
def test_canonical_bytes(case: Any) -> None:
    data = case["canonical"].encode()
    value = json.loads(case["input"])
    assert parse(data, limit=1 << 20) == reference.check_canonical(data) == value
    assert digest(data) == reference.digest(data) == case["digest"]


@pytest.mark.parametrize("case", named("canonical.json", "refused"))
def test_refused_bytes(case: Any) -> None:
    data = bytes_of(case)
    refuse(lambda: parse(data, limit=1 << 20), lambda: reference.check_canonical(data))


@pytest.mark.parametrize("case", named("keys.json", "good"))
def test_keys(case: Any) -> None:
    seed = bytes.fromhex(case["seed"])
    raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert raw.hex() == case["public"]
    assert reference.check_multikey(case["multikey"]) == raw
    assert reference.from_base58(case["secret_multikey"][1:]) == b"\x80\x26" + seed
    assert reference.digest(case["multikey"].encode()) == case["digest"]
    key = SecretKey.from_multikey(case["secret_multikey"])
    assert (key.seed, key.public) == (seed, PublicKey.from_multikey(case["multikey"]))
    assert key.public.verification_method == case["verification_method"]


@pytest.mark.parametrize("case", named("keys.json", "refused"))
def test_refused_keys(case: Any) -> None:
    text = case["multikey"]
    refuse(lambda: PublicKey.from_multikey(text), lambda: reference.check_multikey(text))


def test_signatures() -> None:
    case = FILE["keys.json"]["signatures"]
    key, message = PublicKey.from_multikey(case["multikey"]), case["message"].encode()
    good = bytes.fromhex(case["good"])
    key.verify(good, message)
    reference.check_signature(key.raw, good, message)
    for wrong in case["refused"]:
        data = bytes.fromhex(wrong["signature"])
        refuse(
            lambda data=data: key.verify(data, message),
            lambda data=data: reference.check_signature(key.raw, data, message),
        )


def test_a_proof_with_every_step() -> None:
    case = FILE["proofs.json"]
    document, options = case["canonical_document"].encode(), case["canonical_options"].encode()
    assert reference.check_canonical(document) == case["document"]
    assert reference.check_canonical(options) == case["options"]
    assert hashlib.sha256(document).hexdigest() == case["document_hash"]
    assert hashlib.sha256(options).hexdigest() == case["options_hash"]
    assert case["signed_bytes"] == case["options_hash"] + case["document_hash"]
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(case["seed"]))
    assert private.sign(bytes.fromhex(case["signed_bytes"])).hex() == case["signature"]
    value = case["signed"]["proof"]["proofValue"]
    assert reference.from_base58(value[1:]).hex() == case["signature"]
    reference.check_proof(case["signed"], case["multikey"])
    verify_proof(case["signed"], PublicKey.from_multikey(case["multikey"]))


@pytest.mark.parametrize("case", named("proofs.json", "refused"))
def test_refused_proofs(case: Any) -> None:
    multikey = FILE["proofs.json"]["multikey"]
    key = PublicKey.from_multikey(multikey)
    refuse(
        lambda: verify_proof(case["signed"], key),
        lambda: reference.check_proof(case["signed"], multikey),
    )


def tree_leaves(size: int) -> list[bytes]:
    return [f"leaf {n}".encode() for n in range(size)]


def test_trees_and_edges() -> None:
    case = FILE["tree.json"]
    assert reference.leaf_hash(b"leaf 0").hex() == case["leaf_hash_0"]
    assert hashlib.sha256(b"").hexdigest() == case["empty_root"]
    for one in case["sizes"]:
        leaves = tree_leaves(one["size"])
        assert mth(leaves).hex() == one["root"]
        edge = Edge(one["size"], tuple(map(bytes.fromhex, one["edge"])))
        assert edge.root().hex() == one["root"]
        assert edge == Edge().extend(map(leaf_hash, leaves))


def test_inclusion_paths() -> None:
    for one in FILE["tree.json"]["inclusion"]:
        path = [bytes.fromhex(step) for step in one["path"]]
        leaves = tree_leaves(one["size"])
        root, leaf = mth(leaves), leaf_hash(leaves[one["index"]])
        assert reference.root_by_path(leaf, one["index"], one["size"], path) == root
        verify_inclusion(leaf, one["index"], one["size"], path, root)


def test_prefix_proofs() -> None:
    for one in FILE["tree.json"]["prefix"]:
        path = [bytes.fromhex(step) for step in one["path_of_its_last_leaf"]]
        leaves, last = tree_leaves(one["size"]), one["prefix"] - 1
        leaf, root = leaf_hash(leaves[last]), mth(leaves)
        assert reference.root_by_path(leaf, last, one["size"], path) == root
        edge = reference.edge_by_path(leaf, last, one["size"], path)
        assert [item.hex() for item in edge] == one["edge"]
        assert list(prefix_edge(leaf, last, one["size"], path, root).hashes) == edge


@pytest.mark.parametrize("case", named("tree.json", "refused_inclusion"))
def test_refused_paths(case: Any) -> None:
    leaf, root = bytes.fromhex(case["leaf_hash"]), bytes.fromhex(case["root"])
    path = [bytes.fromhex(step) for step in case["path"]]
    with pytest.raises(BadTreeError):
        verify_inclusion(leaf, case["index"], case["size"], path, root)
    with contextlib.suppress(reference.WrongError):
        assert reference.root_by_path(leaf, case["index"], case["size"], path) != root


def test_a_genesis_and_its_oid() -> None:
    case = EPOCHS["genesis"]
    hashed = hashlib.sha256(case["hashed_for_the_oid"].encode()).digest()
    oid = base64.b32encode(hashed).decode().lower().rstrip("=")
    assert oid == case["oid"] == FIRST.oid == oid_of(GENESIS)
    assert FIRST_SAID["nonce"] == base64.urlsafe_b64encode(
        bytes.fromhex(case["nonce"])
    ).decode().rstrip("=")
    seeds = [case["key_seed"], *case["recovery_seeds"]]
    key, *recovery = [SecretKey.from_seed(bytes.fromhex(seed)).public.multikey for seed in seeds]
    assert FIRST_SAID["key"] == key
    assert FIRST_SAID["next"] == [reference.digest(item.encode()) for item in recovery]


def test_a_succession() -> None:
    raw = EPOCHS["succession"]["statement"].encode()
    said = reference.check_succession(FIRST_SAID, raw)
    second = open_succession(FIRST, raw)
    assert second.key.multikey == said["key"]
    assert second.continues is not None
    assert second.continues.size == EPOCHS["succession"]["void_from"]
    assert second.continues.root.hex() == LOG["after_each_entry"][5]["root"]


@pytest.mark.parametrize("case", named("epochs.json", "refused_genesis"))
def test_refused_geneses(case: Any) -> None:
    raw = bytes_of(case)
    refuse(lambda: open_genesis(raw, FIRST.oid), lambda: reference.check_genesis(raw, FIRST.oid))


@pytest.mark.parametrize("case", named("epochs.json", "refused_succession"))
def test_refused_successions(case: Any) -> None:
    raw = bytes_of(case)
    refuse(lambda: open_succession(FIRST, raw), lambda: reference.check_succession(FIRST_SAID, raw))


@pytest.mark.parametrize("case", named("statements.json", "good"))
def test_statements(case: Any) -> None:
    raw, multikey = bytes_of(case), FILE["statements.json"]["multikey"]
    reference.check_statement(raw, multikey)
    verify_statement(parse_statement(raw), PublicKey.from_multikey(multikey))


@pytest.mark.parametrize("case", named("statements.json", "refused"))
def test_refused_statements(case: Any) -> None:
    raw, multikey = bytes_of(case), FILE["statements.json"]["multikey"]
    key = PublicKey.from_multikey(multikey)
    refuse(
        lambda: verify_statement(parse_statement(raw), key),
        lambda: reference.check_statement(raw, multikey),
    )


def test_the_log_from_its_page_to_its_checkpoint() -> None:
    page = LOG["page_0"].encode()
    lines = page.split(b"\n")[:-1]
    edge = Edge()
    assert lines[0] == GENESIS
    for line, after in zip(lines, LOG["after_each_entry"], strict=True):
        edge = edge.append(leaf_hash(line))
        assert reference.leaf_hash(line).hex() == after["leaf_hash"]
        assert [item.hex() for item in edge.hashes] == after["edge"]
        assert mth(lines[: after["size"]]).hex() == after["root"]
        said = reference.check_statement(line, LOG["multikey"])
        assert (said["origin"], said["epoch"]) == (LOG["oid"], LOG["epoch"])
        assert said["seq"] == after["size"] - 1
    head = reference.check_checkpoint(
        LOG["checkpoint"].encode(), LOG["oid"], LOG["epoch"], LOG["multikey"]
    )
    assert (head["size"], head["root"]) == (len(lines), edge.root())


def test_the_contents_of_the_log() -> None:
    lines = LOG["page_0"].encode().split(b"\n")[:-1]
    for case in LOG["contents"]:
        raw, said = bytes_of(case), json.loads(lines[case["seq"]])
        assert said["revision"] == case["revision"]
        assert said["content"] == {"digest": reference.digest(raw), "size": len(raw)}
        assert reference.check_content(raw)["kind"] == said["schema"].partition("/")[0]
    for case in LOG["erased"]:
        assert json.loads(lines[case["seq"]])["content"]["digest"] == case["digest"]


@pytest.mark.parametrize("case", named("checkpoints.json", "good"))
def test_checkpoints(case: Any) -> None:
    file, raw = FILE["checkpoints.json"], bytes_of(case)
    said = reference.check_checkpoint(raw, file["oid"], file["epoch"], file["multikey"])
    opened = open_checkpoint(raw, FIRST)
    for size, root, dated in (
        (said["size"], said["root"], said["dated"]),
        (opened.size, opened.root, opened.dated),
    ):
        assert (size, root.hex(), dated) == (case["size"], case["root"], case["dated"])


@pytest.mark.parametrize("case", named("checkpoints.json", "refused"))
def test_refused_checkpoints(case: Any) -> None:
    file, raw = FILE["checkpoints.json"], bytes_of(case)
    refuse(
        lambda: open_checkpoint(raw, FIRST),
        lambda: reference.check_checkpoint(raw, file["oid"], file["epoch"], file["multikey"]),
    )


def test_the_keys_of_notes() -> None:
    file = FILE["checkpoints.json"]
    verifiers = [parse_vkey(text) for text in file["vkeys"]]
    assert {item.key for item in verifiers} == {FIRST.key}
    witness = parse_vkey(file["witness_vkey"])
    case = next(case for case in file["good"] if "witness" in case["name"])
    verified = verify_note(parse_note(bytes_of(case)), [*verifiers, witness])
    assert [item.verifier for item in verified] == [*verifiers, witness]


@pytest.mark.parametrize("case", named("contents.json", "good"))
def test_contents(case: Any) -> None:
    raw = bytes_of(case)
    said = reference.check_content(raw)
    assert (reference.digest(raw), len(raw)) == (case["digest"], case["size"])
    assert reference.from_base64url(said["salt"], 32).hex() == case["salt"]
    content = open_content(raw, digest=case["digest"], size=case["size"])
    assert (content.body, content.salt.hex()) == (said["body"], case["salt"])


@pytest.mark.parametrize("case", named("contents.json", "refused"))
def test_refused_contents(case: Any) -> None:
    raw = bytes_of(case)
    refuse(lambda: parse_content(raw), lambda: reference.check_content(raw))


def test_a_content_that_is_not_the_one_named() -> None:
    case = FILE["contents.json"]["not_the_one_named"]
    raw = bytes_of(case)
    parse_content(raw)
    assert reference.digest(raw) != case["digest"]
    refuse(lambda: open_content(raw, digest=case["digest"], size=case["size"]))


def test_proof_files() -> None:
    file = FILE["proof-files.json"]
    who = (file["oid"], file["epoch"], file["multikey"])
    for case in file["good"]:
        raw, entry = bytes_of(case), case["entry"].encode()
        assert reference.check_proof_file(raw, entry, *who) == case["index"]
        open_and_verify(raw, entry)


def open_and_verify(raw: bytes, entry: bytes) -> None:
    proof = open_proof_file(raw)
    head = open_checkpoint(proof.note, FIRST)
    verify_inclusion(leaf_hash(entry), proof.index, head.size, proof.path, head.root)


@pytest.mark.parametrize("case", named("proof-files.json", "refused"))
def test_refused_proof_files(case: Any) -> None:
    file, raw = FILE["proof-files.json"], bytes_of(case)
    entry, who = file["entry"].encode(), (file["oid"], file["epoch"], file["multikey"])
    refuse(
        lambda: open_and_verify(raw, entry),
        lambda: reference.check_proof_file(raw, entry, *who),
    )


@pytest.mark.parametrize("case", named("record-files.json", "good"))
def test_the_file_of_a_whole_record(case: Any) -> None:
    reference.check_record_file(case["file"])
    assert verify_record_file(case["file"])


@pytest.mark.parametrize("case", named("record-files.json", "refused"))
def test_refused_files_of_whole_records(case: Any) -> None:
    with pytest.raises(reference.WrongError):
        reference.check_record_file(case["file"])
    assert not verify_record_file(case["file"])


@pytest.mark.parametrize("case", named("heads.json", "cases"))
def test_what_is_decided_about_a_head(case: Any) -> None:
    held, raw = FILE["heads.json"]["held"], case["checkpoint"].encode()
    who = (FIRST.oid, 0, FIRST.key.multikey)
    mine = reference.check_checkpoint(held["checkpoint"].encode(), *who)
    said = reference.check_checkpoint(raw, *who)
    assert decide(mine, said, from_origin=case.get("from_origin", False)) == case["verdict"]
    now = datetime.fromisoformat(FILE["heads.json"]["announced_at"])
    try:
        head = judge_head(held_log(), raw, now=now, from_origin=case.get("from_origin", False))
    except (EquivocationError, RollbackError) as error:
        verdict = error.code
    else:
        verdict = head.verdict.value
    assert verdict == case["verdict"]


def decide(mine: dict[str, Any], said: dict[str, Any], *, from_origin: bool) -> str:
    if said["size"] == mine["size"]:
        return "same" if said["root"] == mine["root"] else "equivocation"
    if said["size"] > mine["size"]:
        return "ahead"
    return "rollback" if from_origin else "behind"


def held_log() -> HeldLog:
    held = FILE["heads.json"]["held"]
    size = held["size"]
    hashes = tuple(map(bytes.fromhex, LOG["after_each_entry"][size - 1]["edge"]))
    checkpoint = open_checkpoint(held["checkpoint"].encode(), FIRST)
    return HeldLog(FIRST, size, Edge(size, hashes), checkpoint, frozen=False)


def test_a_fork_in_a_longer_log_is_shown_by_an_entry_and_its_proof() -> None:
    case = FILE["heads.json"]["fork_in_a_longer_log"]
    entry, raw = case["entry"].encode(), case["proof"].encode()
    who = (FIRST.oid, 0, FIRST.key.multikey)
    index = reference.check_proof_file(raw, entry, *who)
    path = [base64.b64decode(line) for line in raw.split(b"\n\n")[0].split(b"\n")[2:]]
    edge = reference.edge_by_path(reference.leaf_hash(entry), index, 7, path)
    assert [item.hex() for item in edge] != LOG["after_each_entry"][index]["edge"]
    with pytest.raises(EquivocationError):
        judge_extension(held_log(), entry, open_proof_file(raw))
