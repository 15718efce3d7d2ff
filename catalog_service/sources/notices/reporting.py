"""What a source's notices report, and to whom, as its settings want it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from catalog_service.context import Service
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.notices.model import Report
from catalog_service.sources.notices.outbox import Addressed, Outbox


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
        Outbox(atlas.journal, atlas.clock).put(*told)
