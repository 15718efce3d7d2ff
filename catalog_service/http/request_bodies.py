"""Bodies of requests as they come in: read by the event loop alone, in bounded memory.

A slow sender holds a connection and a small buffer, never a thread: 41 of them once stopped a whole
process. A body that must be whole is kept in a temporary file until it is; lines are handed on in
rounds, as they come.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl

from fastapi import Request

from catalog_service.http.errors import BODY_TOO_LARGE, BODY_TOO_SLOW
from ontology.errors import AtlasError
from ontology.limits import MIB

IN_MEMORY: Final = 256 * 1024
"""Bytes of a body that are held in memory; the rest waits in a temporary file."""

GRACE_SECONDS: Final = 60.0
"""How long a body may take, however slowly it comes."""

LEAST_RATE: Final = 4 * 1024
"""Bytes in a second that it must have brought on average after that."""

MOST_FIELDS: Final = 1_000
"""Fields of one form."""

ROUND_BYTES: Final = 1 * MIB
"""A round is handed on when it has so much; twice as much waits while one is at work."""

ROUND_SECONDS: Final = 0.25
"""A round is handed on after so long, so that each line is durable soon after it came."""


class Body:
    """A whole body, to be read once it is wanted; closed by its ``with`` block."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self.size = 0

    def add(self, data: bytes) -> None:
        """Take in bytes."""
        self._file.write(data)
        self.size += len(data)

    def read(self) -> bytes:
        """Return all of it."""
        self._file.seek(0)
        return self._file.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


async def receive_whole(
    request: Request, most: int | None = None, exceeded: AtlasError | None = None
) -> Body:
    """Receive a body that has to be whole; `RequestMiddleware` limits it and the pauses in it.

    Raises ``exceeded`` where it is longer than ``most`` bytes, ``body-too-slow`` where it trickles.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    body = Body()
    try:
        async for chunk in request.stream():
            body.add(chunk)
            if most is not None and exceeded is not None and body.size > most:
                raise exceeded
            passed = clock() - began
            if passed > GRACE_SECONDS and body.size < LEAST_RATE * passed:
                raise AtlasError(BODY_TOO_SLOW)
    except BaseException:
        body.__exit__(None, None, None)
        raise
    return body


async def receive_bytes(request: Request, most: int) -> bytes:
    """Receive a short body that has to be whole, and return it.

    Raises ``body-too-large`` where it is longer than ``most`` bytes, and ``body-too-slow``.
    """
    too_large = AtlasError(BODY_TOO_LARGE, limit=most // MIB)
    with await receive_whole(request, most, too_large) as body:
        return body.read()


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form, in their order; empty ones too.

    It may take a good part of a second, so that it is no work for the event loop. Raises
    `ValueError` for what is no UTF-8, and for more fields than `MOST_FIELDS`.
    """
    return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)


async def rounds(request: Request) -> AsyncGenerator[bytes]:
    """Yield a body in pieces as they come, each of some `ROUND_BYTES` or `ROUND_SECONDS`.

    While a piece is at work the next is received, up to a bound; what is beyond it stays with the
    client. What came before a failure is yielded before the failure is raised.
    """
    inflow = _Inflow(request)
    task = asyncio.create_task(inflow.fill())
    try:
        while data := await inflow.take():
            yield data
        await task
    finally:
        task.cancel()
        with suppress(BaseException):
            await task


class _Inflow:
    """A buffer between the network and the work."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._buffer = bytearray()
        self._ended = False
        self._changed = asyncio.Condition()

    async def fill(self) -> None:
        """Receive until the body ends."""
        try:
            async for chunk in self._request.stream():
                async with self._changed:
                    self._buffer += chunk
                    self._changed.notify_all()
                    await self._changed.wait_for(lambda: len(self._buffer) < 2 * ROUND_BYTES)
        finally:
            self._ended = True
            async with self._changed:
                self._changed.notify_all()

    async def take(self) -> bytes:
        """Return what has come, as soon as it is enough or old enough; ``b""`` at the end."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._buffer or self._ended)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait_for(self._enough), ROUND_SECONDS)
            data = bytes(self._buffer)
            self._buffer.clear()
            self._changed.notify_all()
            return data

    def _enough(self) -> bool:
        return self._ended or len(self._buffer) >= ROUND_BYTES
