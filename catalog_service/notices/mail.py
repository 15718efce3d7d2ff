"""Mails, handed over to the operator's own server (``ATLAS_SMTP_URL``)."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from catalog_service.clock import SHANGHAI
from catalog_service.notices.errors import MAIL_NOT_SENT, MAIL_REFUSED, SMTP_NEEDED
from catalog_service.notices.model import Message
from catalog_service.settings import Settings
from catalog_service.settings_urls import MailServer
from ontology.errors import AtlasError, Phrase
from ontology.system_errors import system_reason

_SECONDS: Final = 20.0
"""For each answer of the server."""
_MOST_OF_REPLY: Final = 200


def head(message: Message, sender: str, recipient: str, subject: str) -> EmailMessage:
    """Return a mail without its text, the same with each attempt."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = recipient
    made["Subject"] = subject
    made["Date"] = format_datetime(message.created.astimezone(SHANGHAI))
    made["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    # No out-of-office answers (RFC 3834).
    made["Auto-Submitted"] = "auto-generated"
    return made


def hand_over(settings: Settings, made: EmailMessage) -> None:
    """Give a mail to the operator's server.

    Raises `AtlasError`: ``smtp-needed``, ``mail-not-sent`` for what may pass, ``mail-refused`` for
    an address that the server will never take.
    """
    server, recipient = settings.mail_server, str(made["To"])
    if server is None:
        raise AtlasError(SMTP_NEEDED)
    try:
        _hand_over(server, str(made["From"]), made, recipient)
    except (smtplib.SMTPException, OSError) as error:
        code, reason = _reply(error)
        refused = code is not None and code >= 500 and isinstance(error, _OF_THIS_MESSAGE)
        kind = MAIL_REFUSED if refused else MAIL_NOT_SENT
        raise AtlasError(kind, host=server.host, address=recipient, reason=reason) from error


def sender_address(settings: Settings) -> str:
    """Return the address that mails come from; raises ``smtp-needed``."""
    if settings.mail_server is None or not settings.smtp_from:
        raise AtlasError(SMTP_NEEDED)
    return settings.smtp_from


_OF_THIS_MESSAGE: Final = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
"""What the server says of one message; anything else befalls all of them, and can be mended."""


def _hand_over(server: MailServer, sender: str, made: EmailMessage, recipient: str) -> None:
    context = ssl.create_default_context()
    own_name = sender.rpartition("@")[2]
    smtp: smtplib.SMTP
    if server.tls == "implicit":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, own_name, timeout=_SECONDS, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, own_name, timeout=_SECONDS)
    try:
        if server.tls == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
        smtp.send_message(made, sender, [recipient])
        # It is the server's now: what goes wrong with the farewell is no failure.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _reply(error: Exception) -> tuple[int | None, Phrase | str]:
    """Return the server's code with its own words in one short line, or what went wrong."""
    code: int
    said: bytes | str
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
        case smtplib.SMTPResponseException():
            code, said = error.smtp_code, error.smtp_error
        case smtplib.SMTPServerDisconnected():
            return None, Phrase("it closed the connection")
        case smtplib.SMTPException():
            return None, Phrase("it lacks what is needed: STARTTLS, or a way to log in")
        case OSError():
            return None, system_reason(error)
        case _:
            return None, Phrase("the system reports an error")
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return code, f"{code} {' '.join(text.split())[:_MOST_OF_REPLY]}".rstrip()
