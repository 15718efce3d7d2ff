"""One message of the Model Context Protocol over HTTP: streamable HTTP without sessions.

A request is answered at once, as JSON, by whichever web process took it: nothing is kept between
two messages, so that clients need not come back to the same process and hold no memory here.
"""

from __future__ import annotations

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from catalog_service.assistants.model import Asker
from catalog_service.assistants.server import make_server
from catalog_service.http.thread_pools import ThreadPools


class Exchange(Response):
    """The answer to a message that was received whole."""

    def __init__(self, asker: Asker, pools: ThreadPools, message: bytes) -> None:
        super().__init__()
        self._manager = StreamableHTTPSessionManager(
            # `origins` checks the host, in both languages.
            make_server(asker, pools),
            json_response=True,
            stateless=True,
            max_request_body_size=max(1, len(message)),
        )
        self._asker = asker
        self._message = message

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; the SDK's tasks end with it."""
        told = False

        async def replay() -> Message:
            nonlocal told
            if told:
                return await receive()
            told = True
            return {"type": "http.request", "body": self._message, "more_body": False}

        async def send_allowance(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Now that the tool has run: what it used is gone.
                left = self._asker.atlas.sparql.allowance(self._asker.client)
                MutableHeaders(scope=message).update(left.fields())
            await send(message)

        async with self._manager.run():
            await self._manager.handle_request(scope, replay, send_allowance)
