"""Going through a content: which check looks at which field, and findings as plain sentences.

It works on the fields of the kind and knows none of them by the kind's name; a few fields that
kinds share (`licence`, `results`, `evidence_type`) are known by theirs. Members that the kind does
not know are kept and signed as well, so their texts are searched too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from node.contract.explaining import shown
from node.contract.guard.emails import find_emails
from node.contract.guard.files import find_in_file, find_in_medium, find_loose_pictures
from node.contract.guard.identities import find_identities
from node.contract.guard.licences import find_unknown_licence
from node.contract.guard.links import (
    MOST_LINKS,
    DeadLinks,
    fault_of,
    find_links,
    link_finding,
)
from node.contract.guard.members import find_unknown_member
from node.contract.guard.persons import find_persons
from node.contract.guard.telephones import find_telephones
from node.contract.guard.texts import Finding, Text
from node.contract.guard.tongues import find_other_language
from node.core.limits import MAX_NESTING

if TYPE_CHECKING:
    from node.contract.explaining import Explainer
    from node.contract.faults import Fault
    from node.contract.fields import Field, Kind
    from node.contract.registry import Contract
    from node.core.contents import BlobRef

Path = tuple[str | int, ...]
Found = tuple[Path, Finding]

#: The checks of every text, and those of running text by language besides.
TEXT_CHECKS: tuple[Callable[[Text], Iterator[Finding]], ...] = (
    find_emails,
    find_telephones,
    find_identities,
    find_persons,
    find_links,
)
LANGUAGE_CHECKS = (*TEXT_CHECKS, find_other_language)
_BY_LANGUAGE = frozenset({"langmap", "longtext"})
#: Kinds of evidence that somebody can show, and where they are shown.
_SHOWN_EVIDENCE = frozenset({"internal-evaluation", "external-evaluation", "comparison-group"})
_EVIDENCE_FIELDS = ("evaluation_links", "indicators")


class Material(Protocol):
    """What is looked at: a `Content`, or a draft of one, whose body may be faulty."""

    @property
    def body(self) -> Mapping[str, Any]:
        """The fields."""

    @property
    def blobs(self) -> tuple[BlobRef, ...]:
        """The files that go with it."""


def warnings_of(
    contract: Contract, content: Material, schema: str, *, dead_links: DeadLinks | None = None
) -> list[Fault]:
    """Return the warnings for a content that is about to be published, in the fields' order.

    Those of severity ``error`` are hard rules. `dead_links` is asked once, about all addresses.
    """
    kind = contract.kind(schema)
    if kind is None:
        return []
    explainer = contract.checker(schema).explainer
    found = [_fault(explainer, *each) for each in _Look(kind, content).findings(dead_links)]
    return sorted(found, key=lambda fault: explainer.order(fault.pointer))


def _fault(explainer: Explainer, path: Path, finding: Finding) -> Fault:
    facts: dict[str, Any] = {"value": shown(finding.value)}
    facts |= {name: explainer.language(code) for name, code in finding.facts}
    severity = "error" if finding.hard else "warning"
    return explainer.fault(
        finding.code,
        path,
        expected=finding.expected,
        facts=facts,
        suggestion=finding.suggestion,
        severity=severity,
    )


class _Look:
    """Looks through one content."""

    def __init__(self, kind: Kind, content: Material) -> None:
        self._kind = kind
        self._body: Mapping[str, Any] = content.body
        self._blobs = content.blobs
        self._by_digest = {blob.digest: blob for blob in content.blobs}
        self._in_media: set[str] = set()
        self._urls: dict[str, Path] = {}
        language = content.body.get("language")
        self._language = language if isinstance(language, str) else "und"

    def findings(self, dead_links: DeadLinks | None) -> Iterator[Found]:
        yield from self._absent()
        yield from self._object(self._kind.fields, self._body, ())
        yield from find_loose_pictures(self._blobs, self._in_media)
        for place, blob in enumerate(self._blobs):
            for language, alt in (blob.alt or {}).items():
                yield from _check(TEXT_CHECKS, alt, language, ("blobs", place, "alt", language))
        if dead_links and self._urls:
            gone = dead_links(list(self._urls)[:MOST_LINKS])
            for url in self._urls:
                if url in gone:
                    yield self._urls[url], Finding("dead-link", "expected-open-link", url)

    def _absent(self) -> Iterator[Found]:
        body = self._body
        licence = self._kind.field("licence")
        if licence is not None and not body.get("licence"):
            hard = licence.required
            yield ("licence",), Finding("no-licence", "expected-licence", "", hard=hard)
        if "results" in body and self._kind.field("evidence_type") is not None:
            kinds = body.get("evidence_type")
            if not kinds:
                yield ("evidence_type",), Finding("no-evidence", "expected-evidence", "")
            elif isinstance(kinds, list) and not any(body.get(f) for f in _EVIDENCE_FIELDS):
                for claimed in sorted(
                    _SHOWN_EVIDENCE.intersection(k for k in kinds if isinstance(k, str))
                ):
                    where = ("evidence_type", kinds.index(claimed))
                    yield where, Finding("empty-evidence", "expected-shown-evidence", claimed)

    def _object(
        self, fields: tuple[Field, ...], value: Mapping[str, Any], path: Path
    ) -> Iterator[Found]:
        known = {field.name: field for field in fields}
        for name, member in value.items():
            field = known.get(name)
            if field is None:
                if known:  # a reference or a place has members that are no fields
                    yield (*path, name), find_unknown_member(name, known)
                yield from self._unknown((*path, name), member)
            elif isinstance(member, list):
                for place, element in enumerate(member):
                    yield from self._value(field, element, (*path, name, place))
            else:
                yield from self._value(field, member, (*path, name))

    def _value(self, field: Field, value: Any, path: Path) -> Iterator[Found]:
        if field.type in _BY_LANGUAGE and isinstance(value, dict):
            for language, text in value.items():
                yield from _check(LANGUAGE_CHECKS, text, language, (*path, language))
        elif field.type == "pointermap" and isinstance(value, dict):
            for pointer, text in value.items():
                yield from _check(LANGUAGE_CHECKS, text, self._language, (*path, pointer))
        elif field.type == "text":
            yield from _check(TEXT_CHECKS, value, self._language, path)
        elif field.type in {"url", "licence"}:
            yield from self._name(field, value, path)
        elif field.type == "file":
            yield from find_in_file(path, value, self._by_digest)
        elif isinstance(value, dict):
            if field.item("alt") is not None:
                self._in_media.add(str(value.get("digest")))
                yield from find_in_medium(path, value, self._by_digest)
            yield from self._object(field.items, value, path)

    def _name(self, field: Field, value: Any, path: Path) -> Iterator[Found]:
        if not isinstance(value, str) or not value.strip():
            return  # nothing is there; that it must not be empty, the schema says
        if field.type == "licence":
            yield from ((path, finding) for finding in find_unknown_licence(value))
        else:
            yield from self._address(value, path)

    def _address(self, url: str, path: Path) -> Iterator[Found]:
        faults = list(find_emails(Text(url, self._language)))
        if not faults and (code := fault_of(url)):
            faults = [link_finding(code, url)]
        yield from ((path, fault) for fault in faults)
        if not faults:
            self._urls.setdefault(url, path)

    def _unknown(self, path: Path, value: Any) -> Iterator[Found]:
        if isinstance(value, str):
            yield from _check(TEXT_CHECKS, value, self._language, path)
        elif isinstance(value, dict | list) and len(path) <= MAX_NESTING:
            for name, each in value.items() if isinstance(value, dict) else enumerate(value):
                yield from self._unknown((*path, name), each)


def _check(
    checks: tuple[Callable[[Text], Iterator[Finding]], ...], raw: Any, language: str, path: Path
) -> Iterator[Found]:
    if isinstance(raw, str) and raw:
        text = Text(raw, language)
        for check in checks:
            yield from ((path, finding) for finding in check(text))
