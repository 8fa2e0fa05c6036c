"""The sample records: valid, honest about being samples, and free of anything personal."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from node.contract.guard import warnings_of
from node.core.contents import make_content, parse_content
from tests.samples.reading import EXAMPLES, Sample, objects, read_network, strings

if TYPE_CHECKING:
    from pathlib import Path

    from node.contract import Contract, Field

NETWORK = read_network()
SAMPLES = NETWORK.samples
every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.file)

EMAIL = re.compile(r"\S@\S|\(at\)|mailto:", re.IGNORECASE)
TELEPHONE = re.compile(r"(\+|00)\d[\d ()/.-]{6,}|tel:|\b0\d{1,4}[ /-]\d{2,}[ /-]\d{2,}")
LANGUAGE = re.compile(r"^[a-z]{2}$")
#: Scripts by language; every other language here writes Latin letters.
SCRIPTS = {"el": "GREEK", "ar": "ARABIC", "uk": "CYRILLIC"}
PICTURES = sorted(EXAMPLES.glob("*.png"))


def of_kind(*kinds: str) -> list[Sample]:
    return [s for s in SAMPLES if s.kind in kinds]


def at(body: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        body = body[int(name)] if isinstance(body, list) else body[name]
    return body


def unknown_members(fields: tuple[Field, ...], value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for each in value for name in unknown_members(fields, each)]
    known = {field.name: field for field in fields}
    found = [name for name in value if name not in known]
    for name, field in known.items():
        if field.items and name in value:
            found += unknown_members(field.items, value[name])
    return found


def texts_by_language(sample: Sample) -> list[tuple[str, str]]:
    found = [
        (lang, text)
        for each in objects(sample.body)
        if all(LANGUAGE.match(name) for name in each)
        for lang, text in each.items()
        if isinstance(text, str)
    ]
    if sample.kind == "translation":
        found += [(sample.body["language"], t) for t in sample.body["fields"].values()]
    return found


@every_sample
def test_a_sample_could_be_published_as_it_stands(contract: Contract, sample: Sample) -> None:
    assert [f.sentence("en") for f in contract.validate(sample.schema, sample.body)] == []


@every_sample
def test_a_sample_uses_only_members_that_its_kind_knows(contract: Contract, sample: Sample) -> None:
    assert unknown_members(contract.kinds[sample.kind].fields, sample.body) == []


@every_sample
def test_the_publish_guard_has_nothing_to_ask(contract: Contract, sample: Sample) -> None:
    fallback = contract.make_fallback(sample.kind, sample.body)
    raw = make_content(
        sample.kind, sample.body, salt=bytes(32), blobs=sample.blobs, fallback=fallback
    )
    warnings = warnings_of(contract, parse_content(raw), sample.schema)
    assert [w.sentence("en") for w in warnings] == []


@every_sample
def test_a_sample_says_that_it_is_one(sample: Sample) -> None:
    assert sample.body["sample"] is True


@every_sample
def test_a_sample_holds_no_address_or_number_of_a_person(sample: Sample) -> None:
    for text in strings(sample.body):
        if not text.startswith(("http://", "https://")):
            assert not EMAIL.search(text), text
            assert not TELEPHONE.search(text), text


@every_sample
def test_links_lead_only_to_example_domains(sample: Sample) -> None:
    for text in strings(sample.body):
        if text.startswith(("http://", "https://")):
            assert (urlsplit(text).hostname or "").endswith(".example.org"), text


@every_sample
def test_texts_are_written_in_the_script_of_their_language(sample: Sample) -> None:
    texts = texts_by_language(sample)
    assert texts
    for lang, text in texts:
        letters = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
        if letters:
            script = SCRIPTS.get(lang, "LATIN")
            assert letters[script] * 2 > letters.total(), (lang, text)


@every_sample
def test_the_original_language_is_the_one_that_is_named(sample: Sample) -> None:
    if sample.kind != "translation":
        name = {"organisation": "name", "same-as": "reason"}.get(sample.kind, "title")
        assert sample.body["language"] in sample.body[name]


@pytest.mark.parametrize("sample", of_kind("organisation"), ids=lambda s: s.file)
def test_an_organisation_says_in_plain_words_that_it_is_invented(sample: Sample) -> None:
    words = (
        "inventad",
        "Επινοημένη",
        "Opdigtet",
        "Invented",
        "Erfundene",
        "inventata",
        "wymyślona",
    )
    assert any(w in sample.body["about"][sample.body["language"]] for w in (*words, "متخيَّلة"))


@pytest.mark.parametrize(
    "sample", [s for s in SAMPLES if "procedure" in s.body], ids=lambda s: s.file
)
def test_the_steps_of_a_procedure_add_up_to_its_totals(sample: Sample) -> None:
    procedure = sample.body["procedure"]
    steps = procedure["steps"]
    assert sum(s["days"] for s in steps) == procedure["total_days"]
    assert sum(s["cost"]["amount"] for s in steps) == procedure["total_cost"]["amount"]
    assert {s["cost"]["currency"] for s in steps} == {procedure["total_cost"]["currency"]}


def test_one_procedure_can_be_compared_between_five_countries() -> None:
    renewals = [s.body["procedure"] for s in SAMPLES if "procedure" in s.body]
    countries = [p["country"] for p in renewals if p["concept"] == "permit-renewal"]
    assert sorted(set(countries)) == ["DE", "ES", "GR", "IT", "PL"]


@pytest.mark.parametrize("sample", of_kind("translation"), ids=lambda s: s.file)
def test_a_translation_puts_texts_that_exist_into_another_language(sample: Sample) -> None:
    (subject,) = NETWORK.published(**sample.body["subject"])
    assert subject.body["language"] != sample.body["language"]
    for pointer in sample.body["fields"]:
        assert subject.body["language"] in at(subject.body, pointer), pointer


@every_sample
def test_a_run_of_dates_goes_forward_and_ends_when_the_record_says_so(sample: Sample) -> None:
    body = sample.body
    if "end" in body:
        assert body["start"] <= body["end"]
        # A visit is over when it is written down: it has no status.
        assert body.get("status") == (None if sample.kind == "visit" else "ended")
    if body.get("status") == "ended":
        assert "end" in body


@pytest.mark.parametrize("sample", of_kind("opportunity"), ids=lambda s: s.file)
def test_an_opportunity_says_where_how_many_until_when_and_who_looked(sample: Sample) -> None:
    body = sample.body
    assert body["place"]["name"]
    assert body["places"] >= 1
    assert body["source"]["checked"] <= body["expires"]
    if "ends" in body:
        assert body["expires"] <= body["ends"]


def test_some_opportunities_are_over_and_others_open_for_long() -> None:
    expiries = sorted(s.body["expires"] for s in of_kind("opportunity"))
    assert expiries[0] < "2026-06"
    assert expiries[-1] > "2027-06"


@pytest.mark.parametrize("path", PICTURES, ids=lambda p: p.name)
def test_a_picture_is_small_and_goes_with_one_record_in_words(path: Path) -> None:
    documents = [json.loads(p.read_text(encoding="utf-8")) for p in EXAMPLES.glob("*.json")]
    (carrier,) = [
        (file, document["body"])
        for document in documents
        for file in document.get("files", [])
        if file["path"] == path.name
    ]
    file, body = carrier
    assert path.read_bytes().startswith(b"\x89PNG\r\n")
    assert path.stat().st_size <= 20_000
    assert file["media_type"] == "image/png"
    assert set(file["alt"]) >= {body["language"], "en"}


@every_sample
def test_every_file_that_a_sample_names_travels_with_it_and_the_other_way_round(
    sample: Sample,
) -> None:
    named = {each["digest"] for each in objects(sample.body) if "digest" in each}
    assert named == {blob.digest for blob in sample.blobs}


@every_sample
def test_a_medium_is_a_file_that_travels_along_or_an_address(sample: Sample) -> None:
    listed = [name for name in ("media", "files", "share_cards") if name in sample.body]
    for each in (each for name in listed for each in sample.body[name]):
        assert ("digest" in each) != ("url" in each), each


@pytest.mark.parametrize("sample", of_kind("visit"), ids=lambda s: s.file)
def test_a_visit_brings_a_picture_with_words_for_all(sample: Sample) -> None:
    pictures = sample.body["media"]
    assert pictures
    for picture in pictures:
        assert picture["consent"]
        for words in (picture["alt"], picture["caption"]):
            assert set(words) >= {sample.body["language"], "en"}


def test_a_campaign_brings_cards_in_several_shapes_and_languages() -> None:
    cards = [card for s in of_kind("campaign") for card in s.body.get("share_cards", [])]
    assert {card["format"] for card in cards} >= {"square", "landscape", "story"}
    assert len({card["language"] for card in cards}) >= 3


def test_files_end_with_a_line_and_hold_readable_letters() -> None:
    for path in EXAMPLES.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text.endswith("}\n")
        assert "\\u" not in text, path.name
