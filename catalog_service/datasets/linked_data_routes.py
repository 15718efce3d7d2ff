"""Linked data of a dataset: ``/id/dataset/…`` answers 303 to the page or to a fixed form."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.datasets.mementos import memento_datetime, relations
from catalog_service.datasets.profiles.negotiation import VARY, negotiate
from catalog_service.datasets.representations import at_query
from catalog_service.datasets.visibility import GoneError, find
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import DatasetRef, Ref
from catalog_service.http.representations import see_other
from catalog_service.http.times import parse_time
from catalog_service.links import dataset_path, form_path, record_path
from catalog_service.output_formats import GRAPH_FORMATS, HTML

router = APIRouter(tags=["linked data"])

_PAGE_OR_RDF: Final = (HTML, *GRAPH_FORMATS)


@router.get("/id/dataset/{source}/{remote_id}", summary="A record's IRI", status_code=303)
def identify_dataset(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    ref: Ref,
    at: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """See other: the page, or the form and profile that the client likes best (httpRange-14).

    ``at`` leads to an earlier version.
    """
    choice = negotiate(request, _PAGE_OR_RDF)
    form = choice.form
    when = None if at is None else parse_time(at)
    public = True
    try:
        public = find(atlas, ref.source, ref.remote_id, bearer, when).public
    except GoneError:
        form = HTML
    query = "" if form is HTML else choice.query
    if at is not None:
        query = f"{query}{'&' if query else '?'}{at_query(at)}"
    path = (
        dataset_path(ref.source, ref.remote_id)
        if form is HTML
        else form_path(ref.source, ref.remote_id, form.suffix)
    )
    answer = see_other(f"{path}{query}", VARY)
    answer.headers.update(_times(atlas, ref, when, public=public))
    return answer


def _times(
    atlas: Service, ref: DatasetRef, when: datetime | None, *, public: bool
) -> dict[str, str]:
    """Return where the IRI's versions are, and of one of them that it is one (RFC 7089)."""
    memento = memento_datetime(atlas, ref.source, ref.remote_id, when)
    if not memento and not (public and when is None):
        return {}
    base, path = atlas.settings.public_url, f"/id{record_path(ref.source, ref.remote_id)}"
    found = relations(path, base)
    if memento:
        found.append(f'<{base}{path}>; rel="original"')
    return {"Link": ", ".join(found), **memento}
