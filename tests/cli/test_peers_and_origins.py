from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from node.app import create_app
from node.core.epochs import group_oid
from node.exchange.publishing import publish
from node.home import Node, open_home
from node.operations.setup import initialise
from tests.cli.conftest import Run
from tests.support.nodes import practice


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[tuple[str, Node]]:
    """Give another node with one record, served on a free loopback port."""
    initialise(tmp_path / "partner", name="Broen", country="DK", url="http://127.0.0.1:1")
    node = open_home(tmp_path / "partner")
    publish(node.exchange, [practice("Family mentoring")])
    server = make_server("127.0.0.1", 0, create_app(node), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", node
    server.shutdown()
    thread.join()
    server.server_close()
    node.close()


class WebPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>A web page</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def web_page() -> Iterator[str]:
    """Give the address of a server that is no node."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), WebPage)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_partner_is_added_fetched_from_and_its_record_found(
    made: Run, partner: tuple[str, Node]
) -> None:
    url, node = partner
    oid = node.exchange.own_oid()
    added = made("peer", "add", url)
    assert added.exit_code == 0, added.output
    assert group_oid(oid) in added.stdout
    synced = made("sync")
    assert synced.exit_code == 0, synced.output
    found = json.loads(made("search", "mentoring", "--json").stdout)
    assert [item["origin"] for item in found["items"]] == [oid]
    listed = made("peer", "list")
    assert "Broen" in listed.stdout
    assert "complete as of 2" in listed.stdout
    shown = json.loads(made("peer", "show", "Broen", "--json").stdout)
    assert shown["oid"] == oid
    assert shown["rounds"][0]["outcome"] == "complete"
    assert json.loads(made("--json", "verify").stdout)["sound"]


def test_an_oid_that_does_not_fit_adds_nothing(made: Run, partner: tuple[str, Node]) -> None:
    done = made("peer", "add", partner[0], "--oid", "a" * 52)
    assert done.exit_code == 1
    assert "another oid" in done.stderr
    assert json.loads(made("--json", "peer", "list").stdout) == []


def test_an_oid_may_be_given_in_groups_as_it_was_read_out(
    made: Run, partner: tuple[str, Node]
) -> None:
    spoken = group_oid(partner[1].exchange.own_oid()).upper()
    assert made("peer", "add", partner[0], "--oid", spoken).exit_code == 0


def test_a_web_page_is_not_a_node(made: Run, web_page: str) -> None:
    done = made("peer", "add", web_page)
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert "web page" in done.stderr or "HTML" in done.stderr


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "http://a:99999", "no address"])
def test_what_is_no_address_is_refused_in_words(made: Run, url: str) -> None:
    done = made("peer", "add", url)
    assert done.exit_code == 1
    assert done.stderr.strip().startswith((url, repr(url)))


def test_nobody_there_is_said_plainly(made: Run) -> None:
    done = made("peer", "add", "http://127.0.0.1:9")
    assert done.exit_code == 1
    assert "nothing listens there" in done.stderr


def test_pause_resume_block_and_remove_are_said_and_kept(
    made: Run, partner: tuple[str, Node]
) -> None:
    made("peer", "add", partner[0])
    made("sync")
    states = []
    for act in ("pause", "resume", "block"):
        assert made("peer", act, "Broen").exit_code == 0
        states.append(json.loads(made("--json", "peer", "list").stdout)[0]["state"])
    assert states == ["paused", "active", "blocked"]
    assert json.loads(made("search", "mentoring", "--json").stdout)["total"] == 0
    oid = partner[1].exchange.own_oid()
    assert made("origin", "unblock", group_oid(oid)).exit_code == 0
    assert json.loads(made("search", "mentoring", "--json").stdout)["total"] == 1
    assert made("peer", "remove", "Broen").exit_code == 0
    assert json.loads(made("--json", "peer", "list").stdout) == []
    assert json.loads(made("search", "mentoring", "--json").stdout)["total"] == 1


def test_a_failed_round_ends_with_one_and_keeps_what_was_fetched(
    made: Run, partner: tuple[str, Node], home: Path
) -> None:
    made("peer", "add", partner[0])
    made("sync")
    node = open_home(home)
    with node.database.writing() as uow:
        (peer,) = uow.peers.all()
        uow.peers.save(replace(peer, url="http://127.0.0.1:9"))
    node.close()
    done = made("sync")
    assert done.exit_code == 1
    assert "Nothing is lost" in done.stdout
    assert json.loads(made("search", "mentoring", "--json").stdout)["total"] == 1


def test_only_active_partners_are_fetched_from_and_a_blocked_one_never(
    made: Run, partner: tuple[str, Node]
) -> None:
    assert "peer add" in made("sync").stderr
    made("peer", "add", partner[0])
    made("peer", "pause", "Broen")
    nothing = made("sync")
    assert nothing.exit_code == 0
    assert "peer resume" in nothing.stderr
    assert made("sync", "Broen").exit_code == 0
    assert json.loads(made("search", "mentoring", "--json").stdout)["total"] == 1
    made("peer", "block", "Broen")
    refused = made("sync", "Broen", "--json")
    assert refused.exit_code == 1
    assert "is blocked" in json.loads(refused.stdout)["message"]


def test_what_was_refused_ends_with_one_although_the_round_went_to_its_end(
    made: Run, partner: tuple[str, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTBRIDGE_ORIGIN_QUOTA", "1")
    made("peer", "add", partner[0])
    done = made("sync", "--json")
    (said,) = json.loads(done.stdout)
    assert (said["outcome"], len(said["refused"])) == ("partial", 1)
    assert done.exit_code == 1


def test_contents_still_missing_are_said_and_fetched_by_the_next_sync(
    made: Run, partner: tuple[str, Node], home: Path
) -> None:
    url, node = partner
    made("peer", "add", url)
    with node.database.reading() as uow:
        (log,) = uow.logs.all()
        (row,) = [row for row in uow.entries.rows(log.id, 0, log.size) if row.digest]
    with node.database.writing() as uow:
        uow.entries.set_state(log.id, [row.seq], "missing")
    assert "still missing" in made("sync").stdout
    with node.database.writing() as uow:
        uow.entries.set_state(log.id, [row.seq], "held")
    done = made("sync")
    assert "1 content that was missing" in done.stdout
    assert "still missing" not in done.stdout
    assert json.loads(made("search", "mentoring", "--json").stdout)["total"] == 1


def test_a_flood_of_erasures_waits_for_the_keepers_word(
    made: Run, partner: tuple[str, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    from node.exchange.publishing import erase

    monkeypatch.setenv("FOOTBRIDGE_ERASURES_A_DAY", "1")
    url, node = partner
    records = [
        done.record for done in publish(node.exchange, [practice(f"Nr {n}") for n in range(3)])
    ]
    made("peer", "add", url)
    made("sync")
    for record in records:
        erase(node.exchange, record)
    made("sync")
    oid = node.exchange.own_oid()
    origins = json.loads(made("--json", "origin", "list").stdout)
    waiting = {one["oid"]: one["erasures_waiting"] for one in origins}
    assert waiting[oid] > 0
    assert f"confirm-erasures {oid}" in made("doctor").stdout
    assert made("origin", "confirm-erasures", oid).exit_code == 0
    origins = json.loads(made("--json", "origin", "list").stdout)
    assert {one["erasures_waiting"] for one in origins} == {0}


def test_an_origin_can_be_blocked_before_it_is_ever_seen(made: Run) -> None:
    oid = "b" * 52
    assert made("origin", "block", oid, "--reason", "spam").exit_code == 0
    rows = {one["oid"]: one for one in json.loads(made("--json", "origin", "list").stdout)}
    assert rows[oid]["status"] == "blocked"
    assert rows[oid]["reason"] == "spam"
