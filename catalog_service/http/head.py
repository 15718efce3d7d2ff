"""HEAD on every address that answers GET (RFC 9110, 9.3.2)."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ASKED: Final = "atlas.method"
"""In a scope: the method as it was sent, where another one is run."""


async def answer_head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Run the GET and send its head alone.

    The answer ends with its head: what would go on to stream sees that its reader has left.
    """

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    await app({**scope, "method": "GET", ASKED: scope["method"]}, receive, send_head)
