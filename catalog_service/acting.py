"""Who acts just now, and from where: what an entry of the audit names without being told.

A request carries it in a context variable, which threads of the request's work share. Outside of
requests it is the process: whoever runs commands on the machine, or the worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

WORKER: Final = "worker"
"""The process that visits sources by their schedules."""
ANYBODY: Final = "public"
"""Whoever sends a request and has not said who that is."""
ASKER: Final = "asker"
"""Whoever brought a case up, whose name stands in the case alone, where it can be erased."""


def _nowhere() -> None:
    return None


@dataclass(slots=True)
class Acting:
    """Who acts: ``person:ID``, ``token:ID``, ``cli``, ``worker`` or ``public``."""

    actor: str
    find_network: Callable[[], str | None] = _nowhere
    """The client's network, looked up only where an entry needs it; None: this machine."""


_process = Acting("cli")
_ACTING: Final = ContextVar[Acting]("acting")


def acting() -> Acting:
    """Return who acts in this request, or in this process."""
    return _ACTING.get(_process)


def act_as_process(name: str) -> None:
    """Name what acts in this process outside of requests: ``cli`` until this is called."""
    _process.actor = name


def known_as(actor: str) -> None:
    """Note who sent the request that is being answered; outside of requests nothing is noted."""
    found = _ACTING.get(None)
    if found is not None:
        found.actor = actor


@contextmanager
def acting_for(actor: str, find_network: Callable[[], str | None] = _nowhere) -> Iterator[Acting]:
    """Have ``actor`` act within the block: a request, or work that is done for somebody."""
    made = Acting(actor, find_network)
    before = _ACTING.set(made)
    try:
        yield made
    finally:
        _ACTING.reset(before)
