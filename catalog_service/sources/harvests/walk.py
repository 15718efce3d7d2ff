"""The walk through a platform's list, page by page, each page a checkpoint.

A page is requested, its datasets are fetched side by side and submitted, and then one transaction
stores what the page named and where the walk goes on. A process that dies between the two submits
the page once more, and nothing changes by it. Requests are one page ahead (`page_requests`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalog_service.catalog import Catalog
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.sources.harvests.harvest_tables import LEASE
from catalog_service.sources.harvests.model import (
    Difference,
    HarvestResult,
    HarvestRun,
    Problem,
    WalkEnd,
)
from catalog_service.sources.harvests.page_requests import PageRequests, Requested
from catalog_service.sources.harvests.raw_answers import for_stewards
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.stored_errors import stored_error
from harvesters.platforms.cancellation import Cancellation
from harvesters.platforms.protocol import Entry, Page, Platform, kept_version
from harvesters.protocols import Incoming, Item, Outcome, Submission, Unreadable
from ontology.errors import AtlasError

_RENEW_AFTER: Final = LEASE / 6

FEWEST: Final = 3
"""Requests of a page that must all have failed before the platform is held to refuse them."""

Progress = Callable[[HarvestRun], None]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a walk works with."""

    platform: Platform
    catalog: Catalog
    journal: Journal
    store: HarvestStore
    clock: Clock
    parallel: int
    check: Callable[[], None]
    """Raises `StopWalkError` where the walk should end; called between batches."""
    progress: Progress
    cancellation: Cancellation
    """Ends what the platform's client waits for."""


@dataclass(slots=True)
class _SoFar:
    """What a walk brought besides its datasets."""

    unread: int
    removed: list[str] = field(default_factory=list)
    """Of a dry run; a run stores it with each page, so that it is known when gone on with."""

    def end(self, page: Page) -> WalkEnd:
        """Return how the walk ended with its last page."""
        return WalkEnd(
            bookmark=page.bookmark,
            unchanged=page.unchanged,
            removed=tuple(self.removed),
            ends_at_once=page.ends_at_once,
            incomplete=page.incomplete,
            whole=page.whole,
            unread=self.unread,
        )


def walk(parts: Parts, run: HarvestRun, submission: Submission, result: HarvestResult) -> WalkEnd:
    """Walk from the run's cursor to the end of the list.

    Raises `StopWalkError`: what was taken in until then is kept, and the run is gone on with at its
    cursor; and `AtlasError` where the platform cannot be read any further: what was taken in is
    kept, too, and a later run begins anew.
    """
    # What was left unread before the run was gone on with is not known any more.
    so_far = _SoFar(run.counters["errors"] if run.resumed else 0)
    requests = PageRequests(parts.platform, run, parts.store, parts.journal, parts.parallel)
    try:
        parts.check()
        ahead = requests.begin(run.cursor)
        while True:
            requested = ahead.result()
            page = requested.page
            # The answer may have taken long: is the run still ours, and still wanted?
            parts.check()
            if page.next is not None:
                ahead = requests.begin(page.next)
            _take(parts, run, requests, requests.settled(requested), so_far, submission, result)
            if page.next is None:
                return so_far.end(page)
            parts.check()
    except AtlasError as error:
        # What is under way is of no use any more, and may take minutes to answer.
        parts.cancellation.cancel(error)
        raise
    finally:
        requests.close()


def _take(
    parts: Parts,
    run: HarvestRun,
    requests: PageRequests,
    requested: Requested,
    so_far: _SoFar,
    submission: Submission,
    result: HarvestResult,
) -> None:
    """Take a page in, and note what it brought besides its datasets.

    Raises the error of the first dataset where every single request of the page failed.
    """
    page, fresh, marks = requested.page, requested.entries, requested.marks
    run.counters["read"] += len(page.entries) - requested.outdated
    run.counters["skipped"] += len(marks)
    problems = [
        (Problem(None, stored_error(entry.error)), entry.raw)
        for entry in page.entries
        if isinstance(entry, Unreadable)
    ]
    by_id = {entry.remote_id: entry for entry in fresh}
    failed: dict[int, str] = {}
    passing = requested.passing
    raw: dict[str, Callable[[], bytes | None]] = {}
    items = _items(parts, requested, failed, raw)
    for outcome in parts.catalog.submit(items, submission):
        count_outcome(run, result, outcome)
        remote_id = outcome.remote_id or failed.get(id(outcome.error))
        if outcome.error is not None:
            answered = raw.get(remote_id or "")
            problems.append(
                (Problem(remote_id, stored_error(outcome.error)), answered() if answered else None)
            )
        elif submission.dry_run and outcome.status != "unchanged":
            result.differences.append(Difference(remote_id, outcome.status, outcome.kind))
        entry = by_id.get(remote_id or "")
        if entry is not None:
            # Without a mark the dataset is requested again with the next run.
            failing = outcome.error is not None
            marks[entry.remote_id] = _unread_mark(entry) if failing else entry.stored_mark
    for entry in fresh:
        # Listed, though it could not be read: it is not gone.
        marks.setdefault(entry.remote_id, _unread_mark(entry))
    run.counters["errors"] += len(problems)
    run.cursor, run.pages = page.next, run.pages + 1
    run.total = page.total if page.total is not None else run.total
    result.problems.extend(problem for problem, _ in problems)
    asked = {entry.remote_id for entry in fresh if entry.content is None and entry.item is None}
    # A whole walk asks again for what it could not read; an increment would not list it again.
    so_far.unread += len(passing) if run.full else len(asked.intersection(failed.values()))
    told = _told(requests, page, marks)
    if submission.dry_run:
        so_far.removed.extend(told)
        requests.remember(marks | told)
    if page.next is None and page.incomplete is None:
        run.walked = so_far.end(page)
    if submission.dry_run:
        result.named |= marks.keys()
    else:
        first = run.counters["errors"] - len(problems)
        # Once what it lists is here: a page may tell of what an earlier one has brought. Where
        # there are versions also of what is not here, whose older ones may follow.
        there = set(parts.store.live_among(run.source, told))
        kept = {one: mark for one, mark in told.items() if mark is not None or one in there}
        parts.store.checkpoint(run, marks, for_stewards(problems, first), kept)
    parts.progress(run)
    if len(asked) >= FEWEST and passing.keys() >= asked:
        # It lists datasets and gives none: a refusal, a login page, a host that wants to be left.
        raise next(iter(passing.values()))


def _told(
    requests: PageRequests, page: Page, marks: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Return what a page says is gone and nothing contradicts, with what is kept as marks."""
    versions = page.removed_versions
    old = requests.is_outdated(versions) if versions else set()
    return {
        one: kept_version(versions[one]) if one in versions else None
        for one in page.removed
        if one not in marks and one not in old
    }


def _unread_mark(entry: Entry) -> str | None:
    """Return what is kept of a dataset that could not be read, so that it is requested again.

    An older version of it is none the better for that.
    """
    return None if entry.version is None else kept_version(entry.version)


def _items(
    parts: Parts,
    requested: Requested,
    failed: dict[int, str],
    raw: dict[str, Callable[[], bytes | None]],
) -> Iterator[Item]:
    """Yield the datasets of a page in its order, as they come.

    ``failed`` takes the identifier of each that could not be read, by the `id` of its error,
    ``raw`` what the platform answered for each, by its identifier.
    """
    renewed = parts.clock.now()
    for entry in requested.entries:
        # Given up here, so that an answer lives no longer than its batch.
        fetched = requested.fetches.pop(entry.remote_id).result()
        if parts.clock.now() - renewed > _RENEW_AFTER:
            parts.check()
            renewed = parts.clock.now()
        if isinstance(fetched, Unreadable):
            failed[id(fetched.error)] = entry.remote_id
        answered = _answered(entry, fetched)
        if answered is not None:
            raw[entry.remote_id] = answered
        yield fetched


def _answered(entry: Entry, fetched: Incoming | Unreadable) -> Callable[[], bytes | None] | None:
    """Return what gives the platform's answer, should the dataset be rejected."""
    if entry.content is not None:
        return lambda: entry.content
    if isinstance(fetched, Unreadable):
        return lambda: fetched.raw
    return fetched.raw


def count_outcome(run: HarvestRun, result: HarvestResult, outcome: Outcome) -> None:
    """Count what became of one dataset."""
    run.counters[outcome.status] += 1
    if outcome.kind == "revived":
        run.counters["revived"] += 1
    if outcome.seq is not None:
        result.seq = max(result.seq or 0, outcome.seq)
