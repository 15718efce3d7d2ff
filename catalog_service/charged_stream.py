"""A long answer that is made part by part, each charged to the share that a client has.

An answer that has begun cannot be refused any more: where the share is used up meanwhile, the next
part waits until the client would be let in again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Final

import anyio
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from catalog_service.charged_work import client_of, run_charged
from catalog_service.context import Service
from catalog_service.http.thread_pools import thread_pools
from catalog_service.sparql.errors import SPARQL_AT_ONCE, SPARQL_BUDGET, SPARQL_BUSY
from ontology.errors import AtlasError

_AGAIN: Final = 5
_PASSING: Final = (SPARQL_AT_ONCE, SPARQL_BUDGET, SPARQL_BUSY)


async def charged_parts(
    request: Request, atlas: Service, parts: Iterator[bytes]
) -> AsyncIterator[bytes]:
    """Return the parts, of which the first is made already.

    Raises `AtlasError` for that one: ``sparql-budget``, ``sparql-at-once``, ``sparql-busy``,
    ``not-authenticated``, and what making it raises.
    """
    client = await run_in_threadpool(client_of, request)

    async def made() -> bytes | None:
        return await run_charged(atlas, thread_pools(request), client, partial(next, parts, None))

    return _from_first(await made(), made)


async def _from_first(
    first: bytes | None, made: Callable[[], Awaitable[bytes | None]]
) -> AsyncIterator[bytes]:
    part = first
    while part is not None:
        yield part
        part = await _patiently(made)


async def _patiently(made: Callable[[], Awaitable[bytes | None]]) -> bytes | None:
    while True:
        try:
            return await made()
        except AtlasError as error:
            if error.kind not in _PASSING:
                raise
            seconds = error.params.get("retry_after")
            await anyio.sleep(seconds if isinstance(seconds, int | float) else _AGAIN)
