"""What the publish guard asks about, and what it leaves in peace."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from node.contract.guard import (
    HARD_RULES,
    WARNINGS,
    Acknowledgement,
    is_public_address,
    unacknowledged,
    warnings_of,
)
from node.contract.guard.links import fault_of
from tests.contract.bodies import LANGUAGES, SCHEMAS, body, change, contract

DIGEST = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"


@dataclass
class Blob:
    digest: str = DIGEST
    media_type: str = "image/jpeg"
    alt: Any = None


@dataclass
class Prepared:
    body: dict[str, Any]
    blobs: tuple[Blob, ...] = (Blob(),)
    kind: str = "good-practice"


def codes(changed: dict[str, Any], *blobs: Blob) -> list[tuple[str, str]]:
    content = Prepared(changed, blobs or (Blob(),))
    found = warnings_of(contract(), content, "good-practice/1")  # type: ignore[arg-type]
    assert all((f.severity == "error") is (f.code in HARD_RULES) for f in found)
    return [(warning.code, warning.pointer) for warning in found]


def test_a_careful_record_is_left_in_peace() -> None:
    assert codes(body("good-practice")) == []


PERSONAL = [
    pytest.param("Write to maria.p@example.org today", "email-address", id="an address"),
    pytest.param("maria (at) example.org", "email-address", id="a disguised address"),
    pytest.param("γράψτε στο maria@παράδειγμα.gr", "email-address", id="a Greek address"),
    pytest.param("Call +30 210 123 4567.", "phone-number", id="an international number"),
    pytest.param("Tel. 0030-210-1234567", "phone-number", id="a number with 00"),
    pytest.param("(021) 123 45 67", "phone-number", id="a number in groups"),
    pytest.param("+34.912.345.678", "phone-number", id="a number with points"),
    pytest.param("اتصل بالرقم +49 30 1234567", "phone-number", id="a number in Arabic text"),
]


@pytest.mark.parametrize(("text", "code"), PERSONAL)
def test_what_looks_personal_is_asked_about(text: str, code: str) -> None:
    assert codes(change(body("good-practice"), "/results/en", text)) == [(code, "/results/en")]


HARMLESS = [
    pytest.param("34 of 60 people found work in 2023-2024.", id="years and counts"),
    pytest.param("Grant 2023-1-EL01-KA220-ADU-000150000", id="a grant number"),
    pytest.param("The budget was 1 250 000 euros, 0.5 per cent of it unspent.", id="amounts"),
    pytest.param("On 01.02.2024 and 2024-02-01 at 10:00", id="dates"),
    pytest.param("ISO 21001:2018, NUTS EL30, https://example.org/0123456789", id="standards"),
    pytest.param("Ratio 0:1; @ the library; a+b", id="signs"),
    pytest.param("ISBN 978-3-16-148410-0", id="an ISBN"),
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_resembles_it_is_left_in_peace(text: str) -> None:
    assert codes(change(body("good-practice"), "/results/en", text)) == []


def test_an_address_to_write_to_is_asked_about() -> None:
    mail = change(body("good-practice"), "/website", "https://example.org/?to=maria@example.org")
    assert codes(mail) == [("email-address", "/website")]


def test_names_and_roles_are_searched_as_well() -> None:
    named = change(body("good-practice"), "/contact/organisation", "Gefyra, +30 210 1234567")
    assert codes(named) == [("phone-number", "/contact/organisation")]


@pytest.mark.parametrize(
    ("member", "code"), [("licence", "no-licence"), ("evidence_type", "no-evidence")]
)
def test_what_readers_miss_most_is_asked_for(member: str, code: str) -> None:
    without = change(body("good-practice"), f"/{member}", ...)
    assert codes(without) == [(code, f"/{member}")]


def test_a_picture_needs_words_and_consent() -> None:
    silent = change(body("good-practice"), "/media", [{"digest": DIGEST}])
    assert codes(silent) == [
        ("no-alt-text", "/media/0/alt"),
        ("no-consent", "/media/0/consent"),
    ]


def test_words_that_travel_with_the_file_are_enough() -> None:
    told = change(body("good-practice"), "/media", [{"digest": DIGEST, "consent": True}])
    assert codes(told, Blob(alt={"en": "Six people around a table"})) == []


def test_a_recording_needs_no_description() -> None:
    heard = change(body("good-practice"), "/media", [{"digest": DIGEST}])
    assert codes(heard, Blob(media_type="audio/ogg")) == []


def test_a_file_that_does_not_come_along_is_asked_about() -> None:
    other = Blob(digest="sha256:" + "f" * 64, alt={"en": "A door"})
    assert codes(body("good-practice"), other) == [
        ("missing-file", "/media/0/digest"),
        ("no-consent", "/blobs/0"),
    ]


def test_a_picture_without_words_stops_wherever_it_stands() -> None:
    loose = change(body("good-practice"), "/media", ...)
    assert codes(loose) == [("no-alt-text", "/blobs/0"), ("no-consent", "/blobs/0")]
    elsewhere = change(
        body("good-practice"),
        "/media",
        [{"url": "https://example.org/class.JPG?size=2", "consent": True}],
    )
    assert ("no-alt-text", "/media/0/alt") in codes(elsewhere, Blob(alt={"en": "A class"}))


def test_the_people_in_a_picture_are_asked_for_wherever_it_stands() -> None:
    """A picture that is only among the files has no box to tick; it can be acknowledged."""
    loose = change(body("good-practice"), "/media", ...)
    prepared = Prepared(loose, (Blob(alt={"en": "Six people around a table"}),))
    (asked,) = warnings_of(contract(), prepared, "good-practice/1")  # type: ignore[arg-type]
    assert (asked.code, asked.pointer, asked.severity) == ("no-consent", "/blobs/0", "warning")
    assert asked.label["en"] == "Files of the record, entry 1"
    assert "among the media" in asked.expected
    said = Acknowledgement(code="no-consent", reason="It shows a poster.", pointer="/blobs/0")
    assert unacknowledged([asked], [said]) == []
    assert codes(loose, Blob(media_type="application/pdf")) == []


def test_blank_words_are_no_words() -> None:
    blank = change(
        body("good-practice"), "/media", [{"digest": DIGEST, "alt": {"en": " "}, "consent": True}]
    )
    assert codes(blank) == [("no-alt-text", "/media/0/alt")]


def test_the_words_of_a_picture_are_searched_for_persons() -> None:
    named = Blob(alt={"en": "Amina, 34, from Syria at her desk"})
    assert codes(body("good-practice"), named) == [("person-recognisable", "/blobs/0/alt/en")]


def test_members_that_the_kind_does_not_know_are_searched_too() -> None:
    extra = body("good-practice") | {"notes": {"deep": ["Call +30 210 123 4567"]}}
    assert ("phone-number", "/notes/deep/0") in codes(extra)


def test_members_nested_without_end_are_not_followed_for_ever() -> None:
    deep: Any = "maria@example.org"
    for _ in range(5000):
        deep = [deep]
    found = codes(body("good-practice") | {"notes": deep})
    assert "email-address" not in [code for code, _ in found]


def test_an_evaluation_that_nobody_can_see_is_asked_about() -> None:
    claimed = change(body("good-practice"), "/evidence_type", ["external-evaluation"])
    shown = dict(claimed)
    for name in ("evaluation_links", "indicators"):
        claimed.pop(name, None)
    assert codes(claimed) == [("empty-evidence", "/evidence_type/0")]
    assert codes(shown) == []


def test_a_licence_is_a_hard_rule_where_the_kind_requires_one() -> None:
    assert contract().kinds["training-material"].field("licence").required  # type: ignore[union-attr]
    without = change(body("training-material"), "/licence", ...)
    found = warnings_of(contract(), Prepared(without, ()), "training-material/1")  # type: ignore[arg-type]
    assert [f.severity for f in found if f.code == "no-licence"] == ["error"]
    optional = change(body("good-practice"), "/licence", ...)
    (warning,) = warnings_of(contract(), Prepared(optional), "good-practice/1")  # type: ignore[arg-type]
    assert (warning.code, warning.severity) == ("no-licence", "warning")


def test_dead_links_are_asked_for_once_and_each_place_is_named() -> None:
    asked: list[list[str]] = []

    def dead(urls: Sequence[str]) -> set[str]:
        asked.append(list(urls))
        return {"https://example.org/gone"}

    gone = change(body("good-practice"), "/website", "https://example.org/gone")
    found = warnings_of(contract(), Prepared(gone), "good-practice/1", dead_links=dead)  # type: ignore[arg-type]
    assert [(f.code, f.pointer) for f in found] == [("dead-link", "/website")]
    assert len(asked) == 1
    assert len(set(asked[0])) == len(asked[0])


LINKS = [
    ("https://example.org/report.pdf", ""),
    ("https://example.org/admin-law/login-times", ""),
    ("https://docs.google.com/document/d/1AbC/preview", ""),
    ("https://example.org/search?q=token", ""),
    ("http://192.168.1.4/", "private-link"),
    ("ftp://example.org/file", "private-link"),
    ("http://intranet.example.org/page", "private-link"),
    ("https://example.org:99999/", "private-link"),
    ("https://anna:secret@example.org/", "secret-link"),
    ("https://example.org/f?access_token=abc", "secret-link"),
    ("https://example.org/f?token=", ""),
    ("https://docs.google.com/document/d/1AbC/edit", "editable-link"),
    ("https://gefyra.sharepoint.com/:w:/s/team/abc", "editable-link"),
    ("https://onedrive.live.com/edit.aspx?id=1", "editable-link"),
    ("https://example.org/page?action=edit", "editable-link"),
    ("https://example.org/wp-admin/", "login-link"),
    ("https://example.org/wp-login.php", "login-link"),
    ("https://example.org/user/login?next=/a", "login-link"),
]


@pytest.mark.parametrize(("url", "code"), LINKS)
def test_a_link_that_others_cannot_or_must_not_open_is_recognised(url: str, code: str) -> None:
    assert fault_of(url) == code


def test_every_warning_is_a_sentence_in_every_language_and_names_its_place() -> None:
    text = (
        "Amina, 34, from Syria: 44051401359, amina@example.org, +30 210 123 4567, passport "
        "AB1234567, https://example.org/login, http://nas.local/, "
        "https://docs.google.com/d/1/edit, https://example.org/?token=1"
    )
    found = warnings_of(
        contract(),
        Prepared(change(body("good-practice"), "/results/en", text)),  # type: ignore[arg-type]
        "good-practice/1",
    )
    assert {f.code for f in found} == {
        *("person-recognisable", "identity-number", "email-address", "phone-number"),
        *("login-link", "private-link", "editable-link", "secret-link"),
    }
    for fault in found:
        sentences = {fault.sentence(language) for language in LANGUAGES}
        assert len(sentences) == len(LANGUAGES)
        assert "Results" in fault.sentence("en")


def test_every_code_is_listed_as_a_warning_or_as_a_hard_rule() -> None:
    phrases = json.loads((SCHEMAS / "common" / "phrases.json").read_text(encoding="utf-8"))
    assert set(phrases) >= WARNINGS | HARD_RULES
    assert not WARNINGS & HARD_RULES


ADDRESSES = [
    ("https://example.org/a", True),
    ("https://ελλάδα.gr/", True),
    ("https://93.184.216.34/", True),
    ("http://localhost:8080/", False),
    ("http://server/share", False),
    ("http://nas.local/", False),
    ("http://192.168.1.4/", False),
    ("http://[::1]/", False),
    ("http://[fe80::1/", False),
    ("https://", False),
]


@pytest.mark.parametrize(("url", "public"), ADDRESSES)
def test_an_address_only_the_author_can_open_is_recognised(url: str, public: bool) -> None:
    assert is_public_address(url) is public


def test_an_address_only_the_author_can_open_is_asked_about() -> None:
    inside = change(body("good-practice"), "/evaluation_links/0/url", "http://nas.local/report")
    assert codes(inside) == [("private-link", "/evaluation_links/0/url")]


def test_a_translation_is_searched_too() -> None:
    texts = {"/title": "Escriba a maria@example.org"}
    content = Prepared(change(body("translation"), "/fields", texts), (), "translation")
    (warning,) = warnings_of(contract(), content, "translation/1")  # type: ignore[arg-type]
    assert warning.pointer == "/fields/~1title"
    for language in LANGUAGES:
        assert "maria@example.org" in warning.sentence(language)


def test_an_unknown_kind_has_no_warnings() -> None:
    assert warnings_of(contract(), Prepared({}), "podcast/1") == []  # type: ignore[arg-type]
