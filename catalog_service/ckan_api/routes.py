"""``/api/3/action/…``: CKAN's read API, by GET and by POST of JSON or a form.

Errors are CKAN's own (``success: false``), which its clients turn into exceptions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.charged_work import respond_charged
from catalog_service.ckan_api.arguments import Arguments
from catalog_service.ckan_api.errors import BODY_INVALID
from catalog_service.ckan_api.service import answer
from catalog_service.context import Service
from catalog_service.dependencies import Atlas, service
from catalog_service.http.errors import BODY_TOO_LARGE
from catalog_service.http.language import choose_language
from catalog_service.http.problems import problem_of, retry_after
from catalog_service.http.request_bodies import read_form, receive_bytes
from ontology.errors import AtlasError
from ontology.limits import MIB

router = APIRouter(tags=["other tools"])

_MOST_BODY: Final = MIB
_FORM: Final = "application/x-www-form-urlencoded"
_TYPES: Final = {
    400: "Bad Request Error",
    404: "Not Found Error",
    409: "Validation Error",
}
_SEARCH: Final = "Search Error"


@router.get("/api/3/action/{action}", summary="An action of CKAN's read API")
@router.get("/api/action/{action}", summary="The same, as ckanapi asks it")
async def get_action(request: Request, atlas: Atlas, action: str) -> Response:
    """Answer with ``success`` and ``result``, or with CKAN's ``error``."""
    return await _respond(request, atlas, action, partial(_asked, request))


@router.post("/api/3/action/{action}", summary="An action of CKAN's read API")
@router.post("/api/action/{action}", summary="The same, as ckanapi asks it")
async def post_action(request: Request, atlas: Atlas, action: str) -> Response:
    """Answer with ``success`` and ``result``, or with CKAN's ``error``; nothing is written."""
    try:
        sent = await receive_bytes(request, _MOST_BODY)
    except AtlasError as error:
        return _refusal(request, action, error)
    return await _respond(request, atlas, action, partial(_read, request, sent))


def _asked(request: Request) -> dict[str, Any]:
    """Return the parameters in the address."""
    return _grouped(request.query_params.multi_items())


def _read(request: Request, body: bytes) -> dict[str, Any]:
    """Return the parameters in a body, and those in the address where the body has none."""
    try:
        if request.headers.get("content-type", "").startswith(_FORM):
            sent: object = _grouped(read_form(body))
        else:
            sent = orjson.loads(body) if body.strip() else {}
    except ValueError as error:
        raise AtlasError(BODY_INVALID) from error
    if not isinstance(sent, dict):
        raise AtlasError(BODY_INVALID)
    return {**_asked(request), **sent}


def _grouped(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return parameters by name; what is given several times as a list."""
    found: dict[str, list[str]] = {}
    for name, value in items:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


async def _respond(
    request: Request, atlas: Service, action: str, read: Callable[[], dict[str, Any]]
) -> Response:
    """Answer within the client's share of work, of which reading the parameters is a part."""
    work = partial(_answer, request, atlas, action, read)
    return await respond_charged(request, atlas, work, partial(_refusal, request, action))


def _answer(
    request: Request, atlas: Service, action: str, read: Callable[[], dict[str, Any]]
) -> Response:
    lang = choose_language(request.query_params, request.headers)
    try:
        result = answer(atlas, action, Arguments(read()), lang)
    except AtlasError as error:
        return _refusal(request, action, error)
    return _json({"help": _help(request, action), "success": True, "result": result}, 200)


def _refusal(request: Request, action: str, error: AtlasError) -> Response:
    problem = problem_of(request, error, choose_language(request.query_params, request.headers))
    status = 409 if problem.status in (400, 422) and not _is_of_request(error) else problem.status
    told: dict[str, Any] = {
        "__type": _TYPES.get(status, _SEARCH),
        "message": problem.detail,
        "code": problem.code,
    }
    if status == 409:
        told[str(error.params.get("name", "q"))] = [problem.detail]
    answer = _json({"help": _help(request, action), "success": False, "error": told}, status)
    if status in (429, 503):
        answer.headers["Retry-After"] = retry_after(error)
    return answer


def _is_of_request(error: AtlasError) -> bool:
    return error.code in ("ckan-action-unknown", BODY_INVALID.code, BODY_TOO_LARGE.code)


def _help(request: Request, action: str) -> str:
    atlas = service(request)
    name = quote(action, safe="")
    return f"{atlas.settings.public_url}/api/3/action/help_show?name={name}"


def _json(content: dict[str, Any], status: int) -> Response:
    headers = {"Cache-Control": "no-cache"}
    return Response(orjson.dumps(content), status, headers, "application/json")
