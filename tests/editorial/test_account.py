"""One's own account: who one is, the password, and where one is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from node.editorial import account, agents, passwords, sessions
from node.editorial.sessions import ProofNeededError
from tests.editorial.test_signing_in import GOOD, clock_of, let_in

if TYPE_CHECKING:
    from tests.support.staff import Staff, Staffed

OWN = {"name": "Editor", "email": "editor@puente.example", "language": "en"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def again(desk: Staffed, who: Staff, agent: str = FIREFOX) -> str:
    """Sign somebody in once more, elsewhere; return the token."""
    person = who.by.person
    with desk.d.database.writing() as uow:
        return sessions.open_session(desk.d, uow, person, agent=agent)


def test_name_and_language_are_changed_and_the_page_follows(desk: Staffed) -> None:
    answer = desk.editor.post("/desk/account", OWN | {"name": " Eleni  P. ", "language": "el"})
    assert answer.headers["Location"] == "/desk/account?lang=el"
    assert (desk.editor.by.person.name, desk.editor.by.person.language) == ("Eleni P.", "el")
    assert '<html lang="el"' in desk.editor.get("/desk/account?lang=el").text


def test_what_is_wrong_is_told_beside_what_was_typed(desk: Staffed) -> None:
    wrong = {"name": "", "email": "no address", "language": "xx"}
    page = desk.editor.post("/desk/account", wrong)
    assert page.status_code == 422
    assert 'value="no address"' in page.text
    assert page.text.count('class="fault"') == 2
    taken = desk.editor.post("/desk/account", OWN | {"email": "KEEPER@puente.example"})
    assert taken.status_code == 422
    assert "Somebody else has this address" in taken.text
    assert desk.editor.by.person.email == OWN["email"]


def test_a_new_address_needs_a_proof_and_a_new_name_none(desk: Staffed) -> None:
    clock_of(desk).forward(minutes=20)
    by = desk.editor.by
    account.change(desk.d, by, **OWN | {"name": "Eleni"})
    with pytest.raises(ProofNeededError):
        account.change(desk.d, by, **OWN | {"email": "eleni@puente.example"})


def test_a_new_password_needs_the_old_one_and_ends_all_other_sessions(desk: Staffed) -> None:
    let_in(desk.editor)
    other = again(desk, desk.editor)
    new = "five quiet boats tomorrow"
    wrong = desk.editor.post("/desk/account/password", {"old": "x", "password": new})
    assert (wrong.status_code, "This is not your password" in wrong.text) == (422, True)
    weak = desk.editor.post("/desk/account/password", {"old": GOOD, "password": "editor editor"})
    assert (weak.status_code, "at least 12 characters" in weak.text) == (422, True)
    assert sessions.current(desk.d, other)
    assert desk.editor.post(
        "/desk/account/password", {"old": GOOD, "password": new}
    ).status_code == (302)
    assert sessions.current(desk.d, other) is None
    assert passwords.fits(desk.editor.by.person.password, new)


def test_guessing_the_old_password_is_throttled(desk: Staffed) -> None:
    let_in(desk.editor)
    form = {"old": "x", "password": "five quiet boats tomorrow"}
    for _ in range(5):
        desk.editor.post("/desk/account/password", form)
    page = desk.editor.post("/desk/account/password", form | {"old": GOOD})
    assert "too many attempts" in page.text


def test_sessions_are_listed_in_words_and_ended_one_by_one(desk: Staffed) -> None:
    clock_of(desk).forward(minutes=10)
    first, second = again(desk, desk.editor), again(desk, desk.editor, "curl/8")
    page = desk.editor.get("/desk/account").text
    assert "Firefox on Linux" in page
    assert "does not say what it is" in page
    lines = account.own_sessions(desk.d, desk.editor.by)
    assert [line.here for line in lines] == [True, False, False]
    (name,) = (line.name for line in lines if line.row.agent == FIREFOX)
    desk.editor.post("/desk/account/sessions", {"session": name})
    assert sessions.current(desk.d, first) is None
    assert sessions.current(desk.d, second)
    desk.editor.post("/desk/account/sessions")
    assert sessions.current(desk.d, second) is None
    assert desk.editor.by


def test_somebody_elses_session_is_not_ended(desk: Staffed) -> None:
    (line,) = account.own_sessions(desk.d, desk.keeper.by)
    desk.editor.post("/desk/account/sessions", {"session": line.name})
    assert sessions.current(desk.d, desk.keeper.token)


def test_what_opens_a_session_is_not_on_the_page(desk: Staffed) -> None:
    token = again(desk, desk.editor)
    page = desk.editor.get("/desk/account").text
    assert token not in page
    assert sessions.token_hash(token).hex() not in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
            ),
            ("Edge", "Windows"),
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
            ),
            ("Safari", "iPhone"),
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/140.0.0.0 Mobile Safari/537.36"
            ),
            ("Chrome", "Android"),
        ),
        ("", ("", "")),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, words: tuple[str, str]) -> None:
    assert agents.in_words(agent) == words
