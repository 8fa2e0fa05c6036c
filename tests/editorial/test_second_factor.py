"""The second factor: codes, recovery codes, who must have one, and proving who is there."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from node.editorial import challenges, passwords, seconds, sessions
from node.editorial.choices import Choices, choose
from node.editorial.passkeys import Site, site_of
from node.editorial.seconds import WrongCodeError
from node.editorial.throttling import TooFastError
from node.errors import ConflictError

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.clock import FixedClock
    from tests.support.staff import Staff, Staffed

GOOD = "wind lamp orchard seven"
HERE = "192.0.2.7"


def clock_of(desk: Staffed) -> FixedClock:
    return desk.d.clock  # type: ignore[return-value]


def code_of(desk: Staffed, seed: str, *, steps: int = 0) -> str:
    at = int(desk.d.now().timestamp()) + 30 * steps
    return TOTP(base64.b32decode(seed), 6, SHA1(), 30).generate(at).decode()


def set_up(desk: Staffed, who: Staff) -> tuple[str, list[str]]:
    """Give somebody a second factor and a password; return the seed and the recovery codes."""
    seed = seconds.new_seed()
    codes = seconds.confirm(desk.d, who.by, seed, code_of(desk, seed))
    number, kept = who.id, passwords.hashed(GOOD)
    with desk.d.database.writing() as uow:
        uow.people.change(number, password=kept)
    clock_of(desk).forward(minutes=5)
    return seed, codes


def half_way(desk: Staffed, who: Staff) -> FlaskClient:
    client = desk.app.test_client()
    answer = client.post(
        "/desk/sign-in",
        data={"email": who.by.person.email, "password": GOOD, "next": "/desk/account"},
    )
    assert answer.headers["Location"] == "/desk/second?next=/desk/account"
    assert client.get("/desk/account").headers["Location"].startswith("/desk/second")
    return client


def give(client: FlaskClient, code: str) -> int:
    page = client.get("/desk/second?next=/desk/account").text
    (csrf,) = set(re.findall(r'name="csrf" value="(\w+)"', page))
    answer = client.post("/desk/second", data={"csrf": csrf, "code": code, "next": "/desk/account"})
    return answer.status_code


def test_a_code_completes_the_sign_in_under_a_new_token(desk: Staffed) -> None:
    seed, _ = set_up(desk, desk.editor)
    client = half_way(desk, desk.editor)
    before = client.get_cookie("footbridge-session")
    assert give(client, "000000") == 403
    assert client.get("/desk/account").status_code == 302
    assert give(client, code_of(desk, seed)) == 302
    after = client.get_cookie("footbridge-session")
    assert client.get("/desk/account").status_code == 200
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert sessions.current(desk.d, before.value) is None


def test_a_code_counts_once(desk: Staffed) -> None:
    seed, _ = set_up(desk, desk.editor)
    code = code_of(desk, seed)
    assert give(half_way(desk, desk.editor), code) == 302
    assert give(half_way(desk, desk.editor), code) == 403
    clock_of(desk).forward(seconds=30)
    assert give(half_way(desk, desk.editor), code) == 403
    assert give(half_way(desk, desk.editor), code_of(desk, seed)) == 302


def test_the_code_that_switched_it_on_does_not_sign_in(desk: Staffed) -> None:
    seed = seconds.new_seed()
    code = code_of(desk, seed)
    seconds.confirm(desk.d, desk.editor.by, seed, code)
    with pytest.raises(WrongCodeError):
        seconds.give(desk.d, desk.editor.by, code, address=HERE)


@pytest.mark.parametrize(
    ("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_clocks_may_differ_by_one_step(desk: Staffed, *, steps: int, right: bool) -> None:
    seed, _ = set_up(desk, desk.editor)
    found = give(half_way(desk, desk.editor), code_of(desk, seed, steps=steps))
    assert found == (302 if right else 403)


def test_a_code_is_read_with_spaces_and_in_the_digits_of_a_script(desk: Staffed) -> None:
    seed, _ = set_up(desk, desk.editor)
    code = code_of(desk, seed)
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert give(half_way(desk, desk.editor), f" {arabic[:3]} {arabic[3:]} ") == 302


def test_each_recovery_code_counts_once_and_only_its_hash_is_kept(desk: Staffed) -> None:
    _, codes = set_up(desk, desk.editor)
    assert len(set(codes)) == 10
    assert not set(codes) & set(desk.editor.by.person.recovery_codes)
    assert give(half_way(desk, desk.editor), codes[3].upper().replace("-", " ")) == 302
    assert give(half_way(desk, desk.editor), codes[3]) == 403
    assert give(half_way(desk, desk.editor), codes[4]) == 302
    assert len(desk.editor.by.person.recovery_codes) == 8


def test_guessing_codes_is_throttled_whoever_guesses(desk: Staffed) -> None:
    seed, _ = set_up(desk, desk.editor)
    for number in range(5):
        with pytest.raises(WrongCodeError):
            seconds.give(desk.d, desk.editor.by, "000000", address=f"192.0.2.{number}")
    with pytest.raises(TooFastError):
        seconds.give(desk.d, desk.editor.by, code_of(desk, seed), address=HERE)


def test_half_a_sign_in_lasts_ten_minutes(desk: Staffed) -> None:
    seed, _ = set_up(desk, desk.editor)
    client = half_way(desk, desk.editor)
    clock_of(desk).forward(minutes=11)
    assert client.get("/desk/second").headers["Location"] == "/desk/sign-in"
    answer = client.post("/desk/second", data={"code": code_of(desk, seed)})
    assert answer.headers["Location"] == "/desk/sign-in"


def test_the_pages_set_it_up_with_a_picture_and_letters(desk: Staffed) -> None:
    page = desk.editor.get("/desk/account/second/codes").text
    assert "<svg" in page
    assert "style=" not in page
    (shown,) = re.findall(r"<code>([A-Z2-7 ]{39})</code>", page)
    seed = shown.replace(" ", "")
    wrong = desk.editor.post("/desk/account/second/codes", {"code": "123"})
    assert wrong.status_code == 422
    assert shown in wrong.text
    assert desk.editor.by.person.totp_seed is None
    done = desk.editor.post("/desk/account/second/codes", {"code": code_of(desk, seed)})
    assert len(re.findall(r"<code>[a-z2-7]{5}-[a-z2-7]{5}</code>", done.text)) == 10
    assert desk.editor.by.person.totp_seed == base64.b32decode(seed)
    again = desk.editor.get("/desk/account/second/codes")
    assert again.headers["Location"] == "/desk/account/second"
    assert seed not in str(desk.editor.by.session.data)


def test_a_second_factor_is_not_replaced_in_silence(desk: Staffed) -> None:
    set_up(desk, desk.editor)
    seed = seconds.new_seed()
    with pytest.raises(ConflictError):
        seconds.confirm(desk.d, desk.editor.by, seed, code_of(desk, seed))


def test_new_recovery_codes_end_the_old_ones(desk: Staffed) -> None:
    _, old = set_up(desk, desk.editor)
    page = desk.editor.post("/desk/account/second/recovery").text
    (new, *_) = re.findall(r"<code>([a-z2-7-]{11})</code>", page)
    assert give(half_way(desk, desk.editor), old[0]) == 403
    assert give(half_way(desk, desk.editor), new) == 302


# --- proof -------------------------------------------------------------------------------------


def test_taking_it_away_asks_who_is_there_and_goes_on_by_itself(desk: Staffed) -> None:
    set_up(desk, desk.editor)
    clock_of(desk).forward(minutes=20)
    client, csrf = desk.editor.client, desk.editor.csrf
    asked = client.post("/desk/account/second/remove", data={"csrf": csrf, "why": "lost & found"})
    assert asked.status_code == 403
    assert "Is it you?" in asked.text
    assert 'name="why" value="lost &amp; found"' in asked.text
    form = {"csrf": csrf, "proof-then": "/desk/account/second/remove", "why": "lost & found"}
    wrong = client.post("/desk/prove", data={**form, "proof": "not the password"})
    assert wrong.status_code == 422
    assert 'name="why" value="lost &amp; found"' in wrong.text
    assert desk.editor.by.person.totp_seed
    right = {**form, "proof": GOOD}
    on = client.post("/desk/prove", data=right)
    assert (on.status_code, on.headers["Location"]) == (307, "/desk/account/second/remove")
    # What a browser does on its own at 307: the same form once more, to the other address.
    done = client.post(on.headers["Location"], data=right, follow_redirects=True)
    assert "not asked for any more" in done.text
    assert desk.editor.by.person.totp_seed is None


@pytest.mark.parametrize(
    "then", ["https://evil.example/desk/", "//evil.example/desk/", "/api/1/records", "/desk\\x"]
)
def test_a_proof_sends_a_form_on_only_within_the_desk(desk: Staffed, then: str) -> None:
    set_up(desk, desk.editor)
    answer = desk.editor.post("/desk/prove", {"proof": GOOD, "proof-then": then, "next": then})
    assert answer.status_code == 302
    assert answer.headers["Location"] in {"/desk/", "/api/1/records"}


def test_a_page_that_needs_a_proof_is_opened_after_it(desk: Staffed) -> None:
    set_up(desk, desk.editor)
    clock_of(desk).forward(minutes=20)
    asked = desk.editor.get("/desk/account/second")
    assert asked.headers["Location"] == "/desk/prove?next=/desk/account/second"
    done = desk.editor.post("/desk/prove", {"proof": GOOD, "next": "/desk/account/second"})
    assert done.headers["Location"] == "/desk/account/second"
    assert desk.editor.get("/desk/account/second").status_code == 200


def test_guessing_the_password_at_a_proof_is_throttled(desk: Staffed) -> None:
    set_up(desk, desk.editor)
    for _ in range(5):
        desk.editor.post("/desk/prove", {"proof": "not the password"})
    answer = desk.editor.post("/desk/prove", {"proof": GOOD})
    assert answer.status_code == 422
    assert "too many attempts" in answer.text


# --- who must have one -------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["keeper", "editor", "everything"])
def test_keepers_and_editors_are_led_to_set_one_up_where_it_is_required(
    desk: Staffed, role: str
) -> None:
    who: Staff = getattr(desk, role)
    with desk.d.database.writing() as uow:
        choose(uow, Choices(second_factor_required=True))
    page = who.get("/desk/")
    assert page.headers["Location"] == "/desk/account/second?next=/desk/&owed=1"
    assert "Set up one of these" in who.get(page.headers["Location"]).text
    assert who.get("/desk/account").status_code == 200
    told = who.client.get("/desk/", headers={"Accept": "application/json"})
    assert told.status_code == 403
    set_up(desk, who)
    assert who.get("/desk/").status_code == 200
    assert desk.contributor.get("/desk/").status_code == 200
    assert "/desk/account/second/remove" not in who.get("/desk/account/second").text


def test_what_is_required_is_not_taken_away(desk: Staffed) -> None:
    set_up(desk, desk.editor)
    with desk.d.database.writing() as uow:
        choose(uow, Choices(second_factor_required=True))
    with pytest.raises(ConflictError):
        seconds.remove(desk.d, desk.editor.by)


def test_the_keeper_requires_it_on_the_page_of_people(desk: Staffed) -> None:
    desk.keeper.post("/desk/people/required", {"required": "1"})
    assert seconds.owed(desk.d, desk.editor.by)
    assert not seconds.owed(desk.d, desk.translator.by)


def test_who_has_lost_the_telephone_is_helped_by_the_keeper(desk: Staffed) -> None:
    set_up(desk, desk.editor)
    answer = desk.keeper.post(f"/desk/people/{desk.editor.id}/link", {"second": "1"})
    (token,) = re.findall(r"/desk/invitation/([\w-]{43})", answer.text)
    client = desk.app.test_client()
    client.post(f"/desk/invitation/{token}", data={"password": f"{GOOD} again"})
    assert client.get("/desk/account").status_code == 200


def test_a_new_password_alone_does_not_pass_the_second_factor(desk: Staffed) -> None:
    set_up(desk, desk.editor)
    answer = desk.keeper.post(f"/desk/people/{desk.editor.id}/link")
    (token,) = re.findall(r"/desk/invitation/([\w-]{43})", answer.text)
    client = desk.app.test_client()
    done = client.post(f"/desk/invitation/{token}", data={"password": f"{GOOD} again"})
    assert done.headers["Location"] == "/desk/second?next=/desk/"
    assert client.get("/desk/account").status_code == 302


# --- challenges of passkeys --------------------------------------------------------------------


def test_a_challenge_is_used_once_in_time_and_for_its_purpose(desk: Staffed) -> None:
    def spend(purpose: str, challenge: bytes) -> bool:
        with desk.d.database.writing() as uow:
            return challenges.spend(desk.d, uow, purpose, challenge)

    made = challenges.make(desk.d, "sign in")
    assert not spend("register", made)
    assert not spend("sign in", made[:-1] + bytes([made[-1] ^ 1]))
    assert not spend("sign in", b"")
    assert spend("sign in", made)
    assert not spend("sign in", made)
    late = challenges.make(desk.d, "sign in")
    clock_of(desk).forward(minutes=5, seconds=1)
    assert not spend("sign in", late)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"response": 1}', '{"response": {"clientDataJSON": "!"}}']
)
def test_what_is_no_answer_of_a_passkey_is_refused(desk: Staffed, answer: str) -> None:
    client = desk.app.test_client()
    assert client.post("/desk/sign-in/passkey", data={"answer": answer}).status_code == 403
    assert desk.editor.post("/desk/account/passkeys", {"answer": answer}).status_code == 302
    with desk.d.database.reading() as uow:
        assert uow.people.passkeys_of(desk.editor.by.person.id) == []


def test_who_asks_does_not_choose_the_address_that_passkeys_belong_to(desk: Staffed) -> None:
    ours = Site("puente.example", "https://puente.example")
    assert site_of(desk.d, "https://evil.example/") == ours
    assert site_of(desk.d, "http://localhost.evil.example/") == ours
    assert site_of(desk.d, "http://localhost:8101/") == Site("localhost", "http://localhost:8101")


@pytest.mark.parametrize(
    ("host", "origin", "possible"),
    [
        ("puente.example", "https://puente.example", True),
        ("puente.example", "http://puente.example", False),
        ("localhost", "http://localhost:8101", True),
        ("127.0.0.1", "https://127.0.0.1", False),
        ("::1", "https://[::1]", False),
    ],
)
def test_passkeys_are_offered_only_where_browsers_have_them(
    host: str, origin: str, *, possible: bool
) -> None:
    assert Site(host, origin).possible == possible
