"""From a place in a body to plain words: labels, expectations, examples, whole faults."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from node.contract.faults import Fault
from node.contract.languages import LangMap, language_name, text_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.contract.fields import Field, Kind
    from node.contract.phrases import Phrases
    from node.contract.vocabularies import Vocabulary

#: A value is shown to this many characters.
MAX_SHOWN = 60

#: Where a content's files stand, beside its body.
FILES = "blobs"

_BY_LANGUAGE = frozenset({"langmap", "longtext"})


class Explainer:
    """Words for one kind's faults."""

    def __init__(
        self, kind: Kind, phrases: Phrases, vocabularies: Mapping[str, Vocabulary]
    ) -> None:
        self._kind = kind
        self._phrases = phrases
        self._vocabularies = vocabularies
        self._order = {field.name: place for place, field in enumerate(kind.fields)}

    def field_at(self, path: Sequence[str | int]) -> tuple[Field | None, bool]:
        """Return the field a path leads to or into, and whether the path ends at its list."""
        found: Field | None = None
        at_list = False
        for token in path:
            if isinstance(token, int):
                at_list = False
                continue
            inner = self._kind.field(token) if found is None else found.item(token)
            if inner is None:
                break
            found, at_list = inner, inner.many
        return found, at_list

    def order(self, pointer: str) -> tuple[int, str]:
        """Return a key that sorts faults as a person meets the fields."""
        first = pointer.removeprefix("/").partition("/")[0]
        return (-1 if not pointer else self._order.get(first, len(self._order)), pointer)

    def label(self, path: Sequence[str | int]) -> LangMap:
        """Return the name of a place in the body, for people."""
        label: LangMap | None = None
        found: Field | None = None
        for token in path:
            if isinstance(token, int):
                label = self._phrases.fill(
                    "label-in-list", label=label or "", number=str(token + 1)
                )
                continue
            inner = self._kind.field(token) if found is None else found.item(token)
            if inner is not None:
                name: LangMap | str = self._in_all(inner.label)
                found = inner
            elif found is not None and found.type in _BY_LANGUAGE:
                shown = self._in_all(lambda lang, t=token: language_name(t, lang))
                label = self._phrases.fill("label-in-language", label=label or "", language=shown)
                continue
            else:
                # Files stand beside the body, so no field has their name.
                name = self._phrases.fill("label-files") if token == FILES else token
            if label is None:
                label = name if not isinstance(name, str) else self._in_all(lambda _, n=name: n)
            else:
                label = self._phrases.fill("label-inside", label=label, inner=name)
        return label if label is not None else self._phrases.fill("whole-record")

    def expected(self, field: Field | None, *, at_list: bool = False) -> LangMap:
        """Return what belongs into a field."""
        if field is None:
            return self._phrases.fill("expected-body")
        facts: dict[str, str | LangMap] = {}
        if field.type == "concept":
            facts["vocabulary"] = self.vocabulary_title(field)
        elif field.type == "choice":
            facts["names"] = ", ".join(field.choices)
        elif field.type == "object":
            facts["names"] = self._in_all(
                lambda lang: ", ".join(item.label(lang) for item in field.items)
            )
        one = self._phrases.fill(f"expected-{field.type}", **facts)
        return self._phrases.fill("expected-list", item=one) if at_list else one

    def vocabulary_title(self, field: Field) -> LangMap:
        """Return the names of the lists a field's codes come from."""
        held = [self._vocabularies[s] for s in field.vocabularies if s in self._vocabularies]
        return self._in_all(lambda lang: " / ".join(v.title(lang) for v in held))

    def language(self, code: str) -> LangMap:
        """Return the name of a language in every language of the phrases."""
        return self._in_all(lambda lang: language_name(code, lang))

    def labels_of(self, fields: Sequence[Field]) -> LangMap:
        """Return the labels of several fields in one text."""
        return self._in_all(lambda lang: ", ".join(f.label(lang) for f in fields))

    def example(self, field: Field | None, *, at_list: bool = False) -> LangMap:
        """Return an example of what belongs into a field, written as JSON where it is not text."""
        if field is None or field.example is None:
            return MappingProxyType({})
        return self._in_all(lambda lang: _example_text(field, lang, at_list=at_list))

    def fault(
        self,
        code: str,
        path: Sequence[str | int],
        *,
        expected: str | None = None,
        facts: Mapping[str, str | LangMap] | None = None,
        suggestion: str = "",
        severity: str = "error",
    ) -> Fault:
        """Build a fault at a place. `expected` names a phrase; else the field's type says it."""
        field, at_list = self.field_at(path)
        label = self.label(path)
        facts = dict(facts or {})
        messages = self._phrases.fill(code, label=label, **facts)
        if suggestion:
            messages = self._phrases.fill("suggestion", message=messages, suggestion=suggestion)
        wanted = (
            self._phrases.fill(expected, **facts)
            if expected
            else self.expected(field, at_list=at_list)
        )
        example = self.example(field, at_list=at_list)
        whole = "sentence" if example else "sentence-without-example"
        spoken = {"example": example} if example else {}
        return Fault(
            pointer=pointer_of(path),
            code=code,
            label=label,
            messages=messages,
            expectations=wanted,
            examples=example,
            sentences=self._phrases.fill(whole, message=messages, expected=wanted, **spoken),
            severity=severity,
            suggestion=suggestion,
        )

    def _in_all(self, say: Any) -> LangMap:
        return MappingProxyType({lang: say(lang) for lang in self._phrases.languages})


def shown(value: Any) -> str:
    """Return a value as a message shows it: quoted when it is text, cut when it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: MAX_SHOWN * 2]).split())
    cut = text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"
    return f"“{cut}”" if isinstance(value, str) else cut


def pointer_of(path: Sequence[str | int]) -> str:
    """Return a path as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(t).replace("~", "~0").replace("/", "~1") for t in path)


def _example_text(field: Field, lang: str, *, at_list: bool) -> str:
    value = field.example
    if field.type in _BY_LANGUAGE and isinstance(value, dict):
        chosen = lang if lang in value else "en"
        value = {chosen: text_in(value, chosen)}
    if at_list:
        value = [value]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
