"""``/api/v1/open-list/{year}/coverage``: the same as the pages, as JSON, CSV and RDF."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from catalog_service.dependencies import Atlas
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.representations import graph_response
from catalog_service.open_list.coverage.addresses import API, Of, Year
from catalog_service.open_list.coverage.answers import (
    CoverageAnswer,
    LivelihoodAnswer,
    MismatchPage,
    MissingPage,
    coverage_answer,
    livelihood_answer,
    mismatch_answer,
    mismatches_csv,
    missing_answer,
    missing_csv,
    project_answers,
    shares_csv,
)
from catalog_service.open_list.coverage.cube import coverage_rdf
from catalog_service.open_list.coverage.figures import CITY, Coverage, Gap, Mismatch
from catalog_service.open_list.coverage.livelihood import livelihood_share, topics
from catalog_service.open_list.coverage.naming import named
from catalog_service.open_list.coverage.pilots import pilots
from catalog_service.open_list.demanded import livelihood_domains
from catalog_service.open_list.systems import systems, without_plan
from catalog_service.output_formats import BY_SUFFIX, GRAPH_FORMATS
from ontology.errors import AtlasError

router = APIRouter(tags=["open lists"])

MOST: Final = 1_000
_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {}, **{form.media_type: {} for form in GRAPH_FORMATS}}}
}
_CSV: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/csv": {}}}}

Offset = Annotated[int, Query(ge=0, le=1_000_000)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
GapAsked = Annotated[Gap | None, Query()]


@router.get(API, summary="What the open lists of a year cover")
def get_coverage(atlas: Atlas, year: Year) -> CoverageAnswer:
    """The share of what is open that is on a list, by organization; pilots; new systems (R12)."""
    found = Coverage(atlas, year)
    items = {version.organization: len(content.items) for version, content in found.lists}
    counts = (len(systems(atlas)), len(without_plan(atlas)))
    return coverage_answer(
        found,
        atlas.clock.today(),
        pilots(atlas, found.day, items),
        counts,
        project_answers(atlas, year),
    )


@router.get(
    API + ".{suffix}",
    summary="What the open lists of a year cover, as a table or an RDF Data Cube",
    response_class=Response,
    responses=_FORMS,
)
def get_coverage_form(request: Request, atlas: Atlas, year: Year, suffix: str) -> Response:
    """.csv, and .ttl, .nt, .jsonld, .rdf."""
    form = BY_SUFFIX.get(suffix)
    if suffix == "csv":
        return _csv(shares_csv(Coverage(atlas, year)), f"coverage-{year}")
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)
    found = Coverage(atlas, year)
    triples = list(coverage_rdf(found, atlas.settings.base_iri, atlas.clock.today()))
    return graph_response(request, triples, form, has_fixed_forms=False)


@router.get(API + "/missing", summary="What is open and on no list of a year")
def get_missing(
    atlas: Atlas, year: Year, organization: Of = "", offset: Offset = 0, limit: Limit = 100
) -> MissingPage:
    """By title; ``organization``: of this one and of what lies below it."""
    of = named(atlas, organization)
    total, documents = Coverage(atlas, year).missing(of, limit, offset)
    return MissingPage(
        year=year, total=total, offset=offset, datasets=[missing_answer(d) for d in documents]
    )


@router.get(
    API + "/missing.csv",
    summary="What is open and on no list of a year, as a table",
    response_class=Response,
    responses=_CSV,
)
def get_missing_csv(atlas: Atlas, year: Year, organization: Of = "") -> Response:
    """All of it."""
    found, of = Coverage(atlas, year), named(atlas, organization)
    total, _ = found.missing(of, 0)
    parts = (found.missing(of, MOST, first)[1] for first in range(0, total, MOST))
    return _csv(missing_csv(one for part in parts for one in part), f"on-no-list-{year}")


@router.get(API + "/items", summary="What is on a list of a year and not opened so")
def get_items(
    atlas: Atlas,
    year: Year,
    organization: Of = "",
    gap: GapAsked = None,
    offset: Offset = 0,
    limit: Limit = 100,
) -> MismatchPage:
    """Items that name no catalogued dataset, none that is public, or one that is opened less."""
    rows = _mismatches(Coverage(atlas, year), named(atlas, organization), gap)
    part = [mismatch_answer(one) for one in rows[offset : offset + limit]]
    return MismatchPage(year=year, total=len(rows), offset=offset, items=part)


@router.get(
    API + "/items.csv",
    summary="What is on a list of a year and not opened so, as a table",
    response_class=Response,
    responses=_CSV,
)
def get_items_csv(
    atlas: Atlas, year: Year, organization: Of = "", gap: GapAsked = None
) -> Response:
    """All of it."""
    rows = _mismatches(Coverage(atlas, year), named(atlas, organization), gap)
    return _csv(mismatches_csv(rows), f"not-opened-{year}")


@router.get(API + "/livelihood", summary="What concerns livelihood and is on no list of a year")
def get_livelihood(atlas: Atlas, year: Year) -> LivelihoodAnswer:
    """Datasets of livelihood that are on a list, and topics with their items (R27)."""
    found = Coverage(atlas, year)
    domains = livelihood_domains(atlas.rules, found.day)
    return livelihood_answer(
        year, domains, livelihood_share(found, domains), topics(atlas, found, domains)
    )


def _mismatches(found: Coverage, organization: str, gap: Gap | None) -> list[Mismatch]:
    return [
        one
        for one in found.mismatches
        if organization in (CITY, one.organization) and gap in (None, one.gap)
    ]


def _csv(body: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-cache",
    }
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)
