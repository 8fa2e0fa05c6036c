"""The publish guard: what a person should look at once more before signing.

What was signed is copied to every partner and can only be erased, not unsaid. So before the
signature the guard asks about

* personal data: e-mail addresses, telephone numbers, identity numbers, and a person's name beside
  an age, an origin or the details of a case (a beneficiary never appears; a contact is an
  organisation and a role);
* what readers miss: a licence, what the results are based on, a picture's description and the
  consent of its people, files that the body names and the record does not carry;
* members that no field of the kind has, and licences that nobody knows by that name;
* links that others cannot or must not open, and text that stands under the wrong language.

Most findings are warnings: a question, which a person may answer with an `Acknowledgement`. The
`HARD_RULES` (severity ``error``) have no exception. One module holds one check; `looking` says
which looks where; the words of each language are data in ``words/``.
"""

from node.contract.guard.acknowledging import (
    HARD_RULES,
    WARNINGS,
    Acknowledgement,
    BadAcknowledgementError,
    unacknowledged,
)
from node.contract.guard.links import DeadLinks, is_public_address
from node.contract.guard.looking import LANGUAGE_CHECKS, TEXT_CHECKS, warnings_of

__all__ = [
    "HARD_RULES",
    "LANGUAGE_CHECKS",
    "TEXT_CHECKS",
    "WARNINGS",
    "Acknowledgement",
    "BadAcknowledgementError",
    "DeadLinks",
    "is_public_address",
    "unacknowledged",
    "warnings_of",
]
