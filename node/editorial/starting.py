"""The first person of a node, and the code that shows who may be it.

A new node may be reachable by strangers before its keeper opens it. Whoever can read the node's
home or the output of its start is its keeper; a stranger who reaches the page first is not.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from node.editorial import passwords
from node.editorial.people import check_email, check_name
from node.editorial.rights import FIRST_ROLES
from node.errors import ConflictError

if TYPE_CHECKING:
    from node.editorial.context import Editorial
    from node.storage.people import PersonRow

#: Where the code of a node without people is kept until the first one was added.
SETUP = "desk-setup-code"


def add_first(d: Editorial, *, name: str, email: str, password: str, language: str) -> PersonRow:
    """Add the first person of a node, with every role. Raises `ConflictError` when one is there."""
    name, email = check_name(name), check_email(email)
    passwords.check_strength(password, about=(name, email, d.settings.name))
    kept = passwords.hashed(password)
    with d.database.writing() as uow:
        if uow.people.count():
            raise ConflictError(
                "This node has people already.",
                hint="Sign in, or ask its keeper for an invitation.",
            )
        person = uow.people.add(
            name=name, email=email, roles=FIRST_ROLES, language=language, created=d.now()
        )
        person = uow.people.change(person.id, password=kept)
        uow.settings.remove(SETUP)
        uow.audit.add(name, "first person added", {"person": person.id}, d.now())
    return person


def has_people(d: Editorial) -> bool:
    """Say whether the node has its first person."""
    with d.database.reading() as uow:
        return uow.people.count() > 0


def setup_code(d: Editorial) -> str:
    """Return the code that the keeper of a new node shows, made when it is first asked for.

    Raises `ConflictError` once there are people: the code opens nothing then.
    """
    with d.database.writing() as uow:
        if uow.people.count():
            raise ConflictError(
                "This node has people already, so there is no code.",
                hint="Let somebody in by `footbridge user add`, or a new password by `user reset`.",
            )
        code = str(uow.settings.get(SETUP, ""))
        if not code:
            code = "-".join(secrets.token_hex(2) for _ in range(3))
            uow.settings.put(SETUP, code)
    return code


def is_setup_code(d: Editorial, typed: str) -> bool:
    """Say whether this is the code, however it was typed."""
    with d.database.reading() as uow:
        code = str(uow.settings.get(SETUP, ""))
    plain = "".join(letter for letter in typed.casefold() if letter.isalnum())
    return bool(code) and secrets.compare_digest(plain.encode(), code.replace("-", "").encode())
