"""A node of the official client whose requests end in time (`search.http_deadline`)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from elastic_transport import ConnectionError as NodeConnectionError
from elastic_transport import ConnectionTimeout, HttpHeaders, NodeConfig
from elastic_transport import Urllib3HttpNode as HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType

from search.http_deadline import deadline, keep_in_time

if TYPE_CHECKING:
    from elastic_transport._node import NodeApiResponse


class DeadlineNode(HttpNode):
    """A node to which ``request_timeout`` is the whole time of a request."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        keep_in_time(self.pool)

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Send a request; raises `ConnectionTimeout` when its time is over."""
        if not isinstance(request_timeout, int | float):
            return super().perform_request(method, target, body, headers, request_timeout)
        with deadline(request_timeout) as until:
            try:
                return super().perform_request(method, target, body, headers, request_timeout)
            except NodeConnectionError as error:
                if time.monotonic() < until:
                    raise
                # A connection that is cut at the deadline looks like one that breaks.
                raise ConnectionTimeout(
                    "the time of the request is over", errors=(error,)
                ) from error
