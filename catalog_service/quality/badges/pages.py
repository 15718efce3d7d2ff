"""``/quality/badges``: the datasets with the badge of high quality, and its criteria."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.representations import graph_wanted, kept_graph
from catalog_service.quality.badges.counting import RULE, badge_aims, platform_marked
from catalog_service.quality.badges.criteria import criteria_on, criteria_versions
from catalog_service.quality.badges.kept import all_decisions, course_of_badges, holders
from catalog_service.quality.badges.linked_data import BadgeGraphs
from catalog_service.quality.badges.model import PATH
from catalog_service.quality.badges.naming import about
from catalog_service.quality.badges.titles import titles_of
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.record import PATH as DATASETS

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
_LOST: Final = 10
"""Losses that are shown."""
_DAYS: Final = 365


@router.get(PATH)
def badges_page(request: Request, atlas: Atlas) -> Response:
    """Who has it, by which criteria, how many the city aims at, and who lost it; or their graph."""
    if (form := graph_wanted(request)) is not None:
        (graph,) = BadgeGraphs(atlas).graphs()
        return kept_graph(request, graph.iri, graph.data, form)
    view, versions = View(request), criteria_versions(atlas)
    today = atlas.clock.today()
    held = holders(atlas)
    part = part_of(view, PATH, len(held), PER_PAGE, [])
    shown = held[part.offset : part.offset + PER_PAGE]
    newest = [many[0] for many in all_decisions(atlas).values()]
    lost = sorted((one for one in newest if not one.held), key=lambda one: one.iri)
    lost = sorted(lost, key=lambda one: one.day, reverse=True)[:_LOST]
    days = course_of_badges(atlas, _DAYS)
    moved = [one for one in days if one.awarded or one.lost]
    begin = f"{atlas.settings.base_iri}{DATASETS}"
    return view.render(
        "badges.html",
        section="/quality",
        trail=[
            (view.gettext("Measured quality"), view.link("/quality")),
            (view.gettext("High-quality datasets"), None),
        ],
        criteria=criteria_on(versions, today),
        versions=versions,
        coming=[one for one in versions if one.in_force > today],
        about=lambda kind, of: about(view, atlas, kind, of),
        of_version={one.number: one for one in versions},
        held=shown,
        part=part,
        total=len(held),
        titles=titles_of(atlas, [one.iri for one in (*shown, *lost)]),
        lost=lost,
        days=list(reversed(moved))[:_LOST],
        last=days[-1] if days else None,
        aims=badge_aims(atlas),
        marked=platform_marked(atlas),
        rule=RULE,
        path_of=lambda iri: view.link(f"/dataset/{iri.removeprefix(begin)}"),
    )
