"""Requests to the server: deadlines, the circuit, and its errors as the project's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeVar

from elasticsearch import (
    ApiError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    TransportError,
    UnsupportedProductError,
)

from ontology.errors import AtlasError
from search.elastic.address import Address
from search.elastic.circuit import Circuit
from search.elastic.errors import (
    SEARCH_REFUSED,
    SEARCH_UNREACHABLE,
    SEARCH_VERSION_UNSUPPORTED,
)

READ_SECONDS: Final = 0.9
"""For a request that somebody waits for: the first late one ends the page, within a second."""
SCAN_SECONDS: Final = 10.0
"""For a page of a walk over all documents."""
WRITE_SECONDS: Final = 60.0

LEAST_VERSION: Final = (9, 0)

_CONNECTIONS: Final = 32
_TRANSIENT: Final = frozenset({429, 502, 503, 504})
_FORBIDDEN: Final = frozenset({401, 403})

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


class Answer(Protocol[_T_co]):
    """What the client returns: the parsed body, and more that is not looked at."""

    @property
    def body(self) -> _T_co:
        """The answer as the server wrote it."""
        ...


class Connection:
    """One server, asked through the official client; safe to share among threads.

    Only the address given is ever called: no sniffing, no redirects, no proxy. Nothing is tried
    again here: readers have no time for it, and writers do so with pauses (`search.elastic.bulk`).
    """

    def __init__(self, address: Address, circuit: Circuit) -> None:
        self.address = address
        self._circuit = circuit
        self._client = Elasticsearch(
            [
                {
                    "scheme": address.scheme,
                    "host": address.host,
                    "port": address.port,
                    "path_prefix": address.path,
                }
            ],
            basic_auth=address.credentials,
            connections_per_node=_CONNECTIONS,
            max_retries=0,
            retry_on_status=(),
            # A node is never taken out of use: there is only one, and the circuit decides.
            dead_node_backoff_factor=0.0,
            max_dead_node_backoff=0.0,
        )
        self._checked = False
        self._checking = threading.Lock()

    def ask(self, request: Callable[[Elasticsearch], Answer[_T]], seconds: float) -> _T | None:
        """Send a request and return its answer, or None where the server says 404.

        Raises `AtlasError`: ``search-unreachable``, at once while the circuit is open,
        ``search-refused``, ``search-version-unsupported``.
        """
        before = self._circuit.check(seconds)
        if before is not None:
            # A new one: raising one exception in several threads mixes up their tracebacks.
            raise AtlasError(before.kind, url=self.address, reason=before.params["reason"])
        return self._send(request, seconds)

    def insist(self, request: Callable[[Elasticsearch], Answer[_T]], seconds: float) -> _T | None:
        """Send a request like `ask`, whatever the circuit says: for writers, who can wait."""
        self._check_version()
        return self._send(request, seconds)

    def refused(self, body: Mapping[str, object], status: int) -> AtlasError:
        """Return the error for one part of an answer that failed with ``status``."""
        return self._failure(status, _cause(body))

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _send(self, request: Callable[[Elasticsearch], Answer[_T]], seconds: float) -> _T | None:
        try:
            body = request(self._client.options(request_timeout=seconds)).body
        except NotFoundError:
            self._circuit.succeeded()
            return None
        except ApiError as error:
            raise self._failure(error.status_code, _cause(error.body) or error.message) from error
        except TransportError as error:
            late = isinstance(error, ConnectionTimeout)
            raise self._unreachable(_reason(error, seconds), late=late) from error
        except UnsupportedProductError as error:
            self._circuit.succeeded()
            raise AtlasError(
                SEARCH_VERSION_UNSUPPORTED,
                url=self.address,
                version="unknown: it is not Elasticsearch",
                least=_least(),
            ) from error
        self._circuit.succeeded()
        return body

    def _failure(self, status: int, cause: str) -> AtlasError:
        reason = f"HTTP {status}: {cause}"
        if status == 429:
            # It is there and has too much to do.
            self._circuit.succeeded()
            return AtlasError(SEARCH_UNREACHABLE, url=self.address, reason=reason)
        if status in _TRANSIENT:
            return self._unreachable(reason)
        self._circuit.succeeded()
        return AtlasError(SEARCH_REFUSED, url=self.address, reason=reason)

    def _unreachable(self, reason: str, *, late: bool = False) -> AtlasError:
        error = AtlasError(SEARCH_UNREACHABLE, url=self.address, reason=reason)
        self._circuit.failed(error, late=late)
        return error

    def _check_version(self) -> None:
        """Look at the server's version once, before the first write.

        Not by ``GET /``, which not every build answers.
        """
        with self._checking:
            if self._checked:
                return
            try:
                body: Any = self._send(
                    lambda c: c.nodes.info(node_id="_local", filter_path="nodes.*.version"),
                    SCAN_SECONDS,
                )
            except AtlasError as error:
                if error.code != SEARCH_REFUSED.code or not _is_forbidden(error):
                    raise
                # A user who may write one index need not have the right to look at nodes.
                self._checked = True
                return
            for node in ((body or {}).get("nodes") or {}).values():
                version = str(node["version"])
                found = tuple(int(part) for part in version.partition("-")[0].split(".")[:2])
                if found < LEAST_VERSION or found[0] != LEAST_VERSION[0]:
                    raise AtlasError(
                        SEARCH_VERSION_UNSUPPORTED,
                        url=self.address,
                        version=version,
                        least=_least(),
                    )
            self._checked = True


def _least() -> str:
    return ".".join(map(str, LEAST_VERSION))


def _reason(error: TransportError, seconds: float) -> str:
    if isinstance(error, ConnectionTimeout):
        return f"nothing within {seconds:g} s"
    # The client's own text names objects of libraries; the cause is what people know.
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return str(cause).rpartition(": ")[2] or type(cause).__name__


def _is_forbidden(error: AtlasError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ApiError) and cause.status_code in _FORBIDDEN


def _cause(body: object) -> str:
    """The innermost reason that the server gives, without what surrounds it."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return str(error)[:300] if error else ""
    roots = error.get("root_cause") or [error]
    inner = roots[0] if isinstance(roots[0], Mapping) else error
    return f"{inner.get('type')}: {inner.get('reason')}"[:300]
