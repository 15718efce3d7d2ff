"""Building a projection anew from the journal, beside what readers see meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from catalog_service.projections.compare import bring
from catalog_service.projections.early_removals import EarlyRemovals, gone_after
from catalog_service.projections.live_records import LiveRecords
from catalog_service.projections.protocol import Following, JournalReader, Projection
from ontology.errors import AtlasError


def rebuild(
    projection: Projection,
    journal: JournalReader,
    wait_for_more: Callable[[bool], bool],
    *,
    live: int | None,
) -> None:
    """Build it anew, without what is withdrawn meanwhile.

    ``live`` is the checkpoint of what readers see, from which withdrawals are removed at once; None
    where they see nothing. ``wait_for_more`` as in `LiveRecords`.
    """
    if live is None:
        _build(projection, journal, wait_for_more)
        taken: set[str] = set()
    else:
        removals = EarlyRemovals(projection, journal, live)
        with removals.beside():
            _build(projection, journal, wait_for_more)
        taken = removals.taken
    # Records read early in the build may have been withdrawn since: they must not reappear until
    # those changes are applied.
    taken |= gone_after(journal, projection.checkpoint())
    if taken:
        bring(journal, projection, sorted(taken))


def _build(
    projection: Projection, journal: JournalReader, wait_for_more: Callable[[bool], bool]
) -> None:
    if isinstance(projection, Following):
        live = LiveRecords(journal, wait_for_more)
        projection.rebuild_following(iter(live), live.checkpoint)
    else:
        checkpoint, current = journal.snapshot(public_only=True)
        projection.rebuild(current, checkpoint)


def live_at(projection: Projection, journal: JournalReader) -> int | None:
    """Return the checkpoint of what readers see; None where they see nothing."""
    try:
        at = projection.checkpoint()
    except AtlasError:
        return None
    return at if 0 < at <= journal.head() else None
