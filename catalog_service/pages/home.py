"""``/``: the search field, the domains, what is new, the state in four figures."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.api.context import Atlas, Service
from catalog_service.api.searching import answer
from catalog_service.pages.view import View
from ontology.terms import VOCAB
from ontology.vocabulary import Concept, Scheme
from search.engine import FacetValue, Query, Result

router = APIRouter(include_in_schema=False)

EXAMPLES: Final = (
    "养老机构",
    "公交",
    "停车场",
    "医疗机构",
    "空气质量",
    "学校",
    "行政处罚",
    "企业",
    "统计",
)
"""Searches that people often make; the first three that find something here are shown."""

SHOWN_EXAMPLES: Final = 3
NEWEST: Final = 6
LOOKED_AT: Final = 60
_DISTRICT_DIGITS: Final = 6


@router.get("/")
def home(request: Request, atlas: Atlas) -> Response:
    """The first page."""
    view = View(request)
    query = Query(sort="modified", limit=LOOKED_AT, facet_size=60)
    today = atlas.clock.today().isoformat()
    result = atlas.search.search(query)
    return view.render(
        "home.html",
        section="/",
        trail=None,
        total=result.total,
        examples=_examples(atlas) if result.total else [],
        domains=_concepts(atlas, "domain", result, "theme"),
        districts=[
            (concept, count)
            for concept, count in _concepts(atlas, "place", result, "district")
            if len(concept.notation) == _DISTRICT_DIGITS and count
        ],
        # A date in the future is a slip of the publisher's, and would stay on top for years.
        newest=[h for h in answer(atlas, query, result).hits if (h.modified or "")[:10] <= today][
            :NEWEST
        ],
        figures=_figures(atlas, view, result),
    )


def _examples(atlas: Service) -> list[str]:
    found: list[str] = []
    for text in EXAMPLES:
        if len(found) == SHOWN_EXAMPLES:
            break
        if atlas.search.search(Query(text=text, limit=1, facets=False)).total:
            found.append(text)
    return found


def _concepts(
    atlas: Service, scheme: Scheme, result: Result, facet: str
) -> list[tuple[Concept, int]]:
    counts = {value.value: value.count for value in result.facets.get(facet, ())}
    return [(c, counts.get(c.iri, 0)) for c in atlas.vocabulary.concepts(scheme)]


def _figures(atlas: Service, view: View, result: Result) -> list[tuple[str, str, str]]:
    year = atlas.clock.today().year
    t = view.t
    open_ = _count(result.facets.get("open_type", ()), f"{VOCAB}open-type/unconditional")
    api = _count(result.facets.get("delivery", ()), f"{VOCAB}delivery-mode/api")
    recent = _count(result.facets.get("year", ()), str(year))
    share = [_share(n, result.total) for n in (open_, api, recent)]
    return [
        (t("home.figure.total"), f"{result.total:,}", t("home.figure.total.what")),
        (t("home.figure.open"), share[0], t("home.figure.open.what")),
        (t("home.figure.api"), share[1], t("home.figure.api.what")),
        (t("home.figure.recent", year=year), share[2], t("home.figure.recent.what")),
    ]


def _count(values: tuple[FacetValue, ...], wanted: str) -> int:
    return next((value.count for value in values if value.value == wanted), 0)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"
