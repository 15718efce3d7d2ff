"""``/sparql/queries``: which queries were refused, killed or cut; for operators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, require
from catalog_service.clock import SHANGHAI
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form, sender_of
from catalog_service.site.rendering import View
from catalog_service.sparql.query_log import LOGGED, LoggedQuery, QueryLog

router = APIRouter(include_in_schema=False)


@router.get("/sparql/queries")
def queries_form(request: Request) -> Response:
    """What the page is for, and the form that opens it."""
    return _render(View(request), None)


@router.post("/sparql/queries")
async def show_queries(request: Request) -> Response:
    """Show the queries of this web process, to an operator whose token the form sends."""
    form = await receive_form(request)
    log: QueryLog = request.app.state.query_log

    def work() -> Response:
        require(sender_of(request, form), Action.QUERY_LOG_READ, None)
        return _render(View(request), log.worst())

    return await run_in_pool(thread_pools(request).checks, work)


def _render(view: View, found: list[LoggedQuery] | None) -> Response:
    return view.render(
        "sparql_queries.html",
        headers=PRIVATE if found is not None else {},
        section="/sparql",
        trail=[
            (view.gettext("SPARQL query"), view.link("/sparql")),
            (view.gettext("Stopped queries"), None),
        ],
        found=found,
        outcomes=LOGGED,
        totals=[(name, sum(one.outcomes[name] for one in found or ())) for name in LOGGED],
        time_of=lambda one: one.last.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    )
