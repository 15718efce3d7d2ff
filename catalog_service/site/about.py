"""``/about``: what this is, where it comes from, what it promises and what it does not."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.http.context import Atlas
from catalog_service.site.rendering import View
from search.model import Query, Result
from search.query.relaxation import MAX_FACET_SIZE

router = APIRouter(include_in_schema=False)


@router.get("/about")
def about(request: Request, atlas: Atlas) -> Response:
    """For whoever wants to know what they look at."""
    view = View(request)
    result = atlas.search.search(Query(limit=0, facet_size=MAX_FACET_SIZE))
    return view.render(
        "about.html",
        section="/about",
        trail=[(view.t("nav.about"), None)],
        total=result.total,
        sources=_number(result, "source"),
        publishers=_number(result, "publisher"),
        rules=sum(rule.status == "checked" for rule in atlas.rules),
    )


def _number(result: Result, facet: str) -> str:
    """How many values a facet has, with a plus where no more of them are counted."""
    count = len(result.facets.get(facet, ()))
    return f"{count:,}+" if count == MAX_FACET_SIZE else f"{count:,}"
