"""``/reconcile``: the reconciliation API for OpenRefine and tools like it, version 0.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.charged_work import respond_charged
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.language import choose_language
from catalog_service.http.request_bodies import read_form, receive_bytes
from catalog_service.reconciliation import service
from catalog_service.reconciliation.errors import QUERY_INVALID
from ontology.errors import AtlasError
from ontology.limits import MIB
from search.limits import MAX_TYPED
from translations import Lang

router = APIRouter(prefix=service.PATH, tags=["other tools"])

_MOST_BODY: Final = MIB
Prefix = Annotated[str, Query(max_length=MAX_TYPED)]


@router.get("", summary="Reconciliation: what it can do, or answers")
async def get_reconcile(request: Request, atlas: Atlas) -> Response:
    """The manifest; with ``queries`` or ``query`` candidates, with ``extend`` properties."""
    return await _respond(request, atlas, partial(_asked, request))


@router.post("", summary="Reconciliation: candidates for names, or properties of things")
async def post_reconcile(request: Request, atlas: Atlas) -> Response:
    """The same, with the parameters in a form."""
    sent = await receive_bytes(request, _MOST_BODY)
    return await _respond(request, atlas, partial(_read, request, sent))


@router.get("/properties", summary="Properties of a type")
def get_properties(
    request: Request,
    type: Annotated[str, Query(max_length=MAX_TYPED)] = "",  # noqa: A002 — the protocol's name
    limit: Annotated[int, Query(ge=0, le=1_000)] = 0,
) -> Response:
    """What a table of things of a type can be extended with."""
    return _json(service.properties(type, limit, _lang(request)))


@router.get("/suggest/entity", summary="Complete the name of a thing")
async def suggest_entity(
    request: Request,
    atlas: Atlas,
    prefix: Prefix = "",
    type: Annotated[str, Query(max_length=MAX_TYPED)] = "",  # noqa: A002 — the protocol's name
) -> Response:
    """Organisations, places, data domains and datasets."""

    def answer() -> Response:
        return _json(service.suggest_entities(atlas, prefix, type, _lang(request)))

    return await respond_charged(request, atlas, answer)


@router.get("/suggest/type", summary="Complete the name of a type")
def suggest_type(request: Request, prefix: Prefix = "") -> Response:
    """The four types."""
    return _json(service.suggest_types(prefix, _lang(request)))


@router.get("/suggest/property", summary="Complete the name of a property")
def suggest_property(request: Request, prefix: Prefix = "") -> Response:
    """The properties of all types."""
    return _json(service.suggest_properties(prefix, _lang(request)))


def _asked(request: Request) -> dict[str, str]:
    return dict(request.query_params)


def _read(request: Request, sent: bytes) -> dict[str, str]:
    """Return the parameters in a form, and those in the address that it does not name."""
    try:
        fields = read_form(sent)
    except ValueError as error:
        raise AtlasError(QUERY_INVALID, name="queries") from error
    return {**_asked(request), **{name: value for name, value in fields if value}}


async def _respond(
    request: Request, atlas: Service, read: Callable[[], Mapping[str, str]]
) -> Response:
    return await respond_charged(request, atlas, partial(_answer, request, atlas, read))


def _answer(request: Request, atlas: Service, read: Callable[[], Mapping[str, str]]) -> Response:
    lang, given = _lang(request), read()
    if "queries" in given:
        return _json(service.reconcile(atlas, given["queries"], lang))
    if "extend" in given:
        return _json(service.extend(atlas, given["extend"], lang))
    if "query" in given:
        return _json(service.reconcile_one(atlas, _single(given["query"]), lang))
    return _json(service.manifest(atlas, lang))


def _single(text: str) -> object:
    """Return a single query of version 0.1: an object, or a name alone."""
    try:
        return orjson.loads(text) if text.lstrip().startswith("{") else text
    except orjson.JSONDecodeError:
        return text


def _lang(request: Request) -> Lang:
    return choose_language(request.query_params, request.headers)


def _json(content: object) -> Response:
    headers = {"Cache-Control": "no-cache"}
    return Response(orjson.dumps(content), headers=headers, media_type="application/json")
