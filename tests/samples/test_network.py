"""The sample network: who publishes what, and that everything refers to something that is there."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from node.catalogue.confirming import standing
from node.catalogue.staleness import Written, carry
from tests.samples.reading import EXAMPLES, objects, read_network

if TYPE_CHECKING:
    from node.contract import Contract
    from tests.samples.reading import Sample

NETWORK = read_network()
every_sample = pytest.mark.parametrize("sample", NETWORK.samples, ids=lambda s: s.file)
every_organisation = pytest.mark.parametrize(
    "organisation", NETWORK.organisations.values(), ids=lambda o: o["key"]
)
FACETS = {
    "axis": 4,
    "success_factor": 6,
    "outcome": 4,
}
#: How many samples of each kind fill the pages of a demo.
ENOUGH = {
    "organisation": 8,
    "good-practice": 17,
    "training-material": 5,
    "adaptation": 9,
    "review": 3,
    "translation": 5,
    "visit": 2,
    "opportunity": 4,
    "collection": 2,
    "campaign": 1,
    "same-as": 1,
    "confirmation": 3,
    "discussion": 2,
}


def values(name: str) -> set[str]:
    found = set()
    for sample in NETWORK.samples:
        value = sample.body.get(name, [])
        found |= {value} if isinstance(value, str) else set(value)
    return found


def test_every_file_is_published_once_and_every_one_named_is_there() -> None:
    on_disk = {p.name for p in EXAMPLES.glob("*.json")} - {"network.json"}
    published = Counter(s.file for s in NETWORK.samples)
    assert set(published) == on_disk
    assert set(published.values()) == {1}


@every_organisation
def test_an_organisation_is_known_by_a_placeholder_that_looks_like_a_real_one(
    organisation: dict[str, str],
) -> None:
    # 256 bits in 52 letters of five bits leave four bits over, which are zero.
    assert re.fullmatch(r"[a-z2-7]{51}[aq]", organisation["oid"])
    same = [o for o in NETWORK.organisations.values() if o["oid"] == organisation["oid"]]
    assert len(same) == 1


@every_sample
def test_a_record_is_known_by_a_random_uuid(sample: Sample) -> None:
    identity = uuid.UUID(sample.record)
    assert identity.version == 4
    assert str(identity) == sample.record


@every_organisation
def test_an_organisation_introduces_itself_before_anything_else(
    organisation: dict[str, str],
) -> None:
    own = [s for s in NETWORK.samples if s.organisation == organisation["key"]]
    assert own[0].kind == "organisation"
    assert [s.kind for s in own].count("organisation") == 1
    assert own[0].body["countries"] == [organisation["country"]]
    assert own[0].body["language"] == organisation["language"]
    assert organisation["name"] in own[0].body["name"].values()


@every_sample
def test_every_reference_leads_to_a_revision_that_is_published(sample: Sample) -> None:
    for each in objects(sample.body):
        if "origin" in each and "record" in each:
            assert NETWORK.published(each["origin"], each["record"], each.get("revision")), each
            assert sample.record != each["record"]


@every_sample
def test_what_judges_or_carries_over_comes_from_another_organisation(sample: Sample) -> None:
    # To confirm one's own practice, and to speak under it, is what one should do.
    if sample.kind in {"confirmation", "discussion"}:
        return
    for name in ("practice", "subject"):
        if name in sample.body:
            (origin,) = NETWORK.published(**sample.body[name])
            assert origin.organisation != sample.organisation
            if sample.kind == "adaptation":
                assert origin.kind == "good-practice"
                assert not set(origin.body["country"]) & set(sample.body["country"])


@every_sample
def test_revisions_of_a_record_keep_their_kind_and_language(sample: Sample) -> None:
    first = next(s for s in NETWORK.samples if s.record == sample.record)
    assert (first.kind, first.body["language"]) == (sample.kind, sample.body["language"])
    assert sample.revision == 1 or first.body != sample.body


def test_three_nodes_run_and_the_others_live_on_in_copies_at_one_of_them() -> None:
    running = {k for k, o in NETWORK.organisations.items() if o["node"] == "running"}
    dark = {k: o for k, o in NETWORK.organisations.items() if o["node"] == "dark"}
    assert len(running) == 3
    assert len(running) + len(dark) == len(NETWORK.organisations)
    assert {o["relayed_by"] for o in dark.values()} == running
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", o["ended"]) for o in dark.values())


def test_the_samples_are_enough_to_fill_every_page() -> None:
    assert len(NETWORK.samples) >= 55
    assert len({o["country"] for o in NETWORK.organisations.values()}) >= 8


def test_there_are_enough_samples_of_every_kind(contract: Contract) -> None:
    kinds = Counter(s.kind for s in NETWORK.samples)
    assert set(kinds) == set(ENOUGH) == set(contract.kinds)
    assert {kind: count for kind, count in ENOUGH.items() if kinds[kind] < count} == {}


def test_samples_are_written_first_in_many_languages() -> None:
    languages = {s.body["language"] for s in NETWORK.samples}
    assert languages >= {"en", "es", "el", "da", "de", "it", "pl", "ar", "sv", "fi", "fr"}


def test_a_message_is_answered_by_another_organisation() -> None:
    replies = [s for s in NETWORK.samples if "in_reply_to" in s.body]
    assert replies
    for reply in replies:
        (message,) = NETWORK.published(**reply.body["in_reply_to"])
        assert message.kind == reply.kind == "discussion"
        assert message.organisation != reply.organisation
        assert message.body["subject"] == reply.body["subject"]


def test_some_practices_are_confirmed_and_one_is_said_to_have_ended() -> None:
    states = Counter(s.body["state"] for s in NETWORK.samples if s.kind == "confirmation")
    assert states["running"] >= 1
    assert states["ended"] >= 1


def test_two_records_said_to_be_the_same_are_two() -> None:
    for claim in (s.body for s in NETWORK.samples if s.kind == "same-as"):
        assert claim["subject"] != claim["same_as"]


@pytest.mark.parametrize(("facet", "count"), FACETS.items())
def test_every_choice_people_browse_by_finds_a_sample(facet: str, count: int) -> None:
    assert len(values(facet)) == count


def test_a_failure_is_told_in_a_practice_and_in_an_adaptation() -> None:
    failed = [s for s in NETWORK.samples if s.body.get("outcome") == "did-not-work"]
    assert [s.kind for s in failed] == ["adaptation"]
    assert any(
        s.kind == "good-practice" and "did not work" in s.body["title"].get("en", "")
        for s in NETWORK.samples
    )


def test_of_two_translations_that_were_left_behind_one_is_stale(contract: Contract) -> None:
    newest = {(s.organisation, s.record): s for s in NETWORK.samples}
    stale, held, fresh = [], [], []
    for translation in (s for s in NETWORK.samples if s.kind == "translation"):
        (subject,) = NETWORK.published(**translation.body["subject"])
        now = newest[subject.organisation, subject.record]
        fields = contract.kinds[subject.kind].fields
        before, after = (
            Written(fields, each.body, each.body["language"]) for each in (subject, now)
        )
        carried = carry(before, after, translation.body["fields"], translation.body["language"])
        heap = fresh if now is subject else stale if carried.stale else held
        heap.append(translation.file)
    assert stale == ["maqha-al-lugha-ar.json"]
    assert held == ["jalasat-al-huquq-ar.json"]
    assert len(fresh) >= 3


def test_one_review_was_left_behind_by_what_it_judged() -> None:
    newest = {(s.organisation, s.record): s.revision for s in NETWORK.samples}
    behind = []
    for review in (s for s in NETWORK.samples if s.kind == "review"):
        (subject,) = NETWORK.published(**review.body["subject"])
        if newest[subject.organisation, subject.record] > subject.revision:
            behind.append(review.file)
    assert behind == ["review-one-appointment.json"]


def test_one_record_was_last_confirmed_years_ago() -> None:
    today = date(2026, 11, 23)
    newest = {(s.organisation, s.record): s for s in NETWORK.samples}
    found = [
        s.file
        for s in newest.values()
        if s.kind != "organisation" and standing("", s.body, (), today).old
    ]
    assert found == ["deutsch-auf-der-baustelle.json"]


def test_practices_of_several_countries_were_tried_elsewhere() -> None:
    tried = [s for s in NETWORK.samples if s.kind == "adaptation"]
    parents = {NETWORK.published(**s.body["practice"])[0].organisation for s in tried}
    assert len(parents) >= 4
    assert len({s.organisation for s in tried}) >= 4


def trials(practice: str) -> dict[str, str]:
    """Return how the adaptations of a practice went, by country."""
    return {
        s.body["country"][0]: s.body["outcome"]
        for s in NETWORK.samples
        if s.kind == "adaptation" and s.body["practice"]["record"] == practice
    }


def record_of(file: str) -> str:
    return next(s.record for s in NETWORK.samples if s.file == file)


def test_one_practice_went_three_ways_in_three_countries() -> None:
    assert trials(record_of("familievenner.json")) == {
        "ES": "did-not-work",
        "DE": "worked",
        "PL": "worked-in-part",
    }


def test_a_practice_grew_out_of_an_adaptation_and_was_adapted_itself() -> None:
    assert trials(record_of("sprogcafe-paa-biblioteket.json")) == {"GR": "worked"}
    grown = next(s for s in NETWORK.samples if s.file == "parea-me-ta-paidia-dipla.json")
    (adapted,) = [NETWORK.published(**each)[0] for each in grown.body["based_on"]]
    assert (adapted.file, adapted.kind) == ("parea-sti-vivliothiki.json", "adaptation")
    assert trials(grown.record) == {"SE": "worked-in-part"}


def test_a_practice_was_tried_once_elsewhere() -> None:
    assert trials(record_of("shadow-share-solo.json")) == {"DK": "worked-in-part"}


def test_whoever_tried_something_says_why_it_went_so_and_what_conditions_were_met() -> None:
    for sample in (s for s in NETWORK.samples if s.kind == "adaptation"):
        assert sample.body["why"][sample.body["language"]]
        assert all(c["met"] for c in sample.body["conditions"])
