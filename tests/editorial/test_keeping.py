"""The keeper's pages: partners, settings, disk, who did what, health."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from node.editorial import keeping, trail
from node.editorial.choices import choices
from node.editorial.context import Editorial
from node.editorial.rights import KEEPER
from node.editorial.sessions import ProofNeededError, current
from node.editorial.trail import BATCH, PAGE, Filter
from node.errors import BadInputError, ConflictError, NotFoundError, PermissionDeniedError
from node.exchange.peers import add_peer
from tests.support.clock import FixedClock
from tests.support.foreign import Foreign
from tests.support.making import record_id
from tests.support.nodes import connect, make_exchange
from tests.support.staff import Staff, signed_in

if TYPE_CHECKING:
    from pathlib import Path

    from node.editorial.sessions import Signed
    from node.storage import Database, PeerRow
    from tests.support.staff import Staffed

BRO = "https://bro.example"


@pytest.fixture
def peer(desk: Staffed, tmp_path: Path) -> PeerRow:
    """Make a partner whose node answers."""
    other = make_exchange(tmp_path, "Bro", country="DK")
    return add_peer(desk.d.exchange, BRO, connect({BRO: other}))


def peer_now(desk: Staffed, peer: PeerRow) -> PeerRow:
    with desk.d.database.reading() as uow:
        found = uow.peers.get(peer.id)
    assert found is not None
    return found


def acts(d: Editorial) -> list[tuple[str, str]]:
    with d.database.reading() as uow:
        return [(row.who, row.what) for row in uow.audit.newest(10)]


def test_a_partner_is_paused_asked_blocked_and_removed_in_the_keepers_name(
    desk: Staffed, peer: PeerRow
) -> None:
    where = f"/desk/network/{peer.id}"
    assert desk.keeper.post(f"{where}/pause").status_code == 302
    assert peer_now(desk, peer).state == "paused"
    with pytest.raises(ConflictError):
        keeping.sync_soon(desk.d, desk.keeper.by, peer.id)
    assert (
        "paused or blocked"
        in desk.keeper.client.post(
            f"{where}/sync", data={"csrf": desk.keeper.csrf}, follow_redirects=True
        ).text
    )
    desk.keeper.post(f"{where}/resume")
    with desk.d.database.writing() as uow:
        uow.peers.save(replace(peer_now(desk, peer), next_due=desk.d.now() + timedelta(hours=6)))
    desk.keeper.post(f"{where}/sync")
    assert peer_now(desk, peer).next_due == desk.d.now()
    refused = desk.keeper.post(f"{where}/block", {"reason": "  "})
    assert refused.status_code == 422
    assert 'id="fault-reason"' in refused.text
    desk.keeper.post(f"{where}/block", {"reason": "They told us to."})
    assert peer_now(desk, peer).state == "blocked"
    desk.keeper.post(f"{where}/remove")
    assert desk.keeper.get(where).status_code == 404
    assert [what for who, what in acts(desk.d) if who == "Keeper"][:5] == [
        "peer removed",
        "origin blocked",
        "peer blocked",
        "exchange asked for",
        "peer active",
    ]
    with pytest.raises(NotFoundError):
        keeping.sync_soon(desk.d, desk.keeper.by, peer.id)


def test_the_partners_page_tells_past_rounds_and_evidence_in_words(
    desk: Staffed, peer: PeerRow
) -> None:
    now = desk.d.now()
    with desk.d.database.writing() as uow:
        uow.origins.add(peer.oid, first_seen=now, name="Bro")
        number = uow.rounds.start(peer.id, now)
        refused = [{"what": "entry 4", "why": "a fault", "code": "faulty"}]
        uow.rounds.finish(
            number, ended=now, outcome="partial", sentence="s", refused=refused, entries=14
        )
        for kind in ("fork", "rollback", "two-successors"):
            uow.evidence.add(peer.oid, 0, kind, b"note one\xff", b"note two", "why", peer.id, now)
    for address in ("/desk/network", f"/desk/network/{peer.id}"):
        page = desk.keeper.get(address).text
        assert "It signed two lists that contradict each other." in page
        assert "It showed an older list" in page
        assert "Two different successors" in page
        assert "note one" in page
        assert "note two" in page
    assert "14 new entries, all verified" in page
    assert "Something an organisation published has a fault" in page


def test_a_partner_is_added_only_after_its_identity_was_compared(
    desk: Staffed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_exchange(tmp_path, "Bro", country="DK")
    reach = connect({BRO: other})
    monkeypatch.setattr(
        "node.home.Node.transport", lambda _n, url, private, **_o: reach(url, private)
    )
    monkeypatch.setattr("node.home.Node.is_private", lambda _node, _url: False)
    asked = desk.keeper.post("/desk/network/add", {"url": BRO + "/"})
    assert asked.status_code == 200
    assert "calls itself Bro" in asked.text
    oid = other.own_oid()
    assert f'name="oid" value="{oid}"' in asked.text
    assert keeping.network(desk.d, desk.keeper.by).evidence == ()
    with desk.d.database.reading() as uow:
        assert uow.peers.all() == []
    for form, words in (
        ({"url": BRO, "oid": "b" * len(oid)}, "identity that you compared"),
        ({"url": "https://nobody.example"}, "No node answers"),
        ({"url": "not an address"}, "It looks like https://node.example.org"),
    ):
        refused = desk.keeper.post("/desk/network/add", form)
        assert refused.status_code == 422
        assert words in refused.text
        assert f'value="{form["url"]}"' in refused.text
    added = desk.keeper.post("/desk/network/add", {"url": BRO, "oid": oid})
    assert added.headers["Location"] == "/desk/network/1"
    again = desk.keeper.post("/desk/network/add", {"url": BRO, "oid": oid})
    assert "a partner already" in again.text


def test_a_flood_of_erasures_waits_for_a_keeper_who_shows_who_they_are(tmp_path: Path) -> None:
    clock = FixedClock()
    x = make_exchange(tmp_path, clock=clock, erasures_a_day=2)
    d, origin = Editorial(x), Foreign()
    for number in range(1, 5):
        origin.publish(number)
    origin.store(x)
    for number in range(1, 5):
        origin.append(type="erase", record=record_id(number), reason="mistake")
    origin.store(x)
    keeper = current(d, signed_in(d, "keeper", (KEEPER,)))
    assert keeper is not None
    (waits,) = keeping.network(d, keeper).waiting
    assert (waits.oid, len(waits.records)) == (origin.oid, 2)
    clock.forward(minutes=16)
    with pytest.raises(ProofNeededError):
        keeping.confirm_erasures(d, keeper, origin.oid)
    fresh = current(d, signed_in(d, "fresh", (KEEPER,)))
    assert fresh is not None
    assert keeping.confirm_erasures(d, fresh, origin.oid) == 2
    assert keeping.network(d, fresh).waiting == ()
    assert ("Fresh", "erasures confirmed") in acts(d)


def test_what_is_missing_is_asked_for_at_once(desk: Staffed) -> None:
    later = desk.d.now() + timedelta(hours=5)
    with desk.d.database.writing() as uow:
        uow.work.add("missing", "x/0", later, {"oid": "x", "epoch": 0})
    assert keeping.ask_for_missing(desk.d, desk.keeper.by) == 1
    with desk.d.database.reading() as uow:
        row = uow.work.get("missing", "x/0")
    assert row is not None
    assert (row.due, row.payload) == (desk.d.now(), {"oid": "x", "epoch": 0})


def test_the_settings_change_what_the_desk_does_and_say_so_in_the_trail(desk: Staffed) -> None:
    form = {"direct": "1", "months": "12"}
    assert desk.keeper.post("/desk/settings", form).status_code == 302
    with desk.d.database.reading() as uow:
        chosen = choices(uow)
        (row,) = uow.audit.find(what="settings changed")
    assert (chosen.direct_publishing, chosen.stale_after_months) == (True, 12)
    assert row.detail == {"direct_publishing": True, "stale_after_months": 12}
    for months in ("0", "121", "-3", "x", "", "99999999999", "١٢"):
        refused = desk.keeper.post("/desk/settings", {"months": months})
        assert refused.status_code == 422, months
        assert 'aria-invalid="true"' in refused.text
    assert keeping.chosen(desk.d, desk.keeper.by) == chosen


def test_no_secret_of_the_settings_file_is_shown(tmp_path: Path) -> None:
    x = make_exchange(
        tmp_path,
        smtp_host="mail.example",
        smtp_password="correct horse",
        smtp_from="a@b.example",
        clock=FixedClock(),
    )
    d = Editorial(x)
    keeper = current(d, signed_in(d, "keeper", (KEEPER,)))
    assert keeper is not None
    shown = {each.name: each for each in keeping.settings(d, keeper)}
    assert (shown["smtp_host"].value, shown["smtp_host"].changed) == ("mail.example", True)
    assert (shown["smtp_password"].value, shown["smtp_password"].changed) == (None, True)
    assert shown["database_url"].value is None
    assert "correct horse" not in repr(shown)


def test_the_disk_page_says_what_takes_room_and_how_to_copy_it(desk: Staffed) -> None:
    seen = keeping.disk(desk.d, desk.keeper.by)
    assert seen.database > 50_000
    assert seen.free > 0
    assert seen.apart is False
    page = desk.keeper.get("/desk/disk").text
    assert str(seen.home) in page
    assert "stop the node, copy its whole folder" in page


def test_health_tells_the_keeper_everything_and_strangers_one_word(desk: Staffed) -> None:
    page = desk.keeper.get("/desk/health").text
    assert "There are no partners yet" in page
    stranger = desk.app.test_client()
    answer = stranger.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_health_is_503_when_the_store_does_not_answer(desk: Staffed) -> None:
    database = desk.d.settings.home / "node.db"
    desk.d.database.dispose()
    for path in desk.d.settings.home.glob("node.db*"):
        path.rename(path.with_name(f"away-{path.name}"))
    database.write_bytes(b"no database at all, but some bytes" * 100)
    answer = desk.app.test_client().get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})


# --- who did what ------------------------------------------------------------------------------


@pytest.fixture
def told(tmp_path: Path, database: Database) -> tuple[Editorial, Signed]:
    """Make a trail on both kinds of database: 3 days, two people, and a formula."""
    clock = FixedClock()
    d = Editorial(make_exchange(tmp_path, clock=clock, database=database))
    with database.writing() as uow:
        for number in range(BATCH + PAGE):
            uow.audit.add("Ana" if number % 2 else "Bo", "drew", {"n": number}, d.now())
        uow.audit.add("=cmd()", "tricked", {}, d.now() + timedelta(days=1))
        uow.audit.add("Ana", "left", {"to": "ω"}, d.now() + timedelta(days=2))
    clock.forward(days=3)
    by = current(d, signed_in(d, "keeper", (KEEPER,)))
    assert by is not None
    return d, by


def test_the_trail_is_read_page_by_page_and_filtered(told: tuple[Editorial, Signed]) -> None:
    d, by = told
    first = trail.trail(d, by, Filter(who="Ana", what="drew"))
    assert len(first.rows) == PAGE
    assert first.older is not None
    second = trail.trail(d, by, Filter(who="Ana", what="drew"), first.older)
    numbers = [row.detail["n"] for row in (*first.rows, *second.rows)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 2 * PAGE
    assert {"Ana", "Bo", "=cmd()"} <= set(first.names)
    assert {"drew", "left", "tricked"} <= set(first.acts)
    day = trail.trail(d, by, Filter(since="2026-11-24", until="2026-11-25"))
    assert [row.what for row in day.rows] == ["left", "tricked"]
    for bad in ("yesterday", "2026-13-01", "24.11.2026"):
        with pytest.raises(BadInputError):
            trail.trail(d, by, Filter(since=bad))


def test_the_whole_trail_can_be_taken_away(told: tuple[Editorial, Signed]) -> None:
    d, by = told
    rows = json.loads(b"".join(trail.as_json(d, by, Filter())))
    assert len(rows) > BATCH + PAGE
    assert [row["number"] for row in rows] == sorted((r["number"] for r in rows), reverse=True)
    assert next(row for row in rows if row["what"] == "left")["detail"] == {"to": "ω"}
    text = b"".join(trail.as_csv(d, by, Filter())).decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(text)))
    assert table[0] == list(trail.COLUMNS)
    assert len(table) == len(rows) + 1
    assert [line[2] for line in table if line[3] == "tricked"] == ["'=cmd()"]
    assert json.loads(b"".join(trail.as_json(d, by, Filter(who="nobody")))) == []


def test_sizes_are_told_of_both_kinds_of_database(told: tuple[Editorial, Signed]) -> None:
    d, by = told
    seen = keeping.disk(d, by)
    assert seen.database > 50_000
    assert seen.apart is (d.database.dialect == "postgresql")
    assert (seen.files, seen.drafts) == (0, 0)


def test_the_trail_in_the_browser_keeps_its_filters(desk: Staffed) -> None:
    desk.keeper.post("/desk/settings", {"months": "7"})
    page = desk.keeper.get("/desk/audit?who=Keeper&what=settings+changed").text
    assert "stale_after_months: 7" in page
    assert "/desk/audit.csv?who=Keeper&amp;what=settings+changed" in page
    answer = desk.keeper.get("/desk/audit.csv?who=Keeper&what=settings+changed")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.text.count("\r\n") == 2
    wrong = desk.keeper.get("/desk/audit?since=yesterday")
    assert wrong.status_code == 422


# --- partners' records, in the browser ----------------------------------------------------------


def test_hiding_and_remarking_in_the_browser(desk: Staffed) -> None:
    x, origin = desk.d.exchange, Foreign()
    origin.publish(1, "Mentors")
    origin.store(x)
    where = f"/desk/partners/{origin.oid}/{record_id(1)}"
    refused = desk.editor.post(f"{where}/hide", {"reason": " "})
    assert refused.status_code == 422
    assert 'href="#field-reason"' in refused.text
    desk.contributor.post(f"{where}/remarks", {"text": "Ask for <the price>"})
    assert desk.contributor.post(f"{where}/remarks", {"text": ""}).status_code == 422
    assert "Ask for &lt;the price&gt;" in desk.other.get(where).text
    assert desk.contributor.post(f"{where}/hide", {"reason": "No"}).status_code == 403
    desk.editor.post(f"{where}/hide", {"reason": "Their director asked us."})
    page = desk.contributor.get(where).text
    assert "Their director asked us." in page
    assert "Mentors" in page
    assert "Their director asked us." in desk.editor.get("/desk/hidden").text
    public = desk.app.test_client().get(f"/records/{record_id(1)}").text
    assert "Mentors" not in public
    assert "director" not in public
    desk.editor.post(f"{where}/show")
    assert "Mentors" in desk.app.test_client().get(f"/records/{record_id(1)}").text
    collected = desk.contributor.post(f"{where}/collect", {"collection": ""})
    assert collected.headers["Location"].startswith("/desk/drafts/")
    assert desk.editor.get(f"/desk/partners/{origin.oid}/{record_id(9)}").status_code == 404


@pytest.mark.parametrize("name", ["contributor", "editor", "translator", "funder"])
def test_the_keepers_use_cases_refuse_everybody_else(desk: Staffed, name: str) -> None:
    who: Staff = desk.roles[name]
    d, by = desk.d, who.by
    for act in (
        lambda: keeping.network(d, by),
        lambda: keeping.one_peer(d, by, 1),
        lambda: keeping.pause(d, by, 1),
        lambda: keeping.resume(d, by, 1),
        lambda: keeping.block(d, by, 1, "x"),
        lambda: keeping.remove(d, by, 1),
        lambda: keeping.sync_soon(d, by, 1),
        lambda: keeping.ask_for_missing(d, by),
        lambda: keeping.confirm_erasures(d, by, "x"),
        lambda: keeping.chosen(d, by),
        lambda: keeping.change_choices(d, by, direct=True, second=False, months=3),
        lambda: keeping.settings(d, by),
        lambda: keeping.disk(d, by),
        lambda: trail.trail(d, by, Filter()),
        lambda: trail.as_csv(d, by, Filter()).__next__(),
        lambda: trail.as_json(d, by, Filter()).__next__(),
    ):
        with pytest.raises(PermissionDeniedError):
            act()
