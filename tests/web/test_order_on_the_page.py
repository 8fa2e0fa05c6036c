"""What stands where: what decides comes first, and what colour alone would say is also words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from node.exchange.drafts import Draft
from node.exchange.publishing import revise
from tests.support.nodes import practice

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.making import SmallNode
    from tests.web.samples import Samples


def test_what_decides_stands_before_the_story(small: SmallNode) -> None:
    record = small.practice(status="ended", cost_band="small", evidence_type=["monitoring-data"])
    page = small.get(f"/records/{record}").text
    glance, story = page.index('id="glance"'), page.index('class="record-main"')
    assert glance < story
    for fact in ("Spain", "ended", "1,000 to 10,000", "CC BY 4.0"):
        assert fact in page[glance:story], fact


def test_the_verdict_stands_above_the_title(client: FlaskClient, samples: Samples) -> None:
    adaptations = [
        samples.url(file)
        for file in samples.records
        if ">Adaptation<" in client.get(samples.url(file)).text.split("<h1")[0]
    ]
    assert adaptations
    for url in adaptations:
        head = client.get(url, headers={"Accept-Language": "en"}).text.split("<h1")[0]
        badge = r'class="badge[^"]* code-[^"]*"[^>]*>(?:<svg.*?</svg>)<span[^>]*>([^<]+)<'
        said = re.findall(badge, head, flags=re.DOTALL)
        assert said, url


def test_paper_tells_where_the_record_is(small: SmallNode) -> None:
    record = small.practice()
    page = small.get(f"/records/{record}", Host="evil.example").text
    on_paper = page[page.index('class="print-only') :].split("</p>")[0]
    assert f"{small.x.settings.url}/records/{record}" in on_paper
    assert "evil.example" not in on_paper
    assert small.x.own_oid()[:4] in on_paper


def test_a_difference_can_be_read_without_seeing_the_marks(small: SmallNode) -> None:
    before = practice(results={"en": "We helped 46 people."})
    after = practice(results={"en": "We helped 53 people."})
    record = small.publish(Draft(kind=before.kind, body=before.body))[0]
    revise(small.x, record, after)
    page = small.get(f"/records/{record}/changes?from=1&to=2").text
    shown = re.sub(r"<[^>]+>", "", page[page.index('class="diff"') :].split("</p>")[0])
    assert "4653" not in shown
    assert "Removed: 46" in shown
    assert "Added: 53" in shown
