"""Statements: what must stand in them, what may, and what is kept unread."""

from __future__ import annotations

from typing import Any

import pytest

from node.core.canonical import jcs
from node.core.limits import MAX_CONTENT, MAX_STATEMENT
from node.core.proofs import BadProofError, add_proof
from node.core.statements import (
    CONTEXT,
    BadStatementError,
    build_statement,
    parse_statement,
    sign_statement,
    verify_statement,
)
from tests.support.making import NOON, SampleLog, record_id, secret

LOG = SampleLog()
DIGEST = "sha256:" + "0" * 64


def signed(remove: tuple[str, ...] = (), **members: Any) -> bytes:
    """Return a truly signed publish statement with members changed or removed."""
    document = {**LOG.document(), **members}
    document = {name: value for name, value in document.items() if name not in remove}
    return jcs(add_proof(document, LOG.key, NOON))


def test_a_publish_statement_reads_as_it_was_built() -> None:
    raw = sign_statement(LOG.document(), LOG.key)
    statement = parse_statement(raw)
    assert statement.raw == raw
    assert (statement.type, statement.origin) == ("publish", LOG.epoch.oid)
    assert (statement.epoch, statement.seq) == (0, 1)
    assert (statement.record, statement.revision) == (record_id(1), 1)
    assert statement.schema == "good-practice/1"
    assert statement.content_digest is not None
    assert statement.created == NOON
    assert statement.crit == ()
    assert statement.document["@context"] == list(CONTEXT)
    verify_statement(statement, LOG.epoch.key)


@pytest.mark.parametrize("kind", ["withdraw", "erase"])
@pytest.mark.parametrize("reason", [None, "duplicate"])
def test_a_removal_names_a_record_and_may_name_a_reason(kind: str, reason: str | None) -> None:
    document = build_statement(
        type=kind,
        origin=LOG.epoch.oid,
        epoch=0,
        seq=3,
        created=NOON,
        record=record_id(1),
        reason=reason,
    )
    statement = parse_statement(sign_statement(document, LOG.key))
    assert (statement.type, statement.record) == (kind, record_id(1))
    assert statement.reason == reason
    assert statement.revision is None
    assert statement.content_digest is None


def test_unknown_members_are_kept_and_signed() -> None:
    raw = signed(ext={"note": [1]}, something={"new": True})
    statement = parse_statement(raw)
    assert statement.document["something"] == {"new": True}
    verify_statement(statement, LOG.epoch.key)
    changed = parse_statement(raw.replace(b'"new":true', b'"new":null'))
    with pytest.raises(BadProofError):
        verify_statement(changed, LOG.epoch.key)


def test_of_an_unknown_type_only_the_common_members_are_read() -> None:
    statement = parse_statement(signed(type="rejoice", record=5, revision="no", content=None))
    assert statement.type == "rejoice"
    assert statement.record is None
    assert statement.revision is None


def test_another_key_does_not_verify_a_statement() -> None:
    with pytest.raises(BadProofError):
        verify_statement(parse_statement(signed()), secret("another").public)


def test_what_must_be_understood_is_named() -> None:
    assert parse_statement(signed(crit=["members-only", "x"])).crit == ("members-only", "x")
    built = LOG.document(crit=("x",), extra={"ext": {"a": 1}})
    assert built["crit"] == ["x"]
    assert built["ext"] == {"a": 1}


OID = LOG.epoch.oid


@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param("@context", list(CONTEXT)[::-1], id="the context in another order"),
        pytest.param("@context", CONTEXT[0], id="one context"),
        pytest.param("@context", [*CONTEXT, "urn:more"], id="a context more"),
        pytest.param("v", 2, id="another version"),
        pytest.param("v", True, id="true as version"),
        pytest.param("v", "1", id="the version as text"),
        pytest.param("type", "Publish", id="a type in capitals"),
        pytest.param("type", "", id="an empty type"),
        pytest.param("type", ["publish"], id="a list of types"),
        pytest.param("origin", OID.upper(), id="an oid in capitals"),
        pytest.param("origin", OID[:-1], id="an oid too short"),
        pytest.param("origin", OID + "a", id="an oid too long"),
        pytest.param("origin", "1" + OID[1:], id="a letter that base32 lacks"),
        pytest.param("origin", 7, id="a number as oid"),
        pytest.param("epoch", -1, id="a negative epoch"),
        pytest.param("epoch", "0", id="an epoch as text"),
        pytest.param("epoch", False, id="false as epoch"),
        pytest.param("seq", -1, id="a negative place"),
        pytest.param("seq", None, id="no place"),
        pytest.param("created", "2026-11-23", id="a date without time"),
        pytest.param("created", 1, id="a number as time"),
        pytest.param("crit", [], id="an empty crit"),
        pytest.param("crit", ["a", "a"], id="a name twice in crit"),
        pytest.param("crit", [""], id="an empty name in crit"),
        pytest.param("crit", [1], id="a number in crit"),
        pytest.param("crit", "a", id="crit as text"),
        pytest.param("ext", [], id="ext as a list"),
        pytest.param("ext", None, id="ext as null"),
        pytest.param("record", record_id(1).upper().replace("0", "A"), id="a UUID in capitals"),
        pytest.param("record", record_id(1).replace("-", ""), id="a UUID without hyphens"),
        pytest.param("record", "{" + record_id(1) + "}", id="a UUID in braces"),
        pytest.param("record", 1, id="a number as record"),
        pytest.param("revision", 0, id="revision 0"),
        pytest.param("revision", True, id="true as revision"),
        pytest.param("schema", "good-practice", id="a schema without version"),
        pytest.param("schema", "good-practice/0", id="version 0"),
        pytest.param("schema", "good-practice/01", id="a version with a zero before"),
        pytest.param("schema", "Good/1", id="a kind in capitals"),
        pytest.param("schema", "../x/1", id="a path as kind"),
        pytest.param("schema", 1, id="a number as schema"),
        pytest.param("content", None, id="no content"),
        pytest.param("content", DIGEST, id="a digest as content"),
        pytest.param("content", {"digest": DIGEST}, id="a content without size"),
        pytest.param("content", {"size": 1}, id="a content without digest"),
        pytest.param("content", {"digest": DIGEST.upper(), "size": 1}, id="a digest in capitals"),
        pytest.param("content", {"digest": DIGEST, "size": 0}, id="an empty content"),
        pytest.param("content", {"digest": DIGEST, "size": MAX_CONTENT + 1}, id="too large"),
        pytest.param("content", {"digest": DIGEST, "size": "1"}, id="a size as text"),
    ],
)
def test_a_malformed_member_is_refused_although_it_is_signed(member: str, value: Any) -> None:
    with pytest.raises(BadStatementError, match=member.removeprefix("@")):
        parse_statement(signed(**{member: value}))


MEMBERS = ["@context", "v", "type", "origin", "epoch", "seq", "created"]
MEMBERS += ["record", "revision", "schema", "content"]


@pytest.mark.parametrize("member", MEMBERS)
def test_a_missing_member_is_refused_although_the_rest_is_signed(member: str) -> None:
    with pytest.raises(BadStatementError, match=member.removeprefix("@")):
        parse_statement(signed(remove=(member,)))


@pytest.mark.parametrize("reason", ["Free text!", "", 5, None], ids=repr)
def test_a_reason_is_a_code_and_no_free_text(reason: Any) -> None:
    document = {**LOG.document(), "type": "erase", "reason": reason}
    with pytest.raises(BadStatementError, match="reason"):
        parse_statement(jcs(add_proof(document, LOG.key, NOON)))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"", "not JSON", id="nothing"),
        pytest.param(b"[]", "object", id="a list"),
        pytest.param(jcs(LOG.document()), "one proof", id="no proof"),
        pytest.param(signed() + b"\n", "canonical", id="a newline"),
        pytest.param(b" " + signed(), "canonical", id="a space"),
    ],
)
def test_what_is_no_statement_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(BadStatementError, match=why):
        parse_statement(raw)


def test_a_list_of_proofs_is_refused() -> None:
    document = add_proof(LOG.document(), LOG.key, NOON)
    document["proof"] = [document["proof"]]
    with pytest.raises(BadStatementError, match="one proof"):
        parse_statement(jcs(document))


def test_the_longest_statement_is_read_and_one_byte_more_is_not() -> None:
    least = len(signed(ext={"x": ""}))
    raw = signed(ext={"x": "y" * (MAX_STATEMENT - least)})
    assert len(raw) == MAX_STATEMENT
    assert parse_statement(raw).raw == raw
    with pytest.raises(BadStatementError, match=str(MAX_STATEMENT)):
        parse_statement(signed(ext={"x": "y" * (MAX_STATEMENT - least + 1)}))


def test_a_statement_of_just_the_limit_is_signed() -> None:
    least = len(sign_statement(LOG.document(extra={"ext": {"x": ""}}), LOG.key))
    document = LOG.document(extra={"ext": {"x": "y" * (MAX_STATEMENT - least)}})
    assert len(sign_statement(document, LOG.key)) == MAX_STATEMENT
    document["ext"]["x"] += "y"
    with pytest.raises(BadStatementError, match="at most"):
        sign_statement(document, LOG.key)


def test_too_large_a_statement_is_never_signed() -> None:
    document = LOG.document(extra={"ext": {"x": "y" * MAX_STATEMENT}})
    with pytest.raises(BadStatementError, match="at most"):
        sign_statement(document, LOG.key)


def test_what_is_not_our_json_is_never_signed() -> None:
    document = LOG.document(extra={"ext": {"x": 1.5}})
    with pytest.raises(BadStatementError, match="point"):
        sign_statement(document, LOG.key)


@pytest.mark.parametrize(
    "members",
    [
        {"record": "no uuid"},
        {"revision": None},
        {"content_size": None},
        {"content_digest": None, "content_size": None},
        {"seq": -1},
        {"type": "withdraw", "record": None},
    ],
    ids=str,
)
def test_nothing_wrong_is_built(members: dict[str, Any]) -> None:
    with pytest.raises(BadStatementError):
        LOG.document(**members)
