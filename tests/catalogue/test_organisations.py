from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.catalogue.organisations import get_organisation, list_organisations
from node.catalogue.overview import get_overview
from node.errors import NotFoundError
from node.exchange.publishing import withdraw
from tests.catalogue.making import Shelf, adaptation, organisation, review
from tests.support.nodes import practice

if TYPE_CHECKING:
    from node.exchange.context import Exchange


def meet(x: Exchange, oid: str, name: str) -> None:
    """Let a node know of another origin, as a round would."""
    with x.database.writing() as uow:
        uow.origins.add(oid, name=name, first_seen=x.clock.now())


def test_an_organisation_is_shown_with_its_profile_and_records(shelf: Shelf) -> None:
    profile, one, two = shelf.publish(organisation(), practice("One"), practice("Two"))
    view = get_organisation(shelf.catalogue, shelf.oid)
    assert view.origin.name == "Puente de Prueba"
    assert view.status == "own"
    assert view.profile is not None
    assert view.profile.id == profile
    assert {card.id for card in view.records} == {one, two}
    assert view.counts == {"organisation": 1, "good-practice": 2}
    assert view.oid_groups.replace(" ", "") == shelf.oid
    assert view.introduced_by is None


def test_an_organisation_without_a_profile_is_shown_by_the_name_it_told(shelf: Shelf) -> None:
    view = get_organisation(shelf.catalogue, shelf.oid)
    assert (view.origin.name, view.profile, view.records, view.total) == ("Puente", None, (), 0)


@pytest.mark.parametrize("oid", ["", "x", "a" * 52])
def test_an_unknown_organisation_is_not_found(shelf: Shelf, oid: str) -> None:
    with pytest.raises(NotFoundError):
        get_organisation(shelf.catalogue, oid)


def test_organisations_are_listed_own_first_then_by_name(shelf: Shelf) -> None:
    shelf.publish(organisation("Zebra"), practice())
    meet(shelf.x, "b" * 52, "beta")
    meet(shelf.x, "c" * 52, "Alpha")
    meet(shelf.x, "d" * 52, "")
    found = list_organisations(shelf.catalogue)
    assert [each.origin.name for each in found] == ["Zebra", "Alpha", "beta", "d" * 8]
    assert [each.total for each in found] == [2, 0, 0, 0]
    assert found[0].summary["en"] == "We help people into work."


def test_a_blocked_organisation_is_shown_nowhere(shelf: Shelf) -> None:
    meet(shelf.x, "b" * 52, "Blocked")
    with shelf.x.database.writing() as uow:
        uow.origins.set_status("b" * 52, "blocked")
    assert [each.origin.oid for each in list_organisations(shelf.catalogue)] == [shelf.oid]
    with pytest.raises(NotFoundError):
        get_organisation(shelf.catalogue, "b" * 52)


def test_a_withdrawn_profile_is_no_profile(shelf: Shelf) -> None:
    (profile,) = shelf.publish(organisation())
    withdraw(shelf.x, profile)
    assert get_organisation(shelf.catalogue, shelf.oid).profile is None


def test_the_home_page_shows_what_is_here(shelf: Shelf) -> None:
    _profile, one = shelf.publish(organisation(), practice("One", country=["DK", "ES"]))
    shelf.x.clock.forward(hours=1)
    (two,) = shelf.publish(adaptation(shelf.reference(one, 1)))
    shelf.publish(review(shelf.reference(one, 1)))
    view = get_overview(shelf.catalogue, ("es", "en"))
    assert [card.id for card in view.newest] == [two, one]
    assert view.counts == {"organisation": 1, "good-practice": 1, "adaptation": 1, "review": 1}
    assert view.total == 4
    assert [(v.value, v.count) for v in view.countries][:2] == [("DK", 2), ("ES", 2)]
    assert view.countries[0].label == "Dinamarca"
    assert [each.origin.oid for each in view.partners] == [shelf.oid]
    assert {v.value for v in view.languages} >= {"en", "es"}


def test_all_success_factors_stand_on_the_home_page_in_their_order(shelf: Shelf) -> None:
    shelf.publish(practice(success_factor=["social-capital"]))
    factors = get_overview(shelf.catalogue, ("el",)).success_factors
    vocabulary = shelf.x.contract.vocabularies["success-factors"]
    assert [v.value for v in factors] == list(vocabulary.concepts)
    assert [v.count for v in factors if v.value == "social-capital"] == [1]
    assert sum(v.count for v in factors) == 1
    assert all(v.label == vocabulary.concepts[v.value].labels["el"] for v in factors)


def test_an_empty_node_has_a_home_page(shelf: Shelf) -> None:
    view = get_overview(shelf.catalogue, ())
    assert (view.total, view.newest, view.countries) == (0, (), ())
    assert len(view.success_factors) == 6
