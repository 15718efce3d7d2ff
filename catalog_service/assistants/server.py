"""The server of the Model Context Protocol over the tools and resources; the SDK is loaded here.

Made anew for each request or connection: it holds who asks, and nothing else.
"""

from __future__ import annotations

from functools import cache, partial
from importlib.metadata import version
from typing import Any, Final

from mcp import types
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from catalog_service.assistants.model import Asker
from catalog_service.assistants.service import (
    INSTRUCTIONS,
    Reply,
    call,
    failure,
    in_both,
    language_of,
    read_resource,
    resource_languages,
)
from catalog_service.assistants.tools import TOOLS, takes_a_query
from catalog_service.charged_work import run_charged
from catalog_service.http.thread_pools import ThreadPools, run_soon
from catalog_service.sparql.errors import SPARQL_BUSY
from ontology.errors import AtlasError
from translations import LANGUAGES, N_, translator

NAME: Final = "shanghai-data-atlas"
TITLE: Final = N_("Shanghai Data Atlas")
HOLDINGS_TITLE: Final = N_("What the catalogue holds")
JSON: Final = "application/json"

WAIT_SECONDS: Final = 5
"""How long a query waits for a thread, as at ``/sparql``."""

_READS: Final = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
Context = Any
"""The SDK's context of a request, of which nothing is used."""


def make_server(asker: Asker, pools: ThreadPools) -> Server[Any]:
    """Return a server that answers one client, its work in threads."""

    async def list_tools(_: Context, __: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=described_tools())

    async def call_tool(_: Context, asked: types.CallToolRequestParams) -> types.CallToolResult:
        given = asked.arguments or {}
        work = partial(call, asker, asked.name, given)
        busy = AtlasError(SPARQL_BUSY, retry_after=WAIT_SECONDS)
        try:
            if takes_a_query(asked.name):
                return _result(await run_soon(pools.queries, work, WAIT_SECONDS, busy))
            return _result(await run_charged(asker.atlas, pools, asker.client, work))
        except AtlasError as error:
            return _result(failure(error, language_of(given)))

    async def list_resources(_: Context, __: object) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=uri,
                    name=uri.partition("://")[2].replace("/", "-"),
                    title=translator(lang).gettext(HOLDINGS_TITLE),
                    mime_type=JSON,
                )
                for uri, lang in resource_languages().items()
            ]
        )

    async def read(_: Context, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(asked.uri)
        try:
            work = partial(read_resource, asker, uri)
            reply = await run_charged(asker.atlas, pools, asker.client, work)
        except AtlasError as error:
            told = " · ".join(error.message(lang) for lang in LANGUAGES)
            data = {"code": error.code, "uri": uri}
            raise MCPError(types.INVALID_PARAMS, told, data) from None
        content = types.TextResourceContents(uri=uri, mime_type=JSON, text=reply.text)
        return types.ReadResourceResult(contents=[content])

    return Server(
        NAME,
        version=_version(),
        title=" · ".join(translator(lang).gettext(TITLE) for lang in LANGUAGES),
        instructions=in_both(INSTRUCTIONS),
        website_url=asker.atlas.settings.public_url,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read,
    )


def described_tools() -> list[types.Tool]:
    """Return all tools as clients see them, in both languages."""
    return [
        types.Tool(
            name=tool.name,
            title=" · ".join(translator(lang).gettext(tool.title) for lang in LANGUAGES),
            description=in_both(tool.description),
            input_schema=_short(tool.arguments.model_json_schema()),
            annotations=_READS,
        )
        for tool in TOOLS
    ]


@cache
def _version() -> str:
    # Reading it takes longer than most answers.
    return version("shanghai-data-atlas")


def _short(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without the titles, which say the names once more."""
    return {
        name: _short(value) if isinstance(value, dict) else value
        for name, value in schema.items()
        if name != "title" or isinstance(value, dict)
    }


def _result(reply: Reply) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=reply.text)],
        structured_content=reply.content,
        is_error=reply.failed,
    )
