"""Requests to the server: deadlines, the circuit, and its errors as the project's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeVar

from elasticsearch import (
    ApiError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    SerializationError,
    TransportError,
    UnsupportedProductError,
)

from ontology.errors import AtlasError, Phrase
from search.index.elastic.address import Address
from search.index.elastic.circuit import Circuit
from search.index.elastic.deadline import DeadlineNode
from search.index.elastic.errors import (
    SEARCH_REFUSED,
    SEARCH_UNREACHABLE,
    SEARCH_VERSION_UNSUPPORTED,
)
from search.index.elastic.responses import (
    PartialError,
    Read,
    RefusedError,
    UnreadableError,
    versions,
)

READ_SECONDS: Final = 0.9
"""For a request that somebody waits for: the first late one ends the page, within a second."""
SCAN_SECONDS: Final = 10.0
"""For a page of a walk over all documents."""
WRITE_SECONDS: Final = 60.0

LEAST_VERSION: Final = (9, 0)

_CONNECTIONS: Final = 64
"""That are kept open, more than a service has threads."""
_TRANSIENT: Final = frozenset({429, 502, 503, 504})
_FORBIDDEN: Final = frozenset({401, 403})
_NO_INDEX: Final = "index_not_found_exception"
_ENDED: Final = "search_context_missing_exception"

_T = TypeVar("_T")


class Answer(Protocol):
    """What the client returns: the parsed body, and more that is not looked at."""

    @property
    def body(self) -> object:
        """The answer as the server wrote it."""
        ...


Request = Callable[[Elasticsearch], Answer]


class Connection:
    """One server, asked through the official client; safe to share among threads.

    Only the address given is ever called: no sniffing, no redirects, no proxy. Nothing is tried
    again here: readers have no time for it, and writers do so with pauses
    (`search.index.elastic.bulk`).
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
            node_class=DeadlineNode,
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

    def ask(self, request: Request, seconds: float, read: Read[_T]) -> _T | None:
        """Send a request and return what ``read`` makes of its answer.

        None where the server says that there is no such index or document. Raises `AtlasError`:
        ``search-unreachable``, at once while the circuit is open, and for an answer about a part of
        the index only; ``search-refused``, also for an answer that ``read`` can't read;
        ``search-version-unsupported``.
        """
        before = self._circuit.check(seconds)
        if before is not None:
            # A new one: raising one exception in several threads mixes up their tracebacks.
            raise AtlasError(before.kind, url=self.address, reason=before.params["reason"])
        return self._send(request, seconds, read)

    def insist(self, request: Request, seconds: float, read: Read[_T]) -> _T | None:
        """Send a request like `ask`, whatever the circuit says: for writers, who can wait."""
        self._check_version()
        return self._send(request, seconds, read)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _send(self, request: Request, seconds: float, read: Read[_T]) -> _T | None:
        try:
            body = request(self._client.options(request_timeout=seconds)).body
        except NotFoundError as error:
            if _is_absent(error.body):
                self._circuit.succeeded()
                return None
            raise self._failure(error.status_code, _cause(error.body)) from error
        except ApiError as error:
            cause = _cause(error.body) or str(error.message or "nothing is said")[:300]
            raise self._failure(error.status_code, cause) from error
        except (SerializationError, UnicodeError, RecursionError) as error:
            raise self._unreadable("it is not JSON") from error
        except TransportError as error:
            late = isinstance(error, ConnectionTimeout)
            raise self._unreachable(_reason(error, seconds), late=late) from error
        except UnsupportedProductError as error:
            self._circuit.succeeded()
            raise AtlasError(
                SEARCH_VERSION_UNSUPPORTED,
                url=self.address,
                version=Phrase("unknown: it is not Elasticsearch"),
                least=_least(),
            ) from error
        self._circuit.succeeded()
        try:
            return read(body)
        except UnreadableError as error:
            raise self._unreadable(str(error)) from error
        except PartialError as error:
            raise AtlasError(SEARCH_UNREACHABLE, url=self.address, reason=error) from error
        except RefusedError as error:
            if error.status == 404 and _is_absent(error.body):
                return None
            raise self._failure(error.status, _cause(error.body)) from error

    def _unreadable(self, reason: str) -> AtlasError:
        self._circuit.succeeded()
        return AtlasError(
            SEARCH_REFUSED,
            url=self.address,
            reason=Phrase("not its kind of answer: {reason}", {"reason": reason}),
        )

    def _failure(self, status: int, cause: str) -> AtlasError:
        reason = f"HTTP {status}: {cause}"
        if status == 429 or _ENDED in cause:
            # It is there and has too much to do, or had: a walk was not continued in time.
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
                running = self._send(
                    lambda c: c.nodes.info(node_id="_local", filter_path="nodes.*.version"),
                    SCAN_SECONDS,
                    versions,
                )
            except AtlasError as error:
                if error.code != SEARCH_REFUSED.code or not _is_forbidden(error):
                    raise
                # A user who may write one index need not have the right to look at nodes.
                self._checked = True
                return
            for version in running or ():
                if not _is_supported(version):
                    raise AtlasError(
                        SEARCH_VERSION_UNSUPPORTED,
                        url=self.address,
                        version=version,
                        least=_least(),
                    )
            self._checked = True


def _is_supported(version: str) -> bool:
    numbers = version.partition("-")[0].split(".")[:2]
    if not all(part.isascii() and part.isdigit() for part in numbers):
        return False
    found = tuple(map(int, numbers))
    return found >= LEAST_VERSION and found[0] == LEAST_VERSION[0]


def _is_absent(body: object) -> bool:
    """Tell whether a 404 is about an index or a document, and not a proxy's or about a path."""
    if not isinstance(body, Mapping):
        return False
    error = body.get("error")
    if error is None:
        return body.get("found") is False
    return isinstance(error, Mapping) and error.get("type") == _NO_INDEX


def _least() -> str:
    return ".".join(map(str, LEAST_VERSION))


def _reason(error: TransportError, seconds: float) -> str:
    if isinstance(error, ConnectionTimeout):
        return f"no whole answer within {seconds:g} s"
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
    roots = error.get("root_cause")
    inner = roots[0] if isinstance(roots, list) and roots else error
    if not isinstance(inner, Mapping):
        inner = error
    return f"{inner.get('type')}: {inner.get('reason')}"[:300]
