"""Linked data of a dataset: ``/id/dataset/…`` answers 303 to the page or to a fixed form."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.datasets.profiles.negotiation import VARY, negotiate
from catalog_service.datasets.visibility import GoneError, find
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import Ref
from catalog_service.http.representations import see_other
from catalog_service.links import dataset_path, form_path
from catalog_service.output_formats import GRAPH_FORMATS, HTML

router = APIRouter(tags=["linked data"])

_PAGE_OR_RDF: Final = (HTML, *GRAPH_FORMATS)


@router.get("/id/dataset/{source}/{remote_id}", summary="A record's IRI", status_code=303)
def identify_dataset(request: Request, atlas: Atlas, bearer: Bearer, ref: Ref) -> Response:
    """See other: the page, or the form and profile that the client likes best (httpRange-14)."""
    choice = negotiate(request, _PAGE_OR_RDF)
    form = choice.form
    try:
        find(atlas, ref.source, ref.remote_id, bearer)
    except GoneError:
        form = HTML
    if form is HTML:
        return see_other(dataset_path(ref.source, ref.remote_id), VARY)
    path = form_path(ref.source, ref.remote_id, form.suffix)
    return see_other(f"{path}{choice.query}", VARY)
