"""Checking a body: quickly when it is right, in plain words when it is not.

The fast path is one call into the compiled schema. Only a body that fails is looked at again, to
collect *all* its faults. One place in the body gets one fault, the most telling one, and faults
come in the order in which a person meets the fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeGuard

from node.contract.codes import is_language
from node.contract.explaining import Explainer, shown
from node.contract.guessing import nearest_concept, nearest_country, nearest_language
from node.contract.strictness import compile_schema, with_known_codes

if TYPE_CHECKING:
    import jsonschema_rs

    from node.contract.faults import Fault
    from node.contract.fields import Kind
    from node.contract.languages import LangMap
    from node.contract.phrases import Phrases
    from node.contract.vocabularies import Vocabulary

#: A body with more faults than this is reported with the first ones only.
MAX_FAULTS = 200

#: What is received is judged for machines and a keeper's log, and may be hostile: a few faults
#: are enough, and no time is spent on guessing what was meant.
MAX_RECEIVED_FAULTS = 20

Path = Sequence[str | int]

#: Which of several errors at one place says most.
_TELLING = {"Required": 0, "Type": 1, "MinItems": 2, "MaxLength": 2, "Enum": 3}

#: Faults of a single value that follow from the type of its field.
_BY_TYPE = {
    "concept": "unknown-code",
    "choice": "unknown-choice",
    "country": "unknown-country",
    "language": "unknown-language",
    "currency": "unknown-currency",
    "date": "not-a-date",
}


_DATE = re.compile(r"[12][0-9]{3}(-|$)")

#: Kinds of errors (names of jsonschema-rs) about how much there is, and about what it is.
_SIZES = frozenset(
    {"MaxLength", "Minimum", "Maximum", "MinItems", "MaxItems", "UniqueItems"}
    | {"MinProperties", "MaxProperties"}
)
_FORMS = frozenset({"Enum", "Pattern", "Format", "Type", "AnyOf"})

_BY_LANGUAGE = frozenset({"langmap", "longtext"})


class Checker:
    """Checks bodies of one kind."""

    def __init__(
        self, kind: Kind, phrases: Phrases, vocabularies: Mapping[str, Vocabulary]
    ) -> None:
        self._kind = kind
        self._vocabularies = vocabularies
        self.explainer = Explainer(kind, phrases, vocabularies)
        self._in_original = tuple(
            f.name for f in kind.fields if f.required and f.type in {"langmap", "longtext"}
        )

    @cached_property
    def _shape(self) -> jsonschema_rs.Draft202012Validator:
        return compile_schema(self._kind.json_schema)

    @cached_property
    def _known(self) -> jsonschema_rs.Draft202012Validator:
        return compile_schema(with_known_codes(self._kind.json_schema, self._vocabularies))

    def shape_faults(self, body: Any) -> list[Fault]:
        """Return the faults that no node accepts, whatever codes it knows."""
        if self._shape.is_valid(body):
            return []
        errors = islice(self._shape.iter_errors(body), MAX_RECEIVED_FAULTS)
        return self._collect(errors, [], suggest=False)

    def faults(self, body: Any) -> list[Fault]:
        """Return everything that stands in the way of publishing this body here."""
        extra = list(self._beyond_schema(body)) if isinstance(body, dict) else []
        if not extra and self._known.is_valid(body):
            return []
        errors = islice(self._known.iter_errors(body), MAX_FAULTS)
        return self._collect(errors, extra, suggest=True)

    def points(self, value: Any, path: Path = ()) -> Iterator[Fault]:
        """Give a fault for every number with a point, wherever it stands: none can be signed."""
        if isinstance(value, float):
            yield self.explainer.fault(
                "with-point", path, expected="expected-decimal", facts={"value": shown(value)}
            )
        elif isinstance(value, dict | list):
            for name, each in value.items() if isinstance(value, dict) else enumerate(value):
                yield from self.points(each, (*path, name))

    def _collect(
        self,
        errors: Iterable[jsonschema_rs.ValidationError],
        extra: list[Fault],
        *,
        suggest: bool,
    ) -> list[Fault]:
        best: dict[str, tuple[int, Fault]] = {}
        for error in errors:
            rank = _TELLING.get(type(error.kind).__name__, 4)
            fault = self._translate(error, suggest=suggest)
            if fault.pointer not in best or rank < best[fault.pointer][0]:
                best[fault.pointer] = rank, fault
        for fault in extra:
            best.setdefault(fault.pointer, (9, fault))
        found = [fault for _, fault in best.values()]
        return sorted(found, key=lambda fault: self.explainer.order(fault.pointer))

    def _translate(self, error: jsonschema_rs.ValidationError, *, suggest: bool) -> Fault:
        """Turn one error of the validator into words, by its kind and the type of the field."""
        path: list[str | int] = list(error.instance_path)
        kind: Any = error.kind
        value: Any = error.instance
        name = type(kind).__name__
        names = _alternatives(kind.context) if name == "AnyOf" else []
        if name == "Required":
            found = self.explainer.fault("missing", [*path, kind.property])
        elif names:
            found = self._missing_one_of(path, names)
        elif name == "PropertyNames":
            found = self._wrong_key(path, str(kind.error.instance), suggest=suggest)
        elif name in _SIZES:
            found = self._wrong_size(path, name, value)
        elif name in _FORMS:
            found = self._wrong_value(path, value, suggest=suggest)
        else:
            found = self.explainer.fault("not-acceptable", path, facts={"value": shown(value)})
        return found

    def _wrong_value(self, path: Path, value: Any, *, suggest: bool) -> Fault:
        field, at_list = self.explainer.field_at(path)
        fault = self.explainer.fault
        facts: dict[str, str | LangMap] = {"value": shown(value)}
        if field is None or at_list or not isinstance(value, str):
            return fault("wrong-form", path, facts=facts)
        if field.type in {*_BY_LANGUAGE, "text", "pointermap"}:
            if not value.strip():
                return fault("no-text", path, expected="expected-words")
            if "\n" in value or "\r" in value:
                return fault("several-lines", path, expected="expected-text")
        code = _BY_TYPE.get(field.type, "wrong-form")
        held = [self._vocabularies[s] for s in field.vocabularies]
        if code == "unknown-code":
            facts["vocabulary"] = self.explainer.vocabulary_title(field)
        suggestion = _suggestion(code, value, held) if suggest else ""
        return fault(code, path, facts=facts, suggestion=suggestion)

    def _wrong_key(self, path: Path, key: str, *, suggest: bool) -> Fault:
        field, _ = self.explainer.field_at(path)
        facts = {"value": shown(key)}
        if field is None or field.type not in _BY_LANGUAGE:
            return self.explainer.fault("wrong-form", [*path, key], facts=facts)
        return self.explainer.fault(
            "unknown-language",
            [*path, key],
            expected="expected-language",
            facts=facts,
            suggestion=nearest_language(key) if suggest else "",
        )

    def _wrong_size(self, path: Path, name: str, value: Any) -> Fault:
        """Words for a text, number, list or map that is too small or too large."""
        field, at_list = self.explainer.field_at(path)
        fault = self.explainer.fault
        limits = field.limits if field else {}
        if name == "MaxLength":
            facts = {"size": str(len(value)), "limit": str(limits.get("maxLength", ""))}
            return fault("too-long", path, expected="expected-length", facts=facts)
        if name in {"Minimum", "Maximum"}:
            facts = {"minimum": str(limits.get("minimum")), "maximum": str(limits.get("maximum"))}
            facts["value"] = shown(value)
            return fault("out-of-range", path, expected="expected-range", facts=facts)
        if name == "UniqueItems":
            return fault("repeated", path, expected="expected-once")
        if not value:
            return fault("too-few" if at_list else "no-text", path)
        most = limits.get("maxItems" if at_list else "maxProperties", "")
        facts = {"size": str(len(value)), "minimum": "1", "maximum": str(most)}
        return fault("too-many", path, expected="expected-entries", facts=facts)

    def _missing_one_of(self, path: Path, names: list[str]) -> Fault:
        inner = [self.explainer.field_at([*path, name])[0] for name in names]
        holder, _ = self.explainer.field_at(path)
        known = [each for each in inner if each is not None and each is not holder]
        shown_names = self.explainer.labels_of(known) if known else ", ".join(names)
        return self.explainer.fault("missing-one-of", path, facts={"names": shown_names})

    def _beyond_schema(self, body: dict[str, Any]) -> Iterator[Fault]:
        """Check what JSON Schema cannot say: one member against another."""
        original = body.get("language")
        if isinstance(original, str) and is_language(original):
            for name in self._in_original:
                text = body.get(name)
                if isinstance(text, dict) and text and original not in text:
                    yield self.explainer.fault(
                        "missing-original",
                        [name, original],
                        expected="expected-original",
                        facts={"language": self.explainer.language(original)},
                    )
        if _some_end_before_start(body):
            yield from self._periods(body, [])

    def _periods(self, value: Any, path: list[str | int]) -> Iterator[Fault]:
        if isinstance(value, list):
            for place, each in enumerate(value):
                yield from self._periods(each, [*path, place])
        elif isinstance(value, dict):
            start, end = value.get("start"), value.get("end")
            if _is_date(start) and _is_date(end) and _is_before(end, start):
                yield self.explainer.fault(
                    "ends-before-start",
                    [*path, "end"],
                    expected="expected-later-end",
                    facts={"value": shown(end), "start": shown(start)},
                )
            for name, each in value.items():
                if isinstance(each, dict | list):
                    yield from self._periods(each, [*path, name])


def _suggestion(code: str, value: str, held: list[Vocabulary]) -> str:
    """Return what was probably meant by a wrong value, or an empty string."""
    match code:
        case "unknown-code":
            return nearest_concept(value, tuple(held))
        case "unknown-country":
            return nearest_country(value)
        case "unknown-language":
            return nearest_language(value)
        case _:
            return ""


def _some_end_before_start(body: dict[str, Any]) -> bool:
    """Say whether any period in a body is backwards; where it stands is asked only then.

    Nearly every body is right, so this one walk is most of what Python does for it.
    """
    waiting: list[Any] = [body]
    for value in waiting:  # which grows meanwhile
        members = value
        if type(value) is dict:
            members = value.values()
            start, end = value.get("start"), value.get("end")
            if end is not None and _is_date(start) and _is_date(end) and _is_before(end, start):
                return True
        waiting += [each for each in members if type(each) is dict or type(each) is list]
    return False


def _is_before(end: str, start: str) -> bool:
    """Compare two dates by what both say: 2020-05 to 2020 is not backwards."""
    shared = min(len(start), len(end))
    return end[:shared] < start[:shared]


def _is_date(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and _DATE.match(value) is not None


def _alternatives(context: list[list[Any]]) -> list[str]:
    """Return the names of which one must be there, when that is what an anyOf is about."""
    first = [errors[0].kind for errors in context if errors]
    if first and all(type(kind).__name__ == "Required" for kind in first):
        return [kind.property for kind in first]
    return []
