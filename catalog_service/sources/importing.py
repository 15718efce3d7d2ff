"""Writing much at once: the import of files, and the projections that go with it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from catalog_service.atlas import Atlas
from catalog_service.errors import SAVED_NOT_SHOWN
from catalog_service.journal.model import Run
from harvesters.protocols import Item, Unreadable
from harvesters.readers.formats import Format, open_reader
from ontology.errors import AtlasError

LARGE: Final = 2 * 1024 * 1024
"""Bytes of input, unpacked by guess, from which a second process pays for its start (1 s)."""

_PACKED: Final = 8

_RUNS: Final = "runs"
"""Folder of the data folder with a file for each run under way, locked by its process."""

_LOST: Final = "its process ended without a word"


def items_of(atlas: Atlas, path: Path, source: str, format: Format = "auto") -> Iterator[Item]:  # noqa: A002
    """Read one file; one that can't be opened is one unreadable item, and the others go on."""
    try:
        yield from open_reader(
            path,
            source=source,
            base_iri=atlas.settings.base_iri,
            format=format,
            vocabulary=atlas.vocabulary,
        )
    except AtlasError as error:
        yield Unreadable(error)


def is_large(paths: Iterable[Path]) -> bool:
    """Guess whether an import of these files is worth a process that projects beside it."""
    size = 0
    for path in paths:
        if path.is_file():
            size += path.stat().st_size * (_PACKED if path.suffix in (".gz", ".xlsx") else 1)
    return size >= LARGE


@contextmanager
def a_run(atlas: Atlas, source: str) -> Iterator[Run]:
    """Begin a run of a source; the block must finish it.

    The run's file is locked as long as this process lives, however it ends: so others can tell a
    run that is under way from one that was killed. Runs lost before are ended first.
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

    A run without a file was begun on another machine, or by nothing that imports: only whoever
    imports its ``source`` again may take it for lost.
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


@contextmanager
def projecting(atlas: Atlas, *, beside: bool) -> Iterator[None]:
    """See to it that readers see all that the block wrote once it is over.

    ``beside`` projects in a second process while the block writes, unless a worker does already.
    Raises `AtlasError` (``saved-not-shown``) at the end where they do not: what was written is safe
    in the journal, and becomes visible as soon as whatever stands in the way is gone.
    """
    child: subprocess.Popen[bytes] | None = None
    if beside:
        atlas.journal.head()  # made and migrated before a second process looks at it
        child = subprocess.Popen(
            [sys.executable, "-m", "catalog_service.operations.import_projector"],
            stdin=subprocess.PIPE,
            # Whoever reads our result must not have to wait for the child's end as well.
            stdout=subprocess.DEVNULL,
            env={**os.environ, **atlas.settings.environment()},
        )
    try:
        yield
    finally:
        if child is not None:
            # The end of its input tells the child that the last record is written; it also comes
            # when this process is killed. It leaves when all is visible.
            child.communicate()
    # Whatever is behind or lost, also what an import wrote that was killed before this one.
    if all(condition.well for condition in atlas.conditions()):
        return
    try:
        atlas.bring_up()
    except AtlasError as error:
        raise AtlasError(SAVED_NOT_SHOWN, reason=error) from error
