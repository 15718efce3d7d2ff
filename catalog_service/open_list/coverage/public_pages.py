"""``/open-list/{year}/coverage``: what is open and on no list, and on a list and not open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.open_list.coverage.addresses import Of, Year, coverage_path
from catalog_service.open_list.coverage.figures import CITY, RULE, Coverage, Gap
from catalog_service.open_list.coverage.livelihood import RULE as LIVELIHOOD
from catalog_service.open_list.coverage.livelihood import livelihood_share, topics
from catalog_service.open_list.coverage.naming import named
from catalog_service.open_list.coverage.pilots import pilots
from catalog_service.open_list.demanded import livelihood_domains
from catalog_service.open_list.naming import PUBLIC, public_path
from catalog_service.open_list.projects import STATES, projects_of, public_datasets
from catalog_service.open_list.published import years
from catalog_service.open_list.systems import RULE as SYSTEMS_RULE
from catalog_service.open_list.systems import systems, without_plan
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from translations import N_

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
GAPS: Final[Mapping[Gap, str]] = {
    "unlinked": N_("Names no catalogued dataset"),
    "not-public": N_("Its dataset is not in the public catalogue"),
    "not-opened": N_("Not opened as the list says"),
}
"""What is wrong with an item, as pages say it."""

TOPICS: Final = 30
Shown = Literal["topics", "datasets"]
GapAsked = Annotated[Gap | None, Query()]


@router.get("/open-list/{year}/coverage")
def coverage_page(request: Request, atlas: Atlas, year: Year) -> Response:
    """The share of what is open that is on a list, by organization; pilots; new systems."""
    view = View(request)
    found = Coverage(atlas, year)
    items = {version.organization: len(content.items) for version, content in found.lists}
    part = part_of(view, coverage_path(year), len(found.shares), PER_PAGE)
    shares = found.shares[part.offset : part.offset + PER_PAGE]
    those = pilots(atlas, found.day, items)
    entered = systems(atlas)
    running = projects_of(atlas, year)
    named_here = [one.organization for rows in (shares, those, running) for one in rows]
    called = found.names(named_here)
    return _page(
        view,
        atlas,
        "open_list_coverage.html",
        found,
        part=part,
        shares=shares,
        items=items,
        pilots=those,
        projects=running,
        datasets=public_datasets(atlas, running),
        states={key: view.gettext(text) for key, text in STATES.items()},
        systems=(len(entered), len(without_plan(atlas))),
        systems_rule=SYSTEMS_RULE,
        name_of=lambda iri: view.pick(called[iri]),
        list_of=lambda iri: public_path(atlas.vocabulary, iri, year),
    )


@router.get("/open-list/{year}/coverage/missing")
def missing_page(request: Request, atlas: Atlas, year: Year, organization: Of = "") -> Response:
    """What is open and on no list of the year, by title."""
    view = View(request)
    found, of = Coverage(atlas, year), named(atlas, organization)
    path = f"{coverage_path(year)}/missing"
    total, _ = found.missing(of, 0)
    part = part_of(view, path, total, PER_PAGE, [("organization", of)] if of else [])
    rows = found.missing(of, PER_PAGE, part.offset)[1]
    publishers = [iri for row in rows for iri in row.facets.get("publisher", ())]
    called = found.names([*publishers, *([of] if of else [])])
    return _page(
        view,
        atlas,
        "open_list_missing.html",
        found,
        (view.gettext("Open and on no list"), path),
        part=part,
        rows=rows,
        organization=of,
        name_of=lambda iri: view.pick(called[iri]),
        types={one.iri: view.name(one) for one in atlas.vocabulary.concepts("open-type")},
    )


@router.get("/open-list/{year}/coverage/items")
def items_page(
    request: Request, atlas: Atlas, year: Year, organization: Of = "", gap: GapAsked = None
) -> Response:
    """What is on a list and not in the catalogue, or not opened as the list says."""
    view = View(request)
    found, of = Coverage(atlas, year), named(atlas, organization)
    path = f"{coverage_path(year)}/items"
    own = [one for one in found.mismatches if of in (CITY, one.organization)]
    rows = [one for one in own if gap in (None, one.gap)]
    asked = [("organization", of)] if of else []
    part = part_of(view, path, len(rows), PER_PAGE, [*asked, *([("gap", gap)] if gap else [])])
    names = atlas.accounts.hierarchy.names
    return _page(
        view,
        atlas,
        "open_list_mismatches.html",
        found,
        (view.gettext("On a list and not opened so"), path),
        part=part,
        rows=rows[part.offset : part.offset + PER_PAGE],
        organization=of,
        gap=gap,
        gaps={key: view.gettext(text) for key, text in GAPS.items()},
        counts={key: sum(one.gap == key for one in own) for key in GAPS},
        name_of=lambda iri: view.pick(names(iri)),
        list_of=lambda iri: public_path(atlas.vocabulary, iri, year),
    )


@router.get("/open-list/{year}/coverage/livelihood")
def livelihood_page(
    request: Request, atlas: Atlas, year: Year, show: Annotated[Shown, Query()] = "topics"
) -> Response:
    """What concerns livelihood and is on no list of the year: topics, or datasets."""
    view = View(request)
    found = Coverage(atlas, year)
    domains = livelihood_domains(atlas.rules, found.day)
    path = f"{coverage_path(year)}/livelihood"
    share = livelihood_share(found, domains)
    rows: Sequence[Any]
    if show == "topics":
        rows = topics(atlas, found, domains)
        part = part_of(view, path, len(rows), TOPICS)
        lacking = [one for one in rows if not one.items]
        without, published = len(lacking), sum(one.datasets > 0 for one in lacking)
        rows = rows[part.offset : part.offset + TOPICS]
    else:
        without = published = 0
        part = part_of(view, path, share.missing, PER_PAGE, [("show", show)])
        rows = found.missing_of(domains, PER_PAGE, part.offset)[1]
    publishers = [iri for one in rows for iri in getattr(one, "facets", {}).get("publisher", ())]
    called = found.names(publishers)
    known = [atlas.vocabulary.concept(iri) for iri in sorted(domains)]
    return _page(
        view,
        atlas,
        "open_list_livelihood.html",
        found,
        (view.gettext("People’s livelihood"), path),
        share=share,
        domains=[one for one in known if one is not None],
        show=show,
        part=part,
        rows=rows,
        without=without,
        published=published,
        name_of=lambda iri: view.pick(called[iri]),
        livelihood_rule=LIVELIHOOD,
    )


def _page(
    view: View,
    atlas: Service,
    template: str,
    found: Coverage,
    here: tuple[str, str] | None = None,
    **context: Any,
) -> Response:
    year = found.year
    own = (view.gettext("Coverage"), None if here is None else view.link(coverage_path(year)))
    return view.render(
        template,
        section=PUBLIC,
        trail=[
            (view.gettext("Open lists of {year}", year=year), view.link(f"{PUBLIC}/{year}")),
            own,
            *([] if here is None else [(here[0], None)]),
        ],
        year=year,
        years=years(atlas),
        found=found,
        today=atlas.clock.today(),
        rule=RULE,
        path=coverage_path(year),
        **context,
    )
