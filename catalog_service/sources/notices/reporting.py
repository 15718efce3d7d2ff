"""What a source's notices report, and to whom, as its settings want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from catalog_service.context import Service
from catalog_service.journal import Journal
from catalog_service.notices.service import Message, NewMessage, Outbox, shown_webhook
from catalog_service.sources.connection.harvest_settings import Channel
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.notices.model import KIND, Report

Addressed = tuple[Report, Sequence[tuple[Channel, str]]]
"""A report, and where it goes."""


def messages_of(report: Report, targets: Sequence[tuple[Channel, str]]) -> list[NewMessage]:
    """Return a report as messages for the outbox, one for each target."""
    data = report.to_data()
    return [NewMessage(KIND, report.source, channel, target, data) for channel, target in targets]


def notices_of(journal: Journal, source: str, limit: int = 50) -> list[Message]:
    """Return the notices of a source, the newest first, as they may be shown."""
    found = Outbox(journal, journal.clock).about(KIND, source, limit)
    return [replace(one, target=shown_target(one)) for one in found]


def shown_target(message: Message) -> str:
    """Return where a notice goes, as it may be shown."""
    return shown_webhook(message.target) if message.channel == "webhook" else message.target


def reported(
    atlas: Service,
    source: HarvestSource,
    *,
    run: str | None,
    status: str,
    counters: Mapping[str, int],
    error: Mapping[str, Any] | None,
) -> Addressed | None:
    """Return how a visit ended and whom to tell; None where nobody wants to know."""
    targets = source.settings.notice_targets()
    if not targets:
        return None
    name = source.source
    registered = atlas.journal.source(name)
    page = f"{atlas.settings.public_url}/sources/{quote(name)}/runs/{quote(run)}" if run else None
    report = Report(
        source=name,
        title=registered.title if registered is not None else name,
        run=run,
        status=status,
        at=atlas.clock.now().isoformat(timespec="seconds"),
        counters=dict(counters),
        error=error,
        url=page,
    )
    return (report, targets) if report.is_told(source.settings.notify_on) else None


def tell_not_begun(atlas: Service, source: HarvestSource, error: Mapping[str, Any]) -> None:
    """Put it into the outbox that a planned visit could not begin."""
    told = reported(atlas, source, run=None, status="failed", counters={}, error=error)
    if told is not None:
        Outbox(atlas.journal, atlas.clock).put(messages_of(*told))
