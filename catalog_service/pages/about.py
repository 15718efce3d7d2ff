"""``/about``: what this is, where it comes from, what it promises and what it does not."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.api.context import Atlas
from catalog_service.pages.view import View
from search.engine import Query

router = APIRouter(include_in_schema=False)


@router.get("/about")
def about(request: Request, atlas: Atlas) -> Response:
    """For whoever wants to know what they look at."""
    view = View(request)
    result = atlas.search.search(Query(limit=0, facet_size=100))
    return view.render(
        "about.html",
        section="/about",
        trail=[(view.t("nav.about"), None)],
        total=result.total,
        sources=len(result.facets.get("source", ())),
        publishers=len(result.facets.get("publisher", ())),
        rules=sum(rule.status == "checked" for rule in atlas.rules),
    )
