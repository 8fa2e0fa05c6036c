"""Identity numbers of European countries, and documents that a word beside them names.

With a right checksum the number is one, and publishing stops: no reason makes it acceptable in a
record that is copied to every partner. Without, but in the form and with a word that names it, the
person is asked. Forms that are mere digits count only beside such a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from node.contract.guard import checksums
from node.contract.guard.texts import Finding, Text
from node.contract.guard.wordlists import all_words, shared


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of number: how it is written, what proves it, and which words name it."""

    pattern: re.Pattern[str]
    proof: Callable[[str], bool]
    #: Names of the number, in small letters.
    names: tuple[str, ...]
    #: Whether it counts only beside one of its names.
    needs_name: bool = False
    #: What makes the form alone, in a text of the language `home`, worth a question.
    form: Callable[[str], bool] | None = None
    home: str = ""
    #: Signs that are rather a date or a file's number of some year, where no name stands.
    doubt: re.Pattern[str] | None = None


_YEAR_LAST = re.compile(r"(?:19|20)\d\d$")
_DATE_FIRST = re.compile(r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d")


def _named(
    name: str,
    pattern: str,
    *,
    proof: Callable[[str], bool] | None = None,
    needs_name: bool = False,
    form: Callable[[str], bool] | None = None,
    home: str = "",
    doubt: re.Pattern[str] | None = None,
) -> Form:
    return Form(
        pattern=re.compile(rf"(?<![\w/.-]){pattern}(?![\w/-]|\.\d)"),
        proof=proof or getattr(checksums, name),
        names=shared(name),
        needs_name=needs_name,
        form=form,
        home=home,
        doubt=doubt,
    )


FORMS = (
    _named("dni", r"(?:\d{8}|\d{2}\.\d{3}\.\d{3})-?[A-Z]", doubt=_DATE_FIRST),
    _named("nie", r"[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]", proof=checksums.dni),
    _named("amka", r"\d{6} ?\d{5}"),
    _named("afm", r"\d{3} ?\d{3} ?\d{3}", needs_name=True),
    _named("cpr", r"\d{6}-\d{4}", form=checksums.cpr_form, home="da", doubt=_YEAR_LAST),
    _named("cpr", r"\d{6} ?\d{4}", needs_name=True),
    _named("steuer_id", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", needs_name=True),
    _named("hetu", r"\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Ya-y]"),
    _named("nir", r"[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}"),
    _named(
        "codice_fiscale",
        r"[A-Z]{6}[\dL-NP-V]{2}[A-EHLMPRST][\dL-NP-V]{2}[A-Z][\dL-NP-V]{3}[A-Z]",
    ),
    _named("rodne_cislo", r"\d{6}/\d{4}", doubt=_YEAR_LAST),
    _named("rodne_cislo", r"\d{10}", needs_name=True),
    _named("pesel", r"\d{11}"),
    _named("rnokpp", r"\d{10}", needs_name=True),
    _named("personnummer", r"(?:19|20)?\d{6}[-+]?\d{4}", needs_name=True),
    _named("personnummer", r"(?:19|20)?\d{6}[-+]\d{4}", doubt=_YEAR_LAST),
)
_HINT = re.compile(r"\d{3}|[A-Z]{6}")
_LONG = re.compile(r"(?:[\d][ ./+-]?){7}|[A-Z]{6}[\dL-NP-V]{2}|\d{6}[A-FU-Ya-fu-y]\d{3}")
_SEPARATORS = re.compile(r"[ ./]")
#: The number of a document: capital letters and digits, at least `DOCUMENT_DIGITS` of these.
_DOCUMENT = re.compile(r"(?<![\w/])(?:[^\W\d_]{2} )?[^\W_]{5,12}(?![\w/-]|[.,]\d)")
DOCUMENT_DIGITS = 5
#: From the word that names the document to its number.
_BETWEEN = 30


def find_identities(text: Text) -> Iterator[Finding]:
    """Give the first identity number of a text: a proven one before a likely one."""
    if not _HINT.search(text.plain):
        return
    likely: str | None = None
    if _LONG.search(text.plain):
        for form in FORMS:
            for found in form.pattern.finditer(text.plain):
                value = text.raw[found.start() : found.end()]
                verdict = _judge(text, form, found)
                if verdict is True:
                    yield Finding("identity-number", "expected-no-number", value, hard=True)
                    return
                if verdict is None:
                    likely = likely or value
    likely = likely or _document(text)
    if likely:
        yield Finding("likely-identity-number", "expected-no-number", likely)


def _judge(text: Text, form: Form, found: re.Match[str]) -> bool | None:
    """Return True for a proven number, None for a likely one, False for none."""
    signs = _SEPARATORS.sub("", found[0]).upper()
    before = text.before(found.start())
    named = any(name in before for name in form.names)
    if not named and (form.needs_name or (form.doubt and form.doubt.search(signs))):
        return False
    signs = _bare(form, signs)
    if len(set(signs)) > 2 and form.proof(signs):  # noqa: PLR2004 - 000000-0000 is a form to fill in
        return True
    if named or (form.form and text.language == form.home and form.form(signs)):
        return None
    return False


def _bare(form: Form, signs: str) -> str:
    """Return the signs as the arithmetic takes them."""
    if form.proof is checksums.hetu:
        return signs
    bare = signs.replace("-", "").replace("+", "")
    return bare[-10:] if form.proof is checksums.personnummer else bare


@cache
def _document_words() -> re.Pattern[str]:
    words = {re.escape(word) for each in all_words().values() for word in each.passport}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)


def _document(text: Text) -> str | None:
    for word in _document_words().finditer(text.plain):
        for found in _DOCUMENT.finditer(text.plain, word.end(), word.end() + _BETWEEN):
            digits = sum(sign.isdigit() for sign in found[0])
            if digits >= DOCUMENT_DIGITS and found[0] == found[0].upper():
                return text.raw[found.start() : found.end()]
    return None
