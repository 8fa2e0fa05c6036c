"""The interface's own sentences in the reader's language; typed, since Flask-Babel is not.

``_("...")`` and ``ngettext`` with literal texts are collected by `make translations`.
"""

from __future__ import annotations

import flask_babel


def gettext(message: str, **variables: object) -> str:
    """Return an interface text in the reader's language; ``%(name)s`` takes `variables`."""
    return str(flask_babel.gettext(message, **variables))


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """Return the form of a text that fits a number, which ``%(num)s`` stands for."""
    return str(flask_babel.ngettext(singular, plural, num, **variables))
