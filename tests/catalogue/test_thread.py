"""A conversation: answers below what they answer, in order, with gaps where somebody withdrew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from node.catalogue.thread import Thread, get_thread
from node.exchange.drafts import Draft
from node.exchange.publishing import withdraw
from tests.catalogue.making import Shelf
from tests.support.clock import FixedClock
from tests.support.making import record_id

if TYPE_CHECKING:
    from typing import Protocol

    class Say(Protocol):
        """Publishes a message."""

        def __call__(self, text: str, to: str | None = None, origin: str | None = None) -> str: ...


@pytest.fixture
def say(shelf: Shelf) -> Say:
    """Publish a message an hour after the one before; return its id."""

    def publish(text: str, to: str | None = None, origin: str | None = None) -> str:
        assert isinstance(shelf.x.clock, FixedClock)
        shelf.x.clock.forward(hours=1)
        body: dict[str, Any] = {"text": {"en": text}, "language": "en"}
        if to is None:
            body["room"] = {"origin": shelf.oid, "name": "cafe"}
        else:
            body["in_reply_to"] = {"origin": origin or shelf.oid, "record": to}
        return shelf.publish(Draft(kind="discussion", body=body))[0]

    return publish


def outline(thread: Thread) -> list[tuple[str, int]]:
    """Return what each message says with its depth, in order."""
    found = []
    waiting = [(thread.first, 0)]
    while waiting:
        message, depth = waiting.pop(0)
        found.append((message.text.get("en", message.state), depth))
        waiting = [(answer, depth + 1) for answer in message.answers] + waiting
    return found


def test_answers_stand_below_what_they_answer_the_oldest_first(shelf: Shelf, say: Say) -> None:
    question = say("Who pays the coffee?")
    first = say("The library.", question)
    say("The town.", question)
    last = say("Since when?", first)
    whole = [("Who pays the coffee?", 0), ("The library.", 1), ("Since when?", 2), ("The town.", 1)]
    for record in (question, first, last):
        thread = get_thread(shelf.catalogue, record)
        assert outline(thread) == whole
        assert [each.record for each in thread.messages if each.here] == [record]
        assert thread.complete


def test_a_message_that_nobody_answered_is_a_conversation_of_its_own(
    shelf: Shelf, say: Say
) -> None:
    assert len(get_thread(shelf.catalogue, say("Hello?")).messages) == 1


def test_a_withdrawn_question_stays_as_a_gap_above_its_answers(shelf: Shelf, say: Say) -> None:
    question = say("Who pays?")
    answer = say("We do.", question)
    withdraw(shelf.x, question, "mistaken")
    thread = get_thread(shelf.catalogue, answer)
    assert outline(thread) == [("withdrawn", 0), ("We do.", 1)]
    assert thread.first.publisher.oid == shelf.oid


def test_an_answer_to_what_never_came_names_the_gap(shelf: Shelf, say: Say) -> None:
    answer = say("I agree.", record_id(5), "q" * 52)
    thread = get_thread(shelf.catalogue, answer)
    assert (thread.first.state, thread.first.origin) == ("absent", "q" * 52)


def test_a_long_conversation_is_cut_and_says_so(shelf: Shelf, say: Say) -> None:
    last = say("0")
    for number in range(1, 16):
        last = say(str(number), last)
    thread = get_thread(shelf.catalogue, last)
    assert not thread.complete
    assert ("15", 12) in outline(thread)
