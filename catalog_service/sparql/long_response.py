"""An answer over HTTP that begins before it has ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import structlog
from anyio import CancelScope, CapacityLimiter, create_task_group, sleep, to_thread
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from catalog_service.sparql.model import LongAnswer
from catalog_service.sparql.query_log import Outcome
from ontology.errors import AtlasError

_LOOK_SECONDS: Final = 1.0
"""How often it is looked whether the reader has had its time: one who reads nothing asks for no
part that could be refused."""

_log = structlog.get_logger(__name__)


class LongResponse(Response):
    """Sends the body, and then what follows it.

    Where the rest is cut nothing ends the body: the server closes the connection without the last
    chunk, by which every client of HTTP/1.1 knows that it has a part (RFC 9112, 8).
    """

    def __init__(
        self,
        begun: bytes,
        rest: LongAnswer,
        headers: Mapping[str, str],
        media_type: str,
        note: Callable[[Outcome], None],
    ) -> None:
        """``begun`` is sent first; ``note`` is told how it ended."""
        super().__init__(headers=dict(headers), media_type=media_type)
        del self.headers["content-length"]
        self._begun = begun
        self._rest = rest
        self._note = note
        self._is_noted = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        del scope
        # Its own: a part waits in a thread for the worker, never for the client.
        limiter = CapacityLimiter(1)
        try:
            async with create_task_group() as tasks:
                tasks.start_soon(self._send, send, limiter, tasks.cancel_scope)
                tasks.start_soon(self._watch, tasks.cancel_scope)
                await _left(receive)
                tasks.cancel_scope.cancel()
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(self._rest.close, limiter=limiter)

    async def _send(self, send: Send, limiter: CapacityLimiter, scope: CancelScope) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        part: bytes | None = self._begun
        try:
            while part is not None:
                if part:
                    message: Message = {"type": "http.response.body", "body": part}
                    await send({**message, "more_body": True})
                part = await to_thread.run_sync(self._rest.next, limiter=limiter)
            self._end("answered")
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except AtlasError as error:
            self._end("cut", error=error.code)
        except (OSError, ClientDisconnect):
            pass  # whoever asked has left
        finally:
            scope.cancel()

    async def _watch(self, scope: CancelScope) -> None:
        """Cut the answer where its reader has had its time."""
        while not self._rest.overdue():
            await sleep(_LOOK_SECONDS)
        self._end("cut", error="not read in time")
        scope.cancel()

    def _end(self, outcome: Outcome, **why: str) -> None:
        if not self._is_noted:
            self._is_noted = True
            self._note(outcome)
            if why:
                _log.warning("a long answer was cut", **why)


async def _left(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
