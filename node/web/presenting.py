"""From a field of the schema and a value of the body to something a template can show.

The schema says what a value is; this module says how that reads to this reader. A value that is
not of the type its field has (a newer schema, a record kept in spite of a fault) is left out
rather than shown wrongly: the page of a record must never fail because of one member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from node.contract import in_words
from node.web import formatting
from node.web.captions import with_captions
from node.web.i18n import interface_language
from node.web.licences import licence
from node.web.shown import (
    Figure,
    File,
    Link,
    Reference,
    Shown,
    ShownField,
    ShownSection,
    Term,
)
from node.web.texts import Text, pick_text
from node.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from node.contract import Contract
    from node.contract.fields import Field, Kind
    from node.core.contents import BlobRef


@dataclass(frozen=True)
class Presenter:
    """Presents the values of one record's body to one reader."""

    contract: Contract
    #: The record's original language.
    language: str = ""
    #: Languages whose texts in this record come from a machine.
    machine: tuple[str, ...] = ()
    blobs: Sequence[BlobRef] = ()
    #: ``(origin, record, revision)`` to what is known of that record here.
    resolve: Callable[[str, str, int | None], Reference] = Reference
    #: Languages to show texts in, instead of the reader's own.
    wanted: tuple[str, ...] | None = None
    _files: dict[str, File] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for blob in self.blobs:
            digest = blob.digest.removeprefix("sha256:")
            alt = self.text(blob.alt) if isinstance(blob.alt, Mapping) else None
            self._files[blob.digest] = File(digest, blob.name, blob.media_type, blob.size, alt)
        self._files.update(with_captions(self._files))

    @property
    def files(self) -> tuple[File, ...]:
        """Return all files that travel with the record."""
        return tuple(self._files.values())

    def text(self, texts: Mapping[str, str]) -> Text | None:
        """Return the best text of a language map for this reader."""
        return pick_text(texts, self.language, wanted=self.wanted, machine=self.machine)

    def every_text(self, texts: Mapping[str, str]) -> tuple[Text, ...]:
        """Return a text in each language it is in: the reader's best one, then by language."""
        best = self.text(texts)
        if best is None:
            return ()
        others = [
            pick_text({language: texts[language]}, machine=self.machine)
            for language in sorted(texts)
            if language != best.language
        ]
        return (best, *(each for each in others if each is not None))

    def sections(self, kind: Kind, body: Mapping[str, Any]) -> tuple[ShownSection, ...]:
        """Return the sections of a kind that have something to show, in the schema's order."""
        found = []
        for section in kind.sections:
            fields = self.fields(section.fields, body)
            if fields:
                label = pick_text(section.labels) or Text(section.label(), "en")
                found.append(ShownSection(section.id, label, fields))
        return tuple(found)

    def fields(self, fields: Sequence[Field], body: Mapping[str, Any]) -> tuple[ShownField, ...]:
        """Return those of the fields that have a value in `body`."""
        shown = (self.field(each, body[each.name]) for each in fields if each.name in body)
        return tuple(each for each in shown if each is not None)

    def field(self, spec: Field, value: Any) -> ShownField | None:
        """Return one field ready to be shown, or None when there is nothing to show."""
        if spec.many:
            items = value if isinstance(value, list) else []
            values = [self.value(spec, item) for item in items]
        else:
            values = [self.value(spec, value)]
        kept = tuple(each for each in values if each is not None)
        if not kept:
            return None
        label = pick_text(spec.labels) or Text(spec.label(), "en", foreign=True)
        group = next((item.name for item in spec.items if item.type == "concept"), "")
        return ShownField(spec.name, label, spec.many, kept, spec.show, group)

    def value(self, spec: Field, value: Any) -> Shown | None:
        """Return one value by its type, or None when it is not of that type."""
        present = _BY_TYPE.get(spec.type)
        if present is None:
            return None
        try:
            return present(self, spec, value)
        except (TypeError, ValueError, KeyError, AttributeError):
            return None

    def term(self, spec: Field, code: str) -> Term:
        """Return a concept with its name, its meaning and the facet that finds more of it."""
        for place, scheme in enumerate(spec.vocabularies):
            vocabulary = self.contract.vocabularies.get(scheme)
            concept = vocabulary.concepts.get(code) if vocabulary else None
            if concept is not None:
                facet = spec.facets[min(place, len(spec.facets) - 1)] if spec.facets else ""
                label = pick_text(concept.labels) or Text(code, "")
                return Term(code, label, pick_text(concept.definitions), facet, scheme)
        facet = spec.facets[0] if spec.facets else ""
        return Term(code, Text(in_words(code), "en"), None, facet, known=False)


def _langmap(p: Presenter, _spec: Field, value: Any) -> Shown | None:
    text = p.text(value)
    return Shown("text", text) if text else None


def _longtext(p: Presenter, spec: Field, value: Any) -> Shown | None:
    if spec.show == "every-language":
        texts = p.every_text(value)
        return Shown("texts", texts) if texts else None
    text = p.text(value)
    return Shown("prose", text) if text else None


def _concept(p: Presenter, spec: Field, value: Any) -> Shown:
    return Shown("term", p.term(spec, value))


def _choice(_p: Presenter, spec: Field, value: Any) -> Shown:
    label = pick_text(spec.choices.get(value, {})) or Text(in_words(value), "en")
    return Shown("term", Term(value, label, None, spec.facet or ""))


def _words(
    write: Callable[[Any], str], *types: type
) -> Callable[[Presenter, Field, Any], Shown | None]:
    """Make the presenter of a value that is written as words; other types are left out."""

    def present(_p: Presenter, _spec: Field, value: Any) -> Shown | None:
        # bool is an int to Python and never a number to a reader.
        fits = type(value) in types
        return Shown("words", write(value)) if fits else None

    return present


def _decimal(value: Any) -> str:
    return formatting.number(value) if isinstance(value, int) else formatting.decimal(value)


def _boolean(value: Any) -> str:
    return _("yes") if value else _("no")


def _money(value: Any) -> str:
    if value["amount"] == 0:
        return _("free of charge")
    return formatting.money(value["amount"], value["currency"])


def _url(_p: Presenter, _spec: Field, value: Any) -> Shown | None:
    link = link_to(value)
    return Shown("link", link) if link else None


def _reference(p: Presenter, _spec: Field, value: Any) -> Shown:
    return Shown("reference", p.resolve(value["origin"], value["record"], value.get("revision")))


def _file(p: Presenter, _spec: Field, value: Any) -> Shown | None:
    held = p._files.get(value)  # noqa: SLF001 - the presenters are part of this class
    return Shown("figure", Figure(file=held)) if held else None


def _licence(_p: Presenter, _spec: Field, value: Any) -> Shown:
    return Shown("licence", licence(str(value)))


def _object(p: Presenter, spec: Field, value: Any) -> Shown | None:
    if spec.item("digest") is not None:
        return _figure(p, spec, value)
    if set(value) <= {"url", "title"} and spec.item("url") is not None:
        link = link_to(value.get("url"))
        title = p.text(value["title"]) if link and "title" in value else None
        return Shown("figure", Figure(link=link, title=title)) if link else None
    fields = tuple(_in_number(each, value) for each in p.fields(spec.items, value))
    if fields and {item.name for item in spec.items} == {"start", "end"}:
        return Shown("words", _period(fields))
    return Shown("fields", fields) if fields else None


def _in_number(field: ShownField, value: Mapping[str, Any]) -> ShownField:
    """Give the unit of a figure the form that fits the figure."""
    count = value.get("value")
    if field.name != "unit" or type(count) is not int or not isinstance(field.value, Term):
        return field
    word = formatting.unit(field.value.code, count)
    term = replace(field.value, label=Text(word, interface_language()))
    return replace(field, values=(Shown("term", term),)) if word else field


def _period(fields: tuple[ShownField, ...]) -> str:
    ends = {each.name: str(each.value) for each in fields}
    if "end" not in ends:
        return _("from %(date)s", date=ends["start"])
    if "start" not in ends:
        return _("until %(date)s", date=ends["end"])
    return f"{ends['start']} \N{EN DASH} {ends['end']}"


def _figure(p: Presenter, spec: Field, value: Any) -> Shown | None:
    held = p._files.get(value.get("digest", ""))  # noqa: SLF001
    link = link_to(value["url"]) if "url" in value else None
    if held is None and link is None:
        return None
    texts = {name: p.text(value[name]) for name in ("alt", "caption", "title") if name in value}
    if held is not None and texts.get("alt"):
        held = replace(held, alt=texts["alt"])
    form = spec.item("format")
    of_form = p.value(form, value["format"]) if form and "format" in value else None
    return Shown(
        "figure",
        Figure(
            held,
            link,
            texts.get("title"),
            texts.get("caption"),
            str(value.get("credit", "")),
            formatting.language(value["language"]) if "language" in value else "",
            of_form.value.code if of_form else "",
            str(of_form.value.label) if of_form else "",
        ),
    )


def link_to(value: Any) -> Link | None:
    """Return a link for a web address, None for any other scheme (a script, a local file)."""
    parts = urlsplit(str(value))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    text = f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"
    return Link(str(value), text, parts.hostname)


def label_of(contract: Contract, name: str) -> str:
    """Return a kind's name in the interface's language, also for one that is unknown here."""
    kind = contract.kinds.get(name)
    return kind.label(interface_language()) if kind else name.replace("-", " ").capitalize()


_BY_TYPE: dict[str, Callable[[Presenter, Field, Any], Shown | None]] = {
    "langmap": _langmap,
    "longtext": _longtext,
    "text": _words(str, str),
    "concept": _concept,
    "choice": _choice,
    "country": _words(formatting.country, str),
    "region": _words(formatting.region, str),
    "language": _words(formatting.language, str),
    "date": _words(formatting.day, str),
    "duration": _words(formatting.duration, str),
    "money": _words(_money, dict),
    "currency": _words(str, str),
    "url": _url,
    "reference": _reference,
    "integer": _words(formatting.number, int),
    "decimal": _words(_decimal, int, str),
    "boolean": _words(_boolean, bool),
    "place": _words(lambda value: str(value["name"]), dict),
    "file": _file,
    "object": _object,
    "licence": _licence,
}
