"""What a licence allows, in one sentence, so that nobody has to guess whether reuse is allowed.

Only licences that are common for texts are explained; any other is shown by its SPDX identifier
with a link to its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from node.web.words import gettext as _

_CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)$")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as it is shown."""

    name: str
    href: str
    #: What the reader may do, "" where we do not say.
    meaning: str


def licence(identifier: str) -> Licence:
    """Return name, address and meaning for an SPDX identifier."""
    if identifier == "CC0-1.0":
        return Licence(
            "CC0 1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            _("You may copy, change and use it for anything."),
        )
    match = _CREATIVE_COMMONS.match(identifier)
    if match is None:
        return Licence(identifier, f"https://spdx.org/licenses/{identifier}.html", "")
    terms, version = match.groups()
    return Licence(
        f"CC {terms} {version}",
        f"https://creativecommons.org/licenses/{terms.lower()}/{version}/",
        _meaning(terms),
    )


def _meaning(terms: str) -> str:
    if terms == "BY":
        return _("You may copy, translate and adapt it if you name the source.")
    if terms == "BY-SA":
        return _("You may copy and adapt it if you name the source and share alike.")
    if terms == "BY-NC":
        return _("You may copy and adapt it if you name the source and earn nothing with it.")
    if terms == "BY-NC-SA":
        return _(
            "You may copy and adapt it if you name the source, earn nothing with it and share "
            "alike."
        )
    if terms == "BY-ND":
        return _("You may copy it unchanged if you name the source.")
    return _("You may copy it unchanged if you name the source and earn nothing with it.")
