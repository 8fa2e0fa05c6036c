"""Single sign-on: who gets in, who does not, and a provider or stranger who lies about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from node.config import load_settings
from node.editorial import invitations, seconds, sessions
from node.editorial.access_views import COOKIE
from node.editorial.people import deactivate, reviewers
from node.editorial.rights import CONTRIBUTOR, EDITOR
from node.errors import BadInputError, PeerMisbehavesError
from node.net.asking import Asking
from tests.editorial.test_second_factor import give, set_up
from tests.support.clock import START, FixedClock
from tests.support.provider import EC, NEXT, OKP, RSA, STRANGER, Provider, running
from tests.support.staff import Staffed, staffed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

WAY = "/desk/sign-in/elsewhere"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running(lambda: START) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, provider: Provider) -> Iterator[Staffed]:
    made = staffed(tmp_path, **provider.settings())
    provider.now = made.d.now
    yield made
    made.d.database.dispose()


def clock_of(desk: Staffed) -> FixedClock:
    return desk.d.clock  # type: ignore[return-value]


def begin(client: FlaskClient, **params: Any) -> dict[str, str]:
    """Go to the provider; return what it is asked."""
    answer = client.get(WAY, query_string=params)
    assert answer.status_code == 302, answer.text
    query = urlsplit(answer.headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def come_back(client: FlaskClient, address: str) -> TestResponse:
    parts = urlsplit(address)
    return client.get(parts.path, query_string=parts.query)


def sign_in(desk: Staffed, provider: Provider, **params: Any) -> tuple[FlaskClient, TestResponse]:
    client = desk.app.test_client()
    return client, come_back(client, provider.back(begin(client, **params)))


def who(desk: Staffed, client: FlaskClient) -> sessions.Signed | None:
    cookie = client.get_cookie(COOKIE)
    return sessions.current(desk.d, cookie.value) if cookie else None


def refused(desk: Staffed, client: FlaskClient, answer: TestResponse, words: str) -> bool:
    """Say whether somebody was refused with these words and has no session."""
    return answer.status_code == 403 and words in answer.text and who(desk, client) is None


def trail(desk: Staffed) -> list[str]:
    with desk.d.database.reading() as uow:
        return [row.what for row in uow.audit.newest(100)]


DOUBT = "could not be verified"


# --- who gets in -------------------------------------------------------------------------------


def test_a_person_is_known_by_a_verified_address_and_afterwards_by_the_providers_name(
    desk: Staffed, provider: Provider
) -> None:
    client, answer = sign_in(desk, provider, next="/desk/account")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/account")
    found = who(desk, client)
    assert found is not None
    assert (found.person.id, found.session.complete) == (desk.editor.id, True)
    assert "login linked" in trail(desk)
    provider.person |= {"email": "married@elsewhere.example", "email_verified": False}
    client, _ = sign_in(desk, provider)
    again = who(desk, client)
    assert again is not None
    assert again.person.id == desk.editor.id


@pytest.mark.parametrize(("alg", "signer"), [("ES256", EC), ("EdDSA", OKP), ("Ed25519", OKP)])
def test_tokens_on_curves_count_too(
    desk: Staffed, provider: Provider, alg: str, signer: Any
) -> None:
    provider.alg, provider.signer = alg, signer
    client, _ = sign_in(desk, provider)
    assert who(desk, client) is not None


def test_the_address_may_come_from_the_userinfo_of_the_same_person(
    desk: Staffed, provider: Provider
) -> None:
    provider.person = {"sub": "24400320"}
    client, _ = sign_in(desk, provider)
    assert who(desk, client) is not None
    provider.person = {"sub": "somebody else"}
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, DOUBT)


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(
    desk: Staffed, provider: Provider
) -> None:
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    client, _ = sign_in(desk, provider)
    assert who(desk, client) is not None


def test_somebody_invited_comes_in_once_with_the_roles_of_the_invitation(
    desk: Staffed, provider: Provider
) -> None:
    invitations.invite(desk.d, None, name="Noor", email="Noor@Puente.example", roles=[EDITOR])
    provider.person["email"] = "noor@puente.example"
    client, _ = sign_in(desk, provider)
    found = who(desk, client)
    assert found is not None
    assert (found.person.name, found.person.roles, found.person.password) == ("Noor", (EDITOR,), "")
    assert invitations.waiting(desk.d, None) == []
    with desk.d.database.reading() as uow:
        assert found.person.id in {person.id for person in reviewers(uow)}


def test_an_invitation_that_is_too_old_lets_nobody_in(desk: Staffed, provider: Provider) -> None:
    invitations.invite(desk.d, None, name="Noor", email="noor@puente.example", roles=[CONTRIBUTOR])
    clock_of(desk).forward(days=8)
    provider.person["email"] = "noor@puente.example"
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, "known or invited")


def test_nobody_is_made_in_silence(desk: Staffed, provider: Provider) -> None:
    with desk.d.database.reading() as uow:
        before = uow.people.count()
    provider.person["email"] = "stranger@puente.example"
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, "known or invited")
    with desk.d.database.reading() as uow:
        assert uow.people.count() == before
    assert "sign-in refused" in trail(desk)


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_an_address_that_the_provider_has_not_verified_is_nobodys(
    desk: Staffed, provider: Provider, said: Any
) -> None:
    provider.person["email_verified"] = said
    provider.document = {"userinfo_endpoint": None}
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, "has not verified your e-mail address")


def test_who_has_left_stays_out_linked_or_not(desk: Staffed, provider: Provider) -> None:
    sign_in(desk, provider)
    deactivate(desk.d, None, desk.editor.id)
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, "known or invited")
    provider.person["sub"] = "another"
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, "known or invited")


def test_an_address_given_to_somebody_else_does_not_open_the_account(
    desk: Staffed, provider: Provider
) -> None:
    sign_in(desk, provider)
    provider.person["sub"] = "the successor"
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, "another account at Porta")


def test_the_second_step_is_still_asked_for(desk: Staffed, provider: Provider) -> None:
    from tests.editorial.test_second_factor import code_of

    seed, _ = set_up(desk, desk.editor)
    client, answer = sign_in(desk, provider, next="/desk/account")
    assert answer.headers["Location"] == "/desk/second?next=/desk/account"
    assert client.get("/desk/account").status_code == 302
    assert seconds.DIGITS == 6
    assert give(client, code_of(desk, seed)) == 302
    assert client.get("/desk/account").status_code == 200


def test_a_grave_act_needs_a_proof_unless_the_provider_has_just_asked(
    desk: Staffed, provider: Provider
) -> None:
    provider.person["email"] = "keeper@puente.example"
    client, _ = sign_in(desk, provider)
    led = client.get("/desk/account/second").headers["Location"]
    assert led.startswith("/desk/prove")
    page = client.get(led).text
    assert "Show it at Porta instead" in page
    assert "again=1&amp;next=/desk/account/second" in page
    asked = begin(client, again=1, next="/desk/account/second")
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    provider.claims["auth_time"] = int(desk.d.now().timestamp()) - 16 * 60
    come_back(client, provider.back(asked))
    assert client.get("/desk/account/second").status_code == 302
    provider.claims["auth_time"] = int(desk.d.now().timestamp()) + 3600
    come_back(client, provider.back(begin(client, again=1)))
    assert client.get("/desk/account/second").status_code == 200
    clock_of(desk).forward(minutes=15)
    assert client.get("/desk/account/second").status_code == 302


# --- a stranger between ------------------------------------------------------------------------


def test_another_state_or_none_is_refused_before_the_provider_is_asked(
    desk: Staffed, provider: Provider
) -> None:
    for state in ("", "x", "é"):
        client = desk.app.test_client()
        answer = come_back(client, provider.back(begin(client), state=state))
        assert refused(desk, client, answer, "not begun in this browser")
    assert "/token" not in provider.requests


def test_an_answer_in_another_browser_is_refused(desk: Staffed, provider: Provider) -> None:
    address = provider.back(begin(desk.app.test_client()))
    victim = desk.app.test_client()
    assert refused(desk, victim, come_back(victim, address), "not begun in this browser")
    begin(victim)
    assert refused(desk, victim, come_back(victim, address), "not begun in this browser")


@pytest.mark.parametrize("kept", ["", "x", "é.é", "AAAA.AAAA", "." * 50])
def test_a_cookie_that_is_not_ours_is_refused(desk: Staffed, provider: Provider, kept: str) -> None:
    client = desk.app.test_client()
    address = provider.back(begin(client))
    client.set_cookie("footbridge-login", kept, domain="localhost")
    assert refused(desk, client, come_back(client, address), "not begun in this browser")


def test_an_answer_counts_once_and_for_ten_minutes(desk: Staffed, provider: Provider) -> None:
    client = desk.app.test_client()
    asked = begin(client)
    kept = client.get_cookie("footbridge-login")
    assert kept is not None
    assert kept.http_only
    assert kept.same_site == "Lax"
    address = provider.back(asked)
    assert come_back(client, address).status_code == 302
    other = desk.app.test_client()
    other.set_cookie("footbridge-login", kept.value, domain="localhost")
    assert refused(desk, other, come_back(other, provider.back(asked)), "used already")
    late = desk.app.test_client()
    asked = begin(late)
    clock_of(desk).forward(minutes=10, seconds=1)
    assert refused(desk, late, come_back(late, provider.back(asked)), "ten minutes")


def test_a_code_that_was_used_or_made_up_is_refused(desk: Staffed, provider: Provider) -> None:
    client = desk.app.test_client()
    address = provider.back(begin(client), code="made-up")
    assert refused(desk, client, come_back(client, address), "did not let you through")
    asked, thief = begin(desk.app.test_client()), desk.app.test_client()
    stolen = provider.allow(asked)
    own = provider.back(begin(thief), code=stolen)
    assert refused(desk, thief, come_back(thief, own), "did not let you through")


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/a\tb", "desk"],
)
def test_signing_in_leads_nowhere_else(desk: Staffed, provider: Provider, wanted: str) -> None:
    client = desk.app.test_client()
    address = provider.back(begin(client, next=wanted), next=wanted)
    assert come_back(client, address).headers["Location"] == "/desk/"


def test_the_code_goes_to_the_address_of_the_settings_whatever_the_request_says(
    desk: Staffed,
) -> None:
    answer = desk.app.test_client().get(WAY, base_url="http://evil.example")
    (back,) = parse_qs(urlsplit(answer.headers["Location"]).query)["redirect_uri"]
    assert back == f"https://puente.example{WAY}/back"


def test_an_answer_of_another_provider_is_refused(desk: Staffed, provider: Provider) -> None:
    client = desk.app.test_client()
    address = provider.back(begin(client), iss="https://evil.example")
    assert refused(desk, client, come_back(client, address), DOUBT)
    assert "/token" not in provider.requests
    come_back(client, provider.back(begin(client), iss=provider.url))
    assert who(desk, client) is not None


def test_a_provider_that_names_itself_in_answers_always_does(
    desk: Staffed, provider: Provider
) -> None:
    provider.document = {"authorization_response_iss_parameter_supported": True}
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, DOUBT)


def test_trying_answers_is_throttled(desk: Staffed, provider: Provider) -> None:
    statuses = set()
    for _ in range(31):
        client = desk.app.test_client()
        answer = come_back(client, provider.back(begin(client), code="made-up"))
        statuses.add(answer.status_code)
    assert statuses == {403, 429}
    assert "too many attempts" in answer.text


# --- tokens that lie ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": "somebody-else", "azp": "footbridge-puente"},
        {"aud": None},
        {"aud": ["footbridge-puente", "somebody-else"]},
        {"aud": ["footbridge-puente", "somebody-else"], "azp": "somebody-else"},
        {"azp": "somebody-else"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": int(START.timestamp()) - 61},
        {"exp": None},
        {"iat": int(START.timestamp()) + 120},
        {"iat": None},
        {"nbf": int(START.timestamp()) + 120},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"sub": "x" * 256},
        {"at_hash": "AAAA"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_is_refused(
    desk: Staffed, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, DOUBT)


def test_clocks_may_differ_by_a_minute_and_another_audience_may_listen(
    desk: Staffed, provider: Provider
) -> None:
    provider.claims = {
        "exp": int(START.timestamp()) - 30,
        "iat": int(START.timestamp()) + 30,
        "aud": ["somebody-else", "footbridge-puente"],
        "azp": "footbridge-puente",
    }
    client, _ = sign_in(desk, provider)
    assert who(desk, client) is not None


@pytest.mark.parametrize("trouble", ["none", "public key as secret"])
def test_a_token_without_a_signature_of_the_provider_is_refused(
    desk: Staffed, provider: Provider, trouble: str
) -> None:
    provider.trouble = trouble
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, DOUBT)


def test_a_key_of_the_same_name_that_is_not_the_providers_is_refused(
    desk: Staffed, provider: Provider
) -> None:
    provider.signer = STRANGER
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, DOUBT)


def test_an_algorithm_that_is_not_on_the_list_is_refused(desk: Staffed, provider: Provider) -> None:
    provider.alg = "RS512"
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, DOUBT)


def test_new_keys_are_fetched_when_one_is_named_and_once_a_minute_at_most(
    desk: Staffed, provider: Provider
) -> None:
    sign_in(desk, provider)
    provider.keys, provider.signer = [RSA, NEXT], NEXT
    clock_of(desk).forward(minutes=2)
    client, _ = sign_in(desk, provider)
    assert who(desk, client) is not None
    provider.signer, provider.keys = STRANGER, [EC]
    before = provider.requests.count("/keys")
    for _ in range(3):
        client, answer = sign_in(desk, provider)
        assert refused(desk, client, answer, DOUBT)
    assert provider.requests.count("/keys") == before
    clock_of(desk).forward(minutes=2)
    for _ in range(3):
        sign_in(desk, provider)
    assert provider.requests.count("/keys") == before + 1


# --- a provider in trouble ---------------------------------------------------------------------


def test_a_provider_that_is_down_leaves_the_password_and_is_not_asked_again_at_once(
    desk: Staffed, provider: Provider
) -> None:
    provider.trouble = "down"
    client = desk.app.test_client()
    answer = client.get(WAY)
    assert answer.status_code == 502
    assert "Porta does not answer" in answer.text
    assert 'autocomplete="current-password"' in answer.text
    asked = len(provider.requests)
    client.get(WAY)
    assert len(provider.requests) == asked
    provider.trouble = ""
    clock_of(desk).forward(minutes=1)
    assert client.get(WAY).status_code == 302


@pytest.mark.parametrize("trouble", ["endless", "page"])
def test_nonsense_in_place_of_a_token_is_refused(
    desk: Staffed, provider: Provider, trouble: str
) -> None:
    provider.trouble = trouble
    client, answer = sign_in(desk, provider)
    assert refused(desk, client, answer, "does not answer")


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://evil.example/"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"jwks_uri": "http://192.168.0.1/keys"},
        {"jwks_uri": "https://user@evil.example/keys"},
        {"jwks_uri": ["https://evil.example"]},
    ],
    ids=str,
)
def test_a_document_that_leads_astray_is_not_followed(
    desk: Staffed, provider: Provider, document: dict[str, Any]
) -> None:
    provider.document = document
    answer = desk.app.test_client().get(WAY)
    assert (answer.status_code, "does not answer as it should" in answer.text) == (502, True)


def test_private_addresses_are_those_of_the_host_that_the_keeper_has_named() -> None:
    inside = [(2, 1, 6, "", ("10.0.0.7", 443))]
    ask = Asking("porta.example", private_ok=True, resolver=lambda *_a, **_b: inside)
    with pytest.raises(PeerMisbehavesError, match="private network"):
        ask("https://elsewhere.example/keys")
    closed = Asking("porta.example", resolver=lambda *_a, **_b: inside)
    with pytest.raises(PeerMisbehavesError, match="private network"):
        closed("https://porta.example/keys")
    assert not closed.allows("http://127.0.0.1/")
    assert ask.allows("http://127.0.0.1/")
    assert not ask.allows("http://10.0.0.7/")


def test_going_back_at_the_provider_is_no_fault_of_anybody(
    desk: Staffed, provider: Provider
) -> None:
    client = desk.app.test_client()
    address = provider.back(begin(client), code=None, error="access_denied")
    assert refused(desk, client, come_back(client, address), "You did not go on at Porta")
    address = provider.back(begin(client), code=None, error="<script>")
    assert refused(desk, client, come_back(client, address), "did not let you through")


# --- pages and settings ------------------------------------------------------------------------


def test_a_login_is_seen_by_the_keeper_and_unlinked_by_its_person(
    desk: Staffed, provider: Provider
) -> None:
    assert "linked with Porta" not in desk.keeper.get("/desk/people").text
    sign_in(desk, provider)
    assert "linked with Porta" in desk.keeper.get("/desk/people").text
    one = desk.keeper.get(f"/desk/people/{desk.editor.id}").text
    assert "linked with Porta as editor@puente.example" in one
    page = desk.editor.get("/desk/account").text
    assert "You sign in with it as editor@puente.example" in page
    desk.editor.post("/desk/account/login/unlink")
    assert "/desk/account/login/unlink" not in desk.editor.get("/desk/account").text
    assert "login unlinked" in trail(desk)


def test_without_a_provider_nothing_is_shown_and_nothing_opens(tmp_path: Path) -> None:
    made = staffed(tmp_path)
    client = made.app.test_client()
    assert WAY not in client.get("/desk/sign-in").text
    assert client.get(WAY).status_code == 404
    assert client.get(f"{WAY}/back").status_code == 404
    assert "login/unlink" not in made.editor.get("/desk/account").text
    made.d.database.dispose()


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"oidc_issuer": "http://porta.example", "oidc_client_id": "x"}, "oidc_issuer"),
        ({"oidc_issuer": "porta.example", "oidc_client_id": "x"}, "oidc_issuer"),
        ({"oidc_issuer": "https://porta.example"}, "oidc_client_id"),
    ],
)
def test_settings_that_cannot_work_stop_the_start(
    tmp_path: Path, more: dict[str, Any], wrong: str
) -> None:
    (tmp_path / "settings.toml").write_text(
        'name = "Puente"\ncountry = "ES"\nurl = "https://puente.example"\n'
    )
    with pytest.raises(BadInputError, match=wrong):
        load_settings(tmp_path, **more)
