"""Publishing from the command line asks whether links still answer, unless told not to."""

from __future__ import annotations

import json
import socket
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from node.net.links import LinkChecker
from tests.cli.conftest import BODY, Run
from tests.net.test_links import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.net.test_links import Site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve links.example on this machine, and let the command line believe that it is public."""
    with serving() as found:
        open_here = partial(LinkChecker, private_ok=True, resolver=found.resolver)
        monkeypatch.setattr("node.net.links.LinkChecker", open_here)
        yield found


@pytest.fixture
def linked(site: Site, tmp_path: Path) -> Path:
    path = tmp_path / "linked.json"
    body = BODY | {
        "website": site.url("/gone"),
        "evaluation_links": [{"url": site.url("/here")}, {"url": site.url("/gone-for-good")}],
    }
    path.write_text(json.dumps({"kind": "good-practice", "body": body}), encoding="utf-8")
    return path


def dead(done: Any) -> list[str]:
    (item,) = json.loads(done.stdout)["published"]
    return [each["pointer"] for each in item["warnings"] if each["code"] == "dead-link"]


def test_a_dead_link_is_named_with_its_place_and_does_not_stop(
    made: Run, site: Site, linked: Path
) -> None:
    done = made("publish", str(linked))
    assert done.exit_code == 0, done.output
    assert "does not answer any more" in done.stderr
    assert "[dead-link:/website]" in done.stderr
    assert "[dead-link:/evaluation_links/1/url]" in done.stderr
    assert site.url("/gone") in done.stderr
    assert "/here" not in done.stderr


def test_programs_read_it_too(made: Run, linked: Path) -> None:
    done = made("publish", str(linked), "--json")
    assert dead(done) == ["/evaluation_links/1/url", "/website"]


def test_a_revision_is_asked_about_as_well(made: Run, linked: Path, record_file: Path) -> None:
    record = json.loads(made("--json", "publish", str(record_file)).stdout)["published"][0]
    done = made("revise", record["record"], str(linked), "--json")
    assert dead(done) == ["/evaluation_links/1/url", "/website"]


def test_it_can_be_let_stand_with_a_reason(made: Run, linked: Path) -> None:
    reason = "dead-link:/website=The page moves back in March."
    done = made("publish", str(linked), "--acknowledge", reason, "--json")
    assert dead(done) == ["/evaluation_links/1/url"]
    done = made("publish", str(linked), "--acknowledge", "dead-link=An archive follows.", "--json")
    assert dead(done) == []


@pytest.mark.parametrize("how", ["the option", "the setting"])
def test_nobody_is_asked_when_it_is_switched_off(
    made: Run, site: Site, linked: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["--no-check-links"] if how == "the option" else []
    if how == "the setting":
        monkeypatch.setenv("FOOTBRIDGE_CHECK_LINKS", "false")
    done = made("publish", str(linked), "--json", *words)
    assert done.exit_code == 0, done.output
    assert dead(done) == []
    assert site.requests == []


def test_the_option_wins_over_the_setting(
    made: Run, linked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTBRIDGE_CHECK_LINKS", "false")
    done = made("publish", str(linked), "--json", "--check-links")
    assert dead(done) == ["/evaluation_links/1/url", "/website"]


def test_a_draft_that_is_refused_anyway_asks_nobody(made: Run, site: Site, tmp_path: Path) -> None:
    body = BODY | {"website": site.url("/gone"), "axis": "no-such-axis"}
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps({"kind": "good-practice", "body": body}), encoding="utf-8")
    assert made("publish", str(path)).exit_code == 1
    assert site.requests == []


def test_as_it_is_installed_it_never_asks_this_machine(
    made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name looks public; where it leads is judged."""
    with serving() as inside:
        checker = partial(LinkChecker, resolver=inside.resolver)
        monkeypatch.setattr("node.net.links.LinkChecker", checker)
        body = BODY | {"website": inside.url("/gone")}
        path = tmp_path / "inside.json"
        path.write_text(json.dumps({"kind": "good-practice", "body": body}), encoding="utf-8")
        done = made("publish", str(path), "--json")
        assert dead(done) == []
        assert inside.requests == []


def test_without_a_network_publishing_goes_on(
    made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_all: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr("node.net.links.LinkChecker", partial(LinkChecker, resolver=offline))
    body = BODY | {"website": "https://example.org/page"}
    path = tmp_path / "far.json"
    path.write_text(json.dumps({"kind": "good-practice", "body": body}), encoding="utf-8")
    done = made("publish", str(path), "--json")
    assert done.exit_code == 0, done.output
    assert dead(done) == []
