"""The client's connections: every address checked before it is connected to, all within a deadline.

A network backend of httpcore. It resolves a host itself and connects to the very addresses that it
checked, so that a name that resolves differently a moment later (DNS rebinding) gains nothing.
The name stays in the ``Host`` field and in TLS, whose certificate is verified against it.
"""

from __future__ import annotations

import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakSet

import httpcore

from harvesters.platforms.address_guard import AddressGuard
from harvesters.platforms.cancellation import LOOK_EVERY, Cancellation
from harvesters.platforms.unpacking import TooLargeError
from ontology.errors import Phrase
from ontology.system_errors import system_reason

Resolver = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host name; raises OSError."""
Connector = Callable[[str, int, float], socket.socket]
"""Connects to an IP address and port within seconds; raises OSError."""

_WRITTEN: Final = 64 * 1024


class SlowError(Exception):
    """The time of a request is over."""


class UnreachableError(Exception):
    """No connection: nothing of the request was sent."""

    def __init__(self, reason: Phrase) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(slots=True)
class Exchange:
    """One request that is under way in this thread."""

    until: float
    """Its end, by `time.monotonic`."""
    cancellation: Cancellation
    head: int | None = None
    """Bytes that its answer's head may still take; None after the head."""
    head_limit: int = 0

    def left(self) -> float:
        """Return the seconds left; raises `SlowError` when there are none, or the run ends."""
        left = self.until - time.monotonic()
        if left <= 0 or self.cancellation.is_set:
            raise SlowError
        return left


_CURRENT: Final[ContextVar[Exchange]] = ContextVar("_CURRENT")


@contextmanager
def exchange(seconds: float, cancellation: Cancellation) -> Iterator[Exchange]:
    """Give the requests of this thread ``seconds`` from now, unless their run ends before."""
    current = Exchange(time.monotonic() + seconds, cancellation)
    token = _CURRENT.set(current)
    try:
        yield current
    finally:
        _CURRENT.reset(token)


def current_exchange() -> Exchange:
    """Return the exchange of this thread; raises LookupError outside of one."""
    return _CURRENT.get()


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only.

    Raises `AtlasError` (``address-forbidden``) before anything is connected where any address of
    a host is not allowed, `UnreachableError`, and `SlowError`.
    """

    def __init__(
        self,
        guard: AddressGuard,
        connect_seconds: float,
        *,
        resolve: Resolver | None = None,
        connect: Connector | None = None,
    ) -> None:
        self._guard = guard
        self._connect_seconds = connect_seconds
        self._resolve = resolve or _resolve
        self._connect = connect or _connect
        self._open: WeakSet[socket.socket] = WeakSet()
        self._lock = threading.Lock()

    def abort(self) -> None:
        """Shut all connections down, so that whoever waits for one is told that it has ended."""
        with self._lock:
            connected = list(self._open)
        for one in connected:
            with suppress(OSError):
                # Not `SSLSocket.shutdown`, which takes the session from under a thread that reads.
                socket.socket.shutdown(one, socket.SHUT_RDWR)

    def note(self, connected: socket.socket) -> None:
        """Remember a connection for `abort`."""
        with self._lock:
            self._open.add(connected)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, connect: to the first address that answers."""
        current = _CURRENT.get()
        failure: OSError | None = None
        for address in self._addresses(host, port, current):
            try:
                seconds = min(self._connect_seconds, current.left())
                connected = self._connect(address, port, seconds)
            except OSError as error:
                failure = error
                continue
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Stream(connected, self)
        if isinstance(failure, TimeoutError):
            raise UnreachableError(system_reason(failure)) from failure
        reason = Phrase("it has no address") if failure is None else system_reason(failure)
        raise UnreachableError(reason)

    def _addresses(self, host: str, port: int, current: Exchange) -> list[str]:
        """Return the addresses of a host, all of them checked."""
        try:
            found: Sequence[str] = [str(ipaddress.ip_address(host))]
        except ValueError:
            found = self._resolved(host, port, current)
        addresses = []
        for text in dict.fromkeys(found):
            # A zone (%eth0) is dropped: what needs one is link-local, and needs to be allowed.
            address = ipaddress.ip_address(text.partition("%")[0])
            self._guard.check(host, address, port)
            addresses.append(str(address))
        return addresses

    def _resolved(self, host: str, port: int, current: Exchange) -> Sequence[str]:
        """Resolve within the deadline, which the system's resolver does not know."""
        found: list[Sequence[str] | OSError | UnicodeError] = []

        def run() -> None:
            try:
                found.append(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                found.append(error)

        thread = threading.Thread(target=run, name=f"resolve {host}", daemon=True)
        thread.start()
        while not found and thread.is_alive():
            thread.join(min(LOOK_EVERY, current.left()))
        if not found:
            raise SlowError
        if isinstance(found[0], Exception):
            raise UnreachableError(_reason(found[0]))
        return found[0]


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the request that waits."""

    def __init__(self, connected: socket.socket, backend: GuardedBackend) -> None:
        self._socket = connected
        self._backend = backend
        backend.note(connected)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        current = _CURRENT.get()
        if current.head is not None:
            if current.head <= 0:
                raise TooLargeError("head", current.head_limit)
            max_bytes = min(max_bytes, current.head)
        with _in_time(self._socket, current, httpcore.ReadError):
            received = self._socket.recv(max_bytes)
        if current.head is not None:
            current.head -= len(received)
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        current = _CURRENT.get()
        rest = memoryview(buffer)
        while rest:
            with _in_time(self._socket, current, httpcore.WriteError):
                sent = self._socket.send(rest[:_WRITTEN])
            rest = rest[sent:]

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        # The time-out of the socket holds for the whole handshake, not for each of its steps.
        self._socket.settimeout(_CURRENT.get().left())
        try:
            wrapped = ssl_context.wrap_socket(
                self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            # From here on this is the connection: the other one is no more.
            self._socket = wrapped
            self._backend.note(wrapped)
            wrapped.do_handshake()
        except TimeoutError:
            self.close()
            raise SlowError from None
        except ssl.SSLCertVerificationError:
            self.close()
            raise
        except (OSError, ValueError) as error:
            self.close()
            raise UnreachableError(_reason(error)) from error
        return _Stream(wrapped, self._backend)

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            # Whether the server has closed an idle connection (or sent what nobody asked for).
            return _is_readable(self._socket)
        return None


@contextmanager
def _in_time(
    connected: socket.socket, current: Exchange, failure: type[httpcore.NetworkError]
) -> Iterator[None]:
    connected.settimeout(current.left())
    try:
        yield
    except TimeoutError:
        raise SlowError from None
    except OSError as error:
        raise failure(_reason(error)) from error


def _is_readable(connected: socket.socket) -> bool:
    if connected.fileno() < 0:
        return True
    if isinstance(connected, ssl.SSLSocket) and connected.pending():
        return True
    # Without touching the socket's time-out, which another thread may have set a moment ago.
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return bool(poll.poll(0))


def _reason(error: Exception) -> Phrase:
    if isinstance(error, OSError):
        return system_reason(error)
    # A host name that cannot be encoded, or an argument that TLS does not take.
    return Phrase("its name cannot be resolved")


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _connect(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), seconds)
