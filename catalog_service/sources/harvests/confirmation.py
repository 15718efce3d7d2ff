"""Asking once more for what a whole list did not name, before it becomes missing.

A list that shifts while its pages are read (a dataset edited meanwhile moves to its head, another
is added) passes over datasets that are there, and no number that it declares tells. So the few that
it did not name are asked for one by one, where the platform has such a request. What it gives is
taken in as if the list had named it; what it says it does not have is gone; what it cannot say now
is left for the next walk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from catalog_service.sources.harvests.model import Difference, HarvestResult, HarvestRun, Problem
from catalog_service.sources.harvests.page_requests import unreadable
from catalog_service.sources.harvests.raw_answers import for_stewards
from catalog_service.sources.harvests.stop_watch import StopWalkError
from catalog_service.sources.harvests.walk import Parts, count_outcome
from catalog_service.stored_errors import stored_error
from harvesters.platforms.protocol import LookUp, look_up_of
from harvesters.protocols import Incoming, Submission, Unreadable
from ontology.errors import AtlasError

MOST_ASKED: Final = 50
"""Datasets that are asked for; where a list names still fewer, it did not merely shift."""


def still_gone(
    parts: Parts,
    run: HarvestRun,
    unlisted: Sequence[str],
    submission: Submission,
    result: HarvestResult,
) -> list[str]:
    """Return those of the unlisted records that the platform does not have.

    The others are submitted and noted as seen by the run. Raises `StopWalkError` as the walk does,
    and ``harvest-lost``.
    """
    look_up = look_up_of(parts.platform)
    if look_up is None or not 0 < len(unlisted) <= MOST_ASKED:
        return list(unlisted)
    answers = dict(_answers(parts, run, look_up, unlisted))
    there = {name: one for name, one in answers.items() if one is not None}
    failed = {id(one.error): name for name, one in there.items() if isinstance(one, Unreadable)}
    problems: list[tuple[Problem, bytes | None]] = []
    for outcome in parts.catalog.submit(there.values(), submission):
        count_outcome(run, result, outcome)
        remote_id = outcome.remote_id or failed.get(id(outcome.error))
        if outcome.error is not None:
            problems.append(
                (Problem(remote_id, stored_error(outcome.error)), _raw(there, remote_id))
            )
        elif submission.dry_run and outcome.status != "unchanged":
            result.differences.append(Difference(remote_id, outcome.status, outcome.kind))
    run.counters["confirmed"] += sum(isinstance(one, Incoming) for one in there.values())
    first = run.counters["errors"]
    run.counters["errors"] += len(problems)
    result.problems.extend(problem for problem, _ in problems)
    result.named |= there.keys()
    if not submission.dry_run and there:
        # Without a mark: the next walk that finds one in the list reads it again.
        parts.store.checkpoint(run, dict.fromkeys(there), for_stewards(problems, first))
    return [name for name in unlisted if name not in there]


def _answers(
    parts: Parts, run: HarvestRun, look_up: LookUp, remote_ids: Sequence[str]
) -> Iterator[tuple[str, Incoming | Unreadable | None]]:
    """Yield what the platform says of each; a request that failed is `Unreadable`."""

    def ask(remote_id: str) -> Incoming | Unreadable | None:
        try:
            return look_up(remote_id)
        except StopWalkError:
            raise
        except AtlasError as error:
            return Unreadable(error)
        except Exception:
            # Whatever it is, the record stays until the next whole walk, and the run goes on.
            return Unreadable(unreadable(run, remote_id))

    pool = ThreadPoolExecutor(parts.parallel, "look-up")
    try:
        for remote_id, answer in zip(remote_ids, pool.map(ask, remote_ids), strict=True):
            parts.check()
            yield remote_id, answer
    finally:
        pool.shutdown(cancel_futures=True)


def _raw(there: dict[str, Incoming | Unreadable], remote_id: str | None) -> bytes | None:
    """Return what the platform answered for a dataset that was rejected."""
    item = there.get(remote_id or "")
    if isinstance(item, Unreadable):
        return item.raw
    return item.raw() if item is not None and item.raw is not None else None
