from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import node.web
from node.app import create_app
from node.catalogue.browsing import SearchRequest, search_records
from node.cli.demo import DEMO_EMAIL, WORDS, _add_account
from node.contract.sources import schemas_path
from node.editorial.sessions import current, sign_in
from node.errors import BadInputError
from node.home import open_home
from node.operations.demo import DemoNode, build_demo, load_network
from node.operations.verify import verify_index, verify_store

#: How the home page's line of suggestions begins.
HINT = "In your own words"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> list[DemoNode]:
    return build_demo(tmp_path_factory.mktemp("demo"), create_app)


def test_every_organisation_has_a_home_and_all_its_samples(nodes: list[DemoNode]) -> None:
    expected = {one["name"]: one["country"] for one in load_network()}
    assert {node.name: node.country for node in nodes} == expected
    for demo in nodes:
        home = open_home(demo.home)
        with home.database.reading() as uow:
            own = uow.records.by_origin(demo.oid)
        home.close()
        assert len(own) == demo.records
        assert {row.state for row in own} == {"shown"}


def test_the_middle_node_keeps_what_the_dark_ones_published(nodes: list[DemoNode]) -> None:
    middle = [demo for demo in nodes if demo.running][1]
    dark = [demo for demo in nodes if not demo.running]
    assert dark
    home = open_home(middle.home)
    home.follow_index()
    report = verify_store(home.exchange)
    verify_index(home.exchange, home.index, report)
    with home.database.reading() as uow:
        kept = {demo.oid: uow.records.count(oid=demo.oid) for demo in dark}
    home.close()
    assert report.findings == []
    assert kept == {demo.oid: demo.records for demo in dark}


def test_no_placeholder_identity_is_left_in_what_was_published(nodes: list[DemoNode]) -> None:
    placeholders = {one["oid"] for one in load_network()}
    real = {demo.oid for demo in nodes}
    assert not placeholders & real
    seen = 0
    for demo in nodes:
        home = open_home(demo.home)
        with home.database.reading() as uow:
            for row in uow.records.by_origin(demo.oid):
                for link in uow.records.links_from(demo.oid, row.record):
                    seen += 1
                    assert link.target_oid in real
        home.close()
    assert seen


def test_pictures_of_samples_go_with_their_records(nodes: list[DemoNode]) -> None:
    kept = 0
    for demo in nodes:
        held = [path for path in (demo.home / "blobs").rglob("*") if path.is_file()]
        kept += sum(path.read_bytes().startswith(b"\x89PNG") for path in held)
    assert kept >= len(list((schemas_path() / "examples").glob("*.png"))) >= 2


def hints() -> list[str]:
    """Give the words that the home page suggests, in every language of the interface."""
    folder = Path(node.web.__file__).parent / "translations"
    found = []
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        (text,) = [m for m in catalogue if isinstance(m.id, str) and m.id.startswith(HINT)]
        for said in (text.id, text.string):
            words = str(said).partition(":")[2].strip(" .")
            found += [word.strip() for word in re.split("[,،]", words)]
    return list(dict.fromkeys(found))


def test_every_word_that_is_suggested_finds_something(nodes: list[DemoNode]) -> None:
    home = open_home([demo for demo in nodes if demo.running][1].home)
    home.follow_index()
    words = [*WORDS, *hints()]
    assert len(words) > 10
    empty = [
        word for word in words if not search_records(home.catalogue, SearchRequest(q=word)).total
    ]
    home.close()
    assert empty == []


def test_a_folder_with_something_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInputError, match="nothing was changed"):
        build_demo(tmp_path, create_app)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_demo_has_an_account_with_a_password_made_anew(nodes: list[DemoNode]) -> None:
    first, second = nodes[0], nodes[1]
    passwords = _add_account(first), _add_account(second)
    assert passwords[0] != passwords[1]
    home = open_home(first.home)
    token = sign_in(home.editorial, DEMO_EMAIL, passwords[0], address="", agent="")
    signed = current(home.editorial, token)
    home.close()
    assert signed is not None
    assert signed.who.may("keep")
    assert signed.who.may("publish")
