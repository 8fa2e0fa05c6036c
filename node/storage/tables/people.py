"""The node's own people: who may sign in, how, and which sessions are open. Nothing here travels.

A secret that a person holds (a password, a session's token, an invitation) is kept as its hash.
The seed of a second factor has to be kept as it is; the database is as secret as the key file.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from node.storage.tables.base import BigId, Json, Moment, Words, metadata

people = Table(
    "people",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Words, nullable=False),
    Column("email", Words, nullable=False),
    #: The address folded to lower case: two people never share one.
    Column("email_key", Words, nullable=False, unique=True),
    Column("roles", Json, nullable=False),
    Column("language", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("totp_seed", LargeBinary),
    #: The last time step whose code was used; a code counts once.
    Column("totp_step", Integer, nullable=False),
    Column("recovery_codes", Json, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_seen", Moment),
    Column("deactivated", Moment),
    # A number is never given again, so the audit trail never speaks of somebody else.
    sqlite_autoincrement=True,
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("credential", LargeBinary, primary_key=True),
    Column("person", BigId, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("name", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_used", Moment),
    Index(None, "person"),
)

#: Logins at a provider of single sign-on (OpenID Connect): its issuer and its name for somebody.
person_logins = Table(
    "person_logins",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("person", BigId, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("email", Words, nullable=False),
    Column("created", Moment, nullable=False),
    Column("last_used", Moment),
    # An address that was given to somebody else at the provider opens nobody's account twice.
    UniqueConstraint("person", "issuer"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", LargeBinary(32), primary_key=True),
    Column("person", BigId, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    #: What the browser called itself, for the list of sessions.
    Column("agent", Words, nullable=False),
    #: False between the password and the second factor; such a session may do nothing else.
    Column("complete", Boolean, nullable=False),
    #: Until when the person need not prove again who they are before a grave act.
    Column("proved_until", Moment),
    #: Small things that belong to this session: a challenge of a passkey, what to say once.
    Column("data", Json, nullable=False),
    Index(None, "person"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("token", LargeBinary(32), primary_key=True),
    #: invite: a new person; reset: an existing one chooses a new password.
    Column("purpose", Text, nullable=False),
    Column("person", BigId, ForeignKey("people.id", ondelete="CASCADE")),
    Column("email", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("roles", Json, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("created_by", BigId, ForeignKey("people.id", ondelete="SET NULL")),
)

throttles = Table(
    "throttles",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", Moment, nullable=False),
    Column("blocked_until", Moment),
)
