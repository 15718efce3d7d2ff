"""``/api/v1/quality/badges``: who has the badge of high quality, by which criteria."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from catalog_service.dependencies import Atlas
from catalog_service.quality.badges.counting import badge_aims, platform_marked
from catalog_service.quality.badges.criteria import criteria_on, criteria_versions
from catalog_service.quality.badges.kept import course_of_badges, holders
from catalog_service.quality.badges.outcomes import BadgesAnswer, badges_answer
from catalog_service.quality.badges.titles import titles_of

router = APIRouter(prefix="/api/v1", tags=["quality"])


@router.get("/quality/badges", summary="The datasets with the badge of high quality")
def get_badges(
    atlas: Atlas,
    days: Annotated[int, Query(ge=1, le=3_660)] = 90,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
) -> BadgesAnswer:
    """Decided every night from what was measured, and never changed once a day is over.

    The criteria are the operator's: while none is filled in, no dataset has the badge.
    """
    versions = criteria_versions(atlas)
    held = holders(atlas)
    titles = titles_of(atlas, [one.iri for one in held[offset : offset + limit]])
    return badges_answer(
        badge_aims(atlas),
        versions,
        criteria_on(versions, atlas.clock.today()),
        course_of_badges(atlas, days),
        held,
        titles,
        (offset, limit),
        platform_marked(atlas),
    )
