"""``/datasets``: results with facets, chips, sorting and pages, all in the query string."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.api.context import Atlas, Service
from catalog_service.api.searching import (
    MAX_OFFSET,
    SORTS,
    FacetAnswer,
    answer,
    expand,
    read_query,
    shorten,
)
from catalog_service.pages.view import View
from search.engine import FACETS, Query

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 20
FIRST: Final = 6
"""Values of a facet that are shown before "more"."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet with its values: chosen and frequent ones first."""

    name: str
    first: list[FacetAnswer]
    rest: list[FacetAnswer]
    chosen: frozenset[str]


@router.get("/datasets")
def results(request: Request, atlas: Atlas) -> Response:
    """What a search found."""
    view = View(request)
    items = list(request.query_params.multi_items())
    query = replace(read_query(items, strict=False), limit=PER_PAGE, facet_size=30)
    found = answer(atlas, query, atlas.search.search(query))
    own = [(n, v) for n, v in items if (n in FACETS or n in ("q", "sort", "lang")) and v]
    page = query.offset // PER_PAGE + 1
    pages = max(1, -(-min(found.total, MAX_OFFSET + PER_PAGE) // PER_PAGE))
    groups = [_group(name, found.facets.get(name, []), query) for name in FACETS]
    return view.render(
        "results.html",
        section="/datasets",
        trail=[(view.t("results.title"), None)],
        text=query.text,
        sort=query.sort,
        total=found.total,
        hits=found.hits,
        facets=[group for group in groups if group.first],
        chips=_chips(atlas, view, own, found.facets),
        sorts=[(name, view.link("/datasets", _sorted(own, name))) for name in SORTS],
        page=page,
        pages=pages,
        previous=_page(view, own, page - 1) if page > 1 else None,
        next=_page(view, own, page + 1) if page < pages else None,
    )


def _group(name: str, values: list[FacetAnswer], query: Query) -> FacetGroup:
    chosen = frozenset(shorten(name, value) for value in query.filters.get(name, ()))
    ordered = sorted(values, key=lambda value: value.value not in chosen)
    if name == "year":
        ordered.sort(key=lambda value: value.value, reverse=True)
    first = max(FIRST, len(chosen))
    return FacetGroup(name, ordered[:first], ordered[first:], chosen)


def _chips(
    atlas: Service,
    view: View,
    own: list[tuple[str, str]],
    facets: dict[str, list[FacetAnswer]],
) -> list[Chip]:
    chips = []
    for name, value in own:
        if name not in FACETS:
            continue
        full = expand(name, value)
        concept = atlas.vocabulary.concept(full)
        known = next((f.label for f in facets.get(name, []) if f.value == shorten(name, full)), {})
        label = view.pick({"zh": concept.zh, "en": concept.en} if concept else known) or value
        rest = [item for item in own if item != (name, value)]
        title = f"{view.t('facet.' + name)}{'：' if view.lang == 'zh' else ': '}{label}"
        chips.append(Chip(title, view.link("/datasets", rest)))
    return chips


def _sorted(own: list[tuple[str, str]], sort: str) -> list[tuple[str, str]]:
    rest = [(n, v) for n, v in own if n != "sort"]
    return rest if sort == "relevance" else [*rest, ("sort", sort)]


def _page(view: View, own: list[tuple[str, str]], page: int) -> str:
    offset = (page - 1) * PER_PAGE
    return view.link("/datasets", [*own, ("offset", str(offset))] if offset else own)
