"""The facets beside a list: counts from the index, put into the reader's words and order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.catalogue.labels import facet_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from node.catalogue.labels import Labels
    from node.search import Recognised

#: Values of one facet that are given back; the rarest are left out.
MAX_VALUES = 200


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet that occurs among the found records."""

    #: The code, country, oid …; what a link or form sends back.
    value: str
    label: str
    #: The language `label` is in, which may not be the wanted one; "" for names and codes.
    language: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One facet with its values: selected ones first, then the most frequent."""

    #: The parameter's name, such as ``success_factor``.
    name: str
    #: From the schema's labels; "" for the facets every record has (kind, origin) and for any
    #: the schemas do not label, which the interface names itself.
    label: str
    values: tuple[FacetValue, ...]

    @property
    def selected(self) -> tuple[FacetValue, ...]:
        """Return the values that were chosen."""
        return tuple(value for value in self.values if value.selected)


@dataclass(frozen=True, slots=True)
class RecognisedConcept:
    """A word or phrase of the query that names a concept, so that its records are found too."""

    #: The words as they were typed.
    typed: str
    #: The facet and value that stand for it, such as ``practice_type`` and ``volunteering``.
    facet: str
    value: str
    #: The concept's name in the reader's language, and the language it is in.
    label: str
    language: str


def groups(
    labels: Labels,
    counts: Mapping[str, Mapping[str, int]],
    chosen: Mapping[str, Sequence[str]],
) -> tuple[FacetGroup, ...]:
    """Return all facets that occur or are chosen, in the schemas' order."""
    order = facet_order(labels.contract)
    chosen = {name: values for name, values in chosen.items() if values}
    wanted = sorted({*counts, *chosen}, key=lambda name: (order.get(name, len(order)), name))
    return tuple(
        FacetGroup(name, labels.facet(name), _values(labels, name, counts, chosen))
        for name in wanted
    )


def _values(
    labels: Labels,
    name: str,
    counts: Mapping[str, Mapping[str, int]],
    chosen: Mapping[str, Sequence[str]],
) -> tuple[FacetValue, ...]:
    selected = dict.fromkeys(chosen.get(name, ()), 0)
    all_counts = selected | dict(counts.get(name, {}))
    most = sorted(all_counts, key=lambda value: (value not in selected, -all_counts[value], value))
    cut = {value: all_counts[value] for value in most[:MAX_VALUES]}
    return labelled(labels, name, cut, selected)


def labelled(
    labels: Labels, name: str, counts: Mapping[str, int], selected: Mapping[str, int] | None = None
) -> tuple[FacetValue, ...]:
    """Return values of one facet with their labels, in the order of `counts`."""
    found = []
    for value, count in counts.items():
        language, label = labels.value(name, value)
        found.append(FacetValue(value, label, language, count, value in (selected or ())))
    return tuple(found)


def recognised(labels: Labels, found: Sequence[Recognised]) -> tuple[RecognisedConcept, ...]:
    """Return the concepts that were recognised in a query, with their labels."""
    named = []
    for each in found:
        language, label = labels.value(each.facet, each.value)
        named.append(RecognisedConcept(each.typed, each.facet, each.value, label, language))
    return tuple(named)
