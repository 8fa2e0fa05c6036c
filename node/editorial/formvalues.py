"""One value of each type: how it is written into an input and read out of it again. Pure.

What was typed and cannot be read is kept in the body as it was typed, as text where the schema
wants something else (`is_raw`). So it is part of every version, is joined and restored as
everything else, and can never be published: it breaks the schema. `read` tells what is wrong with
it whenever the form is drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.contract.codes import currencies, is_country
from node.editorial import formcodes, formdates, formdurations, formnumbers
from node.editorial.formdates import MisreadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.contract import Contract, Field, Vocabulary

BY_LANGUAGE = frozenset({"langmap", "longtext"})
#: Lists of these are ticked, or added by their words.
TICKED = frozenset({"concept", "choice", "country", "language", "region", "currency", "licence"})
#: Lists of these have parts that are added, moved and removed.
PARTS = BY_LANGUAGE | frozenset({"object", "place", "reference", "file", "pointermap"})

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_URL = re.compile(r"https?://[^\s/?#]+\S*")
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
_DATE = re.compile(r"[12][0-9]{3}(-[0-9]{2}){0,2}")
_DURATION = re.compile(r"P[0-9YMWDTHS]+")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_RECORD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ORIGIN = re.compile(r"(?<![a-z2-7])[a-z2-7]{52}(?![a-z2-7])")
_REVISION = re.compile(r"(?:/revisions/|@)([0-9]{1,7})(?![0-9])")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_YES, _NO = "yes", "no"


def _nobody(_record: str) -> str:
    return ""


@dataclass(frozen=True)
class Manner:
    """In which language somebody writes, and what is known where they do."""

    contract: Contract
    lang: str = "en"
    #: The node's own country, for amounts without a currency.
    country: str = ""
    #: The origin of a record that is held here, "" for one that is not.
    origin_of: Callable[[str], str] = _nobody

    def vocabularies(self, spec: Field) -> list[Vocabulary]:
        """Return the schemes that a field's codes come from."""
        return [self.contract.vocabularies[scheme] for scheme in spec.vocabularies]


def write(spec: Field, value: Any, m: Manner) -> str | None:
    """Return what stands in the input for a value; None for one that no input can show."""
    if isinstance(value, str) and is_raw(spec, value):
        return value
    try:
        written = _WRITE[spec.type](value, m)
        unchanged = isinstance(value, str) or read(spec, written, m) == _known(value)
    except (MisreadError, TypeError, KeyError, ValueError, AttributeError):
        return None
    return written if unchanged else None


def read(spec: Field, text: str, m: Manner) -> Any:
    """Return the value that a text in an input means; raises `MisreadError`."""
    return _READ[spec.type](spec, text.strip(), m)


def is_raw(spec: Field, value: str) -> bool:
    """Say whether a text in a body is what somebody typed and nobody could read."""
    return not _FITS.get(spec.type, _anything)(spec, value)


def reference(text: str, m: Manner) -> dict[str, Any]:
    """Return the record that an address leads to. Raises `MisreadError`: ``no-record``."""
    record = _RECORD.search(text.lower())
    if record is None:
        raise MisreadError("no-record")
    origin = _ORIGIN.search(text.lower().replace(record[0], " "))
    found = origin[0] if origin else m.origin_of(record[0])
    if not found:
        raise MisreadError("unknown-record")
    revision = _REVISION.search(text)
    exact = {"revision": int(revision[1])} if revision else {}
    return {"origin": found, "record": record[0], **exact}


def write_reference(value: Any) -> str:
    """Return a reference as one text that `reference` reads."""
    revision = f"@{value['revision']}" if "revision" in value else ""
    return f"{value['origin']}/{value['record']}{revision}"


def _known(value: Any) -> Any:
    """Return what an input shows of a value: without members of a newer version."""
    if isinstance(value, dict):
        names = ("amount", "currency", "origin", "record", "revision")
        return {name: value[name] for name in names if name in value}
    return value


def _anything(_spec: Field, _value: str) -> bool:
    return True


def _never(_spec: Field, _value: str) -> bool:
    return False


def _matching(pattern: re.Pattern[str]) -> Callable[[Field, str], bool]:
    return lambda _spec, value: pattern.fullmatch(value) is not None


def _url(_spec: Field, text: str, _m: Manner) -> str:
    if _URL.fullmatch(text):
        return text
    if _DOMAIN.fullmatch(text):
        return f"https://{text}"
    raise MisreadError("not-an-address")


def _licence(_spec: Field, text: str, _m: Manner) -> str:
    name = "-".join(text.split())
    if re.match("cc", name, re.IGNORECASE):
        name = name.upper() if name[:3] != "CC0" else name
    if not _LICENCE.fullmatch(name):
        raise MisreadError("not-a-licence")
    return name


def _boolean(_spec: Field, text: str, _m: Manner) -> bool:
    if text not in {_YES, _NO}:
        raise MisreadError("not-yes-or-no")
    return text == _YES


def _digest(_spec: Field, text: str, _m: Manner) -> str:
    if not _DIGEST.fullmatch(text):
        raise MisreadError("no-file")
    return text


def _currency(_spec: Field, text: str, _m: Manner) -> str:
    if text.upper() not in currencies():
        raise MisreadError("unknown-currency", text)
    return text.upper()


def _one_line(_spec: Field, text: str, _m: Manner) -> str:
    return " ".join(text.split("\n"))


def _whole(value: Any, _m: Manner) -> str:
    if type(value) is not int:
        raise TypeError(value)
    return str(value)


_READ: dict[str, Callable[[Field, str, Manner], Any]] = {
    "text": _one_line,
    "origin": _one_line,
    "record": _one_line,
    "url": _url,
    "licence": _licence,
    "boolean": _boolean,
    "file": _digest,
    "currency": _currency,
    "date": lambda _s, text, m: formdates.read_date(text, m.lang),
    "duration": lambda _s, text, m: formdurations.read_duration(text, m.lang),
    "integer": lambda _s, text, m: formnumbers.read_integer(text, m.lang),
    "decimal": lambda _s, text, m: formnumbers.read_decimal(text, m.lang),
    "money": lambda _s, text, m: formnumbers.read_money(text, m.lang, m.country),
    "country": lambda _s, text, m: formcodes.read_country(text, m.lang),
    "language": lambda _s, text, m: formcodes.read_language(text, m.lang),
    "region": lambda _s, text, m: formcodes.read_region(text, m.lang),
    "concept": lambda spec, text, m: formcodes.read_concept(text, m.vocabularies(spec), m.lang),
    "choice": lambda spec, text, _m: formcodes.read_choice(text, spec),
    "reference": lambda _s, text, m: reference(text, m),
}

_WRITE: dict[str, Callable[[Any, Manner], str]] = {
    **dict.fromkeys(
        ("text", "origin", "record", "url", "licence", "file", "currency", "concept", "choice"),
        lambda value, _m: _text(value),
    ),
    "boolean": lambda value, _m: {True: _YES, False: _NO}[value] if type(value) is bool else "",
    "date": lambda value, m: formdates.write_date(_text(value), m.lang),
    "duration": lambda value, m: formdurations.write_duration(_text(value), m.lang),
    "integer": _whole,
    "decimal": lambda value, m: formnumbers.write_decimal(_number(value), m.lang),
    "money": lambda value, m: formnumbers.write_money(value, m.lang),
    "country": lambda value, m: formcodes.write_country(_text(value), m.lang),
    "language": lambda value, m: formcodes.write_language(_text(value), m.lang),
    "region": lambda value, m: formcodes.write_region(_text(value), m.lang),
    "reference": lambda value, _m: write_reference(value),
}

_FITS: dict[str, Callable[[Field, str], bool]] = {
    "url": _matching(_URL),
    "licence": _matching(_LICENCE),
    "date": _matching(_DATE),
    "duration": _matching(_DURATION),
    "decimal": _matching(_DECIMAL),
    "country": lambda _spec, value: is_country(value),
    "language": lambda _spec, value: formcodes.is_tag(value),
    "region": _matching(formcodes.REGION),
    "currency": lambda _spec, value: value in currencies(),
    "concept": _matching(_CODE),
    "file": _matching(_DIGEST),
    "choice": lambda spec, value: value in spec.choices,
    **dict.fromkeys(("integer", "boolean", "money", "reference", "place"), _never),
}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: Any) -> int | str:
    if type(value) is int or isinstance(value, str):
        return value
    raise TypeError(value)
