"""The guide of the first start, step by step, each of which may wait."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from node.editorial import setting_up
from node.editorial.choices import choices
from node.editorial.setting_up import DONE, OPEN, SKIPPED, STEPS
from node.errors import PermissionDeniedError
from node.exchange.paperkeys import to_paper
from tests.support.nodes import fixed_bytes, make_app, make_exchange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from node.exchange.context import Exchange
    from tests.support.staff import Staffed


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


@contextmanager
def served(x: Exchange) -> Iterator[str]:
    """Serve a partner's node over loopback; yields its address."""
    server = make_server("127.0.0.1", 0, make_app(x), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def states(desk: Staffed) -> dict[str, str]:
    return setting_up.look(desk.d, desk.everything.by).steps


def paper_of(name: str) -> str:
    """Return the recovery key of a test's node: the first bytes that its source gave."""
    return to_paper(fixed_bytes(name)(32))


def test_the_guide_shows_what_is_done_and_what_is_open(desk: Staffed) -> None:
    assert states(desk) == dict.fromkeys(STEPS, OPEN) | {"colleagues": DONE}
    page = desk.everything.get("/desk/setup").text
    assert "1 of 5 settled" in page
    assert page.count("Later") == 4


def test_a_step_can_wait_and_be_taken_up_again(desk: Staffed) -> None:
    desk.keeper.post("/desk/setup/skip", {"step": "partner"})
    assert states(desk)["partner"] == SKIPPED
    desk.keeper.post("/desk/setup/skip", {"step": "partner", "again": "1"})
    assert states(desk)["partner"] == OPEN
    assert desk.keeper.post("/desk/setup/skip", {"step": "nothing"}).status_code == 400


def test_the_guide_is_in_the_menu_until_it_is_finished(desk: Staffed) -> None:
    assert 'href="/desk/setup"' in desk.keeper.get("/desk/").text
    assert 'href="/desk/setup"' not in desk.editor.get("/desk/").text
    desk.keeper.post("/desk/setup/finish")
    assert 'href="/desk/setup"' not in desk.keeper.get("/desk/").text
    assert desk.keeper.get("/desk/setup").status_code == 200


def test_the_organisation_is_described_in_one_draft(desk: Staffed) -> None:
    first = desk.everything.post("/desk/setup/organisation").headers["Location"]
    again = desk.everything.post("/desk/setup/organisation").headers["Location"]
    assert first == again
    with desk.d.database.reading() as uow:
        (row,) = uow.drafts.many()
    assert first == f"/desk/drafts/{row.id}"
    assert row.body["name"] == {"en": "Puente"}
    assert row.body["countries"] == ["ES"]
    assert desk.everything.get(first).status_code == 200


def test_a_keeper_who_does_not_write_is_told_so(desk: Staffed) -> None:
    assert "You do not write records here" in desk.keeper.get("/desk/setup").text
    assert desk.keeper.post("/desk/setup/organisation").status_code == 403


def test_languages_are_chosen_from_those_offered(desk: Staffed) -> None:
    wrong = desk.keeper.post("/desk/setup/languages", {"languages": "xx"})
    assert wrong.status_code == 422
    assert desk.keeper.post("/desk/setup/languages").status_code == 422
    done = desk.keeper.post("/desk/setup/languages", {"languages": ["uk", "es"]})
    assert done.status_code == 302
    with desk.d.database.reading() as uow:
        assert choices(uow).languages == ("es", "uk")
    assert states(desk)["languages"] == DONE


# --- the paper key -----------------------------------------------------------------------------


def test_the_paper_key_is_rehearsed_and_shown_once_to_print(desk: Staffed) -> None:
    key = paper_of("Puente")
    sloppy = key.replace("O", "0").lower().replace(" ", "-")
    page = desk.keeper.post("/desk/setup/paper", {"key": sloppy})
    assert page.status_code == 200
    assert all(f"<code>{group}</code>" in page.text for group in key.split())
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert states(desk)["paper"] == DONE
    assert "2026" in desk.keeper.get("/desk/setup/paper").text


def test_nothing_of_the_paper_key_is_kept(desk: Staffed) -> None:
    key = paper_of("Puente")
    desk.keeper.post("/desk/setup/paper", {"key": key})
    home = desk.d.settings.home
    for path in home.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert key.encode() not in held
            assert "".join(key.split()).encode() not in held


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda key: paper_of("Somebody else"), "not this node&#39;s"),
        (lambda key: key[:-1], "not quite the key"),
        (lambda key: ("A" if key[0] != "A" else "B") + key[1:], "not quite the key"),
        (lambda key: "é" * 56, "not quite the key"),
        (lambda key: "", "not quite the key"),
    ],
)
def test_a_key_that_is_not_this_nodes_is_told_apart_from_a_slip(
    desk: Staffed, change: object, said: str
) -> None:
    assert callable(change)
    page = desk.keeper.post("/desk/setup/paper", {"key": change(paper_of("Puente"))})
    assert page.status_code == 422
    assert said in page.text
    assert states(desk)["paper"] == OPEN


# --- the first partner -------------------------------------------------------------------------


def test_a_partner_is_added_after_its_identity_was_compared(desk: Staffed, tmp_path: Path) -> None:
    other = make_exchange(tmp_path, "Gefyra", country="GR")
    with served(other) as url:
        page = desk.keeper.post("/desk/setup/partner", {"url": url})
        groups = " ".join(other.own_oid()[n : n + 4] for n in range(0, 52, 4))
        assert groups in page.text
        assert "Gefyra" in page.text
        assert states(desk)["partner"] == OPEN
        wrong = desk.keeper.post("/desk/setup/partner", {"url": url, "oid": "a" * 52})
        assert wrong.status_code == 422
        done = desk.keeper.post("/desk/setup/partner", {"url": url, "oid": other.own_oid()})
        assert done.headers["Location"] == "/desk/setup"
        again = desk.keeper.post("/desk/setup/partner", {"url": url, "oid": other.own_oid()})
        assert "partner already" in again.text
    with desk.d.database.reading() as uow:
        (peer,) = uow.peers.all()
        assert "partner added" in {row.what for row in uow.audit.newest(5) if row.who == "Keeper"}
    assert (peer.name, peer.oid) == ("Gefyra", other.own_oid())
    assert states(desk)["partner"] == DONE
    other.database.dispose()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no partner&#39;s node"),
        ("ftp://puente.example", "no partner&#39;s node"),
        ("http://user:secret@127.0.0.1:9", "no partner&#39;s node"),
        ("http://127.0.0.1:9", "No node answers"),
        ("http://[::1", "no partner&#39;s node"),
    ],
)
def test_an_address_without_a_node_is_told_and_kept(desk: Staffed, url: str, said: str) -> None:
    page = desk.keeper.post("/desk/setup/partner", {"url": url})
    assert page.status_code == 422
    assert said in page.text
    assert f'value="{url}"' in page.text


def test_what_answers_but_is_no_node_is_told(desk: Staffed, tmp_path: Path) -> None:
    other = make_exchange(tmp_path, "Gefyra")
    with served(other) as url:
        page = desk.keeper.post("/desk/setup/partner", {"url": f"{url}/elsewhere"})
    other.database.dispose()
    assert page.status_code == 422
    assert "no partner&#39;s node" in page.text


def test_only_a_keeper_sets_the_node_up(desk: Staffed) -> None:
    by = desk.editor.by
    for act in (
        lambda: setting_up.look(desk.d, by),
        lambda: setting_up.skip(desk.d, by, "paper"),
        lambda: setting_up.finish(desk.d, by),
        lambda: setting_up.choose_languages(desk.d, by, ["es"]),
        lambda: setting_up.rehearse(desk.d, by, paper_of("Puente")),
    ):
        with pytest.raises(PermissionDeniedError):
            act()
