"""Signing in: passwords, throttling, sessions, and what a stranger can learn or do."""

from __future__ import annotations

import re
import threading
import time
from statistics import median
from typing import TYPE_CHECKING

import pytest

from node.editorial import passwords, sessions, throttling
from node.editorial.access_views import COOKIE, is_own_path
from node.editorial.passwords import WeakPasswordError, check_strength
from node.editorial.sessions import SignInRefusedError
from node.editorial.throttling import TooFastError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from tests.support.clock import FixedClock
    from tests.support.staff import Staff, Staffed

GOOD = "wind lamp orchard seven"
HERE = "192.0.2.7"


def let_in(who: Staff, password: str = GOOD) -> str:
    """Give somebody a password that fits; return their address."""
    number, kept = who.id, passwords.hashed(password)
    with who.d.database.writing() as uow:
        return uow.people.change(number, password=kept).email


def sign_in(desk: Staffed, email: str, password: str = GOOD, address: str = HERE) -> str:
    return sessions.sign_in(desk.d, email, password, address=address, agent="a test")


def clock_of(desk: Staffed) -> FixedClock:
    return desk.d.clock  # type: ignore[return-value]


# --- passwords ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "12 are needed"),
        ("aaaaaaaaaaaaaaaa", "pattern"),
        ("abcabcabcabcabc", "pattern"),
        ("qwertyuiop12345", "pattern"),
        ("maria.puente1234", "made of the name"),
        ("Footbridge Password", "made of the name"),
        ("x y" * 100, "at most"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str, why: str) -> None:
    with pytest.raises(WeakPasswordError, match=why):
        check_strength(password, about=("Maria", "maria@puente.example", "Puente"))


@pytest.mark.parametrize("password", [GOOD, "κλειδί πόρτα θάλασσα", "قارب نافذة ليمون جسر"])
def test_words_in_any_script_are_a_good_password(password: str) -> None:
    check_strength(password, about=("Maria", "maria@puente.example"))
    assert passwords.fits(passwords.hashed(password), password)


def test_an_accent_is_the_same_letter_from_every_keyboard() -> None:
    kept = passwords.hashed("caf\u00e9 bridge lantern")
    assert passwords.fits(kept, "cafe\u0301 bridge lantern")
    assert not passwords.fits(kept, "cafe bridge lantern")


def test_a_very_long_text_is_no_password_and_takes_no_longer() -> None:
    kept = passwords.hashed(GOOD)
    assert not passwords.fits(kept, GOOD + "x" * 10_000_000)


def test_a_damaged_hash_fits_nothing() -> None:
    assert not passwords.fits("$argon2id$nonsense", GOOD)
    assert not passwords.fits("", "")


def test_at_most_two_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most, guard = [0], [0], threading.Lock()

    class Slow:
        def hash(self, password: str) -> str:
            with guard:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.03)
            with guard:
                now[0] -= 1
            return password

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.hashed, args=(GOOD,)) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2


def test_a_hash_of_weaker_parameters_is_renewed_at_the_sign_in(desk: Staffed) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    with desk.d.database.writing() as uow:
        email = uow.people.change(desk.editor.id, password=weak).email
    sign_in(desk, email)
    with desk.d.database.reading() as uow:
        kept = uow.people.require(desk.editor.id).password
    assert kept != weak
    assert not passwords.outdated(kept)


# --- who is there ------------------------------------------------------------------------------


def test_an_unknown_address_takes_as_long_as_a_wrong_password(desk: Staffed) -> None:
    known = let_in(desk.editor)

    def times(email: str) -> float:
        taken = []
        for attempt in range(5):
            start = time.perf_counter()
            with pytest.raises(SignInRefusedError):
                sign_in(desk, email, "not the password", f"192.0.2.{attempt}")
            taken.append(time.perf_counter() - start)
        return median(taken)

    wrong, unknown = times(known), times("nobody@puente.example")
    assert 0.4 < unknown / wrong < 2.5


def test_what_is_said_does_not_tell_whether_an_address_is_known(desk: Staffed) -> None:
    let_in(desk.editor)
    said = []
    for email in ("editor@puente.example", "nobody@puente.example"):
        client = desk.app.test_client()
        answer = client.post("/desk/sign-in", data={"email": email, "password": "x" * 14})
        assert answer.status_code == 403
        said.append(re.sub(r'data-options="[^"]*"', "", answer.text.replace(email, "")))
    assert said[0] == said[1]


def test_who_has_left_does_not_get_in(desk: Staffed) -> None:
    email = let_in(desk.editor)
    with desk.d.database.writing() as uow:
        uow.people.change(desk.editor.id, deactivated=desk.d.now())
    with pytest.raises(SignInRefusedError):
        sign_in(desk, email)


def test_who_has_no_password_yet_does_not_get_in_with_an_empty_one(desk: Staffed) -> None:
    with desk.d.database.writing() as uow:
        email = uow.people.change(desk.editor.id, password="").email
    with pytest.raises(SignInRefusedError):
        sign_in(desk, email, "")


# --- throttling --------------------------------------------------------------------------------


def fail(desk: Staffed, email: str, times: int, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefusedError):
            sign_in(desk, email, "not the password", address)


def test_after_five_failures_each_one_doubles_the_wait(desk: Staffed) -> None:
    email = let_in(desk.editor)
    fail(desk, email, 5)
    for seconds in (2, 4, 8):
        with pytest.raises(TooFastError):
            sign_in(desk, email)
        clock_of(desk).forward(seconds=seconds + 1)
        fail(desk, email, 1)
    with pytest.raises(TooFastError) as caught:
        sign_in(desk, email)
    assert 15 <= caught.value.seconds <= 17


def test_nobody_is_locked_out_for_longer_than_a_quarter_of_an_hour(desk: Staffed) -> None:
    email = let_in(desk.editor)
    waits = []
    for _ in range(25):
        try:
            sign_in(desk, email, "not the password")
        except TooFastError as wait:
            waits.append(wait.seconds)
            clock_of(desk).forward(seconds=wait.seconds)
        except SignInRefusedError:
            pass
    assert max(waits) == 15 * 60 + 1
    clock_of(desk).forward(minutes=15, seconds=1)
    assert sign_in(desk, email)


def test_one_password_tried_on_many_accounts_is_throttled_by_address(desk: Staffed) -> None:
    for number in range(30):
        fail(desk, f"person{number}@puente.example", 1)
    email = let_in(desk.editor)
    with pytest.raises(TooFastError):
        sign_in(desk, email)
    assert sign_in(desk, email, address="192.0.2.8")


def test_an_office_that_signs_in_often_is_not_throttled(desk: Staffed) -> None:
    email = let_in(desk.editor)
    for _ in range(40):
        sign_in(desk, email)


def test_a_burst_of_guesses_made_at_once_is_held_back_too(
    desk: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    email, looked_at = let_in(desk.editor), []

    def slow(kept: str, password: str) -> bool:
        looked_at.append(password)
        time.sleep(0.05)
        return False

    monkeypatch.setattr(passwords, "fits", slow)

    def guess(number: int) -> None:
        sign_in(desk, email, f"guess number {number}", f"192.0.2.{number}")

    with ThreadPoolExecutor(20) as pool:
        done: list[Future[None]] = [pool.submit(guess, number) for number in range(20)]
    errors = [future.exception() for future in done]
    assert all(isinstance(error, (SignInRefusedError, TooFastError)) for error in errors)
    assert len(looked_at) == 5


def test_failures_are_forgotten_after_a_sign_in_and_after_an_hour(desk: Staffed) -> None:
    email = let_in(desk.editor)
    fail(desk, email, 4)
    sign_in(desk, email)
    fail(desk, email, 4)
    clock_of(desk).forward(minutes=61)
    fail(desk, email, 4)
    sign_in(desk, email)


def test_what_is_counted_names_nobody_and_goes_away(desk: Staffed) -> None:
    fail(desk, "nobody@puente.example", 1)
    keys = throttling.counted("nobody@puente.example", HERE)
    with desk.d.database.reading() as uow:
        assert all(uow.sessions.throttle(each.key) for each in keys)
    assert not any("nobody" in each.key or HERE in each.key for each in keys)
    clock_of(desk).forward(hours=2)
    sign_in(desk, let_in(desk.editor))
    with desk.d.database.reading() as uow:
        assert not uow.sessions.throttle(keys[0].key)


def test_the_page_says_how_long_to_wait(desk: Staffed) -> None:
    fail(desk, "nobody@puente.example", 5, "127.0.0.1")
    answer = desk.app.test_client().post(
        "/desk/sign-in", data={"email": "nobody@puente.example", "password": "x"}
    )
    assert answer.status_code == 429
    assert "Try again in 3 seconds" in answer.text


# --- sessions ----------------------------------------------------------------------------------


def test_a_session_ends_after_two_weeks_without_use(desk: Staffed) -> None:
    token = desk.editor.token
    clock_of(desk).forward(days=13)
    assert sessions.current(desk.d, token)
    clock_of(desk).forward(days=13)
    assert sessions.current(desk.d, token)
    clock_of(desk).forward(days=14)
    assert sessions.current(desk.d, token) is None


def test_a_session_ends_after_two_months_however_it_is_used(desk: Staffed) -> None:
    for _ in range(6):
        assert sessions.current(desk.d, desk.editor.token)
        clock_of(desk).forward(days=10)
    clock_of(desk).forward(minutes=1)
    assert sessions.current(desk.d, desk.editor.token) is None


def test_reading_pages_writes_the_time_at_most_every_five_minutes(desk: Staffed) -> None:
    first = desk.editor.by.session.seen
    clock_of(desk).forward(minutes=4)
    assert desk.editor.by.session.seen == first
    clock_of(desk).forward(minutes=2)
    assert desk.editor.by.session.seen == clock_of(desk).now()


def test_only_the_hash_of_a_token_is_kept(desk: Staffed) -> None:
    with desk.d.database.reading() as uow:
        (row,) = uow.sessions.of(desk.editor.id)
    assert desk.editor.token.encode() not in row.token
    assert sessions.current(desk.d, row.token.hex()) is None


def test_signing_out_ends_the_session_and_clears_the_browser(desk: Staffed) -> None:
    client = desk.editor.client
    answer = client.post("/desk/sign-out", data={"csrf": desk.editor.csrf})
    assert answer.status_code == 302
    assert f"{COOKIE}=;" in answer.headers["Set-Cookie"]
    assert sessions.current(desk.d, desk.editor.token) is None


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [("http://localhost", COOKIE, False), ("https://puente.example", f"__Host-{COOKIE}", True)],
)
def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    desk: Staffed, base: str, name: str, secure: bool
) -> None:
    email = let_in(desk.editor)
    answer = desk.app.test_client().post(
        "/desk/sign-in", base_url=base, data={"email": email, "password": GOOD}
    )
    (cookie,) = (c for c in answer.headers.getlist("Set-Cookie") if COOKIE in c)
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert cookie.startswith(f"{name}=")
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)
    assert "secure" in parts or not secure
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_first_page_after_signing_in_is_in_the_persons_language(desk: Staffed) -> None:
    email = let_in(desk.editor)
    with desk.d.database.writing() as uow:
        uow.people.change(desk.editor.id, language="el")
    client = desk.app.test_client()
    client.post("/desk/sign-in", data={"email": email, "password": GOOD})
    assert '<html lang="el"' in client.get("/desk/").text


# --- next --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/desk\\..\\evil",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "desk/",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(desk: Staffed, address: str) -> None:
    assert not is_own_path(address)
    email = let_in(desk.editor)
    answer = desk.app.test_client().post(
        "/desk/sign-in", data={"email": email, "password": GOOD, "next": address}
    )
    assert answer.headers["Location"] == "/desk/"


def test_signing_in_goes_on_where_one_was(desk: Staffed) -> None:
    email, client = let_in(desk.editor), desk.app.test_client()
    page = client.get("/desk/account?x=1")
    assert page.headers["Location"].startswith("/desk/sign-in?next=/desk/account?x%3D1")
    form = client.get(page.headers["Location"]).text
    assert 'name="next" value="/desk/account?x=1"' in form
    answer = client.post(
        "/desk/sign-in", data={"email": email, "password": GOOD, "next": "/desk/account?x=1"}
    )
    assert answer.headers["Location"] == "/desk/account?x=1"


def test_behind_a_proxy_one_guesser_does_not_make_everybody_wait(desk: Staffed) -> None:
    email = let_in(desk.editor)

    def attempt(address: str, password: str, number: int = 0) -> int:
        answer = desk.app.test_client().post(
            "/desk/sign-in",
            data={"email": email if password == GOOD else f"n{number}@x.example"}
            | {"password": password},
            headers={"X-Forwarded-For": address, "X-Forwarded-Proto": "https"},
        )
        return answer.status_code

    for number in range(30):
        attempt("192.0.2.7", "not the password", number)
    assert attempt("192.0.2.7", GOOD) == 429
    assert attempt("192.0.2.8", GOOD) == 302
