"""``/data.json``: the whole catalogue in DCAT-US, for those who read nothing else."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

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
def data_json(request: Request, atlas: Atlas) -> Response:
    """All public datasets in one document, streamed; the tag changes with any change here."""
    # The journal's end tells whether anything changed, without reading it all. Weak: another
    # release of this program may write the same datasets otherwise.
    mark = atlas.journal.mark(atlas.journal.head())
    headers = {
        "ETag": f'W/"{hashlib.sha256(mark.encode()).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",
    }
    unchanged = not_modified(request, headers["ETag"], headers)
    if unchanged is not None:
        return unchanged
    return StreamingResponse(dcat_us.document(atlas), headers=headers, media_type=_JSON)
