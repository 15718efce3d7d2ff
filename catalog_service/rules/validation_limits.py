"""How much of the rules' time is given to those who show no token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from fastapi import Request

from catalog_service.http.errors import RATE_LIMITED, VALIDATION_TOO_LARGE
from catalog_service.http.request_bodies import Body, receive_whole
from harvesters.limits import MIB
from ontology.errors import AtlasError

PLACES: Final = 2
"""Validations without a token that one web process runs at a time."""

RETRY_SECONDS: Final = 5

VALIDATION_SECONDS: Final = 60.0
"""How long one validation may take, with a token too: it holds a thread that answers others."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one validation may hold."""

    engine: str
    records: int
    mebibytes: int

    def exceeded(self) -> AtlasError:
        """Return the error that says so, and what to do."""
        return AtlasError(
            VALIDATION_TOO_LARGE, engine=self.engine, records=self.records, size=self.mebibytes
        )


WITHOUT_TOKEN: Final[Mapping[str, Allowance]] = {
    "shacl": Allowance("shacl", 1_000, 8),
    "pyshacl": Allowance("pyshacl", 20, 1),
}
"""By engine: about a second's work, and some seconds' of the referee, which is slower."""


class Turns:
    """Places for those without a token; who finds none is asked to come again, not to wait.

    Waiting would hold one of the threads that answer everybody else.
    """

    def __init__(self, places: int = PLACES) -> None:
        self._places = BoundedSemaphore(places)

    @contextmanager
    def turn(self, *, free: bool) -> Iterator[None]:
        """Hold a place for the block, or none where ``free``; raises ``rate-limited``."""
        if free:
            yield
            return
        if not self._places.acquire(blocking=False):
            raise AtlasError(RATE_LIMITED, seconds=RETRY_SECONDS, retry_after=RETRY_SECONDS)
        try:
            yield
        finally:
            self._places.release()


async def read_body(request: Request, allowance: Allowance | None) -> Body:
    """Receive the body, no more of it than is allowed; raises ``validation-too-large``."""
    if allowance is None:
        return await receive_whole(request)
    return await receive_whole(request, allowance.mebibytes * MIB, allowance.exceeded())
