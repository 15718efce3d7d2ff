"""A plain HTTP/1.1 server on loopback, raw enough to send wrong answers."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol, cast

import h11

from harvesters.simulator.catalogue import Catalogue, CatalogueView
from harvesters.simulator.faults import OF_LISTS, Fault, Faults
from harvesters.simulator.messages import Request, Response
from harvesters.simulator.transmission import Transmission, transmission

MAX_REQUEST: Final = 1 << 20
"""Bytes of a request, body included."""
NOT_FOUND: Final = Response(b'{"code":"404","message":"Not Found"}', status=404)


class Shape(Protocol):
    """One wire shape: what it answers, and how it is connected."""

    @property
    def name(self) -> str:
        """The name by which `atlas simulate` knows it: one per shape."""
        ...

    @property
    def connections(self) -> tuple[tuple[str, str], ...]:
        """Type of the source and path of the address, for each way to connect it."""
        ...

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest of this shape calls the dataset with an id of the catalogue."""
        ...

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Return the answer, with the faults of lists; None: the address belongs to another."""
        ...


class Platform:
    """A running platform: its address, its faults, and what it was asked.

    ``requests`` counts the requests by path.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        shapes: Sequence[Shape],
        *,
        faults: Faults | None = None,
        port: int = 0,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.shapes = tuple(shapes)
        self.faults = faults or Faults(catalogue.seed)
        self.faults.on_clock = self._set_clock
        self.requests: Counter[str] = Counter()
        self.control: Callable[[Request], Response | None] | None = None
        """Answers before all shapes, and without faults: see `harvesters.simulator.control`."""
        self.url = ""
        self._port = port
        self._tls = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*certificate)
        self._loop = asyncio.new_event_loop()
        self._connections: set[asyncio.BaseTransport] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def __str__(self) -> str:
        return self.url

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return self._port

    def start(self) -> None:
        """Listen, and answer in a thread. Raises `OSError` where the port is taken."""
        server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: _Connection(self), "127.0.0.1", self._port, ssl=self._tls, backlog=256
            )
        )
        self._server = server
        self._port = server.sockets[0].getsockname()[1]
        self.url = f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self._port}"
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="simulator", daemon=True
        )
        self._thread.start()

    def break_off(self) -> None:
        """Break off every connection, so that no client waits any longer."""

        def abort() -> None:
            for connection in tuple(self._connections):
                cast(asyncio.Transport, connection).abort()

        self._loop.call_soon_threadsafe(abort)

    def stop(self) -> None:
        """Close all connections and end the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def respond(self, request: Request) -> Transmission:
        """Return what is sent for a request."""
        now = self.catalogue.now()
        response = None if self.control is None else self.control(request)
        if response is not None:
            return transmission(request, response, frozenset(), self.faults, now)
        self.requests[request.path] += 1
        met = self.faults.draw(request)
        lists = met & OF_LISTS
        view = self.catalogue.view()
        if self.faults.is_on(Fault.CHANGED_IDS):
            view = replace(view, renumbered=True)
        for shape in self.shapes:
            response = shape.answer(request, view, lists)
            if response is not None:
                break
        return transmission(request, response or NOT_FOUND, met, self.faults, now)

    def _set_clock(self, offset: timedelta) -> None:
        self.catalogue.clock_offset = offset

    async def _close(self) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        for transport in tuple(self._connections):
            cast(asyncio.Transport, transport).abort()
        # One more turn, so that transports are closed before the loop is.
        await asyncio.sleep(0)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), 2)

    async def play(self, connection: _Connection, sent: Transmission) -> None:
        """Send slow bytes, one by one."""
        start = sent.slow_from or 0
        connection.transport.write(sent.data[:start])
        for at in range(start, len(sent.data)):
            await asyncio.sleep(self.faults.slow_pause)
            if connection.transport.is_closing():
                return
            connection.transport.write(sent.data[at : at + 1])
        connection.resume(close=sent.close)


class _Connection(asyncio.Protocol):
    """One connection; h11 reads the requests, the answers are written as they are."""

    transport: asyncio.Transport

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._data = b""
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._platform._connections.add(transport)

    def connection_lost(self, _: Exception | None) -> None:
        self._platform._connections.discard(self.transport)
        self._busy = True

    def data_received(self, data: bytes) -> None:
        self._data += data
        self._work()

    def resume(self, *, close: bool) -> None:
        """Go on after an answer that took its time."""
        if close:
            self.transport.close()
            return
        self._busy = False
        self._work()

    def _work(self) -> None:
        while self._data and not self._busy:
            try:
                found = read_request(self._data, self._platform.url)
            except h11.RemoteProtocolError:
                self.transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                self.transport.close()
                return
            if found is None:
                if len(self._data) > MAX_REQUEST:
                    self.transport.abort()
                return
            request, self._data = found
            self._send(self._platform.respond(request))

    def _send(self, sent: Transmission) -> None:
        if sent.silent:
            self._busy = True
        elif sent.reset:
            self.transport.abort()
        elif sent.slow_from is not None:
            self._busy = True
            task = self._platform._loop.create_task(self._platform.play(self, sent))
            self._platform._tasks.add(task)
            task.add_done_callback(self._platform._tasks.discard)
        else:
            self.transport.write(sent.data)
            if sent.close:
                self._busy = True
                self.transport.close()


def read_request(data: bytes, base: str) -> tuple[Request, bytes] | None:
    """Return the first request of the data and what follows it; None: it is not whole yet.

    Raises `h11.RemoteProtocolError` for what is no HTTP.
    """
    reader = h11.Connection(h11.SERVER)
    reader.receive_data(data)
    head: h11.Request | None = None
    body = b""
    while True:
        event = reader.next_event()
        if isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            break
        else:
            return None
    assert head is not None
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
    request = Request(
        head.method.decode("latin-1"), head.target.decode("latin-1"), headers, body, base
    )
    return request, reader.trailing_data[0]


@contextmanager
def serve(
    catalogue: Catalogue,
    *shapes: Shape,
    faults: Faults | None = None,
    port: int = 0,
    certificate: tuple[Path, Path] | None = None,
) -> Iterator[Platform]:
    """Serve a catalogue on loopback, on a free port unless one is named.

    ``certificate`` are the files of a certificate and its key, for HTTPS. Raises `OSError` where
    the port is taken.
    """
    platform = Platform(catalogue, shapes, faults=faults, port=port, certificate=certificate)
    platform.start()
    try:
        yield platform
    finally:
        platform.stop()
