"""Whether a practice still runs, as its page, the lists and the open interface tell it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest

from node.exchange.drafts import Draft
from node.exchange.publishing import withdraw
from tests.web.making import small_node

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples


def words(page: str) -> str:
    main = re.sub(r"<(svg|script).*?</\1>", " ", page.split("<main")[1], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def confirmation(origin: str, record: str, state: str, when: str, **members: Any) -> Draft:
    body = {
        "title": {"en": f"It was {state}"},
        "subject": {"origin": origin, "record": record},
        "language": "en",
        "state": state,
        "date": when,
    }
    return Draft(kind="confirmation", body=body | members)


def test_the_publisher_s_own_confirmation_moves_the_date(small: SmallNode) -> None:
    record = small.practice(status="running", last_confirmed="2022-03-01")
    assert "not confirmed for 4 years" in words(small.get(f"/records/{record}").text)
    small.publish(confirmation(small.x.own_oid(), record, "running", "2026-11-02"))
    page = words(small.get(f"/records/{record}").text)
    assert "Last confirmed: 2 November 2026, by Puente" in page
    assert "not confirmed for" not in page


def test_what_its_publisher_says_has_ended_stands_as_ended_at_the_head(small: SmallNode) -> None:
    record = small.practice(status="running", last_confirmed="2025-03-01")
    said = confirmation(small.x.own_oid(), record, "ended", "2026-02-20", ended="2025-12")
    made = small.publish(said)[0]
    page = small.get(f"/records/{record}").text
    assert "Ended: December 2025" in page.split("<h1")[0]
    assert "Running" not in words(page).split("At a glance")[1].split("Published by")[0]
    api = small.get(f"/api/1/records/{record}").json
    assert (api["status"], api["ended"]) == ("ended", "2025-12")
    assert api["last_confirmed"] == "2026-02-20"
    assert api["body"]["status"] == "running"
    withdraw(small.x, made)
    assert "Ended" not in small.get(f"/records/{record}").text.split("<h1")[0]


def test_a_confirmation_from_the_future_is_left_out_and_said_to_be(small: SmallNode) -> None:
    record = small.practice(status="running", last_confirmed="2026-03-01")
    small.publish(confirmation(small.x.own_oid(), record, "ended", "2031-01-01"))
    page = words(small.get(f"/records/{record}").text)
    assert "Last confirmed: 1 March 2026" in page
    assert "1 confirmation has a date that cannot be and is left out" in page


def test_a_word_gets_old_by_the_node_s_clock_alone(tmp_path: Path) -> None:
    small = small_node(tmp_path)
    record = small.practice(status="running", last_confirmed="2026-11-01")
    assert "not confirmed for" not in small.get(f"/records/{record}").text
    small.x.clock.forward(days=900)
    assert "not confirmed for 2 years" in words(small.get(f"/records/{record}").text)
    assert small.get(f"/api/1/records/{record}").json["getting_old"] is True
    small.x.database.dispose()


def test_an_earlier_revision_says_nothing_of_today(small: SmallNode) -> None:
    record = small.practice(status="running", last_confirmed="2022-03-01")
    small.publish(confirmation(small.x.own_oid(), record, "ended", "2026-02-20"))
    page = small.get(f"/records/{record}/revisions/1").text
    assert "Last confirmed:" not in page
    assert "badge-over" not in page.split("<h1")[0]


@pytest.mark.parametrize(
    ("file", "told", "status", "when"),
    [
        pytest.param(
            "desayunos-de-derechos",
            "confirms that it is still running (as of 18 May 2026)",
            "running",
            "2026-11-09",
            id="others confirm it too",
        ),
        pytest.param(
            "runder-tisch-anerkennung",
            "says that it has ended (as of 20 February 2026)",
            "ended",
            "2025-03-20",
            id="others know that it ended",
        ),
        pytest.param(
            "ena-rantevou-ola-ta-chartia",
            "Last confirmed: 2 November 2026",
            "running",
            "2026-11-02",
            id="its own publisher confirmed it",
        ),
    ],
)
def test_the_samples_show_who_confirmed_what(
    client: FlaskClient, samples: Samples, file: str, told: str, status: str, when: str
) -> None:
    assert told in words(client.get(samples.url(file, "?lang=en")).text)
    api = client.get(f"/api/1{samples.url(file)}").json
    assert api is not None
    assert (api["status"], api["last_confirmed"]) == (status, when)


def test_lists_say_what_has_ended_and_what_was_confirmed(small: SmallNode) -> None:
    running = small.practice("Still here", status="running", last_confirmed="2025-01-01")
    over = small.practice("Long gone", status="running", last_confirmed="2025-01-01")
    small.publish(
        confirmation(small.x.own_oid(), running, "running", "2026-11-02"),
        confirmation(small.x.own_oid(), over, "ended", "2026-02-20"),
        confirmation(small.x.own_oid(), over, "running", "2025-06-01"),
    )
    items = {
        name: next(part for part in small.get("/").text.split("<article") if name in part)
        for name in ("Still here", "Long gone")
    }
    assert "confirmed 2 November 2026" in items["Still here"]
    assert "Ended" in items["Long gone"]
    assert "Ended" not in items["Still here"]


def test_a_stranger_s_word_ends_nothing_in_a_list(client: FlaskClient, samples: Samples) -> None:
    oid = samples.oids["puente-azahar"]
    page = client.get(f"/organisations/{oid}?lang=en").text
    item = next(
        part for part in page.split("<article") if samples.url("desayunos-de-derechos") in part
    )
    assert "Ended" not in item.split("</article>")[0]
