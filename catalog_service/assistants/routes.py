"""``POST /mcp``: the Model Context Protocol over streamable HTTP."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from catalog_service.assistants.model import Asker
from catalog_service.assistants.origins import check_host, check_origin
from catalog_service.charged_work import client_of
from catalog_service.dependencies import Atlas
from catalog_service.http.request_bodies import receive_bytes
from catalog_service.http.thread_pools import ThreadPools, thread_pools
from catalog_service.sparql.service import Outcome, QueryLog
from ontology.limits import MIB

router = APIRouter(tags=["assistants"])

MAX_BODY: Final = 1 * MIB


@router.post(
    "/mcp",
    summary="Model Context Protocol",
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {}}}},
)
async def exchange(request: Request, atlas: Atlas) -> Response:
    """Answer one JSON-RPC message of an assistant, in JSON; without sessions and read-only."""
    check_host(request.headers.get("host"), atlas.settings.public_url)
    check_origin(request.headers.get("origin"), atlas.settings.public_url)
    # Whose budget queries use; a token shows nothing more than that.
    client = await run_in_threadpool(client_of, request)
    message = await receive_bytes(request, MAX_BODY)
    log: QueryLog = request.app.state.query_log

    def note(text: str, outcome: Outcome) -> None:
        log.note(text, outcome, atlas.clock.now())

    asker = Asker(atlas, client, note)
    return await run_in_threadpool(_exchange, asker, thread_pools(request), message)


def _exchange(asker: Asker, pools: ThreadPools, message: bytes) -> Response:
    # Loads the SDK, a second of work and 30 MiB: not before an assistant asks.
    from catalog_service.assistants.http_exchange import Exchange

    return Exchange(asker, pools, message)
