"""What a sample must be like to be released: what no text sets the operator has set."""

from __future__ import annotations

from catalog_service.context import Service
from catalog_service.samples.drawing import demand_share
from catalog_service.samples.errors import (
    NO_GROUPS,
    NO_LARGEST_SHARE,
    NO_SMALLEST_GROUP,
    OTHER_SMALLEST_GROUP,
)
from catalog_service.samples.model import Sample
from catalog_service.samples.openness import still_conditional
from catalog_service.samples.together import demand_together
from ontology.errors import AtlasError


def hindrance(atlas: Service, there: Sample) -> AtlasError | None:
    """Return why a sample cannot be released as it was drawn; None: it can."""
    try:
        demand_releasable(atlas, there)
    except AtlasError as error:
        return error
    return None


def demand_releasable(atlas: Service, there: Sample) -> None:
    """Raise where small groups may be in a sample, too much of the whole, or its dataset ended.

    ``sample-dataset-ended``, ``sample-without-smallest-group``, ``sample-other-smallest-group``,
    ``sample-without-groups``, ``sample-without-largest-share``, ``sample-over-share`` and what
    `demand_together` raises.
    """
    still_conditional(atlas.journal.get(there.dataset), there.number)
    needed, drawn = atlas.settings.sample_smallest_group, there.plan.smallest
    if needed is None or drawn is None:
        raise AtlasError(NO_SMALLEST_GROUP)
    if drawn < needed:
        raise AtlasError(OTHER_SMALLEST_GROUP, drawn=drawn, needed=needed)
    # A column that says the same in every row makes no groups.
    if not there.plan.grouped or there.report.groups < 2:
        raise AtlasError(NO_GROUPS)
    share = atlas.settings.sample_largest_share
    if share is None:
        raise AtlasError(NO_LARGEST_SHARE)
    demand_share(there.report.rows, there.report.whole_rows, share)
    with atlas.journal.reading_tables() as connection:
        demand_together(connection, there, share)
