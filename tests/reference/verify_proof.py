"""Check the proof file of one Footbridge record without any Footbridge software.

    python verify_proof.py FILE

Needs Python 3.11, `cryptography` and `rfc8785`. It shares no code with the node, on purpose: it is
a second implementation, slow and obvious, written from the protocol alone. Each check prints one
line. Exit codes: 0 everything holds, 1 something does not, 2 the file cannot be read.

What it proves: the organisation with this oid said exactly these words, and they stand at this
place in its log. What it cannot prove: that the oid belongs to the organisation you think of
(compare it with one you got from them), that nothing newer exists, or that the words are true.
"Nothing newer" includes a newer key: when a file shows no successor of an epoch, that epoch's key
is believed. Organisations date their log anew every day, so mind the date that is printed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_CODE = b"\xed\x01"
NUMBER = re.compile(r"(0|[1-9][0-9]{0,15})\Z")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
CONTEXT = ["https://w3id.org/security/data-integrity/v2", "urn:footbridge:statement:1"]
PROOF_MEMBERS = {
    "@context",
    "created",
    "cryptosuite",
    "proofPurpose",
    "proofValue",
    "type",
    "verificationMethod",
}
MOST = 2**53 - 1
NESTING = 32
STATEMENT, CONTENT = 16 * 1024, 256 * 1024
MOST_RECOVERY_KEYS = 3


class WrongError(Exception):
    """A check that does not hold, as a sentence."""


def need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise WrongError(otherwise)


# --- bytes -------------------------------------------------------------------------------------


def canonical(text: str, most: int) -> dict:
    """Parse a JSON text of at most so many bytes, written exactly as the protocol says."""
    data = text.encode("utf-8")
    need(len(data) <= most, "it is too large")
    value = json.loads(text)
    need(isinstance(value, dict), "it is not a JSON object")
    check_value(value, 1)
    need(rfc8785.dumps(value) == data, "it is not canonical JSON (RFC 8785)")
    return value


def check_value(value: object, level: int) -> None:
    """RFC 8785 takes floats and any nesting; the protocol does not."""
    if isinstance(value, dict | list):
        need(level <= NESTING, f"it is nested more than {NESTING} deep")
        for item in value.values() if isinstance(value, dict) else value:
            check_value(item, level + 1)
    if isinstance(value, dict):
        need(max("".join(value), default="") <= "\uffff", "a name is beyond the basic plane")
    need(not isinstance(value, float), "it holds a number that is not an integer")
    if isinstance(value, int):
        need(-MOST <= value <= MOST, "it holds a number that is too large")


def whole(value: object, least: int = 0) -> int:
    """Return an integer; to Python, but not to JSON, true is the same as 1."""
    need(isinstance(value, int) and not isinstance(value, bool), f"{value!r} is not an integer")
    need(least <= value <= MOST, f"{value} is out of range")
    return value


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def base64_bytes(text: str) -> bytes:
    """Decode standard base64 written in the one canonical way (no stray bits at the end)."""
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "a base64 text is not canonical")
    return data


def base64url_bytes(text: str) -> bytes:
    """Decode base64url without padding, written in the one canonical way, to 32 bytes."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    again = base64.urlsafe_b64encode(data).decode().rstrip("=")
    need(again == text, "a base64url text is not canonical")
    need(len(data) == 32, "a base64url text is not of 32 bytes")
    return data


def base58(text: str) -> bytes:
    need(len(text) <= 128, "a base58 text is too long")
    number = 0
    for letter in text:
        need(letter in ALPHABET, f"{letter!r} is no base58 letter")
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def key_bytes(multikey: str) -> bytes:
    need(multikey.startswith("z"), "a key is not written as Multikey")
    data = base58(multikey[1:])
    need(data[:2] == ED25519_CODE and len(data) == 34, "a key is not an Ed25519 key")
    return data[2:]


def signed_by(raw_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


# --- statements and epochs ---------------------------------------------------------------------


def check_statement_proof(document: dict, multikey: str) -> None:
    """W3C Data Integrity, cryptosuite eddsa-jcs-2022, by this key and no other."""
    proof = dict(document["proof"])
    need(set(proof) == PROOF_MEMBERS, "the proof has other members")
    need(proof["@context"] == CONTEXT, "the proof is of another context")
    value = proof.pop("proofValue")
    need(proof.get("type") == "DataIntegrityProof", "the proof is of another type")
    need(proof.get("cryptosuite") == "eddsa-jcs-2022", "the proof uses another cryptosuite")
    need(proof.get("proofPurpose") == "assertionMethod", "the proof has another purpose")
    need(
        proof.get("verificationMethod") == f"did:key:{multikey}#{multikey}",
        "the proof names another key",
    )
    rest = {name: member for name, member in document.items() if name != "proof"}
    message = sha256(rfc8785.dumps(proof)) + sha256(rfc8785.dumps(rest))
    need(value.startswith("z"), "the proof value is not multibase base58")
    need(signed_by(key_bytes(multikey), base58(value[1:]), message), "the signature is wrong")


def oid_of(genesis: dict) -> str:
    rest = {name: member for name, member in genesis.items() if name not in {"proof", "origin"}}
    return base64.b32encode(sha256(rfc8785.dumps(rest))).decode().lower().rstrip("=")


def check_form(text: str) -> dict:
    """Check what all statements share."""
    said = canonical(text, STATEMENT)
    need(said["@context"] == CONTEXT, "a statement is of another context")
    need(whole(said["v"]) == 1, "a statement is of another version")
    whole(said["epoch"])
    whole(said["seq"])
    need("crit" not in said, "a statement asks for something that this script does not know")
    return said


def check_chain(file: dict) -> list[dict]:
    """Each epoch is begun by a recovery key that the epoch before it named in advance."""
    need(isinstance(file["epochs"], list), "the epochs are not a list")
    chain = [check_form(text) for text in file["epochs"]]
    need(bool(chain), "the file has no epochs")
    for number, epoch in enumerate(chain):
        need(epoch["type"] == "epoch" and epoch["seq"] == 0, f"epoch {number} does not begin one")
        need(epoch["epoch"] == number, f"epoch {number} is missing")
        need(epoch["origin"] == file["origin"], f"epoch {number} is of another origin")
        check_keys(epoch, number)
        if number == 0:
            need("continues" not in epoch, "the first epoch continues another one")
            base64url_bytes(epoch["nonce"])
            need(oid_of(epoch) == file["origin"], "the oid is not the digest of the genesis")
            check_statement_proof(epoch, epoch["key"])
        else:
            check_succession(chain[number - 1], epoch, number)
    return chain


def check_keys(epoch: dict, number: int) -> None:
    key, digests = epoch["key"], epoch["next"]
    key_bytes(key)
    need(isinstance(digests, list), f"epoch {number} names no recovery keys")
    need(1 <= len(digests) <= MOST_RECOVERY_KEYS, f"epoch {number} names 1 to 3 recovery keys")
    need(all(DIGEST.match(item) for item in digests), f"epoch {number} names no recovery keys")
    need(len(set(digests)) == len(digests), f"epoch {number} names a recovery key twice")
    need(digest(key.encode()) not in digests, f"epoch {number} is its own recovery")


def check_succession(before: dict, epoch: dict, number: int) -> None:
    need("nonce" not in epoch, "only the first epoch has a nonce")
    ends = epoch["continues"]
    need(set(ends) == {"epoch", "size", "root"}, f"epoch {number} does not end the one before")
    need(whole(ends["epoch"]) == number - 1, f"epoch {number} continues another one")
    whole(ends["size"], 1)
    base64url_bytes(ends["root"])
    signer = epoch["proof"]["verificationMethod"].rpartition("#")[2]
    used = digest(signer.encode("ascii"))
    need(used in before["next"], f"epoch {number} was not allowed to begin")
    need(used not in epoch["next"], f"epoch {number} has no fresh recovery keys")
    need(epoch["key"] != before["key"], f"epoch {number} has no fresh key")
    need(digest(epoch["key"].encode()) not in before["next"], f"epoch {number} has no fresh key")
    check_statement_proof(epoch, signer)


def check_statement(file: dict, chain: list[dict]) -> dict:
    statement = check_form(file["statement"])
    number = statement["epoch"]
    need(statement["origin"] == file["origin"], "the statement is of another origin")
    need(statement["type"] == "publish", "the statement does not publish anything")
    need(number < len(chain), "the statement is of an epoch that the file does not show")
    for member, least in (("revision", 1), ("epoch", 0), ("seq", 1)):
        same = whole(statement[member], least) == whole(file[member], least)
        need(same, f"the file names another {member}")
    need(statement["record"] == file["record"], "the file names another record")
    check_statement_proof(statement, chain[number]["key"])
    return statement


# --- the tree ----------------------------------------------------------------------------------


def root_from_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.3.2, word for word."""
    need(index < size, "the position lies outside the log")
    first, last, result = index, size - 1, leaf
    for neighbour in path:
        need(last > 0, "the inclusion path is too long")
        if first & 1 or first == last:
            result = sha256(b"\x01" + neighbour + result)
            while not first & 1 and first:
                first >>= 1
                last >>= 1
        else:
            result = sha256(b"\x01" + result + neighbour)
        first >>= 1
        last >>= 1
    need(last == 0, "the inclusion path is too short")
    return result


def check_note(note: str, name: str, raw_key: bytes) -> tuple[int, bytes, datetime | None]:
    """Check a C2SP checkpoint: its text, its signature, and the date of its cosignature."""
    text, blank, signatures = note.rpartition("\n\n")
    need(bool(blank), "the checkpoint has no signatures")
    text += "\n"
    lines = text.split("\n")
    need(len(lines) == 4 and lines[3] == "", "the checkpoint does not have three lines")
    need(lines[0] == name, "the checkpoint is of another log")
    need(bool(NUMBER.match(lines[1])), "the size is not a plain number")
    root = base64_bytes(lines[2])
    need(len(root) == 32, "the root is not 32 bytes")
    signed, dated = False, None
    for line in signatures.removesuffix("\n").split("\n"):
        dash, who, value = line.split(" ")
        need(dash == "\u2014", "a signature line does not begin with a dash")
        data = base64_bytes(value)
        if who == name and data[:4] == key_id(name, b"\x01", raw_key):
            need(signed_by(raw_key, data[4:], text.encode()), "the signature is wrong")
            signed = True
        elif who == name and data[:4] == key_id(name, b"\x04", raw_key):
            seconds = int.from_bytes(data[4:12], "big")
            message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
            need(signed_by(raw_key, data[12:], message), "the dated signature is wrong")
            dated = datetime.fromtimestamp(seconds, tz=UTC)
    need(signed and dated is not None, "a signature of the origin is missing")
    return int(lines[1]), root, dated


def key_id(name: str, kind: bytes, raw_key: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + kind + raw_key)[:4]


def check_log(file: dict, chain: list[dict]) -> str:
    """In an open epoch its key says what its log is; in a closed one, only its successor does."""
    number, seq = file["epoch"], file["seq"]
    leaf = sha256(b"\x00" + file["statement"].encode())
    if number + 1 < len(chain):
        return check_closed_log(file, seq, leaf, chain[number + 1]["continues"])
    need(file.get("path") is None, "a path without a checkpoint is for closed epochs")
    head, _, note = file["proof"].partition("\n\n")
    first, position, *hashes = head.split("\n")
    need(first == "c2sp.org/tlog-proof@v1", "the inclusion proof is of another format")
    need(position == f"index {seq}", "the inclusion proof is for another entry")
    name = f"footbridge/1/{file['origin']}/{number}"
    size, root, dated = check_note(note, name, key_bytes(chain[number]["key"]))
    need(root_from_path(leaf, seq, size, path_of(hashes)) == root, "the path leads elsewhere")
    return f"entry {seq} of {size}, dated {dated:%Y-%m-%d %H:%M} UTC"


def check_closed_log(file: dict, seq: int, leaf: bytes, ends: dict) -> str:
    """Whoever stole the old key can sign another tree with it, but not a successor."""
    need(seq < ends["size"], "a later epoch declared it void")
    need(file["proof"] is None, "a checkpoint proves nothing in an epoch that was closed")
    need(isinstance(file["path"], list), "there is no path to where the epoch was closed")
    root = root_from_path(leaf, seq, ends["size"], path_of(file["path"]))
    need(root == base64url_bytes(ends["root"]), "the path leads to another root than was closed")
    return f"entry {seq} of {ends['size']} as the next epoch signed it"


def path_of(hashes: list[str]) -> list[bytes]:
    path = [base64_bytes(text) for text in hashes]
    need(all(len(item) == 32 for item in path), "a hash in the path is not 32 bytes")
    return path


# --- content -----------------------------------------------------------------------------------


def check_content(file: dict, statement: dict) -> str:
    if file["content"] is None:
        return "the words are not in this file; only that they were said can be checked"
    data = file["content"].encode("utf-8")
    need(len(data) == statement["content"]["size"], "the content has another size")
    need(digest(data) == statement["content"]["digest"], "the content has another digest")
    content = canonical(file["content"], CONTENT)
    return f"{content['kind']}, {len(data)} bytes"


def verify(file: dict) -> bool:
    """Make all checks in order, print each; later ones need what the earlier ones found."""
    found: dict = {}
    steps = [
        ("the chain of keys, from the oid on", lambda: found.update(chain=check_chain(file))),
        (
            "the statement and its signature",
            lambda: found.update(statement=check_statement(file, found["chain"])),
        ),
        ("its place in the log, as signed", lambda: check_log(file, found["chain"])),
        ("the words themselves", lambda: check_content(file, found["statement"])),
    ]
    for title, step in steps:
        try:
            detail = step()
        except WrongError as error:
            print(f"WRONG  {title}: {error}")
            return False
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            print(f"WRONG  {title}: it is malformed ({type(error).__name__}: {error})")
            return False
        except RecursionError:
            print(f"WRONG  {title}: it is nested too deeply")
            return False
        print(f"ok     {title}" + (f" ({detail})" if detail else ""))
    return True


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python verify_proof.py FILE", file=sys.stderr)
        return 2
    try:
        file = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"cannot read {arguments[0]}: {error}", file=sys.stderr)
        return 2
    except RecursionError:
        print(f"cannot read {arguments[0]}: it is nested too deeply", file=sys.stderr)
        return 2
    if not isinstance(file, dict) or file.get("format") != "footbridge-proof/1":
        print("this is not a Footbridge proof file", file=sys.stderr)
        return 2
    if not verify(file):
        return 1
    print(f"\nThe origin {file['origin']}\nsaid this as record {file['record']},", end=" ")
    print(f"revision {file['revision']}. Compare the oid with one you had from them.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
