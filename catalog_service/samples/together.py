"""What samples of one dataset, released one after the other, add up to for who keeps them all.

Of one file, under one seed, a larger sample holds a smaller one: rows have their priority by their
number. Where columns or the smallest group differ it need not, so that their rows are added. Of
another file of the dataset (a later version, say) nobody knows which rows were in the one before,
for files are not kept: all that its sample tells is counted as new. So a file that was changed in
one byte gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import sqlalchemy as sa

from catalog_service.samples import stored
from catalog_service.samples.drawing import most_rows
from catalog_service.samples.errors import OTHER_SEED, OVER_SHARE_TOGETHER
from catalog_service.samples.model import Plan, Sample
from ontology.errors import AtlasError


def released_of(connection: sa.Connection, dataset: str, origin: str) -> list[Sample]:
    """Return the samples that anybody may have taken, of a dataset or of a file; newest first.

    ``dataset``: IRI of the record; ``origin``: SHA-256 of the file, which may have been drawn from
    for another dataset, too.
    """
    found = {
        one.number: one
        for one in (
            *stored.samples_in(connection, dataset=dataset),
            *stored.samples_in(connection, origin=origin),
        )
        if one.ever_released
    }
    return sorted(found.values(), key=lambda one: -one.number)


def demand_seed(released: Iterable[Sample], seed: str) -> None:
    """Raise ``sample-other-seed`` where a dataset was drawn from under other seeds alone before.

    Of one that has several, from before that was asked, any of them may be used again.
    """
    there = list(released)
    if there and seed not in {one.plan.seed for one in there}:
        raise AtlasError(OTHER_SEED, number=there[0].number, seed=there[0].plan.seed)


def demand_together(connection: sa.Connection, there: Sample, share: float) -> None:
    """Raise where a sample, with those released before it, is too large a part of its dataset.

    All rows together are held against the file of this sample. ``sample-other-seed`` and
    ``sample-over-share-together``.
    """
    released = released_of(connection, there.dataset, there.origin)
    others = [one for one in released if one.number != there.number]
    demand_seed(others, there.plan.seed)
    largest: dict[tuple[str, Plan, int], int] = {}
    for one in (there, *others):
        key = one.origin, replace(one.plan, size=0), one.report.whole_rows
        largest[key] = max(one.report.rows, largest.get(key, 0))
    whole = there.report.whole_rows
    rows, most = sum(largest.values()), most_rows(whole, share)
    if others and rows > most:
        raise AtlasError(
            OVER_SHARE_TOGETHER, rows=rows, whole=whole, most=most, number=others[0].number
        )
