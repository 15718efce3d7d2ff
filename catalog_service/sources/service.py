"""The sources of records: their numbers, what waits, their imports and the runs of these."""

from __future__ import annotations

import fcntl
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal

from catalog_service.catalog.admission import MAX_SOURCE_ID
from catalog_service.context import Service
from catalog_service.errors import SOURCE_NEEDED, UNKNOWN_RUN
from catalog_service.journal import Journal
from catalog_service.journal.model import (
    RecordState,
    Run,
    RunStatus,
)
from catalog_service.sources.attention import attention_order
from catalog_service.sources.freshness import SourceFreshness, freshness_by_source
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.held_decisions import doubts_of, require_release, still_may
from catalog_service.sources.model import (
    PEER_PATHS,
    ImportTally,
    SourceSummary,
    Supply,
    SupplyState,
)
from catalog_service.sources.registry import summaries
from harvesters.protocols import Gate, Item, Submission
from ontology.errors import AtlasError

__all__ = ("attention_order", "doubts_of", "require_release", "still_may")

_PAGE: Final = 500

PROGRESS_EVERY: Final = 5_000
"""Items from one report of progress to the next."""

_RUNS: Final = "runs"
"""Folder of the data folder with a file for each run under way, locked by its process."""

_BEGINNING: Final = "runs.beginning"
"""File of the data folder that is locked while a run begins."""

_LOST: Final = "its process ended without a word"


def supplies(atlas: Service) -> list[Supply]:
    """Return how each source supplies this catalogue, by identifier."""
    fresh = freshness_by_source(atlas)
    return [
        Supply(
            one.source,
            one.public,
            supply_state(one, fresh[one.source.id]),
            fresh[one.source.id].last_success,
            None if (harvest := fresh[one.source.id].harvest) is None else harvest.due,
            fresh[one.source.id].under_way,
        )
        for one in summaries(atlas.journal)
        if one.source.id in fresh
    ]


def unfinished_removals(atlas: Service) -> dict[str, int]:
    """Return the removed sources that still have records, and how many: a removal died midway."""
    left = {
        one.source.id: sum(count for state, count in one.states.items() if state != "withdrawn")
        for one in summaries(atlas.journal, removed=True)
        if one.source.removed is not None
    }
    return {name: count for name, count in left.items() if count}


def peer_endpoints(atlas: Service) -> list[str]:
    """Return the SPARQL endpoints that public queries may ask by SERVICE.

    Those of sources that an administrator marked; a paused one is asked nothing.
    """
    store = HarvestStore(atlas.journal, atlas.clock)
    marked = {one.source for one in store.sources() if one.settings.peer}
    return [
        source.url.rstrip("/") + path if path else source.url
        for source in atlas.journal.sources()
        if source.id in marked and source.url and not source.paused
        if (path := PEER_PATHS.get(source.type)) is not None
    ]


def supply_state(summary: SourceSummary, fresh: SourceFreshness) -> SupplyState:
    """Return whether a source is in step, as it is told everywhere."""
    if fresh.state == "by-hand" and fresh.last_success is None:
        if fresh.failed:
            return "failed"
        return "by-hand" if summary.states else "never"
    return fresh.state


def run_named(journal: Journal, name: str) -> Run:
    """Return a run by its identifier, or the newest one of a source by the source's.

    Raises ``unknown-run``.
    """
    try:
        return journal.run(name)
    except AtlasError as error:
        newest = journal.runs(name, limit=1)
        if error.kind is not UNKNOWN_RUN or not newest:
            raise
        return newest[0]


def titles(journal: Journal) -> Mapping[str, str]:
    """Return the sources' titles by identifier; none where the journal cannot be read now.

    Searching goes on without the journal: pages show the identifier instead.
    """
    found: dict[str, str] = {}
    with suppress(AtlasError):
        found = {source.id: source.title for source in journal.sources()}
    return found


def waiting_records(journal: Journal, source: str | None) -> Iterator[RecordState]:
    """Yield the records with a held version, of one source or of all."""
    after: tuple[str, str] | None = None
    while page := journal.list_records(source=source, waiting=True, after=after, limit=_PAGE):
        yield from page
        after = (page[-1].source, page[-1].remote_id)


def default_source(path: Path) -> str:
    """Derive a source id from a file's name: ``Open List (2014).csv`` → ``open-list-2014``.

    Raises `AtlasError` (``source-needed``) for a name that loses letters on the way: two files
    with different names must never become one source.
    """
    stem = path.name.split(".", 1)[0].lower()
    slug = re.sub(r"[^a-z0-9_]+", "-", stem).strip("-_")[:MAX_SOURCE_ID]
    if not slug or not stem.isascii():
        raise AtlasError(SOURCE_NEEDED, file=path.name)
    return slug


def import_items(
    atlas: Service,
    items: Iterable[Item],
    *,
    name: str,
    source: str,
    gate: Gate | None,
    actor: str,
    tally: ImportTally,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Import the items of one file, by its name, as one run of its source, counting into ``tally``.

    ``progress`` is told how many items were read. Once ``stopped`` says so, the import ends after
    the batch under way, and so does its run.
    """
    wanted = takewhile(lambda _: not stopped(), items)
    before = Counter(tally.counts)
    status: RunStatus = "failed"
    with nullcontext() if dry_run else a_run(atlas, source) as run:
        submission = Submission(
            source=source,
            actor=actor,
            gate=gate,
            run=run.id if run is not None else None,
            reason=f"import {name}",
            dry_run=dry_run,
        )
        try:
            for outcome in atlas.catalog.submit(wanted, submission):
                tally.add(outcome)
                if progress is not None and tally.read % PROGRESS_EVERY == 0:
                    progress(tally.read)
            status = "stopped" if stopped() else "done"
        finally:
            if run is not None:
                counters = Counter(tally.counts)
                counters.subtract(before)
                atlas.journal.finish_run(run.id, counters, status=status)


@contextmanager
def a_run(atlas: Service, source: str) -> Iterator[Run]:
    """Begin a run of a source; the block must finish it.

    The run's file is locked for as long as this process lives, so that others can tell a run that
    is under way from one that was killed. Lost runs are marked as failed first.
    """
    with ExitStack() as stack:
        with _beginning(atlas):
            _end_lost_runs(atlas, source)
            run = atlas.journal.start_run(source)
            path = _run_file(atlas, run)
            stack.callback(path.unlink, missing_ok=True)
            file = stack.enter_context(path.open("wb"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield run


@contextmanager
def _beginning(atlas: Service) -> Iterator[None]:
    """Keep others of this machine from looking for lost runs while one begins.

    Between its row and its locked file it would look like one that was killed.
    """
    (atlas.settings.home / _RUNS).mkdir(parents=True, exist_ok=True)
    with (atlas.settings.home / _BEGINNING).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def lost_runs(atlas: Service, source: str | None = None) -> list[Run]:
    """Return the runs that the journal calls running and whose processes are gone.

    An import without a file was begun on another machine: only the next import of its ``source``
    may take it for lost. Harvests have leases instead of files (`HarvestStore.abandoned`).
    """
    running = atlas.journal.runs(status="running")
    harvested = HarvestStore(atlas.journal, atlas.clock).harvested([run.id for run in running])
    return [
        run
        for run in running
        if run.id not in harvested
        if (state := _process(_run_file(atlas, run))) == "gone"
        or (state == "unknown" and run.source == source)
    ]


def end_lost_runs(atlas: Service, source: str | None = None) -> list[Run]:
    """Mark lost runs as failed and return them; one that lives still sets its own end later."""
    with _beginning(atlas):
        return _end_lost_runs(atlas, source)


def _end_lost_runs(atlas: Service, source: str | None) -> list[Run]:
    lost = lost_runs(atlas, source)
    for run in lost:
        atlas.journal.finish_run(run.id, run.counters, status="failed", message=_LOST)
        _run_file(atlas, run).unlink(missing_ok=True)
    return lost


def _run_file(atlas: Service, run: Run) -> Path:
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
