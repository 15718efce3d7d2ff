"""``/health/live``, ``/health/ready`` and ``/metrics``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from catalog_service.http.context import Atlas, Service
from catalog_service.projections.status import read_status
from catalog_service.sparql.errors import SPARQL_BUSY
from ontology.errors import AtlasError

router = APIRouter(tags=["operation"])

STALLED_SECONDS: Final = 30
"""A projection that is behind and has not moved for so long counts as stalled."""

PROBE_SECONDS: Final = 10
"""How long the answer to the probe's query holds."""

FAILED_PROBE_SECONDS: Final = 1
"""How long a query that failed counts: what works again is to be seen soon."""

_log = structlog.get_logger(__name__)


class PartHealth(BaseModel):
    """One part: whether it works, and why not, as an error code or a word."""

    ok: bool
    reason: str | None = None
    figures: dict[str, float] = {}


class Readiness(BaseModel):
    """Whether this process can answer, part by part."""

    ready: bool
    parts: dict[str, PartHealth]


class Liveness(BaseModel):
    """This process runs."""

    live: bool = True


class SparqlProbe:
    """Asks a query of the service's own, and not again before `PROBE_SECONDS` are over.

    Where all workers are at work for others the part is in order: those who ask are told to wait.
    """

    def __init__(self) -> None:
        self._asked: datetime | None = None
        self._error: AtlasError | None = None

    def ask(self, atlas: Service) -> dict[str, float]:
        """Return the workers that run; raises `AtlasError` where no query is answered."""
        now = atlas.clock.now()
        holds = PROBE_SECONDS if self._error is None else FAILED_PROBE_SECONDS
        if self._asked is None or abs((now - self._asked).total_seconds()) >= holds:
            self._error = None
            try:
                atlas.sparql.query("ASK {}")
            except AtlasError as error:
                if error.code != SPARQL_BUSY.code:
                    self._error = error
            self._asked = now
        if self._error is not None:
            raise self._error.with_traceback(None)
        return {"workers": atlas.sparql.alive()}


@router.get("/health/live", summary="The process runs")
async def live() -> Liveness:
    """Answer without touching anything: no thread, no file, no part of the catalogue."""
    return Liveness()


@router.get(
    "/health/ready",
    summary="Everything that answers need works",
    response_model=Readiness,
    responses={503: {"model": Readiness}},
)
def ready(request: Request, atlas: Atlas) -> JSONResponse:
    """Try journal, graph, index and a SPARQL query; look at how far the projections are behind."""
    checks: dict[str, Callable[[Service], dict[str, float]]] = {
        "journal": _journal,
        "graph": lambda a: {"state": a.sparql.state()},
        "index": lambda a: {"checkpoint": a.search.checkpoint()},
        "sparql": request.app.state.sparql_probe.ask,
    }
    parts = {name: _try(name, check, atlas) for name, check in checks.items()}
    parts["worker"] = _worker(atlas)
    answer = Readiness(ready=all(part.ok for part in parts.values()), parts=parts)
    return JSONResponse(
        answer.model_dump(), 200 if answer.ready else 503, {"Cache-Control": "no-store"}
    )


def _journal(atlas: Service) -> dict[str, float]:
    atlas.journal.check()
    return {"head": atlas.journal.head()}


@router.get("/metrics", summary="Figures for Prometheus", include_in_schema=True)
def metrics(request: Request, atlas: Atlas) -> Response:
    """Requests by route, journal head, projections and their lag, SPARQL workers."""
    text = request.app.state.metrics.text(lambda: gauges(atlas))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")


def gauges(atlas: Service) -> dict[str, float]:
    """Return what is read on each scrape; a part that fails is left out."""
    found: dict[str, float] = {}
    try:
        head = atlas.journal.head()
        found["journal_head"] = head
        status = read_status(atlas.settings.home)
        for projection in status.projections if status else ():
            found[f"projection_{projection.name}_published"] = projection.published
            found[f"projection_{projection.name}_lag"] = max(0, head - projection.published)
        found["sparql_workers"] = atlas.sparql.alive()
    except AtlasError as error:
        _log.warning("a gauge could not be read", error=error.code)
    return found


def _try(name: str, check: Callable[[Service], dict[str, float]], atlas: Service) -> PartHealth:
    try:
        return PartHealth(ok=True, figures=check(atlas))
    except AtlasError as error:
        return PartHealth(ok=False, reason=error.code)
    except Exception as error:
        # A health check must answer whatever has broken; the cause is for the log alone.
        _log.error("not ready", part=name, exc_info=error)
        return PartHealth(ok=False, reason="unexpected")


def _worker(atlas: Service) -> PartHealth:
    status = read_status(atlas.settings.home)
    figures: dict[str, float] = {}
    reason = None
    try:
        head = atlas.journal.head()
    except AtlasError:
        head = 0
    if status is None:
        # With nothing in the journal there is nothing to project, and nothing amiss.
        return PartHealth(ok=head == 0, reason="never-ran" if head else None)
    for projection in status.projections:
        lag = max(0, head - projection.published)
        figures[f"{projection.name}_lag"] = lag
        if projection.error is not None:
            reason = f"{projection.name}-failed"
        elif lag and _still(projection.changed, atlas.clock.now()):
            reason = f"{projection.name}-stalled"
    return PartHealth(ok=reason is None, reason=reason, figures=figures)


def _still(changed: str, now: datetime) -> bool:
    try:
        return (now - datetime.fromisoformat(changed)).total_seconds() > STALLED_SECONDS
    except ValueError:
        return True
