"""``/rules/{rule}/rates``: how a pass rate moved, and how publishers stand, the worst first."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.course_chart import chart
from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.place_names import publisher_label, publisher_names
from catalog_service.rule_work.choices import offered_organizations
from catalog_service.rule_work.offenders import covered
from catalog_service.rule_work.parameters import Organization
from catalog_service.rule_work.rates import (
    ALL,
    by_publisher,
    count_publishers,
    history,
    last_measured,
    publishers_on,
)
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
SPANS: Final = (30, 90, 365)
"""Days that are offered."""


@router.get("/rules/{rule_id}/rates")
def rates_page(
    request: Request,
    atlas: Atlas,
    rule_id: str,
    publisher: Annotated[str | None, Query(max_length=1_024)] = None,
    organization: Organization = None,
    days: Annotated[Literal["30", "90", "365"], Query()] = "90",
) -> Response:
    """Of all public records, or of one publisher."""
    view = View(request)
    rule = atlas.rules.get(decode_segment(rule_id))
    path = f"/rules/{rule.id}/rates"
    over = organization or None
    day = last_measured(atlas, rule.id)
    among = covered(atlas, over) if over else None
    total = 0 if day is None else count_publishers(atlas, day, among)
    given = (("publisher", publisher), ("organization", over), ("days", days))
    own = [(name, value) for name, value in given if value and (name, value) != ("days", "90")]
    part = part_of(view, path, total, PER_PAGE, own)
    standing = (
        []
        if day is None
        else by_publisher(atlas, rule.id, day, among, offset=part.offset, limit=PER_PAGE)
    )
    named = [one.publisher for one in standing] + ([publisher] if publisher else [])
    names = publisher_names(atlas, named)
    counts = Counter[str]() if day is None else Counter(publishers_on(atlas, day))

    def name_of(iri: str) -> str:
        concept = atlas.vocabulary.concept(iri)
        if concept is not None:
            return view.name(concept)
        # Many cities have an office of the same name: the place tells them apart.
        return view.pick(publisher_label(atlas, iri, names.get(iri, iri)))

    rates = history(atlas, rule.id, int(days), publisher or ALL)
    return view.render(
        "rule_rates.html",
        section="/rules",
        trail=[
            (view.gettext("Register of rules"), view.link("/rules")),
            (rule.id, view.link(f"/rules/{rule.id}")),
            (view.gettext("How many pass"), None),
        ],
        rule=rule,
        path=path,
        days=int(days),
        spans=SPANS,
        chart=chart(rates),
        publisher=publisher,
        organization=over,
        offered=offered_organizations(atlas, view, counts),
        day=day,
        part=part,
        publishers=standing,
        name_of=name_of,
    )
