"""Addresses made from the one that is being looked at.

Another page, another filter, another language: everything a reader chose stays in the address, so
that a page can be sent to a colleague as it is.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict


def here(**changes: str | int | None) -> str:
    """Return this address with some parameters changed; None takes one away."""
    args = MultiDict(request.args)
    for name, value in changes.items():
        args.poplist(name)
        if value is not None:
            args[name] = str(value)
    return _address(args)


def without(name: str, value: str | None = None) -> str:
    """Return this address without one value of a parameter (None: all), from the first page."""
    args = MultiDict(request.args)
    kept = [] if value is None else [held for held in args.poplist(name) if held != value]
    args.poplist(name)
    args.poplist("page")
    args.setlist(name, kept)
    return _address(args)


def api_docs() -> str:
    """Return where the documentation of the open interface is."""
    return f"{request.script_root}/api/docs"


def _address(args: MultiDict[str, str]) -> str:
    query = urlencode(list(args.items(multi=True)))
    return request.script_root + request.path + (f"?{query}" if query else "")
