"""Work for other tools' requests, charged to the share that a client has for its queries.

A batch of names to reconcile, or a thousand records in another form, costs as much as a query does,
and is done by the web process itself: a few at a time, so that pages and look-ups find it free.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.http.access import authenticate, client_network, depend_on_token
from catalog_service.http.thread_pools import run_soon, thread_pools
from catalog_service.sparql.errors import SPARQL_BUSY
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError

PATIENCE: Final = 15.0
"""Seconds that a request waits for one of the few threads."""

_AGAIN: Final = 5


def client_of(request: Request) -> Client:
    """Return who asks: the bearer of a token, or a network.

    Raises `AtlasError` (``not-authenticated``) for a token that is not valid.
    """
    depend_on_token(request)
    bearer = authenticate(request)
    if bearer is None:
        return Client(client_network(request))
    return Client(f"token {bearer.id}", registered=True)


async def respond_charged(
    request: Request, atlas: Service, work: Callable[[], Response]
) -> Response:
    """Answer within the client's share, and tell what is left of it.

    Raises `AtlasError`: ``sparql-budget``, ``sparql-at-once``, ``sparql-busy``, and what ``work``
    raises.
    """
    charged = _Charged(request, atlas, work)
    busy = AtlasError(SPARQL_BUSY, retry_after=_AGAIN)
    return await run_soon(thread_pools(request).tools, charged.respond, PATIENCE, busy)


class _Charged:
    def __init__(self, request: Request, atlas: Service, work: Callable[[], Response]) -> None:
        self._request = request
        self._atlas = atlas
        self._work = work

    def respond(self) -> Response:
        client = client_of(self._request)
        with self._atlas.sparql.working(client):
            answer = self._work()
        answer.headers.update(self._atlas.sparql.allowance(client).fields())
        return answer
