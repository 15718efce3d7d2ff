"""Errors as RFC 9457 problem details: no private data in them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import uuid4

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from catalog_service.http.errors import (
    BODY_ENCODED,
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    METHOD_NOT_ALLOWED,
    PAGE_NOT_FOUND,
    REQUEST_INVALID,
    UNEXPECTED,
)
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.http.problem_forms import write_problem
from catalog_service.http.validation_words import wrong_in_request
from ontology.errors import AtlasError, ErrorKind
from ontology.terms import SHD
from translations import N_, Lang, translator

PROBLEM_BASE: Final = SHD.removesuffix("def/") + "problem/"

_SERVER_FAULT: Final = 500
_PRIVATE: Final = frozenset({"url", "path", "home", "reason"})

_log = structlog.get_logger(__name__)


class Problem(BaseModel):
    """An error as RFC 9457 has it, with this service's ``code`` and an ``id`` for support."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    id: str
    line: int | None = None
    """Where in what was sent the mistake is, from 1; absent where that cannot be said."""
    column: int | None = None
    warnings: list[str] | None = None
    """What was left out of a refused record, or not understood; absent where there is nothing."""
    codes: dict[str, str | list[str]] | None = None
    """What the program calls the steps, states, rights and organizations that ``detail`` names."""
    removed: list[str] | None = None
    """What the privacy rule would have taken out of it: kinds and places."""


def problem_type(kind: ErrorKind) -> str:
    """Return the IRI that names a kind of problem."""
    return PROBLEM_BASE + kind.code


def request_id(request: Request) -> str:
    """Return the id that `RequestMiddleware` gave this request, or a new one."""
    found: str = getattr(request.state, "request_id", "") or uuid4().hex
    return found


def problem_of(request: Request, error: AtlasError, lang: Lang) -> Problem:
    """Describe an error. A server's fault says nothing of its inside: that goes to the log."""
    status = error.kind.status
    kind, detail = error.kind, error.message(lang)
    if status == _SERVER_FAULT:
        kind, detail = UNEXPECTED, UNEXPECTED.message(lang, {})
    elif status > _SERVER_FAULT:
        # Where our databases and files are is not the client's business.
        concealed = dict.fromkeys(_PRIVATE & error.params.keys(), "…")
        detail = kind.message(lang, {**error.params, **concealed})
    codes = error.codes if kind is error.kind else {}
    return Problem(
        type=problem_type(kind),
        title=status_title(status, lang),
        status=status,
        detail=detail,
        code=kind.code,
        instance=request.scope.get("path", ""),
        id=request_id(request),
        line=_number(error, "line"),
        column=_number(error, "column"),
        codes=codes or None,
    )


def status_title(status: int, lang: Lang) -> str:
    """Return the name of an HTTP status."""
    return translator(lang).gettext(STATUS_TITLES.get(status, _OTHER_TITLE))


def _number(error: AtlasError, name: str) -> int | None:
    found = error.params.get(name, getattr(error.place, name, None))
    return found if isinstance(found, int) else None


def problem_response(
    request: Request,
    error: AtlasError,
    headers: Mapping[str, str] | None = None,
    *,
    warnings: Sequence[AtlasError] = (),
    removed: Sequence[str] = (),
) -> Response:
    """Answer with an error in the language and form that the client asked for.

    ``warnings`` and ``removed`` are what else is to say.
    """
    lang = choose_language(request.query_params, request.headers)
    problem = problem_of(request, error, lang)
    problem.warnings = [warning.message(lang) for warning in warnings] or None
    problem.removed = list(removed) or None
    extra = {
        "Vary": "Accept, Accept-Language",
        "Content-Language": LANGUAGE_TAGS[lang],
        **(headers or {}),
    }
    if problem.status == 401:
        extra["WWW-Authenticate"] = 'Bearer realm="atlas"'
    if problem.status in (429, 503) and "Retry-After" not in extra:
        extra["Retry-After"] = retry_after(error)
    if problem.status >= _SERVER_FAULT:
        _log.error("request failed", id=problem.id, path=problem.instance, error=str(error))
    told = problem.model_dump(exclude_none=True)
    body, media_type = write_problem(told, request.headers.get("accept"))
    return Response(body, problem.status, extra, media_type)


def retry_after(error: AtlasError) -> str:
    """Return the value of ``Retry-After`` for an error that passes, in seconds."""
    seconds = error.params.get("retry_after", 5)
    return str(max(1, math.ceil(seconds))) if isinstance(seconds, int | float) else "5"


_SHOWN: Final = 80


def from_http(request: Request, error: HTTPException, max_body_mb: int) -> AtlasError:
    """Turn the framework's own error into one of ours."""
    if error.status_code == 413:
        return AtlasError(BODY_TOO_LARGE, limit=max_body_mb)
    if error.status_code == 408:
        return AtlasError(BODY_TOO_SLOW)
    if error.status_code == 415:
        given = request.headers.get("content-encoding", "")[:_SHOWN]
        return AtlasError(BODY_ENCODED, given=given)
    if error.status_code == 405:
        return AtlasError(METHOD_NOT_ALLOWED, method=request.method)
    if error.status_code == 404:
        return AtlasError(PAGE_NOT_FOUND)
    return AtlasError(REQUEST_INVALID, problem=str(error.detail))


def from_validation(error: RequestValidationError) -> AtlasError:
    """Turn a refused parameter or body into one of ours, naming the first place at fault."""
    return AtlasError(REQUEST_INVALID, problem=wrong_in_request(error.errors()))


_OTHER_TITLE: Final = N_("Error")
STATUS_TITLES: Final[dict[int, str]] = {
    400: N_("Bad request"),
    401: N_("A token is needed"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    406: N_("Not acceptable"),
    408: N_("Time is up"),
    409: N_("Conflict"),
    410: N_("Withdrawn"),
    412: N_("The version has changed"),
    413: N_("Too large"),
    414: N_("Address too long"),
    415: N_("Unsupported media type"),
    421: N_("Asked under another name"),
    422: N_("The content is at fault"),
    429: N_("Too many requests"),
    431: N_("Request headers too large"),
    500: N_("Internal error"),
    502: N_("Another server failed"),
    503: N_("Not available now"),
    504: N_("Time is up"),
}
