"""Vectors of the file that proves a record to somebody without this software."""

from __future__ import annotations

from typing import Any

from node.core.base64text import encode_base64
from node.core.canonical import digest, jcs
from node.core.checkpoints import make_checkpoint, make_proof_file
from node.core.contents import make_content
from node.core.epochs import Epoch, oid_of
from node.core.keys import SecretKey, key_digest
from node.core.merkle import inclusion_path, leaf_hash, root_of
from node.core.proofs import add_proof
from node.core.statements import parse_statement
from tests.support.making import NOON
from tests.vectors.cases_bytes import Case, seed
from tests.vectors.cases_log import (
    FIRST,
    GENESIS,
    LINES,
    NEW,
    RECOVERY,
    SECOND,
    SERVER,
    SPARE,
    SUCCESSION,
    at,
    publish,
    statement,
    text_content,
    unsigned,
)

#: Where the succession ends the first epoch.
END = 6


def path_in(lines: list[bytes], index: int, size: int) -> list[bytes]:
    leaves = [leaf_hash(line) for line in lines]
    return inclusion_path(index, size, lambda start, end: root_of(leaves[start:end]))


def file(line: bytes, content: bytes, epochs: list[bytes], **shown: Any) -> Case:
    """Return a file about a line; `shown` are `proof` and maybe `path`."""
    said = parse_statement(line).document
    names = ("origin", "record", "revision", "epoch", "seq")
    return {
        "format": "footbridge-proof/1",
        **{name: said[name] for name in names},
        "epochs": [raw.decode() for raw in epochs],
        "statement": line.decode(),
        **shown,
        "content": content.decode(),
    }


def by_checkpoint(
    lines: list[bytes], index: int, epoch: Epoch = FIRST, signer: SecretKey = SERVER
) -> Case:
    """Return the members that prove an entry of an open epoch."""
    root = root_of(leaf_hash(line) for line in lines)
    note = make_checkpoint(epoch.oid, epoch.number, len(lines), root, signer, NOON)
    return {"proof": make_proof_file(index, path_in(lines, index, len(lines)), note).decode()}


def by_path(lines: list[bytes], index: int, size: int = END) -> Case:
    """Return the members that prove an entry of a closed epoch."""
    return {"proof": None, "path": [encode_base64(step) for step in path_in(lines, index, size)]}


def signed_again(raw: bytes, signer: SecretKey, **members: Any) -> bytes:
    return jcs(add_proof(unsigned(raw) | members, signer, at(60)))


#: What a thief of the first epoch's key makes of entry 2, and the log that he signs with it.
FORGED_CONTENT = make_content(
    "good-practice",
    {"title": {"en": "Send your fee to us"}, "made_up": True},
    salt=seed("salt of a thief"),
    fallback={"title": {"en": "Send your fee to us"}, "summary": {}},
)
FORGED = publish(2, 2, content={"digest": digest(FORGED_CONTENT), "size": len(FORGED_CONTENT)})
FORKED = [*LINES[:2], FORGED, *LINES[3:END]]
APPENDED = [*LINES[:END], publish(END, 4)]

CONTENT = text_content(2)
BOTH = [GENESIS, SUCCESSION]
SECOND_LINES = [SUCCESSION, signed_again(publish(1, 3), NEW, epoch=1)]


def odd_genesis() -> Case:
    """Return a file whose genesis, well signed and giving its own oid, continues something."""
    document = unsigned(GENESIS)
    document["continues"] = unsigned(SUCCESSION)["continues"]
    document["origin"] = oid_of(jcs(add_proof(document, SERVER, NOON)))
    genesis = jcs(add_proof(document, SERVER, NOON))
    oid = document["origin"]
    line = signed_again(LINES[2], SERVER, origin=oid)
    lines = [genesis, signed_again(LINES[1], SERVER, origin=oid), line]
    epoch = Epoch(oid, 0, FIRST.key, FIRST.next, None, genesis)
    return file(line, CONTENT, [genesis], **by_checkpoint(lines, 2, epoch))


def record_files() -> Case:
    shown = by_path(LINES, 2)
    closed = file(LINES[2], CONTENT, BOTH, **shown)
    opened = file(LINES[2], CONTENT, [GENESIS], **by_checkpoint(LINES, 2))
    forged = {"line": FORGED, "content": FORGED_CONTENT, "epochs": BOTH}

    def after(**members: Any) -> Case:
        follows = signed_again(SUCCESSION, RECOVERY, **members)
        return {**closed, "epochs": [GENESIS.decode(), follows.decode()]}

    good = [
        ("an open epoch: the path leads to a checkpoint", opened),
        ("a closed epoch: the path leads to where its successor ends it", closed),
        ("the last entry of a closed epoch",
         file(LINES[5], text_content(1), BOTH, **by_path(LINES, 5))),
        ("the epoch after it, open",
         file(SECOND_LINES[1], text_content(3), BOTH,
              **by_checkpoint(SECOND_LINES, 1, SECOND, NEW))),
        ("without the words, after they were erased", {**closed, "content": None}),
    ]  # fmt: skip
    bad = [
        ("a forked closed epoch, under a checkpoint that the old key signed",
         file(**forged, **by_checkpoint(FORKED, 2)), "the successor did not sign that tree"),
        ("a forked closed epoch, by a path in its own tree",
         file(**forged, **by_path(FORKED, 2)), "another root than continues.root"),
        ("a forked closed epoch, with both",
         file(**forged, **by_path(FORKED, 2) | by_checkpoint(FORKED, 2)), "another root"),
        ("a forged entry with the path of the true one",
         file(**forged, **shown), "another root than continues.root"),
        ("a closed epoch, under a checkpoint of its own key",
         file(LINES[2], CONTENT, BOTH, **by_checkpoint(LINES, 2)),
         "proves nothing in a closed epoch"),
        ("a closed epoch, by a path in a larger tree",
         {**closed, **by_path(LINES, 2, 7)}, "another size than continues.size"),
        ("a hash left out of the path", {**closed, "path": shown["path"][1:]}, "the path"),
        ("a hash too many in the path", {**closed, "path": shown["path"] * 2}, "the path"),
        ("no path", {**closed, "path": None}, "the path"),
        ("an entry that the successor made void",
         file(APPENDED[END], text_content(4), BOTH, **by_path(APPENDED, END, 7)), "void"),
        ("an open epoch with a path and no checkpoint",
         {**closed, "epochs": [GENESIS.decode()]}, "no checkpoint"),
        ("an open epoch with both", {**opened, "path": shown["path"]}, "a path besides"),
        ("a first epoch that continues another", odd_genesis(), "not a genesis"),
        ("a successor with the old key",
         after(key=SERVER.public.multikey), "not a fresh key"),
        ("a successor with a recovery key as key",
         after(key=SPARE.public.multikey), "not a fresh key"),
        ("a successor that names the used recovery key again",
         after(next=[key_digest(RECOVERY.public)]), "no fresh recovery keys"),
        ("a successor that names its own key for recovery",
         after(next=[key_digest(NEW.public)]), "its own key"),
        ("a successor signed with the old key",
         {**closed, "epochs": [GENESIS.decode(), signed_again(SUCCESSION, SERVER).decode()]},
         "not a recovery key"),
        ("true for a revision",
         file(LINES[1], text_content(1), BOTH, **by_path(LINES, 1)) | {"revision": True},
         "not an integer"),
        ("a float for a revision", {**closed, "revision": 2.0}, "not an integer"),
        ("false for an epoch", {**closed, "epoch": False}, "not an integer"),
        ("a statement that asks for something unknown",
         file(crit := publish(2, 2, crit=["new"]), CONTENT, [GENESIS],
              **by_checkpoint([*LINES[:2], crit], 2)), "crit"),
        ("a withdrawal in place of a revision",
         {**closed, "seq": 3, "statement": statement(3).decode()}, "publishes nothing"),
        ("the words of another revision",
         {**closed, "content": text_content(3).decode()}, "the digest"),
    ]  # fmt: skip
    return {
        "good": [{"name": name, "file": item} for name, item in good],
        "refused": [{"name": name, "file": item, "reason": why} for name, item, why in bad],
    }
