"""Writers of one process wait for their turn before they take a connection.

A writer that waits for the database's own lock holds a connection of the pool. Where enough of them
wait, none is left for readers, nor for what the writer whose turn it is looks up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa

PATIENCE: Final = 60
"""Seconds that a writer waits here; then it waits for the database, which says what is wrong."""

_LOCKS: WeakKeyDictionary[sa.Engine, threading.Lock] = WeakKeyDictionary()
_MAKING: Final = threading.Lock()


class _Open(threading.local):
    """The write transactions that a thread has open, by engine."""

    def __init__(self) -> None:
        self.connections: dict[sa.Engine, sa.Connection] = {}


_OPEN: Final = _Open()


def written_with(engine: sa.Engine) -> sa.Connection | None:
    """Return the connection with which this thread writes now; None: it does not write."""
    return _OPEN.connections.get(engine)


@contextmanager
def writes_with(engine: sa.Engine, connection: sa.Connection) -> Iterator[None]:
    """Have this thread read over the connection with which it writes."""
    _OPEN.connections[engine] = connection
    try:
        yield
    finally:
        _OPEN.connections.pop(engine, None)


@contextmanager
def in_turn(engine: sa.Engine) -> Iterator[None]:
    """Wait until no other thread of this process writes."""
    lock = _lock(engine)
    taken = lock.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if taken:
            lock.release()


def _lock(engine: sa.Engine) -> threading.Lock:
    with _MAKING:
        return _LOCKS.setdefault(engine, threading.Lock())
