"""``/sitemap.xml``, ``/robots.txt``, ``/opensearch.xml``: for crawlers and browsers."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.language import choose_language
from catalog_service.http.representations import content_tag
from catalog_service.publication import opensearch, service

router = APIRouter(tags=["for other programs"])

_XML: Final = "application/xml"
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_XML: {}}}}


@router.get(
    service.INDEX, summary="The index of sitemaps", response_class=Response, responses=_ANSWERS
)
def sitemap_index(request: Request, atlas: Atlas) -> Response:
    """All parts, 50,000 pages at most in each, and when something in them changed last."""
    return _tagged(request, service.sitemap_index(atlas).encode(), _XML)


@router.get(
    "/sitemaps/{name}.xml", summary="A sitemap", response_class=Response, responses=_ANSWERS
)
def sitemap(request: Request, atlas: Atlas, name: str) -> Response:
    """The addresses of a part, and when each dataset changed."""
    return _tagged(request, service.sitemap(atlas, name).encode(), _XML)


@router.get("/robots.txt", summary="What crawlers leave alone", response_class=PlainTextResponse)
def robots(atlas: Atlas) -> Response:
    """Rules for crawlers (RFC 9309)."""
    return PlainTextResponse(service.robots(atlas), headers={"Cache-Control": "max-age=3600"})


@router.get(
    "/opensearch.xml",
    summary="How to search here",
    response_class=Response,
    responses={200: {"content": {opensearch.MEDIA_TYPE: {}}}},
)
def opensearch_description(request: Request, atlas: Atlas) -> Response:
    """The description that browsers add a search engine from."""
    lang = choose_language(request.query_params, request.headers)
    body = opensearch.description(atlas.settings.public_url, lang)
    return _tagged(request, body, opensearch.MEDIA_TYPE, Vary="Accept-Language")


def _tagged(request: Request, body: bytes, media_type: str, **more: str) -> Response:
    headers = {"ETag": content_tag(body), "Cache-Control": "no-cache", **more}
    unchanged = not_modified(request, headers["ETag"], headers)
    return unchanged or Response(body, headers=headers, media_type=media_type)
