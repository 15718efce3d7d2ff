"""Work for other tools' requests, charged to the share that a client has for its queries.

A batch of names to reconcile, or a thousand records in another form, costs as much as a query does,
and is done by the web process itself: a few at a time, so that pages and look-ups find it free.
Clients take turns, as they do with their queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar

from fastapi import Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.http.access import authenticate, client_network, depend_on_token
from catalog_service.http.thread_pools import ThreadPools, run_soon, thread_pools
from catalog_service.site.error_pages import error_response
from catalog_service.sparql.errors import SPARQL_BUSY
from catalog_service.sparql.model import Client
from catalog_service.sparql.turns import Turns
from catalog_service.work_time import limited
from ontology.errors import AtlasError

T = TypeVar("T")

PLACES: Final = 2
"""Pieces of work at a time in one process."""

PATIENCE: Final = 15.0
"""Seconds that a request waits for its turn."""

_SOON: Final = 5.0
"""Seconds that it waits for a thread before; there are more of them than may be inside."""

_AGAIN: Final = 5

_turns: Final = Turns(PLACES)


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
    request: Request,
    atlas: Service,
    work: Callable[[], Response],
    refuse: Callable[[AtlasError], Response] | None = None,
) -> Response:
    """Answer within the client's share, and tell what is left of it, also where it is refused.

    ``refuse`` makes the answer of an error: ``sparql-budget``, ``sparql-at-once``,
    ``sparql-busy``, ``not-authenticated``, and what ``work`` raises.
    """
    client: Client | None = None

    def respond() -> Response:
        nonlocal client
        client = client_of(request)
        return _charge(atlas, client, work)

    try:
        answer = await run_soon(thread_pools(request).tools, respond, _SOON, _busy())
    except AtlasError as error:
        answer = (refuse or partial(error_response, request))(error)
    if client is not None:
        answer.headers.update(atlas.sparql.allowance(client).fields())
    return answer


async def run_charged(
    atlas: Service, pools: ThreadPools, client: Client, work: Callable[[], T]
) -> T:
    """Return what ``work`` returns, done in a thread within a client's share.

    Raises `AtlasError`: ``sparql-budget``, ``sparql-at-once``, ``sparql-busy``, and what ``work``
    raises.
    """
    return await run_soon(pools.tools, partial(_charge, atlas, client, work), _SOON, _busy())


def _charge(atlas: Service, client: Client, work: Callable[[], T]) -> T:
    with atlas.sparql.working(client, _turn(client)), limited():
        return work()


@contextmanager
def _turn(client: Client) -> Iterator[None]:
    """Hold one of the places, once it is the client's turn; raises ``sparql-busy``."""
    if not _turns.enter(client, PATIENCE):
        raise _busy()
    try:
        yield
    finally:
        _turns.leave(client)


def _busy() -> AtlasError:
    return AtlasError(SPARQL_BUSY, retry_after=_AGAIN)
