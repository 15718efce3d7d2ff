"""Messages by webhook: JSON, signed as Standard Webhooks lays down, sent by the guarded client.

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
from urllib.parse import urlsplit

from catalog_service.context import Service
from catalog_service.user_agent import agent
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from ontology.errors import AtlasError
from ontology.limits import MIB

HIDDEN: Final = "/…"
"""What stands for the path and query of a webhook's address, where receivers have their tokens."""
_TURNS: Final = HostTurns()
"""Apart from those of visits: a notice does not wait until a visit to the same host has ended."""
_LIMITS: Final = RequestLimits(seconds=20, body=MIB)
"""Whoever takes longer to say that it got a notice gets it again."""
_ADDRESSES: Final = frozenset({"url", "target"})
"""Parameters of the client's errors that are addresses."""


def shown_webhook(address: str) -> str:
    """Return the address of a webhook as it is shown: its origin, and ``/…`` for the rest."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{HIDDEN}"


def secret_text(secret: bytes) -> str:
    """Return a key as receivers' libraries take it."""
    return "whsec_" + base64.b64encode(secret).decode()


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``; ``timestamp`` in seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def post_webhook(
    atlas: Service,
    message_id: str,
    body: bytes,
    *,
    address: str,
    key: bytes,
    allow: Iterable[str] = (),
) -> None:
    """Send a message to a receiver; ``allow``: the inner addresses that may be reached for it.

    Raises `AtlasError` of the client for every answer but 2xx; none shows more of the address than
    its origin.
    """
    try:
        _post(atlas, message_id, body, address, key, allow)
    except AtlasError as error:
        for name in _ADDRESSES & error.params.keys():
            error.params[name] = shown_webhook(str(error.params[name]))
        raise


def _post(
    atlas: Service, message_id: str, body: bytes, address: str, key: bytes, allow: Iterable[str]
) -> None:
    timestamp = int(atlas.clock.now().timestamp())
    with GuardedClient(
        address,
        turns=_TURNS,
        agent=agent(atlas.settings),
        allow=allow,
        # Repeated by the outbox, after a longer pause.
        politeness=Politeness(attempts=1, longest_wait=0),
        limits=_LIMITS,
    ) as client:
        client.request(
            "POST",
            address,
            headers={
                "content-type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signature(key, message_id, timestamp, body),
            },
            content=body,
        )
