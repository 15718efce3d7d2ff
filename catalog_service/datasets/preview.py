"""The first rows of a dataset's file, fetched from its publisher when somebody wants to see them.

Off unless the operator allows it (``ATLAS_PREVIEW``). Only public addresses are reached, through
the guarded client (docs/requests.md), for datasets that anybody may take without applying; answers
are small, quick, and kept in memory for an hour, failures for ten minutes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from catalog_service.clock import Clock
from catalog_service.datasets.description_model import Description, file_addresses
from catalog_service.datasets.errors import PREVIEW_BUSY, PREVIEW_FAILED
from catalog_service.settings import Settings
from catalog_service.user_agent import agent
from harvesters.mapping.web_addresses import has_user, is_web
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns, Politeness
from harvesters.readers.sample_rows import KINDS, Kind, Sample, sample_rows
from ontology.errors import AtlasError

ROWS: Final = 10
KEPT: Final = 64
"""Files whose first rows are kept in memory, those asked for last."""
AT_ONCE: Final = 2
"""Files that one process fetches at the same time; who comes then is told to come again."""
_FRESH: Final = timedelta(hours=1)
_FAILED: Final = timedelta(minutes=10)
_LIMITS: Final = RequestLimits(
    seconds=8.0, connect_seconds=4.0, body=4 * 1024 * 1024, ratio=50, redirects=3
)
_OPEN: Final = "unconditional"


@dataclass(frozen=True, slots=True)
class Target:
    """The file that is looked into."""

    url: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file, and when they were fetched."""

    sample: Sample
    fetched: datetime


def target_of(description: Description) -> Target | None:
    """Return the first file whose rows may be shown; None where there is none.

    Anybody must be allowed to take the dataset, and its format must be one that is read.
    """
    if description.open_type is None or description.open_type.notation != _OPEN:
        return None
    for access in (*description.samples, *description.distributions):
        kind = (access.format.notation or "") if access.format is not None else ""
        if kind not in KINDS or access.requires_application:
            continue
        for address in file_addresses(description, access):
            # The client demands as much; an address that is none is not offered.
            if is_web(address) and not has_user(address):
                return Target(address, kind)
    return None


class Previews:
    """Fetches first rows and keeps them for a while; safe to share between threads.

    ``allow`` holds inner addresses that may be reached: none but in tests.
    """

    def __init__(self, settings: Settings, clock: Clock, allow: tuple[str, ...] = ()) -> None:
        self._settings = settings
        self._clock = clock
        self._allow = allow
        self._turns = HostTurns()
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._kept: OrderedDict[Target, tuple[datetime, Preview | str]] = OrderedDict()

    def of(self, target: Target) -> Preview:
        """Return the first rows of a file.

        Raises `AtlasError`: ``preview-busy`` where others are being fetched, ``preview-failed``
        where the file cannot be had or read.
        """
        found = self._known(target)
        if found is None:
            if not self._places.acquire(blocking=False):
                raise AtlasError(PREVIEW_BUSY)
            try:
                found = self._keep(target, self._fetched(target))
            finally:
                self._places.release()
        if isinstance(found, str):
            raise AtlasError(PREVIEW_FAILED, reason=found)
        return found

    def _known(self, target: Target) -> Preview | str | None:
        """Return what is kept of a file: its rows, or why it could not be had."""
        with self._lock:
            kept = self._kept.get(target)
            if kept is None:
                return None
            until, found = kept
            if until < self._clock.now():
                del self._kept[target]
                return None
            self._kept.move_to_end(target)
            return found

    def _keep(self, target: Target, found: Preview | str) -> Preview | str:
        span = _FAILED if isinstance(found, str) else _FRESH
        with self._lock:
            self._kept[target] = (self._clock.now() + span, found)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _fetched(self, target: Target) -> Preview | str:
        try:
            with GuardedClient(
                target.url,
                turns=self._turns,
                agent=agent(self._settings),
                allow=self._allow,
                politeness=Politeness(attempts=1, longest_wait=0.0),
                limits=_LIMITS,
            ) as client:
                content = client.request("GET", target.url).content
            sample = sample_rows(content, target.url, target.kind, ROWS)
        except AtlasError as error:
            return error.code
        except (ValueError, RecursionError):
            return "not-readable"
        return Preview(sample, self._clock.now())
