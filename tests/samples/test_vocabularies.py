"""The vocabularies are complete in the twelve languages, and people's words fit."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from node.contract import schemas_path
from node.search.folding import fold_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from node.contract import Contract, Field

FOLDER = schemas_path() / "vocabularies"
VOCABULARIES = {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in FOLDER.glob("*.json")}
LANGUAGES = ("en", "es", "el", "da", "de", "fi", "fr", "it", "cs", "ar", "uk", "pl")
#: What people search by: these have the words that people type, beside their labels.
TYPED = (
    "success-factors",
    "iag-practices",
    "axes",
    "practice-types",
    "barriers",
    "target-groups",
    "material-types",
    "procedures",
    "outcomes",
    "partner-types",
    "stages",
)
#: Public schemes whose addresses are known for certain.
PUBLIC = (
    "http://data.europa.eu/snb/eqf/",
    "http://data.europa.eu/snb/isced-f/",
    "http://data.europa.eu/snb/learning-assessment/",
    "http://data.europa.eu/ux2/nace2.1/",
)
SCRIPTS = {"el": "GREEK", "ar": "ARABIC", "uk": "CYRILLIC"}
SIZES = {
    "success-factors": 6,
    "iag-practices": 6,
    "axes": 4,
    "outcomes": 4,
    "stages": 5,
    "eqavet": 4,
    "eqf": 8,
    "isced-f": 11,
    "sectors": 22,
}

every_scheme = pytest.mark.parametrize("scheme", sorted(VOCABULARIES))


def concepts(scheme: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = VOCABULARIES[scheme]["concepts"]
    return found


def missing_labels(vocabularies: dict[str, Any], lang: str) -> dict[str, list[str]]:
    """Return, by scheme, the codes without a label; and what the scheme itself lacks."""
    lacking = {
        scheme: [
            *(x for x in ("title", "description") if not document[x].get(lang, "").strip()),
            *(c["code"] for c in document["concepts"] if not c["prefLabel"].get(lang, "").strip()),
        ]
        for scheme, document in sorted(vocabularies.items())
    }
    return {scheme: codes for scheme, codes in lacking.items() if codes}


def report(lang: str, lacking: dict[str, list[str]]) -> str:
    lines = (f"  {scheme} → {', '.join(codes)}" for scheme, codes in lacking.items())
    return "\n".join((f"no label in {lang}:", *lines))


def missing_definitions(vocabularies: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Return, by scheme and language, how many concepts say nowhere what they mean."""
    return dict(
        Counter(
            (scheme, lang)
            for scheme, document in sorted(vocabularies.items())
            for lang in LANGUAGES
            for concept in document["concepts"]
            if not concept.get("definition", {}).get(lang, "").strip()
        )
    )


def report_of_definitions(lacking: dict[tuple[str, str], int]) -> str:
    lines = (f"  {scheme} → {lang}: {count}" for (scheme, lang), count in lacking.items())
    return "\n".join(("no definition in:", *lines))


def written_in(text: str, script: str) -> bool:
    return any(unicodedata.name(c, "").startswith(script) for c in text)


def schemes_of(fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        yield from field.vocabularies
        yield from field.derives.values()
        yield from schemes_of(field.items)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_label_is_missing_in_any_language(lang: str) -> None:
    lacking = missing_labels(VOCABULARIES, lang)
    assert not lacking, report(lang, lacking)


def test_a_missing_label_is_reported_by_language_scheme_and_code() -> None:
    doctored = copy.deepcopy(VOCABULARIES)
    del doctored["stages"]["concepts"][1]["prefLabel"]["fi"]
    doctored["stages"]["concepts"][3]["prefLabel"]["fi"] = " "
    del doctored["axes"]["title"]["fi"]
    lacking = missing_labels(doctored, "fi")
    assert lacking == {"axes": ["title"], "stages": ["arrival", "employment"]}
    assert report("fi", lacking).splitlines() == [
        "no label in fi:",
        "  axes → title",
        "  stages → arrival, employment",
    ]
    assert missing_labels(doctored, "fr") == {}


def test_every_concept_of_every_scheme_is_explained_in_every_language() -> None:
    lacking = missing_definitions(VOCABULARIES)
    assert not lacking, report_of_definitions(lacking)


def test_a_missing_definition_is_reported_by_scheme_language_and_count() -> None:
    doctored = copy.deepcopy(VOCABULARIES)
    for concept in doctored["procedures"]["concepts"][:3]:
        del concept["definition"]["fi"]
    doctored["procedures"]["concepts"][0]["definition"]["uk"] = " "
    del doctored["axes"]["concepts"][2]["definition"]
    lacking = missing_definitions(doctored)
    assert lacking == {
        **{("axes", lang): 1 for lang in LANGUAGES},
        ("procedures", "fi"): 3,
        ("procedures", "uk"): 1,
    }
    assert report_of_definitions(lacking).splitlines()[-2:] == [
        "  procedures → fi: 3",
        "  procedures → uk: 1",
    ]


@every_scheme
def test_a_definition_is_one_clean_line_that_ends_in_a_full_stop(scheme: str) -> None:
    for concept in concepts(scheme):
        for lang, text in concept["definition"].items():
            assert text == " ".join(text.split()), (concept["code"], lang)
            assert text.endswith("."), (concept["code"], lang)


@every_scheme
@pytest.mark.parametrize("lang", [x for x in LANGUAGES if x != "en"])
def test_a_definition_is_in_its_language_and_not_the_english_one(scheme: str, lang: str) -> None:
    for concept in concepts(scheme):
        text = concept["definition"][lang]
        assert text != concept["definition"]["en"], concept["code"]
        for owner, script in SCRIPTS.items():
            assert (owner == lang) == written_in(text, script), (concept["code"], owner)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scheme", TYPED)
def test_what_people_search_by_has_the_words_they_type(scheme: str, lang: str) -> None:
    bare = [c["code"] for c in concepts(scheme) if not c["altLabel"].get(lang)]
    assert bare == [], lang


@every_scheme
def test_words_are_single_clean_lines_and_none_is_repeated_for_its_concept(scheme: str) -> None:
    for concept in concepts(scheme):
        for lang, label in concept["prefLabel"].items():
            words = [label, *concept.get("altLabel", {}).get(lang, [])]
            assert all(w == " ".join(w.split()) and w for w in words), (concept["code"], words)
            assert len({w.casefold() for w in words}) == len(words), (concept["code"], words)


@every_scheme
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_leads_to_one_concept_of_a_scheme_or_to_its_narrower_ones(
    scheme: str, lang: str
) -> None:
    owner: dict[str, dict[str, Any]] = {}
    for concept in concepts(scheme):
        for word in [concept["prefLabel"][lang], *concept.get("altLabel", {}).get(lang, [])]:
            other = owner.setdefault(" ".join(fold_words(word)), concept)
            family = {concept.get("broader"), other.get("broader")} & {
                concept["code"],
                other["code"],
            }
            assert other is concept or family, (word, other["code"], concept["code"])


@every_scheme
def test_no_two_concepts_of_a_scheme_have_the_same_label(scheme: str) -> None:
    for lang in LANGUAGES:
        counted = Counter(c["prefLabel"][lang].casefold() for c in concepts(scheme))
        assert [label for label, times in counted.items() if times > 1] == [], lang


@every_scheme
@pytest.mark.parametrize("lang", sorted(SCRIPTS))
def test_labels_are_written_in_the_script_of_their_language(scheme: str, lang: str) -> None:
    for concept in concepts(scheme):
        assert written_in(concept["prefLabel"][lang], SCRIPTS[lang]), concept["code"]
        others = [x for x in LANGUAGES if x not in SCRIPTS]
        for other in others:
            assert not written_in(concept["prefLabel"][other], SCRIPTS[lang]), concept["code"]


def test_each_success_factor_is_answered_by_exactly_one_guidance_practice() -> None:
    answers = {
        c["code"]: [r for r in c["related"] if r.startswith("iag-practices:")]
        for c in concepts("success-factors")
    }
    questions = {
        c["code"]: [r for r in c["related"] if r.startswith("success-factors:")]
        for c in concepts("iag-practices")
    }
    assert all(len(each) == 1 for each in [*answers.values(), *questions.values()])
    for factor, (practice,) in answers.items():
        assert questions[practice.partition(":")[2]] == [f"success-factors:{factor}"]


@pytest.mark.parametrize(("scheme", "size"), sorted(SIZES.items()))
def test_schemes_fixed_by_the_design_or_a_public_standard_are_whole(scheme: str, size: int) -> None:
    assert len(concepts(scheme)) == size


def test_the_first_six_types_of_practice_are_what_civil_society_contributes() -> None:
    codes = [c["code"] for c in concepts("practice-types") if c["code"] != "mentoring"]
    assert codes[:6] == [
        "employer-rights-sessions",
        "diploma-recognition",
        "matching-with-employers",
        "entrepreneurship-sessions",
        "conversation-groups",
        "family-mentoring",
    ]


def test_public_matches_point_to_schemes_whose_addresses_are_known() -> None:
    matches = [m for s in VOCABULARIES for c in concepts(s) for m in c.get("exactMatch", [])]
    assert len(matches) == len(set(matches)) == 8 + 11 + 22 + 3
    assert all(m.startswith(PUBLIC) for m in matches)


def test_every_vocabulary_is_used_by_a_kind_and_every_one_used_is_here(contract: Contract) -> None:
    used = {s for kind in contract.kinds.values() for s in schemes_of(kind.fields)}
    assert used == set(VOCABULARIES)


@pytest.mark.parametrize(
    ("one", "other"),
    [("target-groups", "practitioner-audiences"), ("success-factors", "iag-practices")],
    ids=["whom material is for", "topics of material"],
)
def test_schemes_that_share_a_field_share_no_code(one: str, other: str) -> None:
    assert not {c["code"] for c in concepts(one)} & {c["code"] for c in concepts(other)}


@pytest.mark.parametrize(
    ("word", "concept"),
    [
        ("homologación", "practice-types:diploma-recognition"),
        ("papeles", "iag-practices:legalisation-support"),
        ("βιογραφικό", "practice-types:job-search-help"),
        ("μαύρη εργασία", "barriers:undeclared-work"),
        ("sprogcafé", "practice-types:conversation-groups"),
        ("Schwarzarbeit", "barriers:undeclared-work"),
        ("معادلة الشهادات", "practice-types:diploma-recognition"),
        ("curriculum", "practice-types:job-search-help"),
        ("työhakemus", "practice-types:job-search-help"),
        ("travail au noir", "barriers:undeclared-work"),
        ("equipollenza", "practice-types:diploma-recognition"),
        ("pracák", "partner-types:employment-service"),
        ("гаряча лінія", "practice-types:helpline"),
        ("karta pobytu", "procedures:residence-permit"),
    ],
    ids=lambda value: value if ":" in value else "",
)
def test_a_word_people_type_leads_to_its_concept(
    contract: Contract, word: str, concept: str
) -> None:
    found = {f"{r.scheme}:{r.code}" for r in contract.labels() if r.label == word}
    assert concept in found


@pytest.mark.parametrize("word", ["praxe", "praktyki", "практика", "TIE", "APT"])
def test_a_word_that_means_something_else_by_itself_leads_to_no_concept(
    contract: Contract, word: str
) -> None:
    wanted = fold_words(word)
    found = {f"{r.scheme}:{r.code}" for r in contract.labels() if fold_words(r.label) == wanted}
    assert found == set()
