"""E-mail, where the keeper has set a mail server: plain text, one person, no pictures, no tracking.

A mail that cannot be sent is told to whoever caused it and never stops what they did: an invitation
is shown as a link as well.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Protocol

from node.errors import FootbridgeError

if TYPE_CHECKING:
    from datetime import datetime

    from node.config import Settings

#: Seconds that a person waits for the mail server, at most, at each of its answers.
PATIENCE = 10
STARTTLS, TLS = "starttls", "tls"


class MailFailedError(FootbridgeError):
    """The mail server did not take the mail. What it was about was done all the same."""

    code = "mail-failed"


class Mailer(Protocol):
    """Sends mail."""

    def send(self, *, to: str, name: str, subject: str, text: str, at: datetime) -> None:
        """Send one mail to one person. Raises `MailFailedError`."""


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends by the mail server of the settings (SMTP, RFC 5321)."""

    settings: Settings

    def send(self, *, to: str, name: str, subject: str, text: str, at: datetime) -> None:
        """Send one mail to one person. Raises `MailFailedError`."""
        s = self.settings
        try:
            mail = EmailMessage()
            mail["From"] = Address(s.name, addr_spec=s.smtp_from)
            mail["To"] = Address(name, addr_spec=to)
            # A line break would begin a header of its own; the library refuses it.
            mail["Subject"] = subject
            mail["Date"] = format_datetime(at)
            mail["Message-ID"] = make_msgid(domain=s.smtp_from.rpartition("@")[2])
            mail["Auto-Submitted"] = "auto-generated"
            mail.set_content(text)
            with self._connected() as server:
                if s.smtp_user:
                    server.login(s.smtp_user, s.smtp_password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
            raise MailFailedError(
                "The e-mail could not be sent.",
                hint="Check the mail server in the node's settings.",
                why=type(error).__name__,
            ) from error

    def _connected(self) -> smtplib.SMTP:
        s, context = self.settings, ssl.create_default_context()
        if s.smtp_security == TLS:
            return smtplib.SMTP_SSL(s.smtp_host, s.smtp_port, timeout=PATIENCE, context=context)
        server = smtplib.SMTP(s.smtp_host, s.smtp_port, timeout=PATIENCE)
        if s.smtp_security == STARTTLS:
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


def mailer_of(settings: Settings) -> Mailer | None:
    """Return what mail goes out by; None where no mail server is set."""
    return SmtpMailer(settings) if settings.smtp_host else None
