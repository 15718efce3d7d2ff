"""What other rooms use of notices: the outbox, and what sends its messages."""

from __future__ import annotations

from catalog_service.notices.audience import tell_all
from catalog_service.notices.mail import hand_over, sender_address
from catalog_service.notices.mail import head as mail_head
from catalog_service.notices.model import Message
from catalog_service.notices.organization_webhooks import OrganizationWebhooks
from catalog_service.notices.outbox import NewMessage, Outbox, retarget
from catalog_service.notices.outbox import forget as forget_messages
from catalog_service.notices.outbox import put as put_messages
from catalog_service.notices.persons import (
    Notice,
    PersonalNotices,
    StoredNotice,
    forget_notices,
    forget_notices_of,
)
from catalog_service.notices.resets import ResetMailer
from catalog_service.notices.sending import Send, deliver, send_until
from catalog_service.notices.told_once import forget_told, last_told, note_told
from catalog_service.notices.webhook import HIDDEN, post_webhook, secret_text, shown_webhook

__all__ = [
    "HIDDEN",
    "Message",
    "NewMessage",
    "Notice",
    "OrganizationWebhooks",
    "Outbox",
    "PersonalNotices",
    "ResetMailer",
    "Send",
    "StoredNotice",
    "deliver",
    "forget_messages",
    "forget_notices",
    "forget_notices_of",
    "forget_told",
    "hand_over",
    "last_told",
    "mail_head",
    "note_told",
    "post_webhook",
    "put_messages",
    "retarget",
    "secret_text",
    "send_until",
    "sender_address",
    "shown_webhook",
    "tell_all",
]
