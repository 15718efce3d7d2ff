"""``/api/v1/sources``: who supplies records; and ``/api/v1/runs``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from catalog_service.accounts.service import Principal, may_read, require_admin
from catalog_service.catalog.admission import MAX_SOURCE_ID
from catalog_service.dependencies import Atlas
from catalog_service.http.access import AdminRoute, Bearer
from catalog_service.http.identifiers import decode_segment
from catalog_service.journal.model import Run
from catalog_service.sources import service
from catalog_service.sources.model import SourceSummary

router = APIRouter(prefix="/api/v1", tags=["sources"])

SourceType = Literal[
    "file", "push", "city", "district", "ckan", "dcat", "ldes", "data-json", "spreadsheet", "sparql"
]

PRINTABLE: Final = r"^[^\x00-\x1f\x7f]*$"
"""Text on one line: databases take no NUL, and lists show no line breaks."""


class SourceAnswer(BaseModel):
    """A source; its address, gate and what waits are told to its stewards only."""

    id: str
    type: str
    title: str
    paused: bool
    created: datetime
    public: int
    url: str | None = None
    gate: str | None = None
    states: dict[str, int] | None = None
    waiting: int | None = None


class SourcesAnswer(BaseModel):
    """All sources."""

    sources: list[SourceAnswer]


class SourceBody(BaseModel):
    """What may be set of a source."""

    model_config = ConfigDict(extra="forbid")

    type: SourceType | None = None
    title: Annotated[str | None, Field(min_length=1, max_length=200, pattern=PRINTABLE)] = None
    url: Annotated[str | None, Field(max_length=2_000, pattern=r"^https?://[^\x00-\x20\x7f]+$")] = (
        None
    )
    gate: Literal["enforce", "report"] | None = None
    paused: bool | None = None


class NewSource(SourceBody):
    """A source to add."""

    id: Annotated[str, Field(max_length=MAX_SOURCE_ID)]


class RunAnswer(BaseModel):
    """One import or harvest; counters and message are told to stewards only."""

    id: str
    source: str
    started: datetime
    finished: datetime | None
    status: str
    counters: dict[str, int] | None = None
    message: str | None = None


class RunsAnswer(BaseModel):
    """The newest runs first."""

    runs: list[RunAnswer]


@router.get("/sources", summary="All sources")
def list_sources(atlas: Atlas, bearer: Bearer) -> SourcesAnswer:
    """Every source with the number of its public records."""
    return SourcesAnswer(sources=[_source(one, bearer) for one in service.summaries(atlas.journal)])


@router.get("/sources/{source}", summary="One source")
def get_source(atlas: Atlas, bearer: Bearer, source: str) -> SourceAnswer:
    """A source by its identifier."""
    return _source(service.summary(atlas.journal, decode_segment(source)), bearer)


def add_source(atlas: Atlas, bearer: Bearer, body: NewSource) -> JSONResponse:
    """Add a source; needs the scope ``admin``."""
    require_admin(bearer)
    service.check_new(atlas.journal, body.id)
    answer = _put(atlas, bearer, body.id, body)
    return JSONResponse(
        answer.model_dump(mode="json"), 201, {"Location": f"/api/v1/sources/{body.id}"}
    )


def put_source(atlas: Atlas, bearer: Bearer, source: str, body: SourceBody) -> SourceAnswer:
    """Change what is given, keep what is not; needs the scope ``admin``."""
    require_admin(bearer)
    return _put(atlas, bearer, decode_segment(source), body)


router.add_api_route(
    "/sources",
    add_source,
    methods=["POST"],
    summary="Add a source",
    status_code=201,
    route_class_override=AdminRoute,
)
router.add_api_route(
    "/sources/{source}",
    put_source,
    methods=["PUT"],
    summary="Add or change a source",
    route_class_override=AdminRoute,
)


@router.get("/runs", summary="Imports and harvests")
def list_runs(
    atlas: Atlas,
    bearer: Bearer,
    source: Annotated[str | None, Query(max_length=MAX_SOURCE_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> RunsAnswer:
    """The newest first."""
    return RunsAnswer(runs=[_run(run, bearer) for run in atlas.journal.runs(source, limit)])


def _put(atlas: Atlas, bearer: Principal | None, name: str, body: SourceBody) -> SourceAnswer:
    found = service.put_source(
        atlas.journal,
        name,
        kind=body.type,
        title=body.title,
        url=body.url,
        gate=body.gate,
        paused=body.paused,
    )
    return _source(found, bearer)


def _source(summary: SourceSummary, bearer: Principal | None) -> SourceAnswer:
    source = summary.source
    steward = may_read(bearer, source.id)
    return SourceAnswer(
        id=source.id,
        type=source.type,
        title=source.title,
        paused=source.paused,
        created=source.created,
        public=summary.public,
        url=source.url if steward else None,
        gate=source.gate if steward else None,
        states=dict(summary.states) if steward else None,
        waiting=summary.waiting if steward else None,
    )


def _run(run: Run, bearer: Principal | None) -> RunAnswer:
    answer = RunAnswer.model_validate(run, from_attributes=True)
    if may_read(bearer, run.source):
        return answer
    return answer.model_copy(update={"counters": None, "message": None})
