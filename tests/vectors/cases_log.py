"""Vectors of a whole origin: epochs, statements, its log, checkpoints, contents, proof files."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

from node.core.base64text import encode_base64url
from node.core.canonical import digest, format_time, jcs
from node.core.checkpoints import make_checkpoint, make_proof_file, origin_line
from node.core.contents import BlobRef, make_content
from node.core.epochs import Epoch, make_genesis, make_succession, open_genesis, open_succession
from node.core.keys import SecretKey, key_digest
from node.core.merkle import Edge, inclusion_path, leaf_hash, root_of
from node.core.notes import DATED, PLAIN, Verifier, join_note, parse_note, sign_line
from node.core.proofs import add_proof
from node.core.statements import build_statement, parse_statement
from tests.support.making import NOON
from tests.vectors.cases_bytes import Case, key, refused, seed, written

SERVER, RECOVERY, SPARE = key("server"), key("recovery"), key("spare recovery")
NEXT = [key_digest(RECOVERY.public), key_digest(SPARE.public)]
NEW, NEW_RECOVERY = key("second server"), key("second recovery")
NONCE = seed("nonce")
RECORD = "2f1c1f9e-6d0a-4b7e-9a3c-0c5d8e7f6a5b"
OTHER_RECORD = "7b0c2d44-1f5e-4a86-8f2b-93f1d6a0e1c2"

PHOTO = BlobRef(digest(b"a photo"), 7, "image/jpeg", "class.jpg", {"en": "A class", "el": "Τάξη"})


def text_content(revision: int) -> bytes:
    words = {"en": f"Conversation café, revision {revision}", "el": "Καφέ συζήτησης"}
    return make_content(
        "good-practice",
        {"title": words, "made_up": True},
        salt=seed(f"salt {revision}"),
        blobs=[PHOTO] if revision > 1 else [],
        fallback={"title": words, "summary": {"en": "People talk, and learn the language."}},
    )


GENESIS = make_genesis(SERVER, NEXT, NONCE, NOON)
FIRST = open_genesis(GENESIS)


def statement(seq: int, signer: SecretKey = SERVER, /, **members: Any) -> bytes:
    """Return a truly signed statement for a place; None removes a member."""
    document = build_statement(
        type="withdraw", origin=FIRST.oid, epoch=0, seq=seq, created=at(seq), record=RECORD
    )
    document = {n: v for n, v in (document | members).items() if v is not None}
    return jcs(add_proof(document, signer, at(seq)))


def at(seq: int) -> Any:
    return NOON + timedelta(minutes=seq)


def publish(seq: int, revision: int, record: str = RECORD, /, **members: Any) -> bytes:
    raw = text_content(revision)
    parts = {"type": "publish", "record": record, "revision": revision}
    parts |= {"schema": "good-practice/1", "content": {"digest": digest(raw), "size": len(raw)}}
    return statement(seq, **(parts | members))


LINES = [
    GENESIS,
    publish(1, 1),
    publish(2, 2),
    statement(3, reason="out-of-date"),
    publish(4, 3),
    publish(5, 1, OTHER_RECORD),
    statement(6, type="erase", record=OTHER_RECORD, reason="asked-for"),
]
LEAVES = [leaf_hash(line) for line in LINES]


def edge(size: int) -> Edge:
    return Edge().extend(LEAVES[:size])


def note(size: int, now: Any = NOON, epoch: Epoch = FIRST, signer: SecretKey = SERVER) -> bytes:
    return make_checkpoint(epoch.oid, epoch.number, size, edge(size).root(), signer, now)


SUCCESSION = make_succession(
    FIRST, RECOVERY, NEW.public, [key_digest(NEW_RECOVERY.public)], 6, edge(6).root(), at(60)
)
SECOND = open_succession(FIRST, SUCCESSION)


def unsigned(raw: bytes) -> dict[str, Any]:
    document = dict(parse_statement(raw).document)
    del document["proof"]
    return document


def epochs() -> Case:
    def again(raw: bytes, signer: SecretKey, moment: Any, **members: Any) -> bytes:
        document = {n: v for n, v in (unsigned(raw) | members).items() if v is not None}
        return jcs(add_proof(document, signer, moment))

    def genesis(**members: Any) -> bytes:
        return again(GENESIS, SERVER, NOON, **members)

    def succession(signer: SecretKey = RECOVERY, **members: Any) -> bytes:
        return again(SUCCESSION, signer, at(60), **members)

    bare = {n: v for n, v in unsigned(GENESIS).items() if n != "origin"}
    ends = unsigned(SUCCESSION)["continues"]
    bad_genesis = [
        ("another nonce, the oid kept", genesis(nonce=encode_base64url(seed("x"))), "the oid"),
        ("a member added, the oid kept", genesis(more=1), "the oid"),
        ("another oid", genesis(origin="a" * 52), "the oid"),
        ("signed by another key than it names", again(GENESIS, NEW, NOON), "another key"),
    ]
    bad_succession = [
        ("signed by the server's key", succession(SERVER), "not a recovery key of epoch 0"),
        ("signed by the new key", succession(NEW), "not a recovery key of epoch 0"),
        ("the server's key again", succession(key=SERVER.public.multikey), "not a fresh key"),
        ("a recovery key as key", succession(key=SPARE.public.multikey), "not a fresh key"),
        ("the used recovery key again", succession(next=NEXT), "no fresh recovery keys"),
        ("no recovery key", succession(next=[]), "one to three recovery keys"),
        ("its own key as recovery key", succession(next=[key_digest(NEW.public)]), "its own key"),
        ("an epoch left out", succession(epoch=2), "does not follow"),
        ("at another place", succession(seq=1), "not entry 0"),
        ("another origin", succession(origin="a" * 52), "does not follow"),
        ("no end of the epoch before", succession(continues=None), "no continues"),
        ("an end at size 0", succession(continues={**ends, "size": 0}), "size 1 or more"),
        ("the end of another epoch", succession(continues={**ends, "epoch": 1}), "epoch"),
        ("a root of 31 bytes",
         succession(continues={**ends, "root": encode_base64url(bytes(31))}), "32 bytes"),
        ("a nonce", succession(nonce=encode_base64url(NONCE)), "only a genesis has a nonce"),
        ("asks for something unknown", succession(crit=["new"]), "crit"),
    ]  # fmt: skip
    return {
        "genesis": {
            "key_seed": SERVER.seed.hex(),
            "recovery_seeds": [RECOVERY.seed.hex(), SPARE.seed.hex()],
            "nonce": NONCE.hex(),
            "hashed_for_the_oid": jcs(bare).decode(),
            "oid": FIRST.oid,
            "statement": GENESIS.decode(),
        },
        "succession": {
            "signed_with_seed": RECOVERY.seed.hex(),
            "key_seed": NEW.seed.hex(),
            "recovery_seeds": [NEW_RECOVERY.seed.hex()],
            "statement": SUCCESSION.decode(),
            "void_from": 6,
        },
        "refused_genesis": [refused(*case) for case in bad_genesis],
        "refused_succession": [refused(*case) for case in bad_succession],
    }


def statements() -> Case:
    good = [
        ("publish", LINES[1]),
        ("withdraw with a reason", LINES[3]),
        ("withdraw without a reason", statement(3)),
        ("erase", LINES[6]),
        ("unknown members are kept", publish(2, 2, more={"a": [1]}, ext={"b": None})),
        ("an unknown type: kept, relayed, not acted on", statement(2, type="rejoice", record=5)),
        ("crit: stored and relayed, not acted on", publish(2, 2, crit=["members-only"])),
    ]
    bad = [
        ("no proof", jcs(unsigned(LINES[1])), "no proof"),
        ("a newline at the end", LINES[1] + b"\n", "not canonical"),
        ("by another key", statement(1, NEW), "another key"),
        ("a member changed", LINES[1].replace(b'"revision":1', b'"revision":2'), "the signature"),
        ("version 2", publish(1, 1, v=2), "v is not 1"),
        ("another context", publish(1, 1, **{"@context": ["urn:x"]}), "@context"),
        ("no origin", publish(1, 1, origin=None), "origin"),
        ("an oid in capitals", publish(1, 1, origin=FIRST.oid.upper()), "origin"),
        ("a negative place", publish(1, 1, seq=-1), "seq"),
        ("true as epoch", publish(1, 1, epoch=True), "epoch"),
        ("a time with an offset", publish(1, 1, created="2026-11-23T12:01:00+00:00"), "created"),
        ("a day that is not", publish(1, 1, created="2026-02-30T12:01:00Z"), "created"),
        ("a record in capitals", publish(1, 1, record=RECORD.upper()), "record"),
        ("revision 0", publish(1, 1, revision=0), "revision"),
        ("a schema without version", publish(1, 1, schema="good-practice"), "schema"),
        ("no content", publish(1, 1, content=None), "content"),
        ("a content too large", publish(1, 1, content={"digest": digest(b""), "size": 262_145}),
         "content.size"),
        ("a digest in capitals",
         publish(1, 1, content={"digest": digest(b"").upper(), "size": 1}), "content.digest"),
        ("free text as reason", statement(3, reason="Because we say so."), "reason"),
        ("an empty crit", publish(1, 1, crit=[]), "crit"),
        ("more than 16 KiB", publish(1, 1, ext={"x": "y" * 16_384}), "too large"),
    ]  # fmt: skip
    return {
        "multikey": SERVER.public.multikey,
        "good": [{"name": name, **written(raw)} for name, raw in good],
        "refused": [refused(*case) for case in bad],
    }


def log() -> Case:
    return {
        "oid": FIRST.oid,
        "epoch": 0,
        "multikey": SERVER.public.multikey,
        "page_0": b"".join(line + b"\n" for line in LINES).decode(),
        "after_each_entry": [
            {
                "size": size,
                "leaf_hash": LEAVES[size - 1].hex(),
                "edge": [item.hex() for item in edge(size).hashes],
                "root": edge(size).root().hex(),
            }
            for size in range(1, len(LINES) + 1)
        ],
        "checkpoint": note(7).decode(),
        "void_after_the_succession": [6],
        "contents": [
            {"seq": seq, "revision": revision, **written(text_content(revision))}
            for seq, revision in ((1, 1), (2, 2), (4, 3))
        ],
        "erased": [{"seq": 5, "digest": digest(text_content(1))}],
    }


def checkpoints() -> Case:
    name = origin_line(FIRST.oid, 0)
    text = parse_note(note(7)).text
    seconds = int(NOON.timestamp())

    def signed(body: bytes, *dates: int, plain: bool = True) -> bytes:
        lines = [sign_line(body, name, SERVER)] if plain else []
        return join_note(body, [*lines, *(sign_line(body, name, SERVER, dated=d) for d in dates)])

    def lined(*lines: str) -> bytes:
        return signed("".join(f"{line}\n" for line in lines).encode(), seconds)

    line, size, root = text.decode().splitlines()
    witness = sign_line(text, "witness.example/w1", key("witness"), dated=seconds + 60)
    empty = make_checkpoint(FIRST.oid, 0, 0, edge(0).root(), SERVER, NOON)
    good = [
        ("seven entries", note(7), 7, seconds),
        ("one entry", note(1), 1, seconds),
        ("an empty log", empty, 0, seconds),
        ("renewed a day later", note(7, NOON + timedelta(days=1)), 7, seconds + 86_400),
        ("several dated lines: the newest counts", signed(text, 5, seconds, 9), 7, seconds),
        ("with the line of a witness, ignored", note(7) + witness, 7, seconds),
    ]
    bad = [
        ("no dated line", signed(text), "the dated line is missing"),
        ("only the dated line", signed(text, seconds, plain=False), "the plain line is missing"),
        ("only a witness", join_note(text, [witness]), "no line of the epoch's key"),
        ("by another key of the same name",
         note(7, signer=NEW), "no line of the epoch's key"),
        ("a line of the key that fails", note(7) + sign_line(b"x\n", name, SERVER), "a known key"),
        ("a dated line whose date was changed",
         note(7) + changed_date(text, name, seconds), "a known key"),
        ("the size changed", note(7).replace(b"\n7\n", b"\n8\n"), "a known key"),
        ("an extension line", lined(line, size, root, "time 1"), "no extension lines"),
        ("a leading zero", lined(line, "07", root), "the size"),
        ("a sign", lined(line, "+7", root), "the size"),
        ("digits of another script", lined(line, "\u0667", root), "the size"),
        ("2^53", lined(line, "9007199254740992", root), "the size"),
        ("a root without padding", lined(line, size, root.rstrip("=")), "the root"),
        ("a root of 33 bytes", lined(line, size, "AAAA" + root[:-4] + "AAA="), "the root"),
        ("size 0 with another root", lined(line, "0", root), "the empty root"),
        ("another protocol version", lined(line.replace("/1/", "/2/"), size, root), "origin line"),
        ("the next epoch", lined(origin_line(FIRST.oid, 1), size, root), "another log"),
        ("another origin", lined(origin_line("a" * 52, 0), size, root), "another log"),
        ("no newline at the end", note(7)[:-1], "not a note"),
        ("a carriage return", note(7).replace(b"\n", b"\r\n"), "not a note"),
        ("a hyphen instead of the em dash", note(7).replace("—".encode(), b"-"), "not a note"),
        ("text after the signatures", note(7) + b"more\n", "not a note"),
        ("33 signature lines", note(7) + witness * 31, "too many lines"),
    ]  # fmt: skip
    return {
        "oid": FIRST.oid,
        "epoch": 0,
        "multikey": SERVER.public.multikey,
        "vkeys": [Verifier(name, kind, SERVER.public).vkey for kind in (PLAIN, DATED)],
        "witness_vkey": Verifier("witness.example/w1", DATED, key("witness").public).vkey,
        "good": [
            {"name": n, "text": raw.decode(), "size": s, "root": edge(s).root().hex(), "dated": d}
            for n, raw, s, d in good
        ],
        "refused": [refused(*case) for case in bad],
    }


def changed_date(text: bytes, name: str, seconds: int) -> bytes:
    """Return a dated line that says another date than the one it was signed for."""
    raw = sign_line(text, name, SERVER, dated=seconds)
    head, _, tail = raw.decode().strip().rpartition(" ")
    data = base64.b64decode(tail)
    data = data[:4] + (seconds + 1).to_bytes(8, "big") + data[12:]
    return f"{head} {base64.b64encode(data).decode()}\n".encode()


def contents() -> Case:
    base = json.loads(text_content(2))
    blob = base["blobs"][0]
    bad = [
        ("no salt", {"salt": None}, "salt"),
        ("a salt of 31 bytes", {"salt": encode_base64url(bytes(31))}, "salt"),
        ("a padded salt", {"salt": base["salt"] + "="}, "salt"),
        ("a kind with a version", {"kind": "good-practice/1"}, "kind"),
        ("a list as body", {"body": []}, "body"),
        ("no list of files", {"blobs": None}, "blobs"),
        ("a file with a folder", {"blobs": [{**blob, "name": "../class.jpg"}]}, "name"),
        ("a file without digest", {"blobs": [{**blob, "digest": "x"}]}, "digest"),
        ("a file whose description has no language", {"blobs": [{**blob, "alt": "x"}]}, "alt"),
        ("no fallback", {"fallback": None}, "fallback"),
        ("a fallback without a title", {"fallback": {"title": {}, "summary": {}}}, "title"),
        ("more than 256 KiB", {"body": {"x": "y" * 262_144}}, "too large"),
    ]
    cases = []
    for name, members, reason in bad:
        document = {n: v for n, v in (base | members).items() if v is not None}
        case = refused(name, jcs(document), reason)
        if len(case["text"]) > 4096:
            # The text is one letter, often; nobody needs to download that.
            body = jcs(document | {"body": {"x": "Y"}}).decode()
            case = {"name": name, "text": body, "repeat": ["Y", 262_144], "reason": reason}
        cases.append(case)
    cases.append(refused("white space", text_content(2) + b"\n", "not canonical"))
    return {
        "good": [
            {
                "name": f"revision {revision}",
                **written(text_content(revision)),
                "digest": digest(text_content(revision)),
                "size": len(text_content(revision)),
                "salt": seed(f"salt {revision}").hex(),
            }
            for revision in (1, 2)
        ],
        "refused": cases,
        "not_the_one_named": {
            "digest": digest(text_content(1)),
            "size": len(text_content(1)),
            **written(text_content(2)),
        },
    }


def proof_files() -> Case:
    def subtree(start: int, end: int) -> bytes:
        return root_of(LEAVES[start:end])

    def proof(index: int, size: int = 7) -> bytes:
        return make_proof_file(index, inclusion_path(index, size, subtree), note(size))

    two = proof(2)
    bad = [
        ("another index", two.replace(b"index 2", b"index 3"), "does not lead to the root"),
        ("a leading zero", two.replace(b"index 2", b"index 02"), "the index"),
        ("an extra line", two.replace(b"index 2", b"extra AA==\nindex 2"), "no extra line"),
        ("the proof of another entry", proof(3), "does not lead to the root"),
        ("a hash left out", b"\n".join(two.split(b"\n")[:2] + two.split(b"\n")[3:]), "the path"),
        ("another version", two.replace(b"@v1", b"@v2"), "not a proof file"),
        ("the checkpoint of a smaller tree", two[: two.index(b"\n\n") + 2] + note(6), "the path"),
    ]
    return {
        "oid": FIRST.oid,
        "epoch": 0,
        "multikey": SERVER.public.multikey,
        "good": [
            {
                "entry": LINES[index].decode(),
                "index": index,
                "size": size,
                **written(proof(index, size)),
            }
            for index, size in ((2, 7), (0, 7), (6, 7), (4, 5), (0, 1))
        ],
        "entry": LINES[2].decode(),
        "refused": [refused(*case) for case in bad],
    }


def heads() -> Case:
    """What a node that holds the first five entries decides about a peer's head."""
    forked = [*LINES[:3], statement(3), *LINES[4:]]
    other = Edge().extend(leaf_hash(line) for line in forked[:5])
    longer = Edge().extend(leaf_hash(line) for line in forked)

    def fork(tree: Edge) -> str:
        return make_checkpoint(FIRST.oid, 0, tree.size, tree.root(), SERVER, NOON).decode()

    path = inclusion_path(4, 7, lambda a, b: root_of([leaf_hash(x) for x in forked[a:b]]))
    return {
        "held": {"size": 5, "root": edge(5).root().hex(), "checkpoint": note(5).decode()},
        "cases": [
            {"name": "more", "checkpoint": note(7).decode(), "verdict": "ahead"},
            {"name": "the same", "checkpoint": note(5).decode(), "verdict": "same"},
            {"name": "the same, renewed", "checkpoint": note(5, at(900)).decode(),
             "verdict": "same"},
            {"name": "less, from a mirror", "checkpoint": note(3).decode(), "verdict": "behind"},
            {"name": "less, from the origin", "checkpoint": note(3).decode(),
             "from_origin": True, "verdict": "rollback"},
            {"name": "the same size and another root", "checkpoint": fork(other),
             "verdict": "equivocation"},
            {"name": "more, of another history: only its entries show it",
             "checkpoint": fork(longer), "verdict": "ahead"},
        ],
        "fork_in_a_longer_log": {
            "entry": forked[4].decode(),
            "proof": make_proof_file(4, path, fork(longer).encode()).decode(),
            "verdict": "equivocation",
        },
        "announced_at": format_time(NOON),
    }  # fmt: skip
