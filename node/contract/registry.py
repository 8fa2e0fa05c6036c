"""The contract as one object: everything that is read from ``schemas/``, immutable after loading.

Load it once at the start and pass it on; it may be shared between threads. A broken file stops
the load with a `ContractError` that names the place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from node.contract import describing
from node.contract.checking import Checker
from node.contract.describing import Describer
from node.contract.explaining import shown
from node.contract.faults import Fault
from node.contract.kinds import load_kinds
from node.contract.phrases import Phrases
from node.contract.sources import ContractError, read_object, schemas_path
from node.contract.vocabularies import Vocabulary, load_vocabularies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from node.contract.describing import Description
    from node.contract.fields import Kind
    from node.core.contents import Content


class LabelRow(NamedTuple):
    """One word for one concept."""

    scheme: str
    code: str
    language: str
    label: str
    #: False for an alternative word.
    preferred: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Contract:
    """Kinds, vocabularies and what can be asked of them."""

    #: The newest version of each kind, by name.
    kinds: Mapping[str, Kind]
    vocabularies: Mapping[str, Vocabulary]
    phrases: Phrases = field(repr=False)
    #: The JSON-LD context, which maps every member to a known term; as others may use it.
    linked_context: Mapping[str, Any] = field(repr=False)
    #: Every version of every kind, by schema: ``good-practice/1``.
    _by_schema: Mapping[str, Kind] = field(repr=False)
    _checkers: Mapping[str, Checker] = field(repr=False)
    _describers: Mapping[str, Describer] = field(repr=False)

    def kind(self, schema: str) -> Kind | None:
        """Return the kind and version a statement names, or None when it is not known here."""
        return self._by_schema.get(schema)

    def validate(self, schema: str, body: Any) -> list[Fault]:
        """Return all that stands in the way of publishing this body here; empty when nothing.

        Codes must be known here. An unknown kind is a fault.
        """
        checker = self._checkers.get(schema)
        return checker.faults(body) if checker else [self._unknown(schema)]

    def validate_received(self, schema: str, body: Any) -> list[Fault]:
        """Return the faults of a body that another node published.

        Only the shape counts: codes that are not known here may be newer than this node. A kind
        or version that is not known here has no faults; it is shown through its fallback.
        """
        checker = self._checkers.get(schema)
        return checker.shape_faults(body) if checker else []

    def describe(self, content: Content, schema: str) -> Description:
        """Return what catalogue and index need to know of a content. Never raises on a body."""
        kind = self._by_schema.get(schema)
        if kind is None or kind.name != content.kind:
            return describing.describe_fallback(content.body, content.fallback)
        return self._describers[schema].describe(content.body)

    def describe_body(self, schema: str, body: Mapping[str, Any]) -> Description:
        """Describe a body that is not published yet. Raises `KeyError` for an unknown schema."""
        return self._describers[schema].describe(body)

    @property
    def every_kind(self) -> tuple[Kind, ...]:
        """Every version of every kind: all that are newest first, then the older ones.

        What is asked of all fields that a record may have (facets, their names) is asked of
        these: records of an older version stay as readable as ever.
        """
        newest = tuple(self.kinds.values())
        return (*newest, *(each for each in self._by_schema.values() if each not in newest))

    def called(self, name: str) -> Kind | None:
        """Return what a person means by a kind's name: ``review`` is its newest version.

        ``review/1`` is exactly that one. None when there is no such kind or version here.
        """
        return self.kinds.get(name) or self._by_schema.get(name)

    def make_fallback(self, name: str, body: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        """Return title and summary for the content of a kind, which is named as in `called`.

        Raises `KeyError` for an unknown kind.
        """
        kind = self.called(name)
        if kind is None:
            raise KeyError(name)
        return describing.make_fallback(kind, body)

    @cached_property
    def fingerprint(self) -> str:
        """What decides how a record is told, in 16 hex digits: schemas, and how concepts relate.

        Words are not in it: they are read afresh for each reader.
        """
        concepts = {
            scheme: {c.code: (c.broader, c.related) for c in vocabulary.concepts.values()}
            for scheme, vocabulary in self.vocabularies.items()
        }
        schemas = {schema: kind.json_schema for schema, kind in self._by_schema.items()}
        whole = json.dumps([schemas, concepts], default=dict, sort_keys=True)
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def labels(self) -> Iterator[LabelRow]:
        """Give every word for every concept, preferred ones first for each concept."""
        for vocabulary in self.vocabularies.values():
            for concept in vocabulary.concepts.values():
                for language, label in concept.labels.items():
                    yield LabelRow(concept.scheme, concept.code, language, label, preferred=True)
                for language, words in concept.alts.items():
                    for word in words:
                        yield LabelRow(
                            concept.scheme, concept.code, language, word, preferred=False
                        )

    def checker(self, schema: str) -> Checker:
        """Return the checker of a kind. Raises `KeyError` for an unknown schema."""
        return self._checkers[schema]

    def _unknown(self, schema: str) -> Fault:
        fill = self.phrases.fill
        messages = fill("unknown-kind", value=shown(schema))
        expected = fill("expected-kind", names=", ".join(sorted(self._by_schema)))
        return Fault(
            pointer="",
            code="unknown-kind",
            label=fill("whole-record"),
            messages=messages,
            expectations=expected,
            examples=MappingProxyType({}),
            sentences=fill("sentence-without-example", message=messages, expected=expected),
        )


def load_contract(path: Path | None = None) -> Contract:
    """Read the shared contract from `path`, or from where it lies beside the program.

    Takes some tens of milliseconds. Raises `ContractError` naming the file and the place.
    """
    folder = path or schemas_path()
    vocabularies = load_vocabularies(folder / "vocabularies")
    kinds = load_kinds(folder)
    phrases = Phrases.read(folder / "common" / "phrases.json")
    for kind in kinds:
        _check_vocabularies(kind, vocabularies)
    newest: dict[str, Kind] = {}
    for kind in sorted(kinds, key=lambda k: (k.name, k.version)):
        newest[kind.name] = kind
    return Contract(
        kinds=MappingProxyType(newest),
        vocabularies=vocabularies,
        phrases=phrases,
        linked_context=MappingProxyType(read_object(folder / "context.jsonld")),
        _by_schema=MappingProxyType({k.schema: k for k in kinds}),
        _checkers=MappingProxyType({k.schema: Checker(k, phrases, vocabularies) for k in kinds}),
        _describers=MappingProxyType({k.schema: Describer(k, vocabularies) for k in kinds}),
    )


def _check_vocabularies(kind: Kind, vocabularies: Mapping[str, Vocabulary]) -> None:
    for each in kind.walk():
        for scheme in (*each.vocabularies, *each.derives.values()):
            if scheme not in vocabularies:
                raise ContractError(f"{kind.schema}, {each.path}: there is no vocabulary {scheme}.")
        codes = [code for s in each.vocabularies for code in vocabularies[s].concepts]
        if len(set(codes)) != len(codes):
            clash = sorted(code for code in set(codes) if codes.count(code) > 1)
            raise ContractError(
                f"{kind.schema}, {each.path}: its vocabularies share the codes {', '.join(clash)}."
            )
