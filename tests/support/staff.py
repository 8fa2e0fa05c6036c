"""A node with staff: one person of each role, signed in, with a browser each.

    made = staffed(tmp_path)
    made.ana                       # Staff: `.by` for use cases, `.client` for pages
    made.editor.post("/desk/…", {"field": "value"})

Passwords are not hashed here but where a test signs in; sessions are opened as after a sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from node.app import create_app
from node.editorial import sessions
from node.editorial.access_views import COOKIE, CSRF, token_for
from node.editorial.context import Editorial
from node.editorial.rights import CONTRIBUTOR, EDITOR, FIRST_ROLES, FUNDER, KEEPER, TRANSLATOR
from tests.support.nodes import make_exchange
from tests.web.making import node_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from node.editorial.sessions import Signed

#: What a password's hash is here: no password fits it, and it shows that one was chosen.
CHOSEN = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43


@dataclass
class Staff:
    """One person with an open session."""

    d: Editorial
    app: Flask
    token: str

    @property
    def by(self) -> Signed:
        """Return them as use cases take them."""
        found = sessions.current(self.d, self.token)
        assert found is not None
        return found

    @property
    def id(self) -> int:
        """Return their number."""
        return self.by.person.id

    @property
    def client(self) -> FlaskClient:
        """Return a new browser in which they are signed in."""
        client = self.app.test_client()
        client.set_cookie(COOKIE, self.token, domain="localhost")
        return client

    def get(self, address: str, **headers: str) -> TestResponse:
        """Open a page; ``Accept_Language`` becomes the header Accept-Language."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(address, headers=named)

    def post(self, address: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """Send a form of the desk, with its token."""
        return self.client.post(address, data={CSRF: self.csrf, **(data or {})})

    @property
    def csrf(self) -> str:
        """Return the token that forms of this session carry."""
        return token_for(self.token)


@dataclass
class Staffed:
    """The node and its people."""

    d: Editorial
    app: Flask
    everything: Staff
    contributor: Staff
    other: Staff
    editor: Staff
    translator: Staff
    keeper: Staff
    funder: Staff

    @property
    def roles(self) -> dict[str, Staff]:
        """Return one person for each role, by the role."""
        return {
            CONTRIBUTOR: self.contributor,
            EDITOR: self.editor,
            TRANSLATOR: self.translator,
            KEEPER: self.keeper,
            FUNDER: self.funder,
        }


def staffed(folder: Path, **settings: Any) -> Staffed:
    """Make a node with people of every role; ``other`` is a second contributor."""
    x = make_exchange(folder, **settings)
    app = create_app(node_of(x))
    app.config["TESTING"] = True
    d = Editorial(x)
    people = {
        "everything": FIRST_ROLES,
        "contributor": (CONTRIBUTOR,),
        "other": (CONTRIBUTOR,),
        "editor": (EDITOR,),
        "translator": (TRANSLATOR,),
        "keeper": (KEEPER,),
        "funder": (FUNDER,),
    }
    made = {name: Staff(d, app, signed_in(d, name, roles)) for name, roles in people.items()}
    return Staffed(d, app, **made)


def signed_in(d: Editorial, name: str, roles: tuple[str, ...]) -> str:
    """Add a person and open a session for them; return its token."""
    with d.database.writing() as uow:
        person = uow.people.add(
            name=name.capitalize(),
            email=f"{name}@puente.example",
            roles=roles,
            language="en",
            created=d.now(),
        )
        person = uow.people.change(person.id, password=CHOSEN)
        return sessions.open_session(d, uow, person, agent="a test")
