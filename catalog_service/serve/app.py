"""The one application factory: API, linked data and pages behind one gate."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from threading import Thread

import structlog
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from catalog_service.api import (
    datasets,
    defined,
    exports,
    feeds,
    health,
    linked_data,
    mentioned,
    network,
    problems,
    records,
    rules,
    searching,
    sources,
    sparql,
    stewards,
    vocabularies,
)
from catalog_service.api.allowance import Turns
from catalog_service.api.context import Service
from catalog_service.api.gate import Gate
from catalog_service.api.metrics import Metrics
from catalog_service.api.threads import Threads
from catalog_service.pages import errors as page_errors
from catalog_service.pages import routes as page_routes
from catalog_service.pages import static as page_static

DESCRIPTION = """\
上海公共数据图谱 · Shanghai Data Atlas: the catalogue of Shanghai's public data.

Errors are RFC 9457 problem details (`application/problem+json`) with a stable `code`; their
language follows `?lang=` or `Accept-Language`. Writes need `Authorization: Bearer …`.
"""

API = (
    *(searching, exports, feeds, datasets, network),
    *(rules, vocabularies, sources, records, stewards, health),
)
"""Modules with a ``router``, in the order of the documentation."""


_log = structlog.get_logger(__name__)

PARTS = ("journal", "vocabulary", "rules", "catalog", "tokens", "search", "graph", "sparql")
"""Attributes of the composition root that every request may need."""


def create_app(atlas: Service) -> FastAPI:
    """Build the application over a composition root; opening it makes all its parts."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # Made here, in one thread, and not by the first requests side by side.
        await run_in_threadpool(warm, atlas)
        Thread(target=_warm_search, args=(atlas,), name="warm-search", daemon=True).start()
        yield

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
                    problems.PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            }
        },
    )
    app.state.atlas = atlas
    app.state.metrics = metrics
    app.state.turns = Turns()
    app.state.threads = Threads()
    app.state.sparql_probe = health.SparqlProbe()
    for module in API:
        app.include_router(module.router)
    app.include_router(sparql.router)
    # Before the pages: ``/def/context.jsonld`` is no term.
    app.include_router(defined.router)
    page_routes.include(app)
    app.include_router(linked_data.router)
    app.include_router(mentioned.router)
    page_static.mount(app)
    page_errors.install(app, atlas.settings.max_body_mb)
    _add_problem_schema(app)
    app.add_middleware(
        Gate,
        max_body_mb=atlas.settings.max_body_mb,
        metrics=metrics,
        on_error=page_errors.error_response,
    )
    return app


def warm(atlas: Service) -> None:
    """Make all parts; raises `AtlasError` where one cannot be made."""
    for part in PARTS:
        getattr(atlas, part)


def _warm_search(atlas: Service) -> None:
    """Have words and suggestions ready for the first who search."""
    try:
        atlas.search.warm()
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
