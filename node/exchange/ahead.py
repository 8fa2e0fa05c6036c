"""Work that goes on beside a round: fetching ahead, and checks on other cores."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar, cast

T = TypeVar("T")

_END: Final = object()


def ahead(items: Generator[T, None, None]) -> Generator[T, None, None]:
    """Yield what `items` yields, with the next one always being made in another thread.

    While the caller stores one batch, the next comes over the network. An error of `items` is
    raised where its item would have come, so everything before it is stored first.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="fetch-ahead") as thread:
        coming = thread.submit(next, items, _END)
        try:
            while (item := coming.result()) is not _END:
                coming = thread.submit(next, items, _END)
                yield cast("T", item)
        finally:
            # Whoever stops early waits for the request under way, so none outlives its round.
            coming.exception()
            items.close()
