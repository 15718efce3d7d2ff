"""Notices of sources by webhook: what they say, and the key that signs them."""

from __future__ import annotations

import orjson

from catalog_service.context import Service
from catalog_service.notices.service import secret_text
from catalog_service.sources.connection.webhook_receivers import WebhookReceivers
from catalog_service.sources.notices.model import Report


def make_secret(atlas: Service, source: str) -> str:
    """Make a new key that signs a source's notices, and return it as `secret_text` does.

    Raises what `SourceSecrets.write` raises.
    """
    return secret_text(WebhookReceivers(atlas.journal, atlas.settings).new_key(source))


def shown_secret(atlas: Service, source: str) -> str | None:
    """Return the key of a source for whoever sets its receiver up; None where there is none."""
    receiver = WebhookReceivers(atlas.journal, atlas.settings).of(source)
    return None if receiver is None else secret_text(receiver.key)


def content(report: Report) -> bytes:
    """Return the body, the same with each attempt."""
    return orjson.dumps(
        {
            "type": "harvest.ended" if report.run else "harvest.not-begun",
            "timestamp": report.at,
            "data": {
                "source": report.source,
                "title": report.title,
                "run": report.run,
                "status": report.status,
                "counters": report.counters,
                "error": report.error,
                "url": report.url,
            },
        }
    )
