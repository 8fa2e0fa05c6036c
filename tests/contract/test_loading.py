"""Loading the contract: quick, immutable, and stopped by a broken file with its place."""

from __future__ import annotations

import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from node.contract import ContractError, load_contract, schemas_path
from tests.contract.bodies import SCHEMAS, body, contract

PODCAST = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["title", "language"],
    "properties": {
        "title": {"$ref": "../../common/1.json#/$defs/line"},
        "language": {"$ref": "../../common/1.json#/$defs/language"},
        "country": {
            "$ref": "../../common/1.json#/$defs/countries",
            "x-footbridge": {"facet": "country"},
        },
        "named": {
            "$ref": "../../common/1.json#/$defs/references",
            "x-footbridge": {"relation": "heard"},
        },
        "mood": {"$ref": "#/$defs/mood"},
    },
    "$defs": {"mood": {"enum": ["good", "bad"], "x-footbridge": {"type": "choice"}}},
    "x-footbridge": {
        "title": "title",
        "summary": "title",
        "sections": [{"id": "main", "fields": ["title", "language", "country", "named", "mood"]}],
    },
}


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    """Return a copy of the shared contract that a test may break."""
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas"))


def write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if path.parent.name == "vocabularies":  # one form, however the file is laid out
        text = json.dumps(json.loads(text), ensure_ascii=False)
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_loading_and_the_first_check_take_less_than_300_ms() -> None:
    def once() -> float:
        start = time.perf_counter()
        loaded = load_contract()
        assert loaded.validate("good-practice/1", body("good-practice")) == []
        return time.perf_counter() - start

    body("good-practice")
    assert min(once() for _ in range(3)) < 0.3


def test_the_contract_lies_beside_the_checkout() -> None:
    assert schemas_path() == SCHEMAS


def test_a_kind_is_added_by_files_alone(schemas: Path) -> None:
    write(schemas / "records" / "podcast" / "1.json", PODCAST)
    write(
        schemas / "records" / "podcast" / "labels.json",
        {
            "kind": {"label": {"en": "Podcast"}},
            "fields": {"named": {"label": {"en": "Practices named"}}},
        },
    )
    loaded = load_contract(schemas)
    kind = loaded.kinds["podcast"]
    assert (kind.schema, kind.label("en"), kind.label("el")) == ("podcast/1", "Podcast", "Podcast")
    assert kind.field("title").label("el") == "Τίτλος", "shared words count where it has none"
    assert [f.label("en") for f in kind.fields][-2:] == ["Practices named", "Mood"]

    good = {
        "title": {"en": "Two voices from Aarhus"},
        "language": "en",
        "country": ["DK"],
        "named": [{"origin": "a" * 52, "record": "6f1c0d3e-5a77-4c62-9d1b-0c6a51c7a001"}],
        "mood": "good",
    }
    assert loaded.validate("podcast/1", good) == []
    description = loaded.describe_body("podcast/1", good)
    assert description.title == {"en": "Two voices from Aarhus"}
    assert description.countries == ("DK",)
    assert [link.relation for link in description.links] == ["heard"]
    (fault,) = loaded.validate("podcast/1", good | {"mood": "fine"})
    assert "good, bad" in fault.sentence("en")


def test_an_older_version_stays_readable_beside_a_newer_one(schemas: Path) -> None:
    folder = schemas / "records" / "review"
    newer = json.loads((folder / "1.json").read_text(encoding="utf-8"))
    newer["required"].append("date")
    write(folder / "2.json", newer)
    loaded = load_contract(schemas)
    assert loaded.kinds["review"].version == 2
    older = {k: v for k, v in body("review").items() if k != "date"}
    assert loaded.validate("review/1", older) == []
    assert [f.pointer for f in loaded.validate("review/2", older)] == ["/date"]


def test_a_tenth_version_is_newer_than_a_ninth(schemas: Path) -> None:
    folder = schemas / "records" / "review"
    for version in ("9", "10"):
        shutil.copy(folder / "1.json", folder / f"{version}.json")
    assert load_contract(schemas).kinds["review"].schema == "review/10"


BROKEN = [
    pytest.param(
        "vocabularies/axes.json", '"code": "programmes"', '"code": "staff-training"',
        ["axes.json", "staff-training", "twice"],
        id="a code that stands there twice",
    ),
    pytest.param(
        "vocabularies/axes.json", '"code": "programmes"', '"code": "Programmes"',
        ["axes.json", "Programmes", "lower case"],
        id="a code with a capital letter",
    ),
    pytest.param(
        "vocabularies/axes.json", '"prefLabel": {"en"', '"prefLabel": {"eo"',
        ["axes.json", "staff-training", "no English label"],
        id="a concept without an English label",
    ),
    pytest.param(
        "vocabularies/axes.json", '"scheme": "axes"', '"scheme": "axis"',
        ["axes.json", "axis"],
        id="a scheme that is not the file's name",
    ),
    pytest.param(
        "vocabularies/axes.json", '"title": {"en"', '"title": {"eo"',
        ["axes.json", "no English title"],
        id="a vocabulary without an English title",
    ),
    pytest.param(
        "vocabularies/axes.json", '"code": "programmes",',
        '"code": "programmes", "broader": "nothing",',
        ["axes.json", "programmes", "nothing", "does not exist"],
        id="a broader concept that does not exist",
    ),
    pytest.param(
        "vocabularies/axes.json", '"code": "programmes",',
        '"code": "programmes", "broader": "programmes",',
        ["axes.json", "programmes", "circle"],
        id="a concept that is broader than itself",
    ),
    pytest.param(
        "vocabularies/axes.json", '"code": "programmes",',
        '"code": "programmes", "related": ["barriers:nothing"],',
        ["axes.json", "programmes", "barriers:nothing"],
        id="a related concept that does not exist",
    ),
    pytest.param(
        "vocabularies/axes.json", '"code": "programmes",',
        '"code": "programmes", "altLabel": {"en": "word"},',
        ["axes.json", "twice"],
        id="a member that stands there twice",
    ),
    pytest.param(
        "vocabularies/axes.json", '"altLabel": {"en": [', '"altLabel": {"en": [3, ',
        ["axes.json", "altLabel"],
        id="an alternative label that is a number",
    ),
    pytest.param(
        "vocabularies/axes.json", "{", "", ["axes.json", "not valid JSON"],
        id="a file that is not JSON",
    ),
    pytest.param(
        "records/review/1.json", '"type": "object"', '"type": "objekt"',
        ["review/1.json", "JSON Schema"],
        id="a schema that is no schema",
    ),
    pytest.param(
        "records/review/1.json", "#/$defs/line", "#/$defs/lyne",
        ["review/1.json", "lyne"],
        id="a reference to a definition that is not there",
    ),
    pytest.param(
        "records/review/1.json", "../../common/1.json#/$defs/line", "https://example.org/x",
        ["review/1.json", "https://example.org/x"],
        id="a reference out of the house",
    ),
    pytest.param(
        "records/review/1.json", '"fields": ["title", ', '"fields": [',
        ["review/1.json", "title", "one section"],
        id="a field in no section",
    ),
    pytest.param(
        "records/review/1.json", '"fields": ["title", ', '"fields": ["title", "title", ',
        ["review/1.json", "title", "one section"],
        id="a field in a section twice",
    ),
    pytest.param(
        "records/review/1.json", '"title": "title"', '"title": "headline"',
        ["review/1.json", "headline"],
        id="a title that is no field",
    ),
    pytest.param(
        "records/review/1.json", '"type": "choice"', '"type": "choyce"',
        ["review/1.json", "recommendation", "choyce"],
        id="an unknown type of field",
    ),
    pytest.param(
        "records/visit/1.json", '"show": "highlight"', '"show": "blinking"',
        ["visit/1.json", "take_home", "blinking"],
        id="an unknown way to show a field",
    ),
    pytest.param(
        "records/good-practice/1.json", '"vocabulary": "axes", ', "",
        ["good-practice/1.json", "axis", "vocabulary"],
        id="a concept field without a vocabulary",
    ),
    pytest.param(
        "records/good-practice/1.json", '"vocabulary": "axes"', '"vocabulary": "axles"',
        ["good-practice/1", "axis", "axles"],
        id="a vocabulary that does not exist",
    ),
    pytest.param(
        "records/training-material/1.json",
        '"facet": ["target_group", "practitioner_audience"]', '"facet": ["target_group", "a", "b"]',
        ["training-material/1.json", "audience", "facets"],
        id="more facets than vocabularies",
    ),
    pytest.param(
        "vocabularies/iag-practices.json", '"concepts": [',
        '"concepts": [{"code": "social-capital", "prefLabel": {"en": "x"}}, ',
        ["social-capital"],
        id="two vocabularies of one field that share a code",
    ),
    pytest.param(
        "common/phrases.json", "{label}: this is required", "This is required",
        ["phrases.json", "missing", "placeholders"],
        id="a phrase with other placeholders in one language",
    ),
    pytest.param(
        "common/labels.json", '"label": {"en": "Title"', '"label": {"en": 3, "eo": "Title"',
        ["labels.json", "label"],
        id="a label that is a number",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "words"), BROKEN)
def test_a_broken_file_stops_the_load_and_names_the_place(
    schemas: Path, file: str, old: str, new: str, words: list[str]
) -> None:
    edit(schemas / file, old, new)
    with pytest.raises(ContractError) as caught:
        load_contract(schemas)
    for word in words:
        assert word in caught.value.message


def test_a_circle_of_broader_concepts_stops_the_load(schemas: Path) -> None:
    path = schemas / "vocabularies" / "axes.json"
    edit(path, '"code": "programmes",', '"code": "programmes", "broader": "training-materials",')
    edit(
        path,
        '"code": "training-materials",',
        '"code": "training-materials", "broader": "programmes",',
    )
    with pytest.raises(ContractError, match="circle"):
        load_contract(schemas)


def test_more_than_ten_required_fields_stop_the_load(schemas: Path) -> None:
    edit(schemas / "records/good-practice/1.json", '"required": [', '"required": ["status", ')
    with pytest.raises(ContractError, match="more than 10"):
        load_contract(schemas)


def test_a_folder_without_kinds_stops_the_load(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no kinds"):
        load_contract(tmp_path)


def test_nothing_that_was_loaded_can_be_changed() -> None:
    kind = contract().kinds["review"]
    with pytest.raises(TypeError):
        contract().kinds["x"] = kind  # type: ignore[index]
    with pytest.raises(AttributeError):
        kind.name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        kind.labels["en"] = "x"  # type: ignore[index]


def test_threads_may_share_one_contract() -> None:
    loaded = load_contract()
    good = body("good-practice")
    results: list[int] = []

    def check() -> None:
        results.extend(len(loaded.validate("good-practice/1", good)) for _ in range(50))

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [0] * 200
