"""Removal in two phases: no longer listed → *missing*, and after the source's grace *withdrawn*.

Only a whole walk can tell that something is gone, and a platform at fault must not empty the
catalogue: a list that is too short removes nothing, and a share above the source's limit waits for
a steward.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from catalog_service.catalog import Catalog
from catalog_service.sources.connection.model import HarvestSource
from catalog_service.sources.errors import LIST_TOO_SHORT
from catalog_service.sources.harvests.model import HarvestResult, HarvestRun
from catalog_service.sources.harvests.store import HarvestStore
from harvesters.protocols import Outcome, Submission
from ontology.errors import AtlasError, Phrase

SHORTEST: Final = 0.5
"""Share of the last whole list below which a list is held to be at fault."""

ALWAYS_ALLOWED: Final = 3
"""Removals that need no decision, and datasets that a list may pass over, however small the source
is."""

MOST_SHIFTED: Final = 0.05
"""Share of the declared datasets that a list passes over at most because it shifted."""


def check_length(run: HarvestRun, source: HarvestSource, listed: int, live: int) -> None:
    """Raise ``list-too-short`` for a whole list that cannot be right, although it ended well.

    Whether it names as many as the platform declares was looked at during the walk. ``listed``
    counts the different datasets that it named, ``live`` the records of the source.
    """
    if source.listed and listed < source.listed * SHORTEST:
        reason, expected = Phrase("at least half of the last whole list"), source.listed
    elif not listed and live:
        reason, expected = Phrase("the records that were there"), live
    else:
        return
    raise AtlasError(
        LIST_TOO_SHORT, source=run.source, listed=listed, expected=expected, reason=reason
    )


def is_little_short(received: int, declared: int) -> bool:
    """Tell whether a list may lack what it declares because it shifted while it was walked."""
    return declared - received <= max(ALWAYS_ALLOWED, declared * MOST_SHIFTED)


def is_too_many(gone: int, live: int, most: float) -> bool:
    """Tell whether so many removals of so many live records must be decided by a steward."""
    return gone > max(ALWAYS_ALLOWED, live * most)


def mark_missing(
    catalog: Catalog,
    remote_ids: Iterable[str],
    submission: Submission,
    result: HarvestResult,
) -> None:
    """Make records missing, and count them."""
    _count(result, "missing", catalog.mark_missing(remote_ids, submission))


def withdraw_overdue(
    catalog: Catalog,
    store: HarvestStore,
    source: HarvestSource,
    submission: Submission,
    result: HarvestResult,
) -> None:
    """Withdraw the records that have been missing for longer than the source's grace."""
    grace = timedelta(days=source.settings.grace_days)
    overdue = store.overdue(source.source, grace)
    _count(result, "withdrawn", catalog.withdraw(overdue, submission))


def _count(result: HarvestResult, name: str, outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.status == "updated":
            result.counters[name] += 1
        if outcome.seq is not None:
            result.seq = max(result.seq or 0, outcome.seq)
