"""The one application factory: API, linked data and pages behind one middleware."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from importlib.metadata import version
from threading import Thread

import structlog
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from catalog_service.context import Service
from catalog_service.http import problems
from catalog_service.http.cross_origin import CrossOriginMiddleware
from catalog_service.http.metrics import Metrics
from catalog_service.http.middleware import RequestMiddleware
from catalog_service.http.problem_forms import PROBLEM_JSON, PROBLEM_XML
from catalog_service.http.repeated_requests import RepeatedRequestsMiddleware
from catalog_service.http.thread_pools import ThreadPools
from catalog_service.operations.service import SparqlProbe
from catalog_service.rooms import ROOMS
from catalog_service.rules.validation_slots import ValidationSlots
from catalog_service.search_log.observing import SearchLogMiddleware
from catalog_service.search_log.recorder import SearchLog
from catalog_service.site import error_pages, static_files
from catalog_service.sources.run_listeners import Listeners
from catalog_service.sparql.query_log import QueryLog
from catalog_service.sparql.repeated_queries import repeated_queries
from translations import LANGUAGES, translator

DESCRIPTION = """\
上海公共数据图谱 · Shanghai Data Atlas: the catalogue of Shanghai's public data.

Errors are RFC 9457 problem details with a stable `code` (`application/problem+json`, or
`application/problem+xml` or `text/plain` where `Accept` prefers them); their language
follows `?lang=` or `Accept-Language`. Writes need `Authorization: Bearer …`.
"""

_ASKED_MOST = ("sparql",)
"""Rooms whose routes are tried first: going through all others takes as long as the answer."""

_log = structlog.get_logger(__name__)

PARTS = (
    "journal",
    "vocabulary",
    "rules",
    "catalog",
    "tokens",
    "accounts",
    "search",
    "graph",
    "sparql",
)
"""Attributes of the composition root that every request may need."""


def create_app(atlas: Service, *, warm_search: bool = True) -> FastAPI:
    """Build the application over a composition root; opening it makes all its parts.

    Without ``warm_search`` the first who searches waits for words and suggestions: for an
    application that lives shortly.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Made here, in one thread, and not by the first requests side by side.
        await run_in_threadpool(warm, atlas)
        if warm_search:
            Thread(target=_warm_search, args=(atlas,), name="warm-search", daemon=True).start()
        with search_log.running() if search_log is not None else nullcontext():
            yield

    for lang in LANGUAGES:
        translator(lang)  # raises where the texts are not compiled

    search_log = SearchLog(atlas) if atlas.settings.search_log == "on" else None
    metrics = Metrics()
    app = FastAPI(
        title="上海公共数据图谱 · Shanghai Data Atlas",
        version=version("shanghai-data-atlas"),
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        responses={
            "default": {
                "description": "A problem (RFC 9457)",
                "content": {
                    PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}},
                    PROBLEM_XML: {},
                    "text/plain": {},
                },
            }
        },
    )
    app.state.atlas = atlas
    app.state.metrics = metrics
    app.state.validation_slots = ValidationSlots()
    app.state.thread_pools = ThreadPools()
    app.state.run_listeners = Listeners()
    app.state.sparql_probe = SparqlProbe()
    app.state.query_log = QueryLog(metrics.count_query)
    app.state.navigation = [link for room in ROOMS for link in room.navigation]
    app.state.waiting = [kind for room in ROOMS for kind in room.waiting()]
    app.state.deadlines = [kind for room in ROOMS for kind in room.deadlines()]
    app.state.dataset_notes = [notes for room in ROOMS for notes in room.dataset_notes()]
    app.state.concept_uses = [counted for room in ROOMS for counted in room.concept_uses()]
    for room in sorted(ROOMS, key=lambda room: room.name not in _ASKED_MOST):
        for router in room.routers():
            app.include_router(router)
    static_files.mount(app)
    error_pages.install(app, atlas.settings.max_body_mb)
    _add_problem_schema(app)
    app.state.search_log = search_log
    if search_log is not None:
        # Added first, so that it stands innermost and sees paths as they are routed.
        app.add_middleware(
            SearchLogMiddleware, log=search_log, public_url=atlas.settings.public_url
        )
    app.add_middleware(
        RequestMiddleware,
        max_body_mb=atlas.settings.max_body_mb,
        metrics=metrics,
        on_error=error_pages.error_response,
    )
    app.add_middleware(CrossOriginMiddleware)
    app.state.repeated_requests = repeated_queries(atlas, metrics)
    app.add_middleware(RepeatedRequestsMiddleware, repeated=app.state.repeated_requests)
    return app


def warm(atlas: Service) -> None:
    """Make all parts; raises `AtlasError` where one cannot be made."""
    for part in PARTS:
        getattr(atlas, part)


def _warm_search(atlas: Service) -> None:
    """Have words and suggestions ready for the first who search."""
    try:
        atlas.search.warm()
        atlas.tallies.ready()
    except Exception as error:  # whatever it is, whoever searches meets it and is told
        _log.info("search not warmed", error=type(error).__name__)


def _add_problem_schema(app: FastAPI) -> None:
    """Put the model of problems where the documentation refers to it."""
    made = app.openapi

    def openapi() -> dict[str, object]:
        document = made()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = problems.Problem.model_json_schema()
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it
