"""``/oai``: OAI-PMH 2.0, by GET and by POST of a form."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.charged_work import respond_charged
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.language import choose_language
from catalog_service.http.request_bodies import read_form, receive_bytes
from catalog_service.oai_pmh import responses, service
from catalog_service.oai_pmh.errors import BAD_ARGUMENT, BAD_TOKEN, BAD_VERB, CODES, NO_SETS
from catalog_service.oai_pmh.requests import OaiRequest, read_request
from catalog_service.oai_pmh.sets import record_sets
from ontology.errors import AtlasError
from ontology.limits import MIB
from translations import Lang

router = APIRouter(tags=["other tools"])

_FORMS: Final[dict[str, Any]] = {"responses": {200: {"content": {"text/xml": {}}}}}
_XML: Final = "text/xml; charset=utf-8"
_MOST_BODY: Final = MIB


@router.get("/oai", summary="OAI-PMH 2.0", response_class=Response, openapi_extra=_FORMS)
async def get_oai(request: Request, atlas: Atlas) -> Response:
    """Identify, ListMetadataFormats, ListSets, ListIdentifiers, ListRecords, GetRecord."""
    items = request.query_params.multi_items()
    return await respond_charged(request, atlas, partial(_answer, request, atlas, items))


@router.post("/oai", summary="OAI-PMH 2.0", response_class=Response, openapi_extra=_FORMS)
async def post_oai(request: Request, atlas: Atlas) -> Response:
    """The same, with the arguments in a form."""
    sent = await receive_bytes(request, _MOST_BODY)
    return await respond_charged(request, atlas, partial(_answer_form, request, atlas, sent))


def _answer_form(request: Request, atlas: Service, sent: bytes) -> Response:
    try:
        fields = read_form(sent)
    except ValueError:
        # Not in UTF-8, or of more fields than there are arguments: a request that names none.
        fields = []
    return _answer(request, atlas, [*request.query_params.multi_items(), *fields])


def _answer(request: Request, atlas: Service, items: Iterable[tuple[str, str]]) -> Response:
    lang = choose_language(request.query_params, request.headers)
    verb, asked = "", dict[str, str]()
    try:
        wanted = read_request(items)
        verb, asked = wanted.verb, wanted.arguments
        content = _content(atlas, wanted, lang)
    except AtlasError as error:
        code = CODES.get(error.kind)
        if code is None:
            raise
        if error.kind in (BAD_VERB, BAD_ARGUMENT):
            # Arguments that are wrong are not repeated (section 3.2).
            verb, asked = "", {}
        content = responses.error(code, error.message(lang))
    body = responses.document(atlas, verb, asked, content)
    return Response(body, headers={"Cache-Control": "no-cache"}, media_type=_XML)


def _content(atlas: Service, wanted: OaiRequest, lang: Lang) -> str:
    asked = wanted.arguments
    if wanted.verb == "Identify":
        return responses.identify(atlas, lang)
    if wanted.verb == "ListMetadataFormats":
        return responses.formats(service.formats_of(atlas, asked.get("identifier")))
    if wanted.verb == "ListSets":
        if wanted.token is not None:
            # The list of sets comes whole.
            raise AtlasError(BAD_TOKEN)
        found = record_sets(atlas)
        if not found:
            raise AtlasError(NO_SETS)
        return responses.sets(found, lang)
    if wanted.verb == "GetRecord":
        form = service.metadata_format(asked["metadataPrefix"])
        one = service.record(atlas, asked["identifier"])
        return f"<GetRecord>{responses.record(atlas, one, form)}</GetRecord>"
    if wanted.token is not None:
        return responses.page(atlas, wanted.verb, service.next_page(atlas, wanted.token))
    since, until = wanted.period()
    found_page = service.first_page(
        atlas, asked["metadataPrefix"], since, until, asked.get("set", "")
    )
    return responses.page(atlas, wanted.verb, found_page)
