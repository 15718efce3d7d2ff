"""``/data.json``: the whole catalogue in DCAT-US, for those who read nothing else."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from catalog_service.charged_stream import charged_parts
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.publication import dcat_us

router = APIRouter(tags=["for other programs"])

_JSON = "application/json"


@router.get(
    "/data.json",
    summary="The whole catalogue in DCAT-US 3",
    response_class=Response,
    responses={200: {"content": {_JSON: {}}}},
)
async def data_json(request: Request, atlas: Atlas) -> Response:
    """All public datasets in one document, streamed; the tag changes with any change here."""
    headers = {"ETag": await run_in_threadpool(_tag, atlas), "Cache-Control": "no-cache"}
    unchanged = not_modified(request, headers["ETag"], headers)
    if unchanged is not None:
        return unchanged
    parts = await charged_parts(request, atlas, dcat_us.document(atlas))
    return StreamingResponse(parts, headers=headers, media_type=_JSON)


def _tag(atlas: Service) -> str:
    """Return what changes with all that the document is made from, without making it.

    Weak: two documents of one tag may have been read while the same change was being written.
    """
    settings = atlas.settings
    made_from = (
        atlas.journal.mark(atlas.journal.head()),
        *(f"{source.id} {source.title}" for source in atlas.journal.sources()),
        atlas.vocabulary.digest,
        settings.base_iri,
        settings.public_url,
        version("shanghai-data-atlas"),
    )
    return f'W/"{hashlib.sha256(repr(made_from).encode()).hexdigest()[:32]}"'
