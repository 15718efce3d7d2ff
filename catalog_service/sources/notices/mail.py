"""Notices of sources by e-mail, in both languages: who reads it is not known here."""

from __future__ import annotations

from email.message import EmailMessage

from catalog_service.notices.service import Message, mail_head
from catalog_service.sources.notices.model import Report
from catalog_service.sources.notices.texts import body, subject


def mail_of(message: Message, report: Report, sender: str) -> EmailMessage:
    """Return a notice as a mail, the same with each attempt."""
    made = mail_head(message, sender, message.target, subject(report))
    made.set_content(body(report))
    return made
