"""``/datasets``: results with facets, chips, sorting and pages, all in the query string."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.facet_controls import chips, facet_groups, named_values
from catalog_service.discovery.facet_search import FACET, facet_page
from catalog_service.discovery.missing_data import missing_data
from catalog_service.discovery.pager import PER_PAGE, beyond_of, pager_of
from catalog_service.discovery.parameters import EXCLUDE, RANGE_ENDS, address_of, read_query
from catalog_service.discovery.query_explanation import (
    LITERAL,
    condition_chips,
    explanation_notes,
    without_exclusions,
)
from catalog_service.discovery.service import hit_rows, named_result, total_without_filters
from catalog_service.discovery.unknown_filters import unknown_filters
from catalog_service.site.rendering import View
from search.facets import FACETS, GROUP, RANGES
from search.model import Query, Result
from search.query.request import SORTS
from search.results.claims import conditions

router = APIRouter(include_in_schema=False)

_OWN: Final = frozenset({*FACETS, GROUP, EXCLUDE, LITERAL, *RANGE_ENDS, "q", "sort", "lang"})
_EMPTIED: Final = _OWN | {"offset", FACET}
"""Parameters that mean nothing where they are empty."""
_TAKEN_ALONG: Final = (
    ("Atom", "/feeds/datasets.atom", "application/atom+xml"),
    ("CSV", "/api/v1/search.csv", "text/csv"),
    ("JSON Lines", "/api/v1/search.jsonl", "application/x-ndjson"),
)
"""Forms in which a whole search can be taken along."""


@router.get("/datasets")
def results(request: Request, atlas: Atlas) -> Response:
    """What a search found; with ``facet``, the values of that facet to choose from."""
    view = View(request)
    items = list(request.query_params.multi_items())
    if any(name in _EMPTIED and not value for name, value in items):
        # A form sends its empty fields, too; an address that people share says what was asked.
        said = [(n, v) for n, v in items if v or n not in _EMPTIED]
        return RedirectResponse(
            address_of("/datasets", said), 303, headers={"Cache-Control": "no-cache"}
        )
    own = [(n, v) for n, v in items if n in _OWN and v]
    query = _query(items)
    asked = dict(items).get(FACET)
    if asked in FACETS:
        return facet_page(atlas, view, query, own, asked)
    # Begins to count what tells publishers of one name apart.
    atlas.tallies.ready()
    result = atlas.search.search(query)
    found = named_result(atlas, query, result, view.lang)
    facets = named_values(atlas, view, found.facets)
    rows, today = result.rows, atlas.clock.today()
    demanded = condition_chips(view, atlas, own, result)
    sort = query.sort if query.text or query.sort != "relevance" else "modified"
    return view.render(
        "results.html",
        section="/datasets",
        trail=[(view.gettext("Datasets"), None)],
        text=query.text,
        own=own,
        sort=sort,
        total=found.total,
        together=rows - result.by_meaning if rows - result.by_meaning < found.total else 0,
        by_meaning=result.by_meaning,
        rows=hit_rows(atlas, zip(found.hits, result.hits, strict=True), own, today, view.lang),
        similar=hit_rows(
            atlas, zip(found.similar, result.similar, strict=True), own, today, view.lang
        ),
        facets=facet_groups(view, query, facets, own, found.total, today.year),
        chips=[*chips(atlas, view, own, facets), *demanded],
        # Without filters, whether chosen or read from the words.
        bare=view.link("/datasets", _bare(query, result, own)),
        ranges=[
            (name, [(end, dict(own).get(f"{name}_{end}", "")) for end in ("from", "to")])
            for name in RANGES
        ],
        taken=[
            (name, address_of(path, [item for item in own if item[0] != "sort"]), kind)
            for name, path, kind in _TAKEN_ALONG
        ],
        missing=missing_data(view, atlas, result, found),
        verdict=result.confidence.verdict if result.confidence is not None else "",
        understood=explanation_notes(view, query, result, own),
        meant=[(text, view.link("/datasets", _instead(own, text))) for text in result.did_you_mean],
        unknown=unknown_filters(atlas, view, own, facets),
        unfiltered=_unfiltered(atlas, view, query, result),
        domains=[] if found.total else atlas.vocabulary.offered("domain"),
        sorts=[
            (name, view.link("/datasets", _sorted(own, name, bool(query.text))))
            for name in SORTS
            if query.text or name != "relevance"
        ],
        start=query.offset + 1 if query.cursor is None else None,
        pager=pager_of(view, query, result, own),
        beyond=beyond_of(view, query, result, own),
    )


def _query(items: list[tuple[str, str]]) -> Query:
    query = read_query(items, strict=False)
    return replace(
        query,
        # A search for one group shows its members.
        grouped=GROUP not in query.filters and bool(query.text),
        limit=PER_PAGE,
        facet_size=30,
        unstated=True,
    )


def _unfiltered(atlas: Service, view: View, query: Query, result: Result) -> tuple[int, str] | None:
    """Return how many there are without the filters, where these left nothing."""
    if result.total or not query.filters or not query.text:
        return None
    total = total_without_filters(atlas, query)
    return (total, view.link("/datasets", q=query.text)) if total else None


def _bare(query: Query, result: Result, own: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The words alone, without what they exclude, none of them read as a condition."""
    found = (part.kind for part in conditions(result) if part.kind != "exclusion")
    text = without_exclusions(own, result)
    return (
        [("q", text), *((LITERAL, k) for k in dict.fromkeys([*query.literal, *found]))]
        if text
        else []
    )


def _instead(own: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    return [("q", text), *((n, v) for n, v in own if n not in ("q", LITERAL))]


def _sorted(own: list[tuple[str, str]], sort: str, words: bool) -> list[tuple[str, str]]:
    rest = [(n, v) for n, v in own if n != "sort"]
    usual = "relevance" if words else "modified"
    return rest if sort == usual else [*rest, ("sort", sort)]
