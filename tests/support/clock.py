"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


class FixedClock:
    """Implements `node.core.ports.Clock`; time passes only by `forward`."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def forward(self, **duration: float) -> datetime:
        """Let time pass; takes what `timedelta` takes, such as ``hours=25``."""
        self._now += timedelta(**duration)
        return self._now
