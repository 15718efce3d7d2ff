"""The runs of a source: begun and finished, and marked as failed where their process was killed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from catalog_service.atlas import Atlas
from catalog_service.journal.model import Run

_RUNS: Final = "runs"
"""Folder of the data folder with a file for each run under way, locked by its process."""

_LOST: Final = "its process ended without a word"


@contextmanager
def a_run(atlas: Atlas, source: str) -> Iterator[Run]:
    """Begin a run of a source; the block must finish it.

    The run's file is locked for as long as this process lives, so that others can tell a run that
    is under way from one that was killed. Lost runs are marked as failed first.
    """
    end_lost_runs(atlas, source)
    run = atlas.journal.start_run(source)
    path = _run_file(atlas, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield run
        finally:
            path.unlink(missing_ok=True)


def lost_runs(atlas: Atlas, source: str | None = None) -> list[Run]:
    """Return the runs that the journal calls running and whose processes are gone.

    A run without a file was begun on another machine, or not by an import: only the next import of
    its ``source`` may take it for lost.
    """
    return [
        run
        for run in atlas.journal.runs(status="running")
        if (state := _process(_run_file(atlas, run))) == "gone"
        or (state == "unknown" and run.source == source)
    ]


def end_lost_runs(atlas: Atlas, source: str | None = None) -> list[Run]:
    """Mark lost runs as failed and return them; one that lives still sets its own end later."""
    lost = lost_runs(atlas, source)
    for run in lost:
        atlas.journal.finish_run(run.id, run.counters, status="failed", message=_LOST)
        _run_file(atlas, run).unlink(missing_ok=True)
    return lost


def _run_file(atlas: Atlas, run: Run) -> Path:
    return atlas.settings.home / _RUNS / run.id


def _process(file: Path) -> Literal["alive", "gone", "unknown"]:
    try:
        with file.open("rb") as opened:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return "unknown"
    except BlockingIOError:
        return "alive"
    return "gone"
