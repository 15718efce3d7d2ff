"""Sends what the outbox holds; runs inside the worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.errors import INTERNAL
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.connection.source_store import SourceStore
from catalog_service.sources.connection.webhook_receivers import WebhookReceivers
from catalog_service.sources.errors import MAIL_REFUSED, NOT_HARVESTED
from catalog_service.sources.notices import mail, webhook
from catalog_service.sources.notices.model import Notice
from catalog_service.sources.notices.outbox import Outbox
from catalog_service.sources.stored_errors import stored_error
from ontology.errors import AtlasError

LOOK_EVERY: Final = 5.0
"""Seconds between two looks into the outbox."""
AT_ONCE: Final = 8
"""Notices sent side by side, so that a receiver that hangs holds up few others."""
TIDY_EVERY: Final = timedelta(hours=6)

_log = structlog.get_logger(__name__)


def run(atlas: Service, stop: Event) -> None:
    """Send notices until ``stop`` is set."""
    try:
        WebhookReceivers(atlas.journal, atlas.settings).hide_all()
    except AtlasError as error:
        _log.warning("webhooks-not-hidden", error=str(error))
    tidied: datetime | None = None
    while not stop.wait(LOOK_EVERY):
        try:
            while deliver(atlas) and not stop.is_set():
                pass
            now = atlas.clock.now()
            if tidied is None or now - tidied >= TIDY_EVERY:
                Outbox(atlas.journal, atlas.clock).forget_old()
                tidied = now
        except AtlasError as error:
            # The journal cannot be read or written now: the next look tries again.
            _log.warning("notices-not-looked-for", error=str(error))


def deliver(atlas: Service) -> int:
    """Try once to send what is due; return how many notices that were."""
    outbox = Outbox(atlas.journal, atlas.clock)
    claimed = outbox.claim(AT_ONCE)
    if claimed:
        with ThreadPoolExecutor(AT_ONCE, "notice") as pool:
            list(pool.map(lambda notice: _deliver(atlas, outbox, notice), claimed))
    return len(claimed)


def _deliver(atlas: Service, outbox: Outbox, notice: Notice) -> None:
    log = _log.bind(notice=notice.id, source=notice.source, channel=notice.channel)
    settings = _settings(atlas, notice.source)
    if settings is None or (notice.channel, notice.target) not in settings.notice_targets():
        outbox.end(notice, "dropped")
        return
    try:
        if notice.channel == "webhook":
            webhook.send(atlas, notice, settings.allow)
        else:
            mail.send(atlas.settings, notice)
    except AtlasError as error:
        log.warning("notice-not-sent", attempts=notice.attempts, error=error.code)
        outbox.put_back(notice, stored_error(error), for_good=error.kind is MAIL_REFUSED)
        return
    except Exception:
        # A fault of ours in one notice must not keep the others from being sent.
        log.exception("notice-failed")
        outbox.put_back(
            notice, stored_error(AtlasError(INTERNAL, incident=notice.id)), for_good=False
        )
        return
    outbox.end(notice, "sent")
    log.info("notice-sent", attempts=notice.attempts)


def _settings(atlas: Service, source: str) -> HarvestSettings | None:
    try:
        return SourceStore(atlas.journal, atlas.clock).source(source).settings
    except AtlasError as error:
        if error.kind is not NOT_HARVESTED:
            raise
        return None
