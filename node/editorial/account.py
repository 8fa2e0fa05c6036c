"""One's own account: name, address, language, password, and where one is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from node.editorial import passwords, sessions
from node.editorial.people import check_email, check_name
from node.errors import BadInputError

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.editorial.sessions import Signed
    from node.storage.people import PersonRow
    from node.storage.sessions import SessionRow


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in the list of one's own."""

    row: SessionRow
    #: What it is called in a form; nothing that opens it.
    name: str
    here: bool


def change(d: Editorial, by: Signed, *, name: str, email: str, language: str) -> PersonRow:
    """Change what one is called, the address one signs in with, and the language.

    A new address needs proof of who asks: it is where a link for a new password would go. Raises
    `BadInputError`, `ConflictError` when somebody else has the address, `ProofNeededError`.
    """
    name, email = check_name(name), check_email(email)
    if language not in d.settings.languages:
        raise BadInputError("This node does not speak that language.", language=language)
    if email != by.person.email:
        sessions.require_proof(d, by)
    with d.database.writing() as uow:
        changed = uow.people.change(by.person.id, name=name, email=email, language=language)
        what = [
            member
            for member in ("name", "email", "language")
            if getattr(changed, member) != getattr(by.person, member)
        ]
        if what:
            uow.audit.add(by.person.name, "account changed", {"what": what}, d.now())
    return changed


def change_password(d: Editorial, by: Signed, old: str, new: str, *, address: str) -> int:
    """Change one's password and end all other sessions; return how many there were.

    Raises `WeakPasswordError`, and as `sessions.prove` for the old one.
    """
    passwords.check_strength(new, about=(by.person.name, by.person.email, d.settings.name))
    sessions.prove(d, by, old, address=address)
    kept = passwords.hashed(new)
    with d.database.writing() as uow:
        uow.people.change(by.person.id, password=kept)
        ended = uow.sessions.end_all(by.person.id, but=by.session.token)
        uow.sessions.drop_invitations(by.person.id)
        uow.audit.add(by.person.name, "password changed", {"sessions ended": ended}, d.now())
    return ended


def own_sessions(d: Editorial, by: Signed) -> list[SessionLine]:
    """Return where one is signed in, the present session first."""
    with d.database.reading() as uow:
        rows = [row for row in uow.sessions.of(by.person.id) if row.expires > d.now()]
    lines = [SessionLine(r, name_of(r), r.token == by.session.token) for r in rows if r.complete]
    return sorted(lines, key=lambda line: not line.here)


def end_session(d: Editorial, by: Signed, name: str | None) -> int:
    """End one's other session of this name, or with None all others; return how many ended."""
    if name is None:
        return sessions.end_other(d, by)
    for line in own_sessions(d, by):
        if line.name == name and not line.here:
            return sessions.end_other(d, by, line.row.token)
    return 0


def name_of(row: SessionRow) -> str:
    """Return what a session is called in a form: the start of its token's hash."""
    return row.token.hex()[:16]
