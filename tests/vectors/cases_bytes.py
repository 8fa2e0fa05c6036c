"""Vectors of bytes, keys, proofs and trees: what is good, and what is refused and why."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from node.core import base58
from node.core.canonical import digest, format_time, jcs
from node.core.keys import SecretKey, key_digest
from node.core.merkle import Edge, inclusion_path, leaf_hash, root_of
from node.core.proofs import add_proof, signed_bytes
from tests.support.making import NOON

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493

Case = dict[str, Any]


def seed(name: str) -> bytes:
    return hashlib.sha256(f"footbridge vectors: {name}".encode()).digest()


def key(name: str) -> SecretKey:
    return SecretKey.from_seed(seed(name))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def written(data: bytes) -> Case:
    """Return bytes as readable text where they are text, else in base64."""
    try:
        return {"text": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": b64(data)}


def refused(name: str, data: bytes, reason: str) -> Case:
    return {"name": name, **written(data), "reason": reason}


def canonical() -> Case:
    texts = [
        ("an empty object", "{ }"),
        ("members are sorted", '{"b": 1, "a": 2, "": 3}'),
        ("names are sorted by UTF-16 units", '{"\uffee": 1, "é": 2, "z": 3, "Z": 4, "€": 5}'),
        ("arrays keep their order", "[3, 2, 1, [], {}]"),
        ("the safe integers", "[0, -1, 9007199254740991, -9007199254740991]"),
        ("minus zero is zero", "[-0]"),
        ("literals", "[true, false, null]"),
        ("escapes that have a short form", r'["\u0008\u0009\u000a\u000c\u000d\"\\"]'),
        ("other control characters", r'["\u0000\u001f\u007f"]'),
        ("nothing else is escaped", r'["\/\u20ac\u2028\u0085 <>&"]'),
        ("a character beyond the basic plane in a value", r'["\ud83d\ude00"]'),
        ("no normalisation", r'["\u00e9", "e\u0301", "\u212b"]'),
        ("32 levels", "[" * 32 + "]" * 32),
    ]
    good = []
    for name, text in texts:
        data = jcs(json.loads(text))
        good.append(
            {"name": name, "input": text, "canonical": data.decode(), "digest": digest(data)}
        )
    bad = [
        ("white space", b'{"a": 1}', "not the canonical form"),
        ("a newline at the end", b"{}\n", "not the canonical form"),
        ("another order", b'{"b":1,"a":2}', "not the canonical form"),
        ("a member twice", b'{"a":1,"a":1}', "a duplicate member"),
        ("an escape that is not needed", b'["\\u0041"]', "not the canonical form"),
        ("an escape in capitals", b'["\\u001F"]', "not the canonical form"),
        ("a float", b"[1.5]", "no floats"),
        ("a float that is whole", b"[1.0]", "no floats"),
        ("an exponent", b"[1e2]", "no floats"),
        ("a large number that JCS would write so", b"[1e+21]", "no floats"),
        ("minus zero", b"[-0]", "not the canonical form"),
        ("2^53", b"[9007199254740992]", "beyond the safe integers"),
        ("-2^53", b"[-9007199254740992]", "beyond the safe integers"),
        ("2^64", b"[18446744073709551616]", "beyond the safe integers"),
        ("33 levels", b"[" * 33 + b"]" * 33, "nested more than 32 levels"),
        ("33 levels of objects", b'{"":' * 32 + b"{}" + b"}" * 32, "nested more than 32 levels"),
        ("a name beyond the basic plane", '{"😀":1}'.encode(), "a name outside of the BMP"),
        ("half a surrogate pair", b'["\\ud800"]', "half of a surrogate pair"),
        ("half a pair in UTF-8", b'["\xed\xa0\x80"]', "not UTF-8"),
        ("a byte that is not UTF-8", b'["\xff"]', "not UTF-8"),
        ("a byte order mark", b"\xef\xbb\xbf{}", "not JSON"),
        ("UTF-16", "{}".encode("utf-16-le"), "not JSON"),
        ("nothing", b"", "not JSON"),
        ("two values", b"{}{}", "not JSON"),
        ("a comma too many", b"[1,]", "not JSON"),
        ("NaN", b"[NaN]", "not JSON"),
        ("a leading zero", b"[01]", "not JSON"),
        ("a tab in a text", b'["\t"]', "not JSON"),
    ]
    return {"good": good, "refused": [refused(*case) for case in bad]}


def keys() -> Case:
    good = []
    for name in ("one", "two", "three"):
        secret = key(name)
        good.append(
            {
                "name": name,
                "seed": secret.seed.hex(),
                "secret_multikey": secret.multikey,
                "public": secret.public.raw.hex(),
                "multikey": secret.public.multikey,
                "verification_method": secret.public.verification_method,
                "digest": key_digest(secret.public),
            }
        )

    def text(raw: bytes, codec: bytes = b"\xed\x01") -> str:
        return "z" + base58.encode(codec + raw)

    def le(number: int) -> bytes:
        return number.to_bytes(32, "little")

    one = key("one")
    y8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    bad = [
        ("the neutral point", text(le(1)), "a point of small order"),
        ("the neutral point with the sign bit", text(le(1 + 2**255)), "a point of small order"),
        ("the point of order 2", text(le(P - 1)), "a point of small order"),
        ("a point of order 4", text(le(0)), "a point of small order"),
        ("a point of order 8", text(y8), "a point of small order"),
        ("y equal to p", text(le(P)), "not canonical"),
        ("y = p + 3", text(le(P + 3)), "not canonical"),
        ("y of no point", text(le(2)), "not on the curve"),
        ("31 bytes", text(bytes(31)), "not 32 bytes"),
        ("33 bytes", text(one.public.raw + b"\0"), "not 32 bytes"),
        ("an X25519 key", text(one.public.raw, b"\xec\x01"), "another kind of key"),
        ("a secret key", one.multikey, "another kind of key"),
        ("without its z", one.public.multikey[1:], "no multibase prefix z"),
        ("another multibase", "u" + one.public.multikey[1:], "no multibase prefix z"),
        ("a letter that base58 lacks", one.public.multikey[:-1] + "0", "not base58"),
        ("nothing", "", "no multibase prefix z"),
        ("300 characters", "z" + "1" * 299, "too long"),
    ]
    message = b"what was signed"
    signature = one.sign(message)
    number = int.from_bytes(signature[32:], "little")
    wrong = [
        ("a bit of R changed", bytes([signature[0] ^ 1]) + signature[1:], "does not verify"),
        ("a bit of S changed", signature[:32] + le(number ^ 1), "does not verify"),
        ("S + L", signature[:32] + le(number + L), "S is not below the group order"),
        ("R with y beyond p", le(P + 3) + signature[32:], "R is not canonical"),
        ("a byte less", signature[:-1], "not 64 bytes"),
        ("a byte more", signature + b"\0", "not 64 bytes"),
        ("by another key", key("two").sign(message), "does not verify"),
    ]
    return {
        "good": good,
        "refused": [{"name": n, "multikey": t, "reason": r} for n, t, r in bad],
        "signatures": {
            "multikey": one.public.multikey,
            "message": message.decode(),
            "good": signature.hex(),
            "refused": [{"name": n, "signature": s.hex(), "reason": r} for n, s, r in wrong],
        },
    }


def proofs() -> Case:
    signer = key("one")

    def other_base(value: str) -> str:
        return "u" + b64(base58.decode(value[1:]))

    document = {"@context": ["urn:example:1", "urn:example:2"], "a": [1, "é"], "b": None}
    made = add_proof(document, signer, NOON)
    proof = made["proof"]
    options = {name: value for name, value in proof.items() if name != "proofValue"}

    def resigned(**changed: Any) -> Case:
        other = {n: v for n, v in {**options, **changed}.items() if v is not None}
        value = "z" + base58.encode(signer.sign(signed_bytes(document, other)))
        return {**document, "proof": {**other, "proofValue": value}}

    bad = [
        ("a member changed", {**made, "b": 1}, "the signature does not fit"),
        ("a member added", {**made, "c": 1}, "the signature does not fit"),
        ("a context added", {**made, "@context": [*document["@context"], "urn:x"]}, "contexts"),
        ("the time changed", {**made, "proof": {**proof, "created": "2026-11-23T12:00:01Z"}},
         "the signature does not fit"),
        ("a list of one proof", {**made, "proof": [proof]}, "not one proof"),
        ("no proof", document, "not one proof"),
        ("another suite, signed", resigned(cryptosuite="eddsa-rdfc-2022"), "not our form"),
        ("another purpose, signed", resigned(proofPurpose="authentication"), "not our form"),
        ("an option more, signed", resigned(expires=format_time(NOON)), "not our form"),
        ("no context in the proof, signed", resigned(**{"@context": None}), "not our form"),
        ("no time, signed", resigned(created=None), "not our form"),
        ("another key named, signed",
         resigned(verificationMethod=key("two").public.verification_method), "another key"),
        ("the key named in short, signed", resigned(verificationMethod=signer.public.multikey),
         "another key"),
        ("the signature as base64url",
         {**made, "proof": {**proof, "proofValue": other_base(proof["proofValue"])}},
         "not base58 with z"),
    ]  # fmt: skip
    return {
        "multikey": signer.public.multikey,
        "seed": signer.seed.hex(),
        "document": document,
        "options": options,
        "canonical_document": jcs(document).decode(),
        "canonical_options": jcs(options).decode(),
        "document_hash": hashlib.sha256(jcs(document)).hexdigest(),
        "options_hash": hashlib.sha256(jcs(options)).hexdigest(),
        "signed_bytes": signed_bytes(document, options).hex(),
        "signature": base58.decode(proof["proofValue"][1:]).hex(),
        "signed": made,
        "refused": [{"name": n, "signed": d, "reason": r} for n, d, r in bad],
    }


def tree() -> Case:
    leaves = [leaf_hash(f"leaf {n}".encode()) for n in range(520)]

    def subtree(start: int, end: int) -> bytes:
        return root_of(leaves[start:end])

    sizes = [*range(18), 31, 32, 33, 255, 256, 257, 511, 512, 513, 520]
    edges = [Edge().extend(leaves[:size]) for size in sizes]
    places = [(0, 1), (0, 2), (1, 2), (2, 3), (4, 7), (6, 7), (255, 257), (256, 257), (300, 520)]
    prefixes = [(1, 1), (1, 2), (3, 7), (7, 7), (256, 257), (256, 520), (512, 520), (519, 520)]
    other = hashlib.sha256(b"another hash").digest()
    path = inclusion_path(4, 7, subtree)
    good = (leaves[4], 4, 7, path, subtree(0, 7))
    wrong = [
        ("another leaf", (other, *good[1:]), "does not lead to the root"),
        ("another index", (leaves[4], 5, 7, path, good[4]), "does not lead to the root"),
        ("another size", (leaves[4], 4, 9, path, good[4]), "the path is too short"),
        ("an index beyond the size", (leaves[4], 7, 7, path, good[4]), "no such leaf"),
        ("another root", (*good[:4], other), "does not lead to the root"),
        ("a hash too few", (leaves[4], 4, 7, path[:-1], good[4]), "the path is too short"),
        ("a hash too many", (leaves[4], 4, 7, [*path, other], good[4]), "the path is too long"),
        ("two hashes exchanged", (leaves[4], 4, 7, path[::-1], good[4]), "another order"),
        ("a hash of 31 bytes", (leaves[4], 4, 7, [path[0][:-1], *path[1:]], good[4]), "length"),
    ]
    return {
        "leaves": "leaf n is the ASCII bytes 'leaf ' and n in decimal, from 0",
        "leaf_hash_0": leaves[0].hex(),
        "empty_root": Edge().root().hex(),
        "sizes": [
            {"size": e.size, "root": e.root().hex(), "edge": [h.hex() for h in e.hashes]}
            for e in edges
        ],
        "inclusion": [
            {
                "index": index,
                "size": size,
                "path": [step.hex() for step in inclusion_path(index, size, subtree)],
            }
            for index, size in places
        ],
        "prefix": [
            {
                "prefix": prefix,
                "size": size,
                "path_of_its_last_leaf": [
                    step.hex() for step in inclusion_path(prefix - 1, size, subtree)
                ],
                "edge": [h.hex() for h in Edge().extend(leaves[:prefix]).hashes],
            }
            for prefix, size in prefixes
        ],
        "refused_inclusion": [
            {
                "name": name,
                "leaf_hash": leaf.hex(),
                "index": index,
                "size": size,
                "path": [step.hex() for step in steps],
                "root": root.hex(),
                "reason": reason,
            }
            for name, (leaf, index, size, steps, root), reason in wrong
        ],
    }
