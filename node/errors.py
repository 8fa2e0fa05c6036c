"""Every error Footbridge raises on purpose: one root, five families.

The families say who must act, because that is what a person needs to know:

=========================  =====================================================
`BadInputError`            the one who gave these words or bytes changes them
`PermissionDeniedError`    somebody with the right to do this does it instead
`PeerMisbehavesError`      the peer's keeper; we keep what was verified before
`PeerUnreachableError`     nobody: the next round tries again
`DamageError`              this node's keeper: something at home is not as it must be
=========================  =====================================================

An error is a whole sentence for a person (`message`), what to do next (`hint`) and facts for
programs (`facts`). Errors of other libraries are converted at the edge where they appear.
"""

from __future__ import annotations


class FootbridgeError(Exception):
    """The root. Catch it where a message is shown; raise one of the families."""

    #: A short stable name for programs and tests, such as ``not-canonical``.
    code = "error"

    def __init__(self, message: str, *, hint: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.facts = facts

    def explain(self) -> str:
        """Return the message and, where there is one, the hint, as one text for a person."""
        return f"{self.message} {self.hint}".strip()


class BadInputError(FootbridgeError):
    """Words or bytes that were given to us are not acceptable as they are."""

    code = "bad-input"


class NotFoundError(BadInputError):
    """What was asked for is not held here."""

    code = "not-found"


class GoneError(NotFoundError):
    """What was asked for was erased for good and will never be served again."""

    code = "gone"


class ConflictError(BadInputError):
    """The thing has changed since the caller last saw it; both versions are kept."""

    code = "conflict"


class PermissionDeniedError(FootbridgeError):
    """The caller may not do this."""

    code = "permission-denied"


class PeerMisbehavesError(FootbridgeError):
    """A peer sent something that does not verify. Nothing it sent in this step was kept."""

    code = "peer-misbehaves"


class PeerUnreachableError(FootbridgeError):
    """A peer could not be reached, or was too slow. Nothing is wrong with what we hold."""

    code = "peer-unreachable"


class DamageError(FootbridgeError):
    """Something at home (a folder, key, database, disk) is not as it must be."""

    code = "damage"
