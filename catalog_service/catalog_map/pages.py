"""``/explore/map``: the whole catalogue at a glance, and its topics as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.catalog_map.service import Place, ShownMap, named_in
from catalog_service.clock import SHANGHAI
from catalog_service.dependencies import Atlas
from catalog_service.links import page_path
from catalog_service.site.assets import assets
from catalog_service.site.rendering import View
from search.catalog_map.model import Point
from search.limits import MAX_QUERY

router = APIRouter(include_in_schema=False)

FOLDED_FROM: Final = 12
"""Topics of the table that are seen at once; the others are folded."""
EXAMPLES: Final = 2
"""Datasets that are named of a topic."""
_DEEPEST: Final = 1
"""Level of the topics that the table has: those of the next are too many to read."""


@dataclass(frozen=True, slots=True)
class Row:
    """A topic in the table: its words, how many datasets, mostly of which domain, some of them.

    ``chinese`` are its words as datasets have them, where the label is in English.
    """

    label: str
    chinese: str
    count: int
    search: str
    domain: str
    examples: tuple[tuple[str, str], ...]


@router.get("/explore/map")
def catalog_map(
    request: Request, atlas: Atlas, q: Annotated[str, Query(max_length=MAX_QUERY)] = ""
) -> Response:
    """Show the map of all datasets, and with ``q`` where on it a search leads."""
    view = View(request)
    found = atlas.maps.shown()
    return view.render(
        "catalog_map.html",
        section="/explore",
        trail=[
            (view.gettext("Explore what hangs together"), view.link("/explore")),
            (view.gettext("Map of the catalogue"), None),
        ],
        found=found,
        day=found.made.astimezone(SHANGHAI).date().isoformat() if found else "",
        shown=FOLDED_FROM,
        rows=_rows(view, found) if found else [],
        scripts=assets("map"),
        q=q,
    )


def _rows(view: View, found: ShownMap) -> list[Row]:
    return [_row(view, found, place) for place in found.topics if place.level == _DEEPEST] or [
        _row(view, found, place) for place in found.topics
    ]


def _row(view: View, found: ShownMap, place: Place) -> Row:
    label = named_in(place, view.lang)
    return Row(
        label,
        place.label if label != place.label else "",
        place.count,
        view.link("/datasets", q=place.label.replace(" · ", " ")),
        view.name(found.domains[place.theme]) if place.theme >= 0 else "",
        tuple(_example(view, found, found.points[i]) for i in place.first[:EXAMPLES]),
    )


def _example(view: View, found: ShownMap, point: Point) -> tuple[str, str]:
    title = point.title_en if view.lang == "en" and point.title_en else point.title
    return title, view.link(page_path(found.base_iri, point.iri))
