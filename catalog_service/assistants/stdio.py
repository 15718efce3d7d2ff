"""The server over standard input and output, for one assistant on this machine."""

from __future__ import annotations

from typing import Final

import anyio
from mcp.server.stdio import stdio_server

from catalog_service.assistants.model import Asker
from catalog_service.assistants.server import make_server
from catalog_service.context import Service
from catalog_service.http.thread_pools import ThreadPools
from catalog_service.sparql.model import Client

_PARTS: Final = ("vocabulary", "rules", "search", "graph", "sparql")
"""Attributes of the composition root that tools use: made before threads ask for them."""


def serve(atlas: Service) -> None:
    """Answer until standard input ends. Raises `AtlasError` where a part cannot be made."""
    for part in _PARTS:
        getattr(atlas, part)
    anyio.run(_serve, Asker(atlas, Client("cli")))


async def _serve(asker: Asker) -> None:
    server = make_server(asker, ThreadPools())
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
