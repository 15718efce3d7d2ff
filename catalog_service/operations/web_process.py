"""A web process: uvicorn on the supervisor's socket. Started as ``python -m`` by the supervisor.

The supervisor imports it for its name alone, so that it loads what it needs when it runs.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Final

import structlog

from catalog_service.logs import configure_logs
from catalog_service.operations.parent_watch import (
    GRACE_SECONDS,
    Descriptors,
    end_with_any_thread,
    leave_within,
    watch_lifeline,
)
from catalog_service.settings import Settings

SWITCH_SECONDS: Final = 0.0005
"""How long a thread keeps the interpreter while others wait. A write gives it up at each of its
statements, and others wait for the write: at the usual 5 ms searches beside it held all up."""

_log = structlog.get_logger(__name__)


def main() -> None:
    """Run until SIGTERM, or until the supervisor is gone."""
    from catalog_service.app import create_app, warm
    from catalog_service.atlas import Atlas
    from catalog_service.http.server import Server, configuration

    descriptors = Descriptors.take(os.environ)
    with descriptors.reporting_failures():
        settings = Settings()
    configure_logs(settings.log_level, "web")
    sys.setswitchinterval(SWITCH_SECONDS)
    if descriptors.listen is None:
        raise SystemExit("a web process is started by `atlas serve`")
    with descriptors.reporting_failures(), Atlas(settings) as atlas:
        warm(atlas)
        config = configuration(create_app(atlas), settings.log_level)
        server = Server(config, descriptors.report_ready)

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
