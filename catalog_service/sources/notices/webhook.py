"""Notices by webhook: JSON, signed as Standard Webhooks lays down, sent by the guarded client.

https://www.standardwebhooks.com: ``webhook-id`` stays the same with each attempt, so that a
receiver can leave out what it has; ``webhook-signature`` is ``v1,`` and the HMAC-SHA256, in base64,
of ``id.timestamp.body``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

import orjson

from catalog_service.context import Service
from catalog_service.sources.connection.webhook_receivers import (
    Receiver,
    WebhookReceivers,
    shown_webhook,
)
from catalog_service.sources.errors import WEBHOOK_SECRET_NEEDED
from catalog_service.sources.notices.model import Notice
from catalog_service.user_agent import agent
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError
from ontology.limits import MIB

_TURNS: Final = HostTurns()
"""Apart from those of visits: a notice does not wait until a visit to the same host has ended."""
_LIMITS: Final = RequestLimits(seconds=20, body=MIB)
"""Whoever takes longer to say that it got a notice gets it again."""
_ADDRESSES: Final = frozenset({"url", "target"})
"""Parameters of the client's errors that are addresses."""


def make_secret(atlas: Service, source: str) -> str:
    """Make a new key that signs a source's notices, and return it as `secret_text` does.

    Raises what `SourceSecrets.write` raises.
    """
    return secret_text(WebhookReceivers(atlas.journal, atlas.settings).new_key(source))


def shown_secret(atlas: Service, source: str) -> str | None:
    """Return the key of a source for whoever sets its receiver up; None where there is none."""
    receiver = WebhookReceivers(atlas.journal, atlas.settings).of(source)
    return None if receiver is None else secret_text(receiver.key)


def secret_text(secret: bytes) -> str:
    """Return a key as receivers' libraries take it."""
    return "whsec_" + base64.b64encode(secret).decode()


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``; ``timestamp`` in seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def content(notice: Notice) -> bytes:
    """Return the body, the same with each attempt."""
    report = notice.report
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


def send(atlas: Service, notice: Notice, allow: Iterable[str]) -> None:
    """Send a notice; ``allow``: the inner addresses that may be reached for its source.

    Raises `AtlasError`: ``webhook-secret-needed``, of the file of keys, and of the client for every
    answer but 2xx; none of them shows more of the address than its origin.
    """
    receiver = WebhookReceivers(atlas.journal, atlas.settings).of(notice.source)
    if receiver is None or not receiver.address:
        raise AtlasError(WEBHOOK_SECRET_NEEDED, source=notice.source)
    try:
        _post(atlas, notice, receiver, allow)
    except AtlasError as error:
        for name in _ADDRESSES & error.params.keys():
            error.params[name] = shown_webhook(str(error.params[name]))
        raise


def _post(atlas: Service, notice: Notice, receiver: Receiver, allow: Iterable[str]) -> None:
    body, timestamp = content(notice), int(atlas.clock.now().timestamp())
    with GuardedClient(
        receiver.address,
        turns=_TURNS,
        agent=agent(atlas.settings),
        allow=allow,
        # Repeated by the outbox, after a longer pause.
        politeness=Politeness(attempts=1, longest_wait=0),
        limits=_LIMITS,
    ) as client:
        client.request(
            "POST",
            receiver.address,
            headers={
                "content-type": "application/json",
                "webhook-id": notice.id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signature(receiver.key, notice.id, timestamp, body),
            },
            content=body,
        )
