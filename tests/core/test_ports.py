"""The interfaces to the world outside, and that what implements them fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from node.core.ports import Answer
from tests.support.clock import FixedClock
from tests.support.making import secret

if TYPE_CHECKING:
    from node.core.ports import Clock, Signer


def test_a_key_in_memory_is_a_signer() -> None:
    signer: Signer = secret("signer")
    signer.public.verify(signer.sign(b"message"), b"message")


def test_a_fixed_clock_is_a_clock_in_utc() -> None:
    clock: Clock = FixedClock()
    offset = clock.now().utcoffset()
    assert offset is not None
    assert offset.total_seconds() == 0


def test_an_answer_has_headers_of_its_own() -> None:
    assert Answer(200, b"").headers == {}
    assert Answer(200, b"").headers is not Answer(200, b"").headers
