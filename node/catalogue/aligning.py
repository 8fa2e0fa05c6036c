"""Which text of an earlier body has become which text of a later one.

Texts are given flat, by JSON Pointer. Outside lists a text keeps its place. Items of a list (the
steps of a practice) move: an item is recognised by all its words, else by one text it still has,
else by having most of its words in common. What is recognised by none of these is new.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    #: The texts of one item by the rest of their pointers.
    Item = Mapping[str, str]

#: Of all words of two items, the share that both must have to be one item, rewritten.
ALIKE = 0.3
#: Pairs of items that are compared word by word; beyond, lists are too long to be steps.
MAX_PAIRS = 10_000

_ITEM = re.compile(r"(.*?)/(\d+)(/.*|)$", re.DOTALL)
_WORD = re.compile(r"\w+")


def partners(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return, for each pointer of `new` that has one, the pointer in `old` it has come from.

    Both are texts by JSON Pointer. No two pointers get the same partner.
    """
    found = {pointer: pointer for pointer in new if pointer in old and not _ITEM.match(pointer)}
    before, after = _lists(old), _lists(new)
    for path in after:
        items, later = before.get(path, {}), after[path]
        for number, was in match(items, later).items():
            inner = partners(items[was], later[number])
            found |= {
                f"{path}/{number}{rest}": f"{path}/{was}{former}" for rest, former in inner.items()
            }
    return found


def match(old: Mapping[int, Item], new: Mapping[int, Item]) -> dict[int, int]:
    """Return, for each item of a later list that has one, the item of the earlier list it was."""
    found: dict[int, int] = {}
    free_old, free_new = dict(old), dict(new)

    def take(pairs: Iterable[tuple[int, int]]) -> None:
        for was, number in pairs:
            if was in free_old and number in free_new:
                found[number] = was
                del free_old[was], free_new[number]

    take(_equal(free_old, free_new))
    for score in (_shared, _overlap):
        take(_best(free_old, free_new, score))
    return found


def _lists(texts: Mapping[str, str]) -> dict[str, dict[int, dict[str, str]]]:
    found: dict[str, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for pointer, words in texts.items():
        inside = _ITEM.match(pointer)
        if inside:
            path, number, rest = inside.groups()
            found[path][int(number)][rest] = words
    return found


def _equal(old: Mapping[int, Item], new: Mapping[int, Item]) -> list[tuple[int, int]]:
    """Pair items with the same words: the first with the first where there are several."""
    places: dict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
    for was in sorted(old, reverse=True):
        places[tuple(sorted(old[was].items()))].append(was)
    found = []
    for number in sorted(new):
        same = places[tuple(sorted(new[number].items()))]
        if same:
            found.append((same.pop(), number))
    return found


def _best(
    old: Mapping[int, Item], new: Mapping[int, Item], score: Callable[[Item, Item], float]
) -> list[tuple[int, int]]:
    """Return pairs that have something in common, the likest first, then the nearest."""
    if len(old) * len(new) > MAX_PAIRS:
        return []
    rated = [
        (-points, abs(was - number), was, number)
        for was, before in old.items()
        for number, after in new.items()
        if (points := score(before, after)) > 0
    ]
    return [(was, number) for _points, _far, was, number in sorted(rated)]


def _shared(before: Item, after: Item) -> float:
    return sum(bool(words) and after.get(rest) == words for rest, words in before.items())


def _overlap(before: Item, after: Item) -> float:
    a, b = (Counter(_WORD.findall(" ".join(each.values()).lower())) for each in (before, after))
    every = (a | b).total()
    alike = (a & b).total() / every if every else 0.0
    return alike if alike >= ALIKE else 0.0
