"""Licences by their SPDX names: those under which texts, data and materials are published.

The schema takes any name, since SPDX grows. A name that is not among these is mostly a slip or a
word of one's own, and then readers cannot tell what they may do.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from node.contract.guard.texts import Finding

_FAMILIES = re.compile(
    r"CC-BY(-NC)?(-SA|-ND)?-(1\.0|2\.0|2\.5|3\.0|4\.0)(-[A-Z]{2,3})?"
    r"|(A|L)?GPL-[123]\.[01](-only|-or-later)?"
    r"|GFDL-1\.[123](-only|-or-later)?"
    r"|EUPL-1\.[012]"
    r"|OGL-UK-[123]\.0"
    r"|LicenseRef-[A-Za-z0-9.-]+"
)
_SINGLE = frozenset(
    {"CC0-1.0", "CC-PDDC", "PDDL-1.0", "ODbL-1.0", "ODC-By-1.0", "Unlicense", "0BSD", "MIT-0"}
    | {"DL-DE-BY-2.0", "DL-DE-ZERO-2.0", "etalab-2.0", "NLOD-1.0", "NLOD-2.0", "OGL-Canada-2.0"}
    | {"CDLA-Permissive-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0", "LAL-1.2", "LAL-1.3"}
    | {"MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "OFL-1.1"}
)
#: What somebody may have meant, by the same name in small letters without its version.
_USUAL = {
    "cc0": "CC0-1.0",
    **{
        f"cc-by{terms}".lower(): f"CC-BY{terms}-4.0"
        for terms in ("", "-SA", "-NC", "-ND", "-NC-SA", "-NC-ND")
    },
    "odbl": "ODbL-1.0",
    "gfdl": "GFDL-1.3-or-later",
    "eupl": "EUPL-1.2",
}
_VERSION = re.compile(r"-[0-9.]+(-int)?$")
_ALIKE = 0.75


def find_unknown_licence(name: str) -> Iterator[Finding]:
    """Give a finding when the name is not known, with the one that was probably meant."""
    if name in _SINGLE or _FAMILIES.fullmatch(name):
        return
    by_small = {known.lower(): known for known in _SINGLE} | _USUAL
    small = name.lower()
    exact = by_small.get(small) or by_small.get(_VERSION.sub("", small))
    near = [] if exact else difflib.get_close_matches(small, by_small, n=1, cutoff=_ALIKE)
    meant = exact or (by_small[near[0]] if near else "")
    yield Finding("unknown-licence", "expected-licence", name, suggestion=meant)
