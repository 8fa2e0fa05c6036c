"""Pages that are kept until something changes, so that many readers of one record cost little.

A page of a record depends on the store, the address, the reader's languages and the day (an offer
may be over since midnight), and on nothing else: no hour, no visitor. So a finished page is kept
under exactly these, together with the number of the last change in the store. Any change at all (a
new record, a withdrawal, an erasure) gives another number, and no page that was made before is
shown again; erased words do not live on here. Each kept page has an ETag, so that a reader who
comes back over a slow link gets 304.

The search follows the store a moment later and the state of the exchange depends on the clock;
their pages are not kept.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from flask import Response, current_app, request

from node.web.context import runtime
from node.web.i18n import interface_language, reading_languages

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as AnyResponse

#: What all kept pages of one process may take, in bytes; some 300 pages of records.
MAX_BYTES = 8 * 1024**2
EXTENSION = "footbridge.pages"

Key = tuple[object, ...]


class Pages:
    """Finished pages by key, the longest unused dropped first. Safe for threads."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._pages: OrderedDict[Key, bytes] = OrderedDict()
        self._stamp = -1
        self._bytes = 0
        self._lock = Lock()

    def get(self, stamp: int, key: Key) -> bytes | None:
        """Return the page made at this change number, or None."""
        with self._lock:
            if stamp != self._stamp or key not in self._pages:
                return None
            self._pages.move_to_end(key)
            return self._pages[key]

    def put(self, stamp: int, key: Key, page: bytes) -> None:
        """Keep a page; those of an earlier change number are dropped."""
        with self._lock:
            if stamp < self._stamp:
                return
            if stamp > self._stamp:
                self._pages.clear()
                self._stamp, self._bytes = stamp, 0
            self._bytes += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._bytes > self._max_bytes:
                _key, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped)


def kept(make: Callable[[], str]) -> AnyResponse:
    """Answer this request with the page that is kept for it, made by `make` when there is none."""
    pages: Pages = current_app.extensions.setdefault(EXTENSION, Pages())
    # The number is read before the page is made: a change in between makes it old at once.
    stamp = runtime().database.stamp()
    today = runtime().clock.now().date()
    key = (request.full_path, interface_language(), reading_languages(), today)
    page = pages.get(stamp, key)
    if page is None:
        page = make().encode()
        pages.put(stamp, key, page)
    response = Response(page, mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(hashlib.sha256(page).hexdigest()[:32], weak=True)
    return response.make_conditional(request)
