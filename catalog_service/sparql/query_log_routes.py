"""``GET /api/v1/sparql/queries``: for the operator, which queries were refused, killed or cut."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from catalog_service.accounts.service import Action
from catalog_service.http.access import guarded
from catalog_service.sparql.query_log import QueryLog

router = APIRouter(tags=["operation"], route_class=guarded(Action.QUERY_LOG_READ, whole_city=True))


class StoppedQuery(BaseModel):
    """One query and what became of it, how often."""

    hash: str
    text: str
    last: datetime
    refused: int
    killed: int
    cut: int


class StoppedQueries(BaseModel):
    """Those of the web process that answers, since it began; the worst first."""

    queries: list[StoppedQuery]


@router.get("/api/v1/sparql/queries", summary="Queries that were refused, killed or cut")
def stopped_queries(request: Request) -> StoppedQueries:
    """By the hash of their text; who asked is not kept."""
    log: QueryLog = request.app.state.query_log
    return StoppedQueries(
        queries=[
            StoppedQuery(
                hash=query.hash,
                text=query.text,
                last=query.last,
                refused=query.outcomes["refused"],
                killed=query.outcomes["killed"],
                cut=query.outcomes["cut"],
            )
            for query in log.worst()
        ]
    )
