"""Every view of the desk, as every role, as a stranger and half signed in; and forged requests."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import sessions
from node.editorial.access_views import COOKIE, CSRF, CSRF_HEADER, token_for
from node.editorial.drafting import begin
from node.editorial.rights import ROLES, Who
from tests.support.staff import staffed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.routing import Rule
    from werkzeug.test import TestResponse

    from tests.support.staff import Staff, Staffed

#: A value for each sort of part in an address. None of these things are there.
VALUES = {
    "UUIDConverter": uuid.UUID("00000000-0000-4000-8000-000000000000"),
    "IntegerConverter": 999,
    "PathConverter": "nothing/here",
    "UnicodeConverter": "nothing",
}
#: Pages that only show somebody the way in, by their endpoints; any other needs a role.
OPEN = {
    "desk.sign_in",
    "desk.sign_out",
    "desk.first",
    "desk.invitation",
    "desk.second_factor",
    "desk.passkey_sign_in",
    "desk.login",
    "desk.login_back",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    """Make one node for all views; nothing here changes it."""
    made = staffed(tmp_path_factory.mktemp("house"))
    yield made
    made.d.database.dispose()


def rules(house: Staffed) -> list[Rule]:
    return [rule for rule in house.app.url_map.iter_rules() if rule.endpoint.startswith("desk.")]


def addresses(house: Staffed) -> list[tuple[str, str, str, str]]:
    """Return method, address, endpoint and act of every view that needs a role."""
    found = []
    for rule in rules(house):
        act = act_of(house, rule)
        if not act:
            continue
        values = {
            name: VALUES[type(converter).__name__] for name, converter in rule._converters.items()
        }
        with house.app.test_request_context():
            address = house.app.url_map.bind("localhost").build(rule.endpoint, values)
        found += [
            (method, address, rule.endpoint, act)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return found


def act_of(house: Staffed, rule: Rule) -> str | None:
    act: str | None = getattr(house.app.view_functions[rule.endpoint], "act", None)
    return act


def ask(who: Staff | None, house: Staffed, method: str, address: str) -> TestResponse:
    client = who.client if who else house.app.test_client()
    data = {CSRF: who.csrf} if who else {}
    if method == "GET":
        return client.get(address)
    return client.open(address, method=method, data=data)


def refusals(house: Staffed) -> int:
    with house.d.database.reading() as uow:
        return sum(row.what == "act refused" for row in uow.audit.newest(100_000))


def test_every_view_is_marked_with_who_may_open_it(house: Staffed) -> None:
    assert len(rules(house)) > 20
    unmarked = [rule.endpoint for rule in rules(house) if act_of(house, rule) is None]
    assert unmarked == []
    assert {rule.endpoint for rule in rules(house) if act_of(house, rule) == ""} == OPEN


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_refused_what_it_does_not_open_and_that_is_written_down(
    house: Staffed, role: str
) -> None:
    who, wrong = house.roles[role], []
    for method, address, endpoint, act in addresses(house):
        before = refusals(house)
        answer = ask(who, house, method, address)
        noted = refusals(house) - before
        if Who(1, frozenset({role})).may(act):
            lacked = noted and act_refused(house) == act
            wrong += [(role, method, endpoint, "refused")] if lacked else []
        elif (answer.status_code, noted) != (403, 1) or act_refused(house) != act:
            wrong.append((role, method, endpoint, f"{answer.status_code}, noted {noted}"))
    assert wrong == []


def act_refused(house: Staffed) -> Any:
    with house.d.database.reading() as uow:
        found = [row for row in uow.audit.newest(20) if row.what == "act refused"]
    return found[0].detail["act"] if found else None


def test_a_stranger_is_led_to_the_sign_in_page_from_every_view(house: Staffed) -> None:
    wrong = []
    for method, address, endpoint, _act in addresses(house):
        answer = ask(None, house, method, address)
        where = answer.headers.get("Location", "")
        if answer.status_code != 302 or not where.startswith("/desk/sign-in?"):
            wrong.append((method, endpoint, answer.status_code, where))
    assert wrong == []


def test_who_still_owes_the_second_factor_gets_nowhere_but_there(house: Staffed) -> None:
    number = house.everything.id
    with house.d.database.writing() as uow:
        person = uow.people.require(number)
        token = sessions.open_session(house.d, uow, person, agent="half", complete=False)
    wrong = []
    for method, address, endpoint, _act in addresses(house):
        client = house.app.test_client()
        client.set_cookie(COOKIE, token, domain="localhost")
        answer = client.open(address, method=method, data={CSRF: token_for(token)})
        where = answer.headers.get("Location", "")
        if answer.status_code != 302 or not where.startswith("/desk/second"):
            wrong.append((method, endpoint, answer.status_code, where))
    assert wrong == []
    assert "Sign out" not in house.app.test_client().get("/desk/sign-in").text


def test_a_program_is_told_instead_of_led_away(desk: Staffed) -> None:
    client = desk.app.test_client()
    answer = client.post("/desk/account", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (403, "session-lost")  # type: ignore[index]


# --- requests that this person did not mean ----------------------------------------------------


def test_a_form_without_the_sessions_token_is_refused_and_that_is_written_down(
    desk: Staffed,
) -> None:
    for token in ("", "0" * 64, desk.keeper.csrf, "é"):
        answer = desk.editor.client.post(
            "/desk/account",
            data={CSRF: token, "name": "Mallory", "email": "m@evil.example", "language": "en"},
        )
        assert answer.status_code == 403
    assert desk.editor.by.person.name == "Editor"
    assert refusals(desk) == 4


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "https://localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 302),
        ({"Origin": "https://puente.example"}, 302),
        ({"Sec-Fetch-Site": "same-origin"}, 302),
        ({}, 302),
    ],
)
def test_a_form_sent_from_another_site_is_refused(
    desk: Staffed, headers: dict[str, str], status: int
) -> None:
    data = {"name": "Ed", "email": "editor@puente.example", "language": "en"}
    answer = desk.editor.client.post(
        "/desk/account", data={CSRF: desk.editor.csrf, **data}, headers=headers
    )
    assert answer.status_code == status
    assert desk.editor.by.person.name == ("Ed" if status == 302 else "Editor")


def test_signing_somebody_in_from_another_site_is_refused_too(desk: Staffed) -> None:
    answer = desk.app.test_client().post(
        "/desk/sign-in",
        data={"email": "editor@puente.example", "password": "x"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert "another site" in answer.text


def test_somebody_elses_draft_is_not_there_and_the_try_is_written_down(desk: Staffed) -> None:
    draft = begin(desk.d, desk.contributor.by, "good-practice", body={})
    page = desk.other.get(f"/desk/drafts/{draft.id}")
    nowhere = desk.other.get(f"/desk/drafts/{VALUES['UUIDConverter']}")
    assert (page.status_code, nowhere.status_code) == (404, 404)
    assert page.text.replace(draft.id, "") == nowhere.text.replace(str(VALUES["UUIDConverter"]), "")
    assert refusals(desk) == 1


def test_a_stranger_cannot_fill_the_audit_trail_with_refusals(desk: Staffed) -> None:
    for _ in range(3):
        desk.app.test_client().post("/desk/account", headers={"Origin": "https://evil.example"})
    assert refusals(desk) == 0


def test_a_script_sends_the_token_as_a_header(desk: Staffed) -> None:
    data = {"name": "Ed", "email": "editor@puente.example", "language": "en"}
    client = desk.editor.client
    answer = client.post("/desk/account", data=data, headers={CSRF_HEADER: desk.editor.csrf})
    assert answer.status_code == 302


def test_a_form_of_no_session_does_not_count(desk: Staffed) -> None:
    assert token_for(desk.editor.token) != token_for(desk.keeper.token)
    assert token_for("") == ""
    client = desk.app.test_client()
    client.set_cookie(COOKIE, desk.editor.token, domain="localhost")
    answer = client.post("/desk/sign-out", data={CSRF: ""})
    assert answer.status_code == 403


def test_no_page_of_the_desk_is_kept_by_a_cache_or_framed(desk: Staffed) -> None:
    for address in ("/desk/", "/desk/account", "/desk/people", "/desk/nothing-here"):
        answer = desk.everything.get(address)
        if answer.status_code != 404:
            assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_only_pages_that_ask_for_passkeys_may_use_them(desk: Staffed) -> None:
    def allowed(address: str) -> bool:
        answer = desk.everything.client.get(address, base_url="http://localhost")
        return "publickey-credentials-get=(self)" in answer.headers["Permissions-Policy"]

    assert allowed("/desk/account/second")
    assert not any(allowed(address) for address in ("/", "/desk/", "/desk/account"))
