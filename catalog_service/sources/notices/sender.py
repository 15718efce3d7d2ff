"""Sends the notices of sources; runs inside the worker."""

from __future__ import annotations

from threading import Event

import structlog

from catalog_service.context import Service
from catalog_service.notices.service import (
    Message,
    hand_over,
    post_webhook,
    send_until,
    sender_address,
)
from catalog_service.notices.service import deliver as deliver_kinds
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.connection.source_store import SourceStore
from catalog_service.sources.connection.webhook_receivers import WebhookReceivers
from catalog_service.sources.errors import NOT_HARVESTED, WEBHOOK_SECRET_NEEDED
from catalog_service.sources.notices.mail import mail_of
from catalog_service.sources.notices.model import KIND, Report
from catalog_service.sources.notices.reporting import shown_target
from catalog_service.sources.notices.webhook import content
from ontology.errors import AtlasError

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event) -> None:
    """Send notices until ``stop`` is set."""
    try:
        WebhookReceivers(atlas.journal, atlas.settings).hide_all()
    except AtlasError as error:
        _log.warning("webhooks-not-hidden", error=str(error))
    send_until(atlas, stop, {KIND: send})


def deliver(atlas: Service) -> int:
    """Try once to send what is due; return how many notices that were."""
    return deliver_kinds(atlas, {KIND: send})


def send(atlas: Service, message: Message) -> bool:
    """Send one notice; False where its source no longer names the address.

    Raises `AtlasError`: ``webhook-secret-needed``, of the file of keys, and what sending raises.
    """
    settings = _settings(atlas, message.about)
    target = (message.channel, shown_target(message))
    if settings is None or target not in settings.notice_targets():
        return False
    report = Report.from_data(message.data)
    if message.channel == "email":
        hand_over(atlas.settings, mail_of(message, report, sender_address(atlas.settings)))
        return True
    receiver = WebhookReceivers(atlas.journal, atlas.settings).of(message.about)
    if receiver is None or not receiver.address:
        raise AtlasError(WEBHOOK_SECRET_NEEDED, source=message.about)
    post_webhook(
        atlas,
        message.id,
        content(report),
        address=receiver.address,
        key=receiver.key,
        allow=settings.allow,
    )
    return True


def _settings(atlas: Service, source: str) -> HarvestSettings | None:
    try:
        return SourceStore(atlas.journal, atlas.clock).source(source).settings
    except AtlasError as error:
        if error.kind is not NOT_HARVESTED:
            raise
        return None
