"""Measured quality as RDF: ``/quality.ttl``, ``/api/v1/datasets/{source}/{id}/quality.ttl``."""

from __future__ import annotations

from typing import Annotated, Any, Final

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.datasets.service import find_public
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import Ref
from catalog_service.http.representations import digest, rdf_response
from catalog_service.output_formats import BY_SUFFIX, GRAPH_FORMATS, N_TRIPLES, OutputFormat
from catalog_service.quality.badges.linked_data import certificate
from catalog_service.quality.linked_data import CUBE_PREFIXES, figures_rdf, measurements_rdf
from catalog_service.quality.service import (
    ALL,
    badge_of,
    measurements_of,
    points_kept,
    profiles_of,
)
from ontology.errors import AtlasError
from ontology.serialization import write

router = APIRouter(tags=["quality"])

_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {form.media_type: {} for form in GRAPH_FORMATS}}
}
_LONGEST: Final = 366
"""Days that can be asked for at once."""


@router.get(
    "/quality.{suffix}", summary="The figures of quality as an RDF Data Cube", responses=_FORMS
)
def quality_form(
    request: Request,
    atlas: Atlas,
    suffix: str,
    publisher: Annotated[str | None, Query(max_length=1_024, description="Its IRI.")] = None,
    days: Annotated[int, Query(ge=1, le=_LONGEST)] = 90,
) -> Response:
    """Of all public datasets, or of one publisher: .ttl, .nt, .jsonld, .rdf."""
    form = _form(suffix)
    found = figures_rdf(atlas, atlas.settings.base_iri, days, publisher or ALL)
    return _answer(request, list(found), form)


@router.get(
    "/api/v1/datasets/{source}/{remote_id}/quality.{suffix}",
    summary="What was measured of a public dataset, in DQV",
    responses=_FORMS,
)
def dataset_quality_form(request: Request, atlas: Atlas, ref: Ref, suffix: str) -> Response:
    """Each measurement that could be judged, with its day: .ttl, .nt, .jsonld, .rdf."""
    form = _form(suffix)
    version = find_public(atlas, f"{ref.source}/{ref.remote_id}")
    found = [one for many in measurements_of(atlas, version.iri).values() for one in many]
    profiles = profiles_of(atlas, version.iri)
    points = points_kept(atlas, version.iri)
    base = atlas.settings.base_iri
    triples = list(measurements_rdf(base, version.iri, found, profiles, points))
    badge = badge_of(atlas, version.iri)
    if badge and badge[0].held:
        triples += certificate(base, version.focus, badge[0])
    return _answer(request, triples, form)


def _form(suffix: str) -> OutputFormat:
    form = BY_SUFFIX.get(suffix)
    if form is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return form


def _answer(request: Request, triples: list[ox.Triple], form: OutputFormat) -> Response:
    lines = write(triples, N_TRIPLES.rdf).body
    # Weak: prefixes come in another order from another process. The statements decide.
    tag = f'W/"{digest(lines)}-{form.suffix}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    prefixes = {name: start for name, start in CUBE_PREFIXES.items() if start.encode() in lines}
    return not_modified(request, tag, headers) or rdf_response(
        write(triples, form.rdf, prefixes), form, headers
    )
