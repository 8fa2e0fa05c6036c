"""Who wrote what a reader reads, and what became of a record that another one is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from node.exchange.drafts import Draft
from node.exchange.publishing import erase, withdraw
from tests.support.nodes import practice

if TYPE_CHECKING:
    from tests.web.making import SmallNode

LATIN_SENTENCE = re.compile(r">[^<>]*\b(?:record|erased|held|known)\b[^<>]*<")


def translation(small: SmallNode, record: str, texts: dict[str, str], language: str = "da") -> str:
    """Publish a translation of the first revision of a record."""
    body = {
        "subject": {"origin": small.x.own_oid(), "record": record, "revision": 1},
        "language": language,
        "fields": texts,
        "licence": "CC-BY-4.0",
    }
    return small.publish(Draft(kind="translation", body=body))[0]


def test_a_page_of_which_parts_are_translated_says_which_is_whose(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    translation(small, record, {"/title": "Naboer"})
    notice = plain(small.get(f"/records/{record}", Accept_Language="da").text)
    assert "Parts of this page were translated into Danish by" in notice
    assert "from revision 1; the rest is in English." in notice


def test_a_page_that_is_translated_as_a_whole_says_so(small: SmallNode) -> None:
    record = small.practice("Neighbours")
    translation(small, record, dict.fromkeys(texts_of(practice().body), "Dansk"))
    notice = plain(small.get(f"/records/{record}", Accept_Language="da").text)
    assert "This page was translated into Danish by" in notice
    assert "from revision 1 of the original, which is in English." in notice


def test_the_genuine_page_says_what_was_signed_and_that_the_translation_was_signed_apart(
    small: SmallNode,
) -> None:
    record = small.practice("Neighbours")
    other = translation(small, record, {"/title": "Naboer"})
    page = small.get(f"/records/{record}/genuine", Accept_Language="da").text
    assert "signed the original words, in English, as revision 1." in page
    assert f'href="/records/{other}/genuine"' in page
    assert "published exactly these words" not in page


def test_the_genuine_page_of_the_original_swears_to_the_words_that_were_read(
    small: SmallNode,
) -> None:
    record = small.practice("Neighbours")
    translation(small, record, {"/title": "Naboer"})
    page = small.get(f"/records/{record}/genuine?text=en", Accept_Language="da").text
    assert "published exactly these words" in page
    assert "Is the translation genuine?" not in page


@pytest.mark.parametrize(
    ("end", "words", "linked"),
    [
        pytest.param(withdraw, "The record this is about was withdrawn by", True, id="withdrawn"),
        pytest.param(erase, "The record this is about was erased for good by", False, id="erased"),
    ],
)
def test_a_translation_says_what_became_of_its_record(
    small: SmallNode, end: object, words: str, linked: bool
) -> None:
    record = small.practice("Neighbours")
    about = translation(small, record, {"/title": "Naboer"})
    assert callable(end)
    end(small.x, record)
    page = small.get(f"/records/{about}").text.split("<article>")[1]
    assert words in page
    assert "not held here" not in page
    assert f">{record}<" not in page
    assert (f"/records/{record}" in page) is linked


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "This record was erased by its author"),
        ("es", "Esta ficha la borró quien la publicó"),
        ("el", "Αυτή η καταχώριση διαγράφηκε από τον συντάκτη της"),
        ("ar", "محا هذا السجلَ مؤلفُه"),
    ],
)
def test_an_erased_record_is_told_once_in_the_readers_language(
    small: SmallNode, language: str, heading: str
) -> None:
    record = small.practice("Neighbours")
    erase(small.x, record)
    page = small.get(f"/records/{record}?lang={language}").text.split("<main")[1]
    assert heading in page
    assert 'lang="en"' not in page
    assert "by its origin" not in page


@pytest.mark.parametrize("language", ["es", "el", "ar"])
def test_what_is_not_here_is_told_in_the_readers_language_and_particulars_fold_out(
    small: SmallNode, language: str
) -> None:
    address = f"/records/00000000-0000-4000-8000-000000000000?lang={language}"
    page = small.get(address).text.split("<main")[1].split("</main")[0]
    folded = re.search(r"<details.*?</details>", page, re.DOTALL)
    assert folded
    assert '<p lang="en" dir="ltr">No record with this id is held here.</p>' in folded[0]
    assert not LATIN_SENTENCE.search(page.replace(folded[0], ""))


def test_title_and_summary_of_a_card_are_in_one_language(small: SmallNode) -> None:
    draft = practice()
    title = {"es": "Vecinas", "en": "Neighbours"}
    small.publish(Draft(kind=draft.kind, body={**draft.body, "title": title}))
    card = small.get("/?lang=es").text.split('class="card item"')[1].split("</article>")[0]
    assert "Neighbours" in card
    assert "Vecinas" not in card


def texts_of(value: Any, pointer: str = "") -> list[str]:
    """Return where the texts of a body stand."""
    if isinstance(value, dict) and isinstance(value.get("en"), str):
        return [pointer]
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        return [at for name, each in members for at in texts_of(each, f"{pointer}/{name}")]
    return []


def plain(page: str) -> str:
    """Return the notice about the language without markup."""
    notice = page.split('class="read-in"')[1].split("</p>", maxsplit=1)[0]
    return " ".join(re.sub(r"<[^>]+>", "", notice).split())
