"""The web server: uvicorn with this service's protocol and limits."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from catalog_service.http.protocol import Http


class Server(uvicorn.Server):
    """Calls ``started`` when it listens."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen on the sockets."""
        await super().startup(sockets)
        if self.started:
            self._tell_started()


def configuration(app: object, log_level: str) -> uvicorn.Config:
    """Return uvicorn's configuration: limits on heads and idle connections."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        http=Http,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=log_level,
        access_log=False,
        server_header=False,
        # `catalog_service.http.access.client_address` reads what trusted proxies say, and no more.
        proxy_headers=False,
        h11_max_incomplete_event_size=64 * 1024,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        limit_concurrency=1_000,
        backlog=1024,
    )
