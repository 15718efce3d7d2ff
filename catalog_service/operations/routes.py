"""``/health/live``, ``/health/ready`` and ``/metrics``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from catalog_service.dependencies import Atlas
from catalog_service.operations.service import Readiness, gauges, readiness

router = APIRouter(tags=["operation"])


class Liveness(BaseModel):
    """This process runs."""

    live: bool = True


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
    answer = readiness(atlas, request.app.state.sparql_probe)
    return JSONResponse(
        answer.model_dump(), 200 if answer.ready else 503, {"Cache-Control": "no-store"}
    )


@router.get("/metrics", summary="Figures for Prometheus", include_in_schema=True)
def metrics(request: Request, atlas: Atlas) -> Response:
    """Requests by route, journal head, projections and their lag, SPARQL workers."""
    text = request.app.state.metrics.text(lambda: gauges(atlas))
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
