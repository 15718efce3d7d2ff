"""How many validations run at a time for clients without a token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from catalog_service.http.errors import RATE_LIMITED
from ontology.errors import AtlasError

AT_A_TIME: Final = 2
"""Validations without a token that one web process runs at a time."""
RETRY_SECONDS: Final = 5


class ValidationSlots:
    """Limits how many validations without a token run at a time; others are told to come again.

    Waiting would hold one of the threads that answer everybody else.
    """

    def __init__(self, at_a_time: int = AT_A_TIME) -> None:
        self._free = BoundedSemaphore(at_a_time)

    @contextmanager
    def slot(self, *, free: bool) -> Iterator[None]:
        """Count the block as one validation unless it is ``free``; raises ``rate-limited``."""
        if free:
            yield
            return
        if not self._free.acquire(blocking=False):
            raise AtlasError(RATE_LIMITED, seconds=RETRY_SECONDS, retry_after=RETRY_SECONDS)
        try:
            yield
        finally:
            self._free.release()
