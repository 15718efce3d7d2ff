"""How long the work for one request may take; asked between its steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from catalog_service.errors import WORK_TOO_LONG
from ontology.errors import AtlasError

LONGEST: Final = 20
"""Seconds of work for one request of another tool."""

_AGAIN: Final = 1

_end: ContextVar[float | None] = ContextVar("end of the work for a request", default=None)


@contextmanager
def limited(seconds: float = LONGEST) -> Iterator[None]:
    """Have `check_time` stop the work of the block after so many seconds."""
    token = _end.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def check_time() -> None:
    """Raise ``work-too-long`` where the time of the work is up; outside `limited` there is none."""
    end = _end.get()
    if end is not None and time.monotonic() >= end:
        raise AtlasError(WORK_TOO_LONG, seconds=LONGEST, retry_after=_AGAIN)
