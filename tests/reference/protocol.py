"""The protocol a second time: written from `schemas/protocol.md`, slow, obvious, for comparison.

Imports nothing of the node: only `cryptography`, `rfc8785`, `hashlib` and the standard library.
Each `check_…` returns what a thing says, or raises `WrongError`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.reference.merkle import largest_power_below

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CONTEXT = ["https://w3id.org/security/data-integrity/v2", "urn:footbridge:statement:1"]
DIGEST = r"sha256:[0-9a-f]{64}"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
CODE = r"[a-z][a-z0-9-]{0,63}"
OID = r"[a-z2-7]{52}"


class WrongError(Exception):
    pass


def need(holds: object, why: str) -> None:
    if not holds:
        raise WrongError(why)


def fits(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def is_whole(value: Any, least: int, most: int = 2**53 - 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


# --- bytes


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def digest(data: bytes) -> str:
    return "sha256:" + sha256(data).hex()


def check_canonical(data: bytes) -> Any:
    depth = deepest = 0
    inside = escaped = False
    for byte in data:
        if inside:
            inside, escaped = escaped or byte != ord('"'), not escaped and byte == ord("\\")
        elif byte == ord('"'):
            inside = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    need(deepest <= 32, "depth")
    try:
        value = json.loads(data.decode("utf-8"))
        need(rfc8785.dumps(value) == data, "not the canonical form")
    except WrongError:
        raise
    except Exception as error:
        raise WrongError(str(error)) from error
    check_values(value)
    return value


def check_values(value: Any) -> None:
    need(not isinstance(value, float), "float")
    for item in value if isinstance(value, list) else []:
        check_values(item)
    for name, item in value.items() if isinstance(value, dict) else []:
        need(max(name, default="") <= "\uffff", "name beyond the basic plane")
        check_values(item)


def from_base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise WrongError("base64") from error
    need(base64.b64encode(data).decode() == text, "base64")
    return data


def from_base64url(text: Any, size: int) -> bytes:
    need(fits(r"[A-Za-z0-9_-]*", text), "base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise WrongError("base64url") from error
    need(base64.urlsafe_b64encode(data).decode().rstrip("=") == text, "base64url")
    need(len(data) == size, "length")
    return data


def from_base58(text: str) -> bytes:
    need(len(text) <= 128 and all(letter in BASE58 for letter in text), "base58")
    number = sum(BASE58.index(letter) * 58**place for place, letter in enumerate(reversed(text)))
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


# --- keys


def add_points(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = one, two
    common = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + common, P - 2, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - common, P - 2, P)
    return x % P, y % P


def check_multikey(text: str) -> bytes:
    need(text.startswith("z"), "no z")
    data = from_base58(text[1:])
    need(data[:2] == b"\xed\x01" and len(data) == 34, "another kind of key")
    y = int.from_bytes(data[2:], "little") % 2**255
    need(y < P, "not canonical")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    need(x * x % P == square, "not on the curve")
    point = (x, y)
    for _ in range(3):
        point = add_points(point, point)
    need(point != (0, 1), "small order: eight times the point is the neutral one")
    return data[2:]


def check_signature(key: bytes, signature: bytes, message: bytes) -> None:
    need(len(signature) == 64, "length")
    need(int.from_bytes(signature[:32], "little") % 2**255 < P, "R")
    need(int.from_bytes(signature[32:], "little") < L, "S")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature as error:
        raise WrongError("signature") from error


# --- proofs and statements


def check_proof(document: dict[str, Any], multikey: str) -> None:
    key, proof = check_multikey(multikey), document.get("proof")
    if not isinstance(proof, dict):
        raise WrongError("not one proof")
    wanted = {"type", "cryptosuite", "proofPurpose", "created", "verificationMethod", "proofValue"}
    need(set(proof) == wanted | ({"@context"} & set(document)), "members of the proof")
    need(proof["type"] == "DataIntegrityProof", "type")
    need(proof["cryptosuite"] == "eddsa-jcs-2022", "suite")
    need(proof["proofPurpose"] == "assertionMethod", "purpose")
    need(proof["verificationMethod"] == f"did:key:{multikey}#{multikey}", "another key")
    need(proof.get("@context") == document.get("@context"), "context")
    check_time(proof["created"])
    value = proof["proofValue"]
    need(isinstance(value, str) and value.startswith("z"), "proof value")
    options = {name: item for name, item in proof.items() if name != "proofValue"}
    bare = {name: item for name, item in document.items() if name != "proof"}
    message = sha256(rfc8785.dumps(options)) + sha256(rfc8785.dumps(bare))
    check_signature(key, from_base58(value[1:]), message)


def check_time(text: Any) -> None:
    need(fits(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text), "time")
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 - only whether it exists
    except ValueError as error:
        raise WrongError("time") from error


def check_statement(raw: bytes, multikey: str | None) -> dict[str, Any]:
    """Check form and, with a key, the proof."""
    need(len(raw) <= 16 * 1024, "too large")
    said = check_canonical(raw)
    need(isinstance(said, dict), "object")
    need(said.get("@context") == CONTEXT, "@context")
    need(is_whole(said.get("v"), 1, 1), "v")
    need(fits(CODE, said.get("type")), "type")
    need(fits(OID, said.get("origin")), "origin")
    need(is_whole(said.get("epoch"), 0) and is_whole(said.get("seq"), 0), "epoch, seq")
    check_time(said.get("created"))
    if "crit" in said:
        names = said["crit"]
        need(isinstance(names, list) and names, "crit")
        need(all(isinstance(name, str) and name for name in names), "crit")
        need(len(set(names)) == len(names), "crit")
    need(isinstance(said.get("ext", {}), dict), "ext")
    if said["type"] in {"publish", "withdraw", "erase"}:
        need(fits(UUID, said.get("record")), "record")
    if said["type"] in {"withdraw", "erase"} and "reason" in said:
        need(fits(CODE, said["reason"]), "reason")
    if said["type"] == "publish":
        need(is_whole(said.get("revision"), 1), "revision")
        need(fits(CODE + r"/[1-9][0-9]{0,5}", said.get("schema")), "schema")
        content = said.get("content")
        need(isinstance(content, dict) and fits(DIGEST, content.get("digest")), "digest")
        need(is_whole(content.get("size"), 1, 256 * 1024), "size")
    need(isinstance(said.get("proof"), dict), "proof")
    if multikey is not None:
        check_proof(said, multikey)
    return said


# --- epochs


def oid_of(genesis: dict[str, Any]) -> str:
    bare = {name: item for name, item in genesis.items() if name not in {"proof", "origin"}}
    return base64.b32encode(sha256(rfc8785.dumps(bare))).decode().lower().rstrip("=")


def check_epoch(raw: bytes) -> dict[str, Any]:
    said = check_statement(raw, None)
    need(said["type"] == "epoch" and said["seq"] == 0 and "crit" not in said, "not an epoch")
    digests = said.get("next")
    need(isinstance(digests, list) and 1 <= len(digests) <= 3, "next")
    need(all(fits(DIGEST, item) for item in digests), "next")
    need(len(set(digests)) == len(digests), "next")
    need(isinstance(said.get("key"), str), "key")
    check_multikey(said["key"])
    need(digest(said["key"].encode()) not in digests, "its own key")
    return said


def check_genesis(raw: bytes, oid: str) -> dict[str, Any]:
    said = check_epoch(raw)
    need(said["epoch"] == 0 and "continues" not in said, "not a genesis")
    from_base64url(said.get("nonce"), 32)
    need(said["origin"] == oid == oid_of(said), "oid")
    check_proof(said, said["key"])
    return said


def check_succession(before: dict[str, Any], raw: bytes) -> dict[str, Any]:
    said = check_epoch(raw)
    need(said["origin"] == before["origin"], "another origin")
    need(said["epoch"] == before["epoch"] + 1, "does not follow")
    need("nonce" not in said, "nonce")
    ends = said.get("continues")
    need(isinstance(ends, dict) and set(ends) == {"epoch", "size", "root"}, "continues")
    need(ends["epoch"] == before["epoch"] and is_whole(ends["size"], 1), "continues")
    from_base64url(ends["root"], 32)
    signer = str(said["proof"].get("verificationMethod")).rpartition("#")[2]
    need(digest(signer.encode()) in before["next"], "not a recovery key")
    need(digest(signer.encode()) not in said["next"], "no fresh recovery keys")
    need(said["key"] != before["key"], "no fresh key")
    need(digest(said["key"].encode()) not in before["next"], "no fresh key")
    check_proof(said, signer)
    return said


# --- tree


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def root_by_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root that a path (leaf's sibling first) leads to, from the top down."""
    need(0 <= index < size, "no such leaf")
    if size == 1:
        need(not path, "too long")
        return leaf
    need(path and len(path[-1]) == 32, "too short, or no hash")
    k = largest_power_below(size)
    if index < k:
        return node_hash(root_by_path(leaf, index, k, path[:-1]), path[-1])
    return node_hash(path[-1], root_by_path(leaf, index - k, size - k, path[:-1]))


def edge_by_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> list[bytes]:
    """Return the edge of the tree that ends with leaf `index`, from that leaf's path."""
    lefts: list[bytes] = []
    start, end, rest = 0, size, list(path)
    while end - start > 1:
        k, step = largest_power_below(end - start), rest.pop()
        if index - start < k:
            end = start + k
        else:
            lefts.append(step)
            start += k
    # Two neighbours of one size become one, from the right: as when one is added to a number.
    sizes = [2**bit for bit in range(60, -1, -1) if index & 2**bit]
    edge, widths = [*lefts, leaf], [*sizes, 1]
    while len(widths) > 1 and widths[-1] == widths[-2]:
        edge[-2:] = [node_hash(edge[-2], edge[-1])]
        widths[-2:] = [2 * widths[-1]]
    return edge


# --- notes


def check_checkpoint(raw: bytes, oid: str, epoch: int, multikey: str) -> dict[str, Any]:
    key = check_multikey(multikey)
    need(len(raw) <= 16 * 1024, "too large")
    try:
        note = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongError("not UTF-8") from error
    need(not any(letter < " " and letter != "\n" for letter in note), "control character")
    body, gap, tail = note.rpartition("\n\n")
    text = body + "\n"
    need(gap and tail.endswith("\n") and len(tail.split("\n")) <= 33, "no note")
    name = f"footbridge/1/{oid}/{epoch}"
    plain, dates = False, []
    for line in tail[:-1].split("\n"):
        found = re.fullmatch("— ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        if found is None:
            raise WrongError("a malformed line")
        data = from_base64(found[2])
        need(len(data) > 4, "a line without a signature")
        kinds = {sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4]: kind for kind in (1, 4)}
        kind = kinds.get(data[:4]) if found[1] == name else None
        if kind == 1:
            check_signature(key, data[4:], text.encode())
            plain = True
        if kind == 4:
            dated = int.from_bytes(data[4:12], "big")
            need(dated < 2**63, "date")
            message = f"cosignature/v1\ntime {dated}\n{text}".encode()
            check_signature(key, data[12:], message)
            dates.append(dated)
    need(plain and dates, "a line is missing")
    lines = text.split("\n")
    need(len(lines) == 4 and lines[0] == name, "another log, or extension lines")
    need(re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1], re.ASCII), "size")
    size, root = int(lines[1]), from_base64(lines[2])
    need(size < 2**53 and len(root) == 32, "size, root")
    need(size > 0 or root == sha256(b""), "the empty root")
    return {"size": size, "root": root, "dated": max(dates)}


def check_proof_file(raw: bytes, entry: bytes, oid: str, epoch: int, multikey: str) -> int:
    head, gap, note = raw.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    need(gap and lines[0] == "c2sp.org/tlog-proof@v1" and len(lines) >= 2, "not a proof file")
    need(re.fullmatch(r"index (0|[1-9][0-9]{0,15})", lines[1], re.ASCII), "index")
    index, path = int(lines[1][6:]), [from_base64(line) for line in lines[2:]]
    need(all(len(step) == 32 for step in path), "length")
    said = check_checkpoint(note, oid, epoch, multikey)
    need(root_by_path(leaf_hash(entry), index, said["size"], path) == said["root"], "root")
    return index


# --- the file that proves a record


def check_record_file(file: dict[str, Any]) -> dict[str, Any]:
    """Return the statement that a whole file proves."""
    need(file.get("format") == "footbridge-proof/1", "format")
    need(isinstance(file.get("epochs"), list) and file["epochs"], "epochs")
    for name in ("statement", "origin", "record"):
        need(isinstance(file.get(name), str), name)
    need(is_whole(file.get("epoch"), 0) and is_whole(file.get("seq"), 0), "epoch, seq")
    need(is_whole(file.get("revision"), 1), "revision")
    first, *later = [raw.encode() for raw in file["epochs"]]
    chain = [check_genesis(first, file["origin"])]
    for raw in later:
        chain.append(check_succession(chain[-1], raw))
    need(file["epoch"] < len(chain), "the epoch is not shown")
    multikey, entry = chain[file["epoch"]]["key"], file["statement"].encode()
    said = check_statement(entry, multikey)
    need(said["type"] == "publish" and "crit" not in said, "publishes nothing")
    for name in ("origin", "record", "revision", "epoch", "seq"):
        need(said[name] == file[name], f"another {name}")
    if file["epoch"] + 1 == len(chain):
        need(isinstance(file.get("proof"), str) and file.get("path") is None, "proof")
        raw = file["proof"].encode()
        index = check_proof_file(raw, entry, file["origin"], file["epoch"], multikey)
        need(index == file["seq"], "the proof is of another entry")
    else:
        # Whatever else the old key signed: its successor says which tree counts.
        ends, steps = chain[file["epoch"] + 1]["continues"], file.get("path")
        need(isinstance(steps, list) and file.get("proof") is None, "path")
        need(all(isinstance(step, str) for step in steps), "path")
        path = [from_base64(step) for step in steps]
        need(all(len(step) == 32 for step in path), "length")
        root = root_by_path(leaf_hash(entry), file["seq"], ends["size"], path)
        need(root == from_base64url(ends["root"], 32), "another root")
    if file.get("content") is not None:
        raw = file["content"].encode()
        need(said["content"] == {"digest": digest(raw), "size": len(raw)}, "content")
        check_content(raw)
    return said


# --- contents


def check_content(raw: bytes) -> dict[str, Any]:
    need(len(raw) <= 256 * 1024, "too large")
    said = check_canonical(raw)
    need(isinstance(said, dict) and fits(CODE, said.get("kind")), "kind")
    from_base64url(said.get("salt"), 32)
    need(isinstance(said.get("body"), dict), "body")
    need(isinstance(said.get("blobs"), list), "blobs")
    for blob in said["blobs"]:
        need(isinstance(blob, dict) and fits(DIGEST, blob.get("digest")), "digest")
        need(is_whole(blob.get("size"), 0), "size")
        need(fits(r"[^/\s;]+/[^/\s;]+", blob.get("media_type")), "media type")
        need(fits(r"[^/\\\x00-\x1f\x7f]{1,200}", blob.get("name")), "name")
        need(blob["name"] not in {".", ".."}, "name")
        need(is_by_language(blob.get("alt")), "alt")
    plain = said.get("fallback")
    need(isinstance(plain, dict), "fallback")
    need(is_by_language(plain.get("title")) and plain["title"], "title")
    need(is_by_language(plain.get("summary")), "summary")
    return dict(said)


def is_by_language(value: Any) -> bool:
    return isinstance(value, dict) and all(
        fits(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag) and isinstance(text, str)
        for tag, text in value.items()
    )
