"""Screenshots of results: for everybody once they are shown, and before for whom the case needs."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.representations import content_tag
from catalog_service.http.token_forms import PRIVATE
from catalog_service.participation.service import case_named, note_reading, paper
from catalog_service.results.case_address import CaseName
from catalog_service.results.naming import UPLOADS
from catalog_service.results.pictures import MEDIA_TYPE
from catalog_service.results.service import picture_of, result_named
from catalog_service.results.uploads_origin import is_uploads_host
from catalog_service.site.page_sessions import sign_in
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

_SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@router.get(UPLOADS + "/{case}.webp")
def shown_picture(request: Request, atlas: Atlas, name: CaseName) -> Response:
    """The screenshot of a result: to be looked at under the host of uploads, elsewhere to keep."""
    found = result_named(atlas, name)
    content = picture_of(atlas, found)
    if content is None:
        raise AtlasError(PAGE_NOT_FOUND)
    place = "inline" if is_uploads_host(atlas.settings, request.headers) else "attachment"
    tag = content_tag(content)
    # It may be taken down at any time: caches ask before each use.
    headers = {**_SAFE, **_named(place, found.name), "ETag": tag, "Cache-Control": "no-cache"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(content, headers=headers, media_type=MEDIA_TYPE)


@router.get("/cases/{case}/picture.webp")
def case_picture(request: Request, atlas: Atlas, bearer: Bearer, name: CaseName) -> Response:
    """The screenshot as it was submitted, for its maker and whoever checks it: to keep."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    case = case_named(atlas, bearer, name)
    content = paper(atlas, case.number, "picture") if case.kind == "result" else None
    if content is None:
        raise AtlasError(PAGE_NOT_FOUND)
    note_reading(atlas, bearer, case, picture=True)
    headers = {**PRIVATE, **_SAFE, **_named("attachment", case.name)}
    return Response(content, headers=headers, media_type=MEDIA_TYPE)


def _named(place: str, name: str) -> dict[str, str]:
    return {"Content-Disposition": f'{place}; filename="{name}.webp"'}
