"""Messages between the pool and a worker: a JSON head and a body of bytes, over pipes."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

_SIZES = struct.Struct(">II")


class ClosedError(Exception):
    """The other end of the pipe is gone."""


class LateError(Exception):
    """The message did not come before the deadline."""


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Return one message."""
    text = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _SIZES.pack(len(text), len(body)) + text + body


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything. Raises `ClosedError`."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BrokenPipeError as error:
            raise ClosedError from error


def read_message(descriptor: int, deadline: float | None = None) -> tuple[dict[str, Any], bytes]:
    """Read one message, until ``deadline`` (`time.monotonic`).

    Raises `ClosedError`, `LateError`.
    """
    head_size, body_size = _SIZES.unpack(_read(descriptor, _SIZES.size, deadline))
    head = json.loads(_read(descriptor, head_size, deadline).decode("utf-8", "surrogatepass"))
    return head, _read(descriptor, body_size, deadline)


def _read(descriptor: int, size: int, deadline: float | None) -> bytes:
    part = _part(descriptor, size, deadline) if size else b""
    if len(part) == size:
        return part
    parts, missing = [part], size - len(part)
    while missing:
        parts.append(_part(descriptor, missing, deadline))
        missing -= len(parts[-1])
    return b"".join(parts)


def _part(descriptor: int, size: int, deadline: float | None) -> bytes:
    if deadline is not None:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise LateError
    part = os.read(descriptor, min(size, 1 << 20))
    if not part:
        raise ClosedError
    return part
