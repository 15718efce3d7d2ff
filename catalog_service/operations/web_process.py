"""A web worker: uvicorn on the supervisor's socket. Started as ``python -m`` by the supervisor."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from typing import Final

import structlog
import uvicorn

from catalog_service.app import create_app, warm
from catalog_service.atlas import Atlas
from catalog_service.http.protocol import Http
from catalog_service.operations.logs import configure_logs
from catalog_service.operations.parent_watch import (
    GRACE_SECONDS,
    Descriptors,
    end_with_any_thread,
    leave_within,
    watch_lifeline,
)
from catalog_service.settings import Network, Settings

SWITCH_SECONDS: Final = 0.0005
"""How long a thread keeps the interpreter while others wait. A write gives it up at each of its
statements, and others wait for the write: at the usual 5 ms searches beside it held all up."""

_log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """Tells the supervisor when it listens."""

    def __init__(self, config: uvicorn.Config, descriptors: Descriptors) -> None:
        super().__init__(config)
        self._descriptors = descriptors

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._descriptors.tell_ready()


def configuration(app: object, log_level: str, proxies: Sequence[Network] = ()) -> uvicorn.Config:
    """Return uvicorn's configuration: limits on heads and idle connections, trusted proxies."""
    # Where IPv4 comes in over IPv6, its addresses are written with this prefix.
    mapped = [f"::ffff:{n.network_address}/{96 + n.prefixlen}" for n in proxies if n.version == 4]
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        http=Http,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level=log_level,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[*map(str, proxies), *mapped],
        h11_max_incomplete_event_size=64 * 1024,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        limit_concurrency=1_000,
        backlog=1024,
    )


def main() -> None:
    """Run until SIGTERM, or until the supervisor is gone."""
    descriptors = Descriptors.take(os.environ)
    with descriptors.telling_failures():
        settings = Settings()
    configure_logs(settings.log_level, "web")
    sys.setswitchinterval(SWITCH_SECONDS)
    if descriptors.listen is None:
        raise SystemExit("catalog_service.operations.web_process is started by `atlas serve`")
    with descriptors.telling_failures(), Atlas(settings) as atlas:
        warm(atlas)
        server = _Server(
            configuration(create_app(atlas), settings.log_level, settings.proxies), descriptors
        )

        def stop() -> None:
            _log.warning("the supervisor is gone; leaving")
            server.should_exit = True

        def leave() -> None:
            server.should_exit = True
            leave_within(GRACE_SECONDS)

        end_with_any_thread(leave)
        watch_lifeline(descriptors.lifeline, stop)
        server.run(sockets=[socket.socket(fileno=descriptors.listen)])


if __name__ == "__main__":
    main()
