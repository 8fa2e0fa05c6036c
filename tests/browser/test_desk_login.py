"""Single sign-on in a real browser: to the provider and back, by keyboard and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import invitations
from node.editorial.rights import CONTRIBUTOR
from tests.browser.conftest import PHONE
from tests.browser.test_desk_accounts import House, faults_of, opened
from tests.support.clock import START
from tests.support.provider import Provider, running
from tests.support.staff import staffed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from node.editorial.context import Editorial

__all__ = ["opened"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running(lambda: START) as made:
        yield made


@pytest.fixture
def house(tmp_path: Any, provider: Provider, opened: Callable[[Flask, Editorial], House]) -> House:
    made = staffed(tmp_path, **provider.settings())
    return opened(made.app, made.d)


def test_somebody_comes_in_by_keyboard_to_the_page_they_wanted(
    house: House, provider: Provider
) -> None:
    page = house.window()
    page.goto(f"{house.base}/desk/account")
    page.get_by_role("link", name="Sign in with Porta").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/account")
    assert "You sign in with it as editor@puente.example" in page.inner_text("main")
    assert "/authorize" in provider.requests
    assert {cookie["name"] for cookie in page.context.cookies()} >= {"footbridge-session"}
    assert "footbridge-login" not in {cookie["name"] for cookie in page.context.cookies()}
    assert faults_of(page) == []


def test_an_invited_person_needs_no_password_and_a_stranger_is_told_why(
    house: House, provider: Provider
) -> None:
    made = invitations.invite(
        house.d, None, name="Noor", email="noor@puente.example", roles=[CONTRIBUTOR]
    )
    provider.person["email"] = "nobody@puente.example"
    page = house.window(language="ar", viewport=PHONE)
    page.goto(f"{house.base}/desk/invitation/{made.token}?lang=ar")
    assert faults_of(page) == []
    page.get_by_role("link", name="Porta").click()
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.id") == "faults"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults_of(page) == []
    provider.person["email"] = "noor@puente.example"
    page.get_by_role("link", name="Porta").click()
    page.wait_for_url("**/desk/")
    assert page.get_attribute("html", "dir") == "rtl"
    with house.d.database.reading() as uow:
        found = uow.people.by_email("noor@puente.example")
    assert found is not None
    assert (found.name, found.language) == ("Noor", "ar")
