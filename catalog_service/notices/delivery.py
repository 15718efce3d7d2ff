"""The worker's task: digests are gathered, what is for persons and organizations is sent."""

from __future__ import annotations

from threading import Event
from typing import Final

from catalog_service.context import Service
from catalog_service.notices.digests import gather
from catalog_service.notices.organization_webhooks import (
    ORGANIZATION_NOTICE,
    send_to_organization,
)
from catalog_service.notices.person_mail import send_to_person
from catalog_service.notices.persons import DIGEST, NOTICE
from catalog_service.notices.sending import Send, send_until

SENDERS: Final[dict[str, Send]] = {
    NOTICE: send_to_person,
    DIGEST: send_to_person,
    ORGANIZATION_NOTICE: send_to_organization,
}


def run(atlas: Service, stop: Event) -> None:
    """Send until ``stop`` is set."""
    send_until(atlas, stop, SENDERS, before=lambda given: gather(given.journal))
