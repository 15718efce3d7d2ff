"""Group commit: concurrent writes share one transaction, and its one wait for the disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Final, Generic, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

MOST: Final = 32
"""Writes in one transaction at most: other processes wait for its end."""

Result = TypeVar("Result")
Transaction = TypeVar("Transaction")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Transaction]):
    """One write: its function, and its result once it is done."""

    write: Callable[[Transaction], object]
    alone: bool = False
    done: bool = False
    result: object = None
    error: BaseException | None = None


class _RefusedError(Exception):
    """A write that failed in a shared transaction, of which nothing is committed."""


class GroupCommit(Generic[Transaction]):
    """Runs the writes of all threads of a process, in the order in which they came.

    The thread whose turn it is also executes the writes that wait behind its own. SQLite makes
    writers wait for each other by sleeping up to 100 ms at a time, and each commit waits for the
    disk: one by one, twelve writers together reached half the rate of a single one.
    """

    def __init__(self, open_: Callable[[], AbstractContextManager[Transaction]]) -> None:
        """``open_`` begins a transaction that commits at the end of its block."""
        self._open = open_
        self._queue: deque[_Waiting[Transaction]] = deque()
        self._adding = Lock()
        self._turn = Lock()
        """Held by the thread that executes the waiting writes."""

    def run(self, write: Callable[[Transaction], Result]) -> Result:
        """Return what ``write`` returns, once it is committed.

        It may be called twice, the first time in a transaction that is rolled back: where one of
        several writes fails, each is tried again by itself. Raises what ``write`` raises, and what
        prevents the transaction; then nothing of it is committed.
        """
        own = _Waiting(write)
        with self._adding:
            self._queue.append(own)
        try:
            with self._turn:
                while not own.done:
                    self._write_next()
        finally:
            if not own.done:
                # Interrupted: the other threads go on with their own writes.
                with self._adding:
                    self._queue.remove(own)
        if own.error is not None:
            raise own.error
        return own.result  # type: ignore[return-value]  # what `write` returned

    def _write_next(self) -> None:
        with self._adding:
            group = list(islice(self._queue, MOST))
        if any(one.alone for one in group):
            group = group[:1]
        error: Exception | None = None
        try:
            with self._open() as transaction:
                for one in group:
                    self._attempt(one, transaction, shared=len(group) > 1)
        except _RefusedError:
            for one in group:
                one.alone = True
            return
        except Exception as raised:
            error = raised
        with self._adding:
            for one in group:
                one.error = error
                one.done = True
                self._queue.popleft()

    @staticmethod
    def _attempt(one: _Waiting[Transaction], transaction: Transaction, *, shared: bool) -> None:
        try:
            one.result = one.write(transaction)
        except DBAPIError as error:
            if shared and isinstance(error, IntegrityError | DataError):
                raise _RefusedError from error
            # A fault of the database itself, which would strike the other writes too.
            raise
        except Exception as error:
            if shared:
                raise _RefusedError from error
            raise
