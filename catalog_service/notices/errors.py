"""Kinds of errors of notices."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

SMTP_NEEDED: Final = ErrorKind(
    "smtp-needed",
    "No e-mail can be sent: set ATLAS_SMTP_URL to a mail server, and ATLAS_SMTP_FROM to the "
    "address that notices come from.",
    status=503,
)
MAIL_NOT_SENT: Final = ErrorKind(
    "mail-not-sent",
    "The mail server {host} did not take the notice to {address}: {reason}. It is tried again; if "
    "it stays so, check ATLAS_SMTP_URL and ATLAS_SMTP_FROM.",
    status=502,
)
MAIL_REFUSED: Final = ErrorKind(
    "mail-refused",
    "The mail server {host} refuses the notice to {address} for good: {reason}. Mend the address, "
    "at the source (`atlas source add ID --notify-email …`) or of the account.",
    status=502,
)
WEBHOOK_ADDRESS_INVALID: Final = ErrorKind(
    "webhook-address-invalid",
    "This address cannot get notices. Give one that begins with https:// (or http://), names a "
    "host, and has at most 2,000 characters.",
    status=422,
)
UNKNOWN_KIND: Final = ErrorKind(
    "unknown-notice-kind",
    "There is no choice {mail!r} for notices of the kind {notice!r}. `/notices/preferences` lists "
    "both.",
    status=422,
)
UNSUBSCRIBE_INVALID: Final = ErrorKind(
    "unsubscribe-invalid",
    "This link ends nobody's mails: it was cut off or changed on its way. Use the whole link of "
    "the mail, or sign in and choose at /notices/preferences.",
    status=403,
)
PEOPLE_ONLY: Final = ErrorKind(
    "people-only",
    "Notices are told to people, and a token is none. Sign in to see yours.",
    status=403,
)
