"""Accounts in a real browser: the first person, passkeys, codes, invitations, axe on each page."""

from __future__ import annotations

import base64
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from werkzeug.serving import make_server

from node.editorial import passwords, setting_up, starting
from node.editorial.access_views import COOKIE
from node.editorial.context import Editorial
from node.exchange.paperkeys import to_paper
from tests.browser.conftest import DESKTOP, PHONE, _Quiet
from tests.support.nodes import fixed_bytes
from tests.support.staff import Staff, Staffed, staffed
from tests.web.making import small_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

GOOD = "wind lamp orchard seven"
PAGES = {
    "account": "/desk/account",
    "second": "/desk/account/second",
    "codes": "/desk/account/second/codes",
    "people": "/desk/people",
    "person": "/desk/people/2",
    "invite": "/desk/people/invite",
    "setup": "/desk/setup",
    "languages": "/desk/setup/languages",
    "paper": "/desk/setup/paper",
    "partner": "/desk/setup/partner",
    "prove": "/desk/prove",
}


class House:
    """A node over loopback, and windows to it."""

    def __init__(self, app: Flask, browser: Browser, d: Editorial) -> None:
        self.d, self.browser = d, browser
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        # By its name: browsers have no passkeys for a bare number.
        self.base = f"http://localhost:{self._server.server_port}"
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def window(self, who: Staff | None = None, *, language: str = "en", **options: Any) -> Page:
        """Open a window, signed in as somebody."""
        shown = {"viewport": DESKTOP, "locale": language, "reduced_motion": "reduce"}
        context = self.browser.new_context(**shown | options)
        self.contexts.append(context)
        if who is not None:
            context.add_cookies([{"name": COOKIE, "value": who.token, "url": self.base}])
        page = context.new_page()
        page.on("console", self._listen)
        return page

    def _listen(self, message: Any) -> None:
        # An answer that refuses a form (422, 403) is an answer; a broken policy is not.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        """Close all windows and the node."""
        for context in self.contexts:
            context.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.d.database.dispose()
        assert self.complaints == []


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[[Flask, Editorial], House]]:
    houses: list[House] = []

    def open_(app: Flask, d: Editorial) -> House:
        houses.append(House(app, browser, d))
        return houses[-1]

    yield open_
    for house in houses:
        house.close()


@pytest.fixture
def staff(tmp_path: Any) -> Staffed:
    return staffed(tmp_path)


@pytest.fixture
def house(staff: Staffed, opened: Callable[[Flask, Editorial], House]) -> House:
    return opened(staff.app, staff.d)


def let_in(who: Staff) -> str:
    number, kept = who.id, passwords.hashed(GOOD)
    with who.d.database.writing() as uow:
        return uow.people.change(number, password=kept).email


def sign_in(house: House, page: Page, email: str) -> None:
    page.goto(f"{house.base}/desk/account")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def faults_of(page: Page) -> list[str]:
    """Return what axe finds wrong with a page as it is now."""
    options = {"resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {[n['target'] for n in each['nodes']][:3]}" for each in found]


def put_in_authenticator(page: Page) -> Any:
    """Give the browser a passkey device that always says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def test_the_first_person_sets_the_node_up_by_keyboard(
    tmp_path: Any, opened: Callable[[Flask, Editorial], House]
) -> None:
    node = small_node(tmp_path)
    d = Editorial(node.x)
    house = opened(node.client.application, d)
    page = house.window()
    page.goto(f"{house.base}/desk/welcome?code={starting.setup_code(d)}")
    page.get_by_label("Your name").focus()
    for text in ("Ana Ruiz", "ana@puente.example", "short"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#faults")
    assert page.evaluate("document.activeElement.id") == "faults"
    assert page.get_by_label("Your name").input_value() == "Ana Ruiz"
    assert faults_of(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "field-password"
    page.keyboard.type(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/setup*")
    page.get_by_role("link", name="Choose languages").click()
    page.get_by_label("Ukrainian").check()
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("1 of 5 settled").is_visible()
    for name in ("Your organisation", "The paper key", "A first partner", "Colleagues"):
        page.get_by_role("button", name=f"Later {name}").click()
    assert page.get_by_text("5 of 5 settled").is_visible()
    page.get_by_role("button", name="Finish").click()
    assert page.get_by_text("This node is set up.").is_visible()


def test_a_passkey_is_made_and_signs_in_alone_and_as_the_second_step(
    house: House, staff: Staffed
) -> None:
    email = let_in(staff.editor)
    page = house.window()
    device, number = put_in_authenticator(page)
    sign_in(house, page, email)
    page.goto(f"{house.base}/desk/account/second")
    page.get_by_label("A name for it").fill("Office computer")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is kept.").wait_for()
    assert page.get_by_text("Office computer", exact=True).first.is_visible()
    # Alone.
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{house.base}/desk/account")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/account")
    # After the password.
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(house, page, email)
    page.wait_for_url("**/desk/second**")
    assert faults_of(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/desk/account")
    with staff.d.database.reading() as uow:
        (key,) = uow.people.passkeys_of(staff.editor.id)
    assert key.sign_count >= 2
    # A device that says no.
    page.get_by_role("button", name="Sign out", exact=True).click()
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": number})
    device.send("WebAuthn.disable")
    put_in_authenticator(page)
    page.goto(f"{house.base}/desk/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()


def test_an_answer_of_a_passkey_counts_once_and_only_for_its_owner(
    house: House, staff: Staffed
) -> None:
    email = let_in(staff.editor)
    page = house.window()
    put_in_authenticator(page)
    sign_in(house, page, email)
    page.goto(f"{house.base}/desk/account/second")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is kept.").wait_for()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{house.base}/desk/sign-in")
    with page.expect_request("**/desk/sign-in/passkey") as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/")
    form = {"answer": sent.value.post_data_json["answer"]}
    client = staff.app.test_client()
    again = client.post("/desk/sign-in/passkey", data=form, base_url=house.base)
    assert again.status_code == 403
    assert client.get("/desk/account").status_code == 302


def test_codes_are_set_up_proof_is_asked_for_and_recovery_codes_let_in(
    house: House, staff: Staffed
) -> None:
    email = let_in(staff.editor)
    page = house.window(java_script_enabled=False)
    sign_in(house, page, email)
    page.goto(f"{house.base}/desk/account/second")
    page.get_by_role("link", name="Set up codes").click()
    assert page.locator("svg.qr").bounding_box()["width"] > 150  # type: ignore[index]
    seed = page.locator(".codeline code").inner_text().replace(" ", "")
    at = int(staff.d.now().timestamp())
    code = TOTP(base64.b32decode(seed), 6, SHA1(), 30).generate(at).decode()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Switch on").click()
    recovery = page.locator(".recovery code").all_inner_texts()
    assert len(recovery) == 10
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(house, page, email)
    page.get_by_label("Code").fill(recovery[0])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/desk/account")
    page.goto(f"{house.base}/desk/account/second")
    staff.d.clock.forward(minutes=20)  # type: ignore[attr-defined]
    page.get_by_role("button", name="Take the codes away").click()
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Go on").click()
    assert page.get_by_text("are not asked for any more").is_visible()


def test_a_colleague_comes_in_by_a_link_that_the_keeper_copies(
    house: House, staff: Staffed
) -> None:
    page = house.window(staff.keeper, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{house.base}/desk/people")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Name", exact=True).fill("Amina Haddad")
    page.get_by_label("E-mail address").fill("amina@puente.example")
    page.get_by_role("button", name="Make the link").click()
    assert page.get_by_text("Choose at least one role.").first.is_visible()
    page.get_by_label("Editor").check()
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_text("Copied.").wait_for()
    assert faults_of(page) == []
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.get_by_label("Link").input_value()
    hers = house.window(viewport=PHONE)
    hers.goto(house.base + re.sub(r"^https://[^/]+", "", link))
    assert faults_of(hers) == []
    hers.get_by_label("Password").fill(GOOD)
    hers.get_by_role("button", name="Go on").click()
    hers.wait_for_url("**/desk/")
    page.goto(f"{house.base}/desk/people")
    page.get_by_role("link", name="Amina Haddad").click()
    page.get_by_label("Translator").check()
    page.get_by_role("button", name="Save the roles").click()
    assert page.get_by_text("The roles of Amina Haddad are changed.").is_visible()


LOOKS = [
    pytest.param("en", DESKTOP, "light", id="en, desktop"),
    pytest.param("ar", PHONE, "light", id="ar, phone"),
    pytest.param("el", PHONE, "dark", id="el, phone, dark"),
]


@pytest.mark.parametrize(("language", "window", "scheme"), LOOKS)
def test_everybody_can_use_the_pages_of_accounts(
    house: House, staff: Staffed, language: str, window: dict[str, int], scheme: str
) -> None:
    axe, wrong = Axe(), {}
    page = house.window(staff.everything, language=language, viewport=window, color_scheme=scheme)
    stranger = house.window(language=language, viewport=window, color_scheme=scheme)
    begun = {name: (page, address) for name, address in PAGES.items()}
    for name, (shown, address) in begun.items() | {("sign in", (stranger, "/desk/sign-in"))}:
        shown.goto(f"{house.base}{address}?lang={language}")
        for found in axe.run(shown, options={"resultTypes": ["violations"]}).response["violations"]:
            places = [place["target"] for place in found["nodes"]][:3]
            wrong[f"{name}: {found['id']}"] = (found["help"], places)
        width = shown.evaluate("document.documentElement.scrollWidth")
        if width > window["width"]:
            wrong[f"{name}: too wide"] = (str(width), [])
    page.goto(f"{house.base}/desk/setup/paper")
    page.locator("#field-key").fill("ABCD")
    page.locator("#field-key").locator("xpath=ancestor::form").locator("button").click()
    wrong |= {f"paper, misread: {fault}": ("", []) for fault in faults_of(page)}
    page.locator("#field-key").fill(to_paper(fixed_bytes("Puente")(32)))
    page.locator("#field-key").locator("xpath=ancestor::form").locator("button").click()
    assert page.locator(".keygroups li").count() == 14
    wrong |= {f"sheet: {fault}": ("", []) for fault in faults_of(page)}
    page.emulate_media(media="print")
    assert page.locator(".keygroups").is_visible()
    assert not page.locator(".desknav").is_visible()
    assert wrong == {}
    assert setting_up.is_open(staff.d)
