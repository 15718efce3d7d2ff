"""Errors for people: the problem as a page where a browser asks, as JSON everywhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from catalog_service.http.negotiation import choose
from catalog_service.http.problems import from_http, from_validation, problem_of, problem_response
from catalog_service.output_formats import HTML, JSON
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

_SEARCH = "search-"
"""How the codes begin of what is wrong with the search server (`search.index.elastic.errors`)."""
_PASSING = (429, 503, 504)
"""Statuses of what passes by itself: trying again helps."""
_NOBODY = 401
"""Status of what is for somebody: signing in helps."""
_LACKS_CODES = "second-factor-needed"
"""Code of what is mended on one's own account, before anything else."""
_OF_A_VERSION = ("no-version-then", "times-ahead")
"""Codes of what is wrong with the time asked for: the page without it has the history."""
_PROGRAMS = ("/api/", "/health/", "/metrics", "/static/")


def for_people(request: Request) -> bool:
    """Tell whether a browser asks for a page."""
    path: str = request.scope.get("path", "")
    if path.startswith(_PROGRAMS):
        return False
    return choose(request.headers.get("accept"), (JSON, HTML), strict=False) is HTML


def error_response(request: Request, error: AtlasError) -> Response:
    """Answer with an error as a page or as a problem."""
    answer = problem_response(request, error)
    if not for_people(request):
        return answer
    view = View(request)
    if error.code == _LACKS_CODES:
        return RedirectResponse(view.link("/account"), 303, {"Cache-Control": "no-store"})
    problem = problem_of(request, error, view.lang)
    headers = {name: answer.headers[name] for name in ("Retry-After",) if name in answer.headers}
    return view.render(
        "error.html",
        status=problem.status,
        headers={**headers, "Cache-Control": "no-store"},
        section="",
        trail=None,
        problem=problem,
        history=view.link(f"{request.scope['path']}#history")
        if error.code in _OF_A_VERSION
        else None,
        sign_in=_sign_in(view, request) if problem.status == _NOBODY else None,
        searching=not error.code.startswith(_SEARCH),
        again=view.here(view.lang if view.chosen else None)
        if request.method == "GET" and problem.status in _PASSING
        else None,
    )


def _sign_in(view: View, request: Request) -> str:
    """Return the address at which to sign in, and come back where a page was asked for."""
    return view.link("/login", next=view.here() if request.method == "GET" else None)


def install(app: FastAPI, max_body_mb: int) -> None:
    """Answer every error of the application."""

    def handler(
        translate: Callable[[Exception, Request], AtlasError],
    ) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def handle(request: Request, error: Exception) -> Response:
            return error_response(request, translate(error, request))

        return handle

    def of_atlas(error: Exception, _: Request) -> AtlasError:
        assert isinstance(error, AtlasError)
        return error

    def of_http(error: Exception, request: Request) -> AtlasError:
        assert isinstance(error, HTTPException)
        return from_http(request, error, max_body_mb)

    def of_validation(error: Exception, _: Request) -> AtlasError:
        assert isinstance(error, RequestValidationError)
        return from_validation(error)

    app.add_exception_handler(AtlasError, handler(of_atlas))
    app.add_exception_handler(HTTPException, handler(of_http))
    app.add_exception_handler(RequestValidationError, handler(of_validation))
