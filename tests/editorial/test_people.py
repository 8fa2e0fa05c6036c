"""People: the first one, invitations, roles, leaving with a hand-over, coming back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from node.editorial import invitations, passwords, people, sessions, starting
from node.editorial.context import Editorial
from node.editorial.drafting import begin
from node.editorial.rights import CONTRIBUTOR, EDITOR, KEEPER, ROLES
from node.editorial.sessions import ProofNeededError
from node.errors import (
    BadInputError,
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
)
from tests.support.smtp import MailServer
from tests.support.staff import staffed
from tests.web.making import small_node

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.clock import FixedClock
    from tests.support.staff import Staffed

GOOD = "wind lamp orchard seven"
NEW = {"name": "Amina Haddad", "email": "amina@puente.example", "roles": "editor"}


def clock_of(desk: Staffed) -> FixedClock:
    return desk.d.clock  # type: ignore[return-value]


def invited(desk: Staffed, **values: Any) -> invitations.Invited:
    asked = {"name": "Amina", "email": "amina@puente.example", "roles": [EDITOR], **values}
    return invitations.invite(desk.d, desk.keeper.by, **asked)


def trail(desk: Staffed) -> list[str]:
    with desk.d.database.reading() as uow:
        return [row.what for row in uow.audit.newest(50)]


# --- the first person --------------------------------------------------------------------------


def test_a_new_node_asks_for_the_code_that_its_keeper_sees(tmp_path: Path) -> None:
    node = small_node(tmp_path)
    d = Editorial(node.x)
    assert node.get("/desk/").headers["Location"].startswith("/desk/sign-in")
    assert node.get("/desk/sign-in").headers["Location"] == "/desk/welcome"
    form = {"name": "Ana", "email": "ana@puente.example", "password": GOOD}
    refused = node.client.post("/desk/welcome", data={**form, "code": ""})
    assert refused.status_code == 422
    assert "not the code" in refused.text
    code = starting.setup_code(d)
    wrong = node.client.post("/desk/welcome", data={**form, "code": code[:-1]})
    assert wrong.status_code == 422
    assert not starting.has_people(d)
    typed = f" {code.upper().replace('-', ' ')} "
    done = node.client.post("/desk/welcome", data={**form, "code": typed})
    assert (done.status_code, done.headers["Location"]) == (302, "/desk/setup")
    with node.x.database.reading() as uow:
        (person,) = uow.people.all()
    assert set(person.roles) == set(ROLES) - {"funder"}
    with pytest.raises(ConflictError):
        starting.setup_code(d)
    assert not starting.is_setup_code(d, code)
    stranger = node.client.application.test_client()
    again = stranger.post("/desk/welcome", data={**form, "code": code})
    assert again.headers["Location"] == "/desk/sign-in"
    node.x.database.dispose()


def test_an_empty_code_opens_no_node(tmp_path: Path) -> None:
    node = small_node(tmp_path)
    assert not starting.is_setup_code(Editorial(node.x), "")
    node.x.database.dispose()


def test_there_is_one_first_person(desk: Staffed) -> None:
    with pytest.raises(ConflictError):
        starting.add_first(
            desk.d, name="Eve", email="eve@puente.example", password=GOOD, language="en"
        )


# --- invitations -------------------------------------------------------------------------------


def test_an_invitation_lets_one_person_in_once(desk: Staffed) -> None:
    page = desk.keeper.post("/desk/people/invite", NEW)
    (token,) = re.findall(r"https://puente\.example/desk/invitation/([\w-]{43})", page.text)
    client = desk.app.test_client()
    assert "Amina Haddad" in client.get(f"/desk/invitation/{token}").text
    weak = client.post(f"/desk/invitation/{token}", data={"name": "Amina", "password": "short"})
    assert weak.status_code == 422
    answer = client.post(f"/desk/invitation/{token}", data={"name": "Amina", "password": GOOD})
    assert answer.headers["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    with desk.d.database.reading() as uow:
        person = uow.people.by_email("AMINA@puente.example")
    assert person is not None
    assert (person.name, person.roles) == ("Amina", (EDITOR,))
    used = desk.app.test_client().get(f"/desk/invitation/{token}")
    assert used.status_code == 404
    assert "This link opens nothing any more" in used.text
    with pytest.raises(NotFoundError):
        invitations.accept(desk.d, token, GOOD)


def test_a_link_of_the_week_before_opens_nothing(desk: Staffed) -> None:
    made = invited(desk)
    clock_of(desk).forward(days=6, hours=23)
    assert invitations.invitation(desk.d, made.token)
    clock_of(desk).forward(hours=1)
    with pytest.raises(NotFoundError):
        invitations.accept(desk.d, made.token, GOOD)


def test_only_the_hash_of_a_link_is_kept(desk: Staffed) -> None:
    made = invited(desk)
    assert made.token.encode() not in made.row.token
    with pytest.raises(NotFoundError):
        invitations.invitation(desk.d, made.row.token.hex())


def test_a_second_invitation_to_an_address_ends_the_first(desk: Staffed) -> None:
    first, second = invited(desk), invited(desk, email="Amina@Puente.example")
    with pytest.raises(NotFoundError):
        invitations.invitation(desk.d, first.token)
    assert invitations.waiting(desk.d, desk.keeper.by) == [second.row]


def test_an_invitation_can_be_taken_back(desk: Staffed) -> None:
    made = invited(desk)
    desk.keeper.post("/desk/people/invitations", {"invitation": made.row.token.hex()})
    assert desk.app.test_client().get(f"/desk/invitation/{made.token}").status_code == 404
    again = desk.keeper.post("/desk/people/invitations", {"invitation": "no hex"})
    assert again.status_code == 302


def test_an_address_that_is_known_is_not_invited(desk: Staffed) -> None:
    answer = desk.keeper.post("/desk/people/invite", NEW | {"email": "EDITOR@puente.example"})
    assert answer.status_code == 422
    assert "is here already" in answer.text
    assert 'value="Amina Haddad"' in answer.text


@pytest.mark.parametrize(
    "email",
    [
        "amina",
        "amina@puente",
        "@puente.example",
        "a b@puente.example",
        "a@puente.example\nBcc: all@evil.example",
        "a@puente.example,b@evil.example",
        "<a@puente.example>",
        "x" * 250 + "@puente.example",
    ],
)
def test_what_is_no_address_is_refused(desk: Staffed, email: str) -> None:
    with pytest.raises(BadInputError):
        people.check_email(email)
    assert desk.keeper.post("/desk/people/invite", NEW | {"email": email}).status_code == 422


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "A\x00B", "A\x1b[2J", "gro.\u202eelpmaxe"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(BadInputError):
        people.check_name(name)


@pytest.mark.parametrize("name", ["Ana", "أمينة حدّاد", "می\u200cنا", "Δήμητρα", "O'Neill-Smith"])
def test_names_of_every_script_are_names(name: str) -> None:
    assert people.check_name(f"  {name} ") == name


@pytest.mark.parametrize("roles", [[], ["owner"], ["editor", "owner"]])
def test_only_roles_that_there_are_are_given(desk: Staffed, roles: list[str]) -> None:
    with pytest.raises(BadInputError):
        invited(desk, roles=roles)
    with pytest.raises(BadInputError):
        people.set_roles(desk.d, desk.keeper.by, desk.editor.id, roles)


# --- mail --------------------------------------------------------------------------------------


def test_an_invitation_goes_out_by_mail_where_a_server_is_set(tmp_path: Path) -> None:
    with MailServer(user="desk", password="secret words") as server:
        made = staffed(
            tmp_path,
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_user="desk",
            smtp_password="secret words",
            smtp_from="desk@puente.example",
            smtp_security="none",
        )
        page = made.keeper.post("/desk/people/invite", NEW)
        assert "It was sent to amina@puente.example" in page.text
        refused = made.keeper.post("/desk/people/999/link")
        assert refused.status_code == 404
        made.d.database.dispose()
    (mail,) = server.mails
    assert mail["To"] == "Amina Haddad <amina@puente.example>"
    assert mail["From"] == "Puente <desk@puente.example>"
    assert "Puente" in mail["Subject"]
    (link,) = re.findall(r"https://puente\.example/desk/invitation/[\w-]{43}", mail.get_content())
    assert link in page.text


@pytest.mark.parametrize("why", ["refuses", "password", "gone", "tls"])
def test_a_mail_that_fails_is_told_and_the_link_is_there(tmp_path: Path, why: str) -> None:
    refuses = frozenset({"amina"}) if why == "refuses" else frozenset()
    with MailServer(user="desk", password="right", refuses=refuses) as server:
        made = staffed(
            tmp_path,
            smtp_host="127.0.0.1",
            smtp_port=1 if why == "gone" else server.port,
            smtp_user="desk",
            smtp_password="wrong" if why == "password" else "right",
            smtp_from="desk@puente.example",
            smtp_security="starttls" if why == "tls" else "none",
        )
        page = made.keeper.post("/desk/people/invite", NEW)
        made.d.database.dispose()
    assert page.status_code == 200
    assert "could not be sent" in page.text
    assert "/desk/invitation/" in page.text
    assert server.mails == []


# --- roles, leaving ----------------------------------------------------------------------------


def test_a_role_that_was_taken_away_is_gone_at_once(desk: Staffed) -> None:
    desk.everything.post(f"/desk/people/{desk.keeper.id}/roles", {"roles": "contributor"})
    assert desk.keeper.by.person.roles == (CONTRIBUTOR,)
    assert desk.keeper.get("/desk/people").status_code == 403
    assert "roles changed" in trail(desk)


def test_a_node_always_keeps_a_keeper(desk: Staffed) -> None:
    people.set_roles(desk.d, desk.keeper.by, desk.everything.id, [EDITOR])
    own = desk.keeper.id
    answer = desk.keeper.post(f"/desk/people/{own}/roles", {"roles": "editor"})
    assert answer.status_code == 422
    assert "only keeper" in answer.text
    assert desk.keeper.post(f"/desk/people/{own}/leave").status_code == 422
    assert desk.keeper.by.person.roles == (KEEPER,)


@pytest.mark.parametrize("role", [r for r in ROLES if r != KEEPER])
def test_nobody_gives_themselves_a_role_by_a_request_made_by_hand(desk: Staffed, role: str) -> None:
    who = desk.roles[role]
    answer = who.post(f"/desk/people/{who.id}/roles", {"roles": "keeper"})
    assert answer.status_code == 403
    with pytest.raises(PermissionDeniedError):
        people.set_roles(desk.d, who.by, who.id, [KEEPER])
    posted = {"name": "X", "email": who.by.person.email, "language": "en", "roles": "keeper"}
    assert who.post("/desk/account", posted).status_code == 302
    assert who.by.person.roles == (role,)


def test_who_leaves_is_signed_out_and_their_drafts_go_to_an_heir(desk: Staffed) -> None:
    gone = desk.contributor.id
    draft = begin(desk.d, desk.contributor.by, "good-practice", body={"title": {"en": "Half"}})
    link = invitations.reset(desk.d, desk.keeper.by, gone)
    where = f"/desk/people/{gone}/leave"
    for heir in ("", "999", str(gone), str(desk.funder.id), "²"):
        assert desk.keeper.post(where, {"heir": heir}).status_code in {404, 422}
    assert desk.contributor.by.person.active
    done = desk.keeper.post(where, {"heir": str(desk.other.id)})
    assert done.status_code == 302
    assert sessions.current(desk.d, desk.contributor.token) is None
    with desk.d.database.reading() as uow:
        assert uow.drafts.require(draft.id).author == desk.other.id
        assert [n.what for n in uow.desk.notices(desk.other.by.person.id)] == ["handed-over"]
        assert not uow.people.require(gone).active
    with pytest.raises(NotFoundError):
        invitations.accept(desk.d, link.token, GOOD)
    with pytest.raises(ConflictError):
        invitations.reset(desk.d, desk.keeper.by, gone)
    with pytest.raises(ConflictError):
        people.deactivate(desk.d, desk.keeper.by, gone)


def test_who_comes_back_chooses_a_new_password(desk: Staffed) -> None:
    gone = desk.other.id
    people.deactivate(desk.d, desk.keeper.by, gone)
    page = desk.keeper.post(f"/desk/people/{gone}/back")
    (token,) = re.findall(r"/desk/invitation/([\w-]{43})", page.text)
    person = invitations.accept(desk.d, token, GOOD)
    assert person.active
    assert person.id == gone
    assert passwords.fits(person.password, GOOD)


def test_a_new_password_by_link_ends_every_session(desk: Staffed) -> None:
    made = invitations.reset(desk.d, desk.keeper.by, desk.editor.id)
    newer = invitations.reset(desk.d, desk.keeper.by, desk.editor.id)
    with pytest.raises(NotFoundError):
        invitations.accept(desk.d, made.token, GOOD)
    assert desk.editor.by
    invitations.accept(desk.d, newer.token, GOOD)
    assert sessions.current(desk.d, desk.editor.token) is None


@pytest.mark.parametrize("act", ["invite", "reset", "set_roles", "deactivate", "reactivate"])
def test_what_changes_rights_asks_who_is_there(desk: Staffed, act: str) -> None:
    clock_of(desk).forward(minutes=16)
    d, by, person = desk.d, desk.keeper.by, desk.editor.id
    acts = {
        "invite": lambda: invited(desk),
        "reset": lambda: invitations.reset(d, by, person),
        "set_roles": lambda: people.set_roles(d, by, person, [KEEPER]),
        "deactivate": lambda: people.deactivate(d, by, person),
        "reactivate": lambda: people.reactivate(d, by, person),
    }
    with pytest.raises(ProofNeededError):
        acts[act]()
    assert desk.editor.by.person.roles == (EDITOR,)


def test_the_list_says_who_is_here_and_how_they_sign_in(desk: Staffed) -> None:
    people.deactivate(desk.d, desk.keeper.by, desk.other.id)
    invited(desk, name="Amina Haddad")
    page = desk.keeper.get("/desk/people").text
    for words in ("Translator", "editor@puente.example", "password alone", "left", "Amina Haddad"):
        assert words in page
