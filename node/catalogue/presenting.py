"""Prepares a record for one reader: language, fields, ladder.

A record is read in the reader's language where the author or a translator has written in it.
`read` decides that and prepares every field; the templates only place what it returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import request

from node.catalogue import records
from node.catalogue.bound import Translation, open_translation
from node.catalogue.confirming import as_confirmed
from node.catalogue.language_presenting import (
    ReadIn,
    as_read,
    headline,
    languages_of,
    translation_for,
)
from node.catalogue.originals import address_of_original
from node.catalogue.staleness import Written
from node.catalogue.translation_presenting import TranslatedText, translated_texts
from node.web.charts import Bar, Row, waterfall
from node.web.context import runtime
from node.web.formatting import country, days
from node.web.i18n import reading_languages
from node.web.names import called
from node.web.overlay import lay_over
from node.web.presenting import Presenter
from node.web.shown import Reference, ShownField, ShownSection, Term
from node.web.texts import Text, pick_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.catalogue.records import LinkView, RecordView
    from node.catalogue.revisions import RevisionView


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder of evidence."""

    term: Term
    reached: bool


@dataclass(frozen=True)
class Reading:
    """A record prepared for one reader."""

    view: RecordView | RevisionView
    title: Text
    summary: Text | None
    sections: tuple[ShownSection, ...]
    languages: tuple[ReadIn, ...]
    presenter: Presenter
    links: tuple[LinkView, ...] = ()

    @property
    def fields(self) -> dict[str, ShownField]:
        """Return every field by its name."""
        return {field.name: field for section in self.sections for field in section.fields}

    @property
    def repeated(self) -> str:
        """Return the name of the field whose whole text is the summary already, or ""."""
        names = self.view.kind.summary_from if self.view.kind else ()
        for name in names:
            field = self.fields.get(name)
            if field and self.summary and isinstance(field.value, Text):
                said, text = self.summary.text.split(), field.value.text.split()
                return name if said == text else ""
        return ""

    @property
    def now(self) -> ReadIn | None:
        """Return the language it is shown in."""
        return next((each for each in self.languages if each.current), None)

    @property
    def original(self) -> str:
        """Return where the record can be read in full, or "" when that is not known here."""
        view = self.view
        record = view.id if isinstance(view, records.RecordView) else view.record
        return address_of_original(runtime().catalogue, view.origin.oid, record)

    @property
    def version(self) -> tuple[int, int]:
        """Return the version of its form, and the newest one known here; 0 where there is none."""
        name, _, number = self.view.schema.partition("/")
        newest = self.presenter.contract.kinds.get(name)
        return int(number) if number.isdecimal() else 0, newest.version if newest else 0

    @property
    def sample(self) -> bool:
        """Say whether the record is an invented example."""
        return self.view.body.get("sample") is True

    def section(self, name: str) -> ShownSection | None:
        """Return one section, or None when it has nothing to show."""
        return next((each for each in self.sections if each.id == name), None)

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """Return the kinds of evidence, weakest first; empty when the record names none."""
        reached = self.view.body.get("evidence_type")
        spec = self.view.kind.field("evidence_type") if self.view.kind else None
        if not reached or spec is None or spec.vocabulary is None:
            return ()
        vocabulary = self.presenter.contract.vocabularies[spec.vocabulary]
        return tuple(
            Rung(self.presenter.term(spec, code), code in reached) for code in vocabulary.concepts
        )

    @cached_property
    def translated(self) -> tuple[TranslatedText, ...]:
        """Return what a translation record translates, beside the words it translates."""
        return translated_texts(self.view, self.links)

    @property
    def procedure_bars(self) -> list[Bar]:
        """Return how the days of a procedure add up, step by step."""
        steps = self.view.body.get("procedure", {}).get("steps", [])
        if not any(step.get("days") for step in steps):
            return []
        return waterfall(
            [
                Row(_text(self.presenter.text(step["office"])), step["days"], days(step["days"]))
                for step in steps
                if "days" in step
            ]
        )


def read(view: RecordView | RevisionView, links: tuple[LinkView, ...] | None = None) -> Reading:
    """Prepare a record for this reader, in the best language that somebody has written it in.

    ``?text=`` asks for a language; then come the reader's own, then the original. `links` are
    those of the record; a revision does not know them by itself.
    """
    asked = request.args.get("text", "")
    wanted = tuple(dict.fromkeys([asked, *reading_languages()] if asked else reading_languages()))
    translations: tuple[LinkView, ...] = getattr(view, "translations", ())
    languages = languages_of(view, translations)
    chosen = translation_for(languages, translations, wanted)
    body: Mapping[str, Any] = view.body
    title, summary = dict(view.title), dict(view.summary)
    machine = _machine(body)
    translation = _open(view, chosen) if chosen is not None else None
    if translation is not None:
        body = lay_over(body, translation.texts, translation.language)
        title = headline(view.kind, "title", body, translation) | title
        summary = headline(view.kind, "summary", body, translation) | summary
        machine += translation.machine
    body = as_confirmed(body, getattr(view, "standing", None))
    links = getattr(view, "links", ()) if links is None else links
    presenter = Presenter(
        runtime().contract,
        view.language,
        machine,
        view.blobs,
        _resolver(links),
        wanted if asked else None,
    )
    shown = presenter.text(title) or Text(view.id if hasattr(view, "id") else view.record, "")
    sections = presenter.sections(view.kind, body) if view.kind and view.known else ()
    return Reading(
        view,
        shown,
        presenter.text(summary),
        sections,
        tuple(
            as_read(each, view, body, translation.language if translation else shown.language)
            for each in languages
        ),
        presenter,
        tuple(links),
    )


def _machine(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the languages a machine wrote; in a form that is not known here it may be anything."""
    said = body.get("machine_translated")
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()


def _open(view: RecordView | RevisionView, link: LinkView) -> Translation | None:
    """Open a translation; it may have been erased since, then the original is all there is."""
    fields = view.kind.fields if view.kind else ()
    now = Written(fields, view.body, view.language)
    return open_translation(runtime().catalogue, link.origin, link.record, now, link.since)


def facet_label(kind_name: str, facet: str, code: str) -> Text:
    """Return the name of a facet's value as the schema of this kind of record gives it."""
    contract = runtime().contract
    kind = contract.kinds.get(kind_name)
    for spec in kind.fields if kind else ():
        if facet in spec.facets:
            shown = Presenter(contract).value(spec, code)
            if shown is not None and isinstance(shown.value, Term):
                return shown.value.label
    return Text(code.replace("-", " "), "")


def _resolver(links: tuple[LinkView, ...]) -> Any:
    known = {(link.origin, link.record): link for link in links}

    def resolve(origin: str, record_id: str, revision: int | None) -> Reference:
        link = known.get((origin, record_id))
        card = link.card if link else None
        if card is None:
            state = link.state if link else "absent"
            return Reference(origin, record_id, revision, state=state)
        title = pick_text(card.title, card.language)
        return Reference(
            origin,
            record_id,
            revision,
            title,
            card.kind,
            called(card.origin),
            summary=pick_text(card.summary, card.language),
            countries=tuple(country(code) for code in card.countries),
        )

    return resolve


def _text(text: Text | None) -> str:
    return text.text if text else ""
