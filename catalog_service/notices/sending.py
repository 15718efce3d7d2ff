"""Sends what the outbox holds; runs inside the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Final

import structlog

from catalog_service.context import Service
from catalog_service.errors import INTERNAL
from catalog_service.notices.errors import MAIL_REFUSED
from catalog_service.notices.model import Message
from catalog_service.notices.outbox import Outbox
from catalog_service.stored_errors import stored_error
from ontology.errors import AtlasError

Send = Callable[[Service, Message], bool]
"""Sends a message of a kind; False where nobody wants it any more. Raises `AtlasError`."""

LOOK_EVERY: Final = 5.0
"""Seconds between two looks into the outbox."""
AT_ONCE: Final = 8
"""Messages sent side by side, so that a receiver that hangs holds up few others."""
TIDY_EVERY: Final = timedelta(hours=6)

_log = structlog.get_logger(__name__)


def send_until(
    atlas: Service,
    stop: Event,
    senders: Mapping[str, Send],
    before: Callable[[Service], object] = lambda _atlas: None,
) -> None:
    """Send messages of these kinds until ``stop`` is set; ``before`` is called with each look."""
    tidied: datetime | None = None
    while not stop.wait(LOOK_EVERY):
        try:
            before(atlas)
            while deliver(atlas, senders) and not stop.is_set():
                pass
            now = atlas.clock.now()
            if tidied is None or now - tidied >= TIDY_EVERY:
                Outbox(atlas.journal, atlas.clock).forget_old()
                tidied = now
        except AtlasError as error:
            # The journal cannot be read or written now: the next look tries again.
            _log.warning("notices-not-looked-for", error=str(error))


def deliver(atlas: Service, senders: Mapping[str, Send]) -> int:
    """Try once to send what is due of these kinds; return how many messages that were."""
    outbox = Outbox(atlas.journal, atlas.clock)
    claimed = outbox.claim(AT_ONCE, senders.keys())
    if claimed:
        with ThreadPoolExecutor(AT_ONCE, "notice") as pool:
            list(pool.map(lambda one: _deliver(atlas, outbox, senders[one.kind], one), claimed))
    return len(claimed)


def _deliver(atlas: Service, outbox: Outbox, send: Send, message: Message) -> None:
    log = _log.bind(notice=message.id, kind=message.kind, channel=message.channel)
    try:
        wanted = send(atlas, message)
    except AtlasError as error:
        log.warning("notice-not-sent", attempts=message.attempts, error=error.code)
        outbox.put_back(message, stored_error(error), for_good=error.kind is MAIL_REFUSED)
        return
    except Exception:
        # A fault of ours in one message must not keep the others from being sent.
        log.exception("notice-failed")
        fault = AtlasError(INTERNAL, incident=message.id)
        outbox.put_back(message, stored_error(fault), for_good=False)
        return
    outbox.end(message, "sent" if wanted else "dropped")
    if wanted:
        log.info("notice-sent", attempts=message.attempts)
