"""``/quality``: what share of the public records keeps its promise, by day and publisher."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.place_names import publisher_label, publisher_names
from catalog_service.quality.service import (
    ALL,
    METRICS,
    RULES,
    Metric,
    aims,
    count_publishers,
    course,
    holders,
    last_measured,
    point_course,
    publisher_named,
    standing,
)
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
SPANS: Final = (30, 90, 365)
"""Days that are offered."""
_FIRST: Final = METRICS[0]


@router.get("/quality")
def quality_page(
    request: Request,
    atlas: Atlas,
    publisher: Annotated[str | None, Query(max_length=1_024)] = None,
    days: Annotated[Literal["30", "90", "365"], Query()] = "90",
    metric: Metric = "on-time",
) -> Response:
    """One metric of all public records, or of one publisher."""
    view = View(request)
    publisher = publisher_named(atlas, publisher)
    day = last_measured(atlas)
    total = 0 if day is None else count_publishers(atlas, metric, day)
    shown = None if metric == _FIRST else metric
    given = (("metric", shown), ("publisher", publisher), ("days", days))
    own = [(name, value) for name, value in given if value and (name, value) != ("days", "90")]
    part = part_of(view, "/quality", total, PER_PAGE, own)
    stand = [] if day is None else standing(atlas, metric, day, offset=part.offset, limit=PER_PAGE)
    named = [one.publisher for one in stand] + ([publisher] if publisher else [])
    names = publisher_names(atlas, named)

    def name_of(iri: str) -> str:
        concept = atlas.vocabulary.concept(iri)
        if concept is not None:
            return view.name(concept)
        return view.pick(publisher_label(atlas, iri, names.get(iri, iri)))

    courses = {one: course(atlas, one, int(days), publisher or ALL) for one in METRICS}
    figures = courses[metric]
    today = atlas.clock.today()
    return view.render(
        "quality.html",
        section="/quality",
        trail=[(view.gettext("Measured quality"), None)],
        metric=metric,
        shown=shown,
        metrics=METRICS,
        rule=RULES[metric],
        aims=aims(atlas, metric),
        today=today,
        days=int(days),
        spans=SPANS,
        figures=figures,
        courses=courses,
        points=point_course(atlas, int(days), publisher or ALL),
        publisher=publisher,
        day=day,
        badges=len(holders(atlas)),
        part=part,
        standing=stand,
        name_of=name_of,
    )
