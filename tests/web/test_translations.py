"""No interface text is missing in any language, and each fits what is put into it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from node.web.i18n import TRANSLATIONS

if TYPE_CHECKING:
    from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("es", "el", "ar")
PLACES = re.compile(r"%\((\w+)\)s")
#: Texts that are only places and signs, and a unit that has Latin letters everywhere.
WITHOUT_LETTERS = {
    ",",
    "%(field)s %(number)s",
    "%(name)s, %(country)s",
    "%(first)s, %(next)s",
    "%(date)s, %(time)s UTC",
    ("%(num)s byte", "%(num)s bytes"),
}
LETTERS = {"el": re.compile(r"[Α-ωάέήίόύώ]"), "ar": re.compile(r"[ء-ي]")}


@cache
def collected() -> frozenset[str | tuple[str, ...]]:
    """Collect every text of the interface, as `make translations` does."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, filename="babel.cfg")
    found = extract_from_dir(ROOT / "node", _below_node(methods), _below_node(options))
    return frozenset(message for _file, _line, message, _comments, _context in found)


def _below_node(mapping: object) -> object:
    """Make the patterns of babel.cfg, which begin at the root, begin at ``node/``."""
    if isinstance(mapping, dict):
        return {pattern.removeprefix("node/"): value for pattern, value in mapping.items()}
    return [(pattern.removeprefix("node/"), method) for pattern, method in mapping]


@cache
def catalogue(language: str) -> Catalog:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def test_texts_are_found_at_all() -> None:
    assert "How do I know this is genuine?" in collected()
    assert ("%(num)s record", "%(num)s records") in collected()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    have = {_key(m.id) for m in catalogue(language) if m.id and m.string and not m.fuzzy}
    assert sorted({_key(text) for text in collected()} - have) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_over(language: str) -> None:
    have = {_key(message.id) for message in catalogue(language) if message.id}
    assert sorted(have - {_key(text) for text in collected()}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_there_and_takes_what_it_is_given(language: str) -> None:
    held = catalogue(language)
    for message in held:
        if not message.id:
            continue
        many = isinstance(message.id, tuple)
        forms = message.string if many else (message.string,)
        wanted = set(PLACES.findall(message.id[1] if many else message.id))
        assert len(forms) == (held.num_plurals if many else 1), message.id
        for form in forms:
            assert form.strip(), message.id
            # A form for exactly one or two may do without the number.
            assert set(PLACES.findall(form)) | ({"num"} if many else set()) >= wanted, form
            assert set(PLACES.findall(form)) <= wanted, form


@pytest.mark.parametrize("language", ["el", "ar"])
def test_translations_are_in_the_letters_of_their_language(language: str) -> None:
    odd = [
        message.id
        for message in catalogue(language)
        if message.id and not LETTERS[language].search(str(message.string))
    ]
    assert set(odd) <= WITHOUT_LETTERS


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "سجل واحد"), (2, "سجلان"), (3, "3 سجلات"), (11, "11 سجلًا"), (100, "100 سجل")],
)
def test_arabic_counts_in_its_own_forms(count: int, text: str) -> None:
    forms = catalogue("ar").get("%(num)s record").string
    chosen = _plural(catalogue("ar"), count)
    assert forms[chosen] % {"num": count} == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("es", "¿Qué busca?"), ("el", "Τι ψάχνετε;"), ("ar", "عمّ تبحثون؟"), ("en", "What are you")],
)
def test_compiled_texts_reach_the_page(client: FlaskClient, language: str, text: str) -> None:
    page = client.get("/", query_string={"lang": language}).get_data(as_text=True)
    assert text in page, "the .mo files are missing or old: run make"


def _key(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _plural(held: Catalog, count: int) -> int:
    from gettext import c2py

    from babel.messages.plurals import get_plural

    return c2py(get_plural(held.locale).plural_expr)(count)
