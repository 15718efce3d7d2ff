"""The status of the projections, for other processes: ``{home}/projections.json``.

A file, because it is read often (each ``?wait=true`` looks every few milliseconds) and changes
with every batch: neither should load the journal's database. It is replaced as a whole; where it
is lost, the next batch writes it again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock

import structlog

from catalog_service.clock import Clock
from catalog_service.graph.files import replace_text
from catalog_service.projections.errors import PROJECTION_BEHIND
from ontology.errors import AtlasError, Phrase

_LOOK_EVERY = 0.01

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProjectionStatus:
    """One projection: the last change applied, and the last that its readers see."""

    name: str
    applied: int = 0
    published: int = 0
    head: int = 0
    """The end of the journal when the projection last looked."""
    mark: str = ""
    """Which change of which journal ``published`` is (`Journal.mark`)."""
    changed: str = ""
    """When this was written: ISO 8601, UTC."""
    rebuilding: bool = False
    error: str | None = None
    """The error of the last failure, in English; None while all goes well."""
    error_seq: int | None = None
    error_iri: str | None = None
    attempts: int = 0
    """How often the same thing has failed in a row."""

    @property
    def lag(self) -> int:
        """How many changes readers do not see yet."""
        return max(0, self.head - self.published)


@dataclass(frozen=True, slots=True)
class Status:
    """All projections of a data folder, and the process that runs or last ran them."""

    pid: int
    projections: tuple[ProjectionStatus, ...]

    def reached(self, seq: int, mark: Callable[[int], str] | None = None) -> bool:
        """Tell whether readers of every projection see change ``seq``.

        With ``mark`` (`Journal.mark`) a status that was written for another journal does not
        count.
        """
        return bool(self.projections) and all(
            p.published >= seq and (mark is None or p.mark == mark(p.published))
            for p in self.projections
        )


def read_status(home: Path) -> Status | None:
    """Return what was written last; None where no projection has run yet."""
    try:
        found = json.loads((home / "projections.json").read_text(encoding="utf-8"))
        projections = tuple(ProjectionStatus(**item) for item in found["projections"])
        return Status(int(found["pid"]), projections)
    except OSError:
        # Missing, or unreadable for a moment (too many open files): callers ask again.
        return None
    except (ValueError, TypeError, KeyError):
        # Written by another version of the program: the next batch replaces it.
        return None


class StatusBoard:
    """The writer's side; safe to share between threads.

    A file that cannot be written (a full disk) is no failure of a projection: it is logged once,
    and written again with every post, also one that changes nothing.
    """

    def __init__(self, home: Path, clock: Clock, names: Iterable[str]) -> None:
        self._path = home / "projections.json"
        self._clock = clock
        self._lock = Lock()
        self._unwritten = False
        """Whether the file lacks something that was posted."""
        now = clock.now().isoformat(timespec="milliseconds")
        self._projections = {name: ProjectionStatus(name, changed=now) for name in names}

    def begin(self) -> None:
        """Write the file at once: the one found there may be about another journal."""
        with self._lock:
            self._write()

    def post(self, name: str, **changes: object) -> None:
        """Change some fields of one projection, and write the file where anything changed."""
        with self._lock:
            before = self._projections[name]
            after = replace(before, **changes)  # type: ignore[arg-type]
            if after != before:
                now = self._clock.now().isoformat(timespec="milliseconds")
                self._projections[name] = replace(after, changed=now)
            elif not self._unwritten:
                return
            self._write()

    def _write(self) -> None:
        found = {
            "pid": os.getpid(),
            "projections": [asdict(p) for p in self._projections.values()],
        }
        before = self._unwritten
        try:
            replace_text(self._path, json.dumps(found, ensure_ascii=False))
            self._unwritten = False
        except OSError as error:
            self._unwritten = True
            if not before:
                _log.error("status-not-written", path=str(self._path), error=str(error))

    def status(self) -> Status:
        """Return what was posted last."""
        with self._lock:
            return Status(os.getpid(), tuple(self._projections.values()))


def wait_for(
    home: Path,
    seq: int,
    timeout: float,
    *,
    mark: Callable[[int], str] | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Status:
    """Wait until the readers of every projection see change ``seq``, whoever runs them.

    ``mark`` is the journal's; a status about another journal is recognised by it. Raises
    `AtlasError` (``projection-behind``) after ``timeout`` seconds; it names the first projection
    that is behind, and why.
    """
    end = monotonic() + timeout
    while True:
        status = read_status(home)
        if status is not None and status.reached(seq, mark):
            return status
        if monotonic() >= end:
            raise _behind(status, seq, timeout)
        time.sleep(min(_LOOK_EVERY, max(0.0, end - monotonic())))


def _behind(status: Status | None, seq: int, timeout: float) -> AtlasError:
    behind = [] if status is None else [p for p in status.projections if p.published < seq]
    unknown = Phrase("no projection has run yet")
    if status is not None:
        unknown = Phrase("they ran for another journal")
    first = behind[0] if behind else ProjectionStatus("-")
    return AtlasError(
        PROJECTION_BEHIND,
        seconds=timeout,
        name=first.name,
        seq=seq,
        published=first.published,
        reason=unknown
        if not behind
        else first.error
        or (Phrase("it is being built anew") if first.rebuilding else Phrase("still at work")),
    )
