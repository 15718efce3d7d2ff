"""Bounded thread pools for slow work, apart from the pool that answers pages and look-ups.

Pages and look-ups share forty threads (anyio's default). Writes, SPARQL queries and validations
take seconds and wait for others, so that each kind has a pool of its own: where it is full a
request waits in the event loop, which costs no thread. Nothing that waits for a client runs in one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi import Request

from ontology.errors import AtlasError

T = TypeVar("T")

WRITES: Final = 6
"""Writes at a time: the database takes one after the other, mapping and gate run beside it."""

QUERIES: Final = 72
"""SPARQL queries at a time, those that wait for their turn included: more than may be inside
(`catalog_service.sparql.limits.FULL`), so that who must be refused is refused at once. Few of them
work; one that waits costs some 100 KiB."""

CHECKS: Final = 4
"""Validations at a time."""

TOOLS: Final = QUERIES
"""Batches of other tools that wait for their turn or work (`catalog_service.charged_work`); how
many may be inside is bounded as for queries."""

FIGURES: Final = 4
"""Descriptions of the whole graph at a time; the first of them wait until it has been counted."""


@dataclass(frozen=True, slots=True)
class ThreadPools:
    """The pools of one web process."""

    writes: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(WRITES))
    queries: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(QUERIES))
    checks: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(CHECKS))
    tools: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(TOOLS))
    figures: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(FIGURES))


def thread_pools(request: Request) -> ThreadPools:
    """Return the pools of the application that a request came to."""
    found: ThreadPools = request.app.state.thread_pools
    return found


async def run(limiter: CapacityLimiter, work: Callable[[], T]) -> T:
    """Run ``work`` in a thread as soon as the pool has a place."""
    return await to_thread.run_sync(work, limiter=limiter)


async def run_soon(
    limiter: CapacityLimiter, work: Callable[[], T], seconds: float, late: AtlasError
) -> T:
    """Run ``work`` in a thread; raises ``late`` where the pool has no place for so many seconds."""
    owner = object()
    with anyio.move_on_after(seconds) as waiting:
        await limiter.acquire_on_behalf_of(owner)
    if waiting.cancelled_caught:
        raise late
    try:
        # The place is held already: the thread itself is not counted among those for answers.
        return await to_thread.run_sync(work, limiter=CapacityLimiter(1))
    finally:
        limiter.release_on_behalf_of(owner)
