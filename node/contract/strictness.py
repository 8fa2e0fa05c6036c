"""Two strengths of the same schema.

What others publish is held to the *shape* that the published schema states. What is published
here must also use codes that are *known* here: concepts of the vocabularies, countries,
languages, currencies. The difference is deliberate. Vocabularies and the world's code lists grow
without a new schema version, and a record must not vanish from an older node because it carries
a newer code.

The known codes are put into the compiled schema as ``enum`` and ``pattern``, so that the strict
check costs no Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs

from node.contract.codes import countries, currencies, short_languages
from node.contract.kinds import ANNOTATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from node.contract.vocabularies import Vocabulary

#: Any code of three letters is taken, for ISO 639-3 is long; one of two letters must exist.
_KNOWN_LANGUAGE = "^([a-z]{{3}}|{})(-|$)"


def compile_schema(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """Compile a schema so that formats count and no pattern can take more than linear time."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    )


def with_known_codes(
    schema: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> dict[str, Any]:
    """Return a copy of a bundled schema that accepts only codes known here."""
    definitions = schema.get("$defs", {})

    def is_list(node: Mapping[str, Any]) -> bool:
        if "$ref" in node:
            return is_list(definitions[node["$ref"].rpartition("/")[2]])
        return node.get("type") == "array"

    def tighten(node: Any) -> Any:
        if isinstance(node, list):
            return [tighten(each) for each in node]
        if not isinstance(node, dict):
            return node
        copy = {key: tighten(value) for key, value in node.items() if key != ANNOTATION}
        about = node.get(ANNOTATION, {})
        codes = known_codes(about, vocabularies)
        if codes and is_list(node):
            return copy | {"items": copy.get("items", {}) | {"enum": codes}}
        if codes:
            return copy | {"enum": codes}
        return copy | (_public_codes(about.get("type")) if "pattern" in node else {})

    tightened: dict[str, Any] = tighten(dict(schema))
    return tightened


def _public_codes(type_: str | None) -> dict[str, Any]:
    """Return the keywords that hold a value to the codes CLDR knows."""
    match type_:
        case "country":
            return {"enum": sorted(countries())}
        case "currency":
            return {"enum": sorted(currencies())}
        case "language":
            known = _KNOWN_LANGUAGE.format("|".join(sorted(short_languages())))
            return {"allOf": [{"pattern": known}]}
        case _:
            return {}


def known_codes(about: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> list[str]:
    """Return the codes that a property's annotation allows."""
    schemes = about.get("vocabulary", ())
    schemes = (schemes,) if isinstance(schemes, str) else schemes
    return [code for s in schemes if s in vocabularies for code in vocabularies[s].concepts]
