"""JSONTestSuite: what must be read, what must be refused, and how we decide where one may choose.

Our reader of other people's JSON takes exactly I-JSON (RFC 7493); the profile takes no floats.
"""

from __future__ import annotations

from typing import Any

import pytest

from node.core.canonical import NotCanonicalError, parse, parse_human
from node.core.ijson import parse_ijson
from tests.support.vectors import VECTORS, rows

LIMIT = 1 << 20
#: Valid JSON that I-JSON forbids, so that no two readers can understand it differently.
NOT_I_JSON = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}
#: RFC 7493 2.2 leaves these open: a double rounds two of them to nothing, and holds the third.
TAKEN_BY_CHOICE = {
    "i_number_double_huge_neg_exp.json": 0.0,
    "i_number_real_underflow.json": 0.0,
    "i_number_too_big_pos_int.json": 1e20,
}


def load(prefix: str) -> list[tuple[str, Any]]:
    return [(path.stem, path) for path in sorted((VECTORS / "json-parsing").glob(f"{prefix}_*"))]


def holds_a_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(holds_a_float, value.values()))
    return any(map(holds_a_float, value)) if isinstance(value, list) else isinstance(value, float)


@pytest.mark.parametrize("path", rows(lambda: load("y")))
def test_valid_json_is_read_when_it_is_i_json(path: Any) -> None:
    data = path.read_bytes()
    if path.name in NOT_I_JSON:
        with pytest.raises(NotCanonicalError, match="twice"):
            parse_ijson(data, limit=LIMIT)
        return
    value = parse_ijson(data, limit=LIMIT)
    if holds_a_float(value):
        with pytest.raises(NotCanonicalError, match="point or an exponent"):
            parse_human(data, limit=LIMIT)
    else:
        assert parse_human(data, limit=LIMIT) == value


@pytest.mark.parametrize("path", rows(lambda: load("n")))
def test_what_is_not_json_is_refused(path: Any) -> None:
    for read in (parse_ijson, parse_human, parse):
        with pytest.raises(NotCanonicalError):
            read(path.read_bytes(), limit=LIMIT)


@pytest.mark.parametrize("path", rows(lambda: load("i")))
def test_where_one_may_choose_only_i_json_is_read(path: Any) -> None:
    data = path.read_bytes()
    for read in (parse_human, parse):
        with pytest.raises(NotCanonicalError):
            read(data, limit=LIMIT)
    if path.name in TAKEN_BY_CHOICE:
        assert parse_ijson(data, limit=LIMIT) == [TAKEN_BY_CHOICE[path.name]]
    else:
        with pytest.raises(NotCanonicalError):
            parse_ijson(data, limit=LIMIT)
