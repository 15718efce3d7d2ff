"""Small files and locks that several processes share."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path


def replace_text(path: Path, text: str, *, durable: bool = False) -> None:
    """Write ``text`` so that a reader sees the old or the new, never a part.

    ``durable`` waits until it has reached the disk. One writer at a time: the caller's lock.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        # A full disk may be the cause: free what the new file has taken.
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def lock_exclusively(path: Path) -> int | None:
    """Take the exclusive lock on the file ``path``; None where somebody holds it.

    The lock belongs to the returned descriptor and dies with it, however the process ends.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
