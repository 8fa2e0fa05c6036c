"""Partners' records on one's own site: hidden at once and everywhere, and changed by nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from node.app import create_app
from node.core.contents import BlobRef
from node.editorial import partnering, sessions
from node.editorial.context import Editorial
from node.editorial.rights import CONTRIBUTOR, EDITOR
from node.errors import BadInputError, ConflictError, NotFoundError, PermissionDeniedError
from node.exchange.drafts import Draft
from node.exchange.projection import rebuild
from node.exchange.publishing import publish
from node.operations.verify import verify_store
from node.storage.records import HIDDEN, HIDDEN_HERE, SHOWN
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import InProcess, make_exchange
from tests.support.staff import signed_in
from tests.web.making import node_of

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from node.editorial.sessions import Signed
    from node.exchange.context import Exchange
    from node.home import Node
    from node.storage import Database

ONE = record_id(1)
SECRET = "Their director asked us not to."


@dataclass
class Here:
    """A node that holds one record of a partner, with an editor and a writer."""

    x: Exchange
    d: Editorial
    node: Node
    origin: Foreign
    editor: Signed
    writer: Signed

    @property
    def browser(self) -> FlaskClient:
        app = create_app(self.node)
        app.config["TESTING"] = True
        return app.test_client()

    def hide(self) -> None:
        partnering.hide(self.d, self.editor, self.origin.oid, ONE, SECRET)
        self.node.follow_index()


def person(d: Editorial, name: str, role: str) -> Signed:
    found = sessions.current(d, signed_in(d, name, (role,)))
    assert found is not None
    return found


@pytest.fixture
def here(tmp_path: Path, database: Database) -> Here:
    """Make it on both kinds of database."""
    x = make_exchange(tmp_path, database=database)
    d = Editorial(x)
    origin = Foreign()
    origin.publish(1, "Mentors at the quay")
    origin.store(x)
    node = node_of(x)
    node.follow_index()
    return Here(x, d, node, origin, person(d, "Ed", EDITOR), person(d, "Connie", CONTRIBUTOR))


def test_a_hidden_record_is_nowhere_on_the_site_and_its_reason_neither(here: Here) -> None:
    oid, browser = here.origin.oid, here.browser
    everywhere = (
        "/",
        "/search",
        "/search?q=quay",
        f"/organisations/{oid}",
        "/api/1/records",
        f"/api/1/records/{ONE}",
        f"/records/{ONE}",
        f"/records/{ONE}/revisions",
        f"/records/{ONE}/revisions/1",
        f"/records/{ONE}/genuine",
        f"/records/{ONE}/family",
        f"/records/{ONE}/proof",
    )
    before = {path: browser.get(path) for path in everywhere}
    silent = {path for path, answer in before.items() if b"Mentors" not in answer.data}
    assert silent == set()
    here.hide()
    for path in everywhere:
        answer = browser.get(path)
        assert b"Mentors" not in answer.data, path
        assert SECRET.encode() not in answer.data, path
    page = browser.get(f"/records/{ONE}")
    assert "not shown on this site, by its keeper" in page.text.replace("&#39;", "'")
    for media_type in ("application/json", "application/ld+json"):
        document = browser.get(f"/records/{ONE}", headers={"Accept": media_type})
        assert b"Mentors" not in document.data


def test_partners_are_served_a_hidden_record_byte_for_byte_and_verify_is_clean(here: Here) -> None:
    served = tuple(f"logs/{here.origin.oid}/0/{what}/0" for what in ("entries", "contents"))
    before = [InProcess(here.x).get(path, limit=10**6) for path in served]
    assert [answer.status for answer in before] == [200, 200]
    here.hide()
    after = [InProcess(here.x).get(path, limit=10**6) for path in served]
    assert [answer.body for answer in after] == [answer.body for answer in before]
    assert verify_store(here.x).findings == []


def test_hiding_outlives_a_rebuild_and_a_new_revision_and_is_taken_back(here: Here) -> None:
    here.hide()
    rebuild(here.x)
    here.origin.publish(1, "Mentors at the quay, again", revision=2)
    here.origin.store(here.x)
    row = here.origin.record(here.x)
    assert row is not None
    assert (row.state, row.fault, row.title) == (HIDDEN, HIDDEN_HERE, {})
    partnering.show_again(here.d, here.editor, here.origin.oid, ONE)
    row = here.origin.record(here.x)
    assert row is not None
    assert (row.state, row.title["en"]) == (SHOWN, "Mentors at the quay, again")
    with pytest.raises(ConflictError):
        partnering.show_again(here.d, here.editor, here.origin.oid, ONE)


def test_what_its_origin_erased_or_withdrew_is_told_so_also_when_it_was_hidden(here: Here) -> None:
    here.hide()
    here.origin.append(type="withdraw", record=ONE, reason="outdated")
    here.origin.store(here.x)
    assert here.origin.state(here.x) == "withdrawn"
    here.origin.append(type="erase", record=ONE, reason="mistake")
    here.origin.store(here.x)
    assert here.origin.state(here.x) == "erased"


def test_a_file_that_only_hidden_records_name_is_not_shown_either(here: Here) -> None:
    held = here.x.blobs.put_stream(iter([b"a picture"]))
    blob = BlobRef(
        name="a.png", digest=held, size=9, media_type="image/png", alt={"en": "A picture"}
    )
    for record in (1, 2):
        here.origin.publish(
            record, "With a picture", revision=2 if record == 1 else 1, blobs=[blob]
        )
    here.origin.store(here.x)
    with here.x.database.writing() as uow:
        uow.blobs.mark_held(held)
    address = f"/files/{held.removeprefix('sha256:')}/a.png"
    assert here.browser.get(address).status_code == 200
    here.hide()
    assert here.browser.get(address).status_code == 200
    partnering.hide(here.d, here.editor, here.origin.oid, record_id(2), SECRET)
    assert here.browser.get(address).status_code == 404


def test_hiding_asks_for_a_reason_and_is_for_partners_records_only(here: Here) -> None:
    oid = here.origin.oid
    for reason in ("", "  \n", "x" * (partnering.MAX_TEXT + 1)):
        with pytest.raises(BadInputError):
            partnering.hide(here.d, here.editor, oid, ONE, reason)
    with pytest.raises(NotFoundError):
        partnering.hide(here.d, here.editor, oid, record_id(9), SECRET)
    with pytest.raises(PermissionDeniedError):
        partnering.hide(here.d, here.writer, oid, ONE, SECRET)
    here.hide()
    with pytest.raises(ConflictError):
        partnering.hide(here.d, here.editor, oid, ONE, SECRET)


def test_the_list_of_the_hidden_has_title_reason_and_who(here: Here) -> None:
    here.hide()
    (line,) = partnering.hidden_here(here.d, here.editor)
    assert (line.title["en"], line.mark.text, line.who) == ("Mentors at the quay", SECRET, "Ed")


def test_a_remark_is_taken_away_by_who_wrote_it_or_an_editor_alone(here: Here) -> None:
    oid = here.origin.oid
    other = person(here.d, "Otto", CONTRIBUTOR)
    mine = partnering.remark(here.d, here.writer, oid, ONE, "Ask them for the price.")
    with pytest.raises(PermissionDeniedError):
        partnering.unremark(here.d, other, oid, ONE, mine)
    found = partnering.remarked(here.d, other, oid, ONE)
    assert [(note.text, who) for note, who in found.notes] == [
        ("Ask them for the price.", "Connie")
    ]
    partnering.unremark(here.d, here.writer, oid, ONE, mine)
    again = partnering.remark(here.d, here.writer, oid, ONE, "Again")
    partnering.unremark(here.d, here.editor, oid, ONE, again)
    assert partnering.remarked(here.d, other, oid, ONE).notes == ()


def test_a_record_goes_into_a_collection_once(here: Here) -> None:
    oid = here.origin.oid
    here.origin.publish(2, "Second")
    here.origin.store(here.x)
    begun = partnering.collect(here.d, here.writer, oid, ONE)
    partnering.collect(here.d, here.writer, oid, record_id(2), begun.id)
    with pytest.raises(ConflictError):
        partnering.collect(here.d, here.writer, oid, ONE, begun.id)
    with here.d.database.reading() as uow:
        held = [item["record"]["record"] for item in uow.drafts.require(begun.id).body["items"]]
    assert held == [ONE, record_id(2)]


def test_a_record_that_speaks_of_a_hidden_one_says_whose_choice_that_is(here: Here) -> None:
    about = {"origin": here.origin.oid, "record": ONE, "revision": 1}
    body = {
        "title": {"en": "The same in Getafe"},
        "language": "en",
        "practice": about,
        "country": ["ES"],
        "context": {"en": "A library."},
        "what_changed": {"en": "Tea instead of coffee."},
        "outcome": "worked",
        "why": {"en": "People like tea."},
    }
    (ours,) = publish(here.x, [Draft(kind="adaptation", body=body)])
    assert "Mentors" in here.browser.get(f"/records/{ours.record}").text
    here.hide()
    page = here.browser.get(f"/records/{ours.record}").text
    assert "Mentors" not in page
    assert "not shown on this site" in page
    assert "received with a fault" not in page
