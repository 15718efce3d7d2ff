"""How a child learns that its supervisor is gone, and how it says that it is ready.

The supervisor holds the writing end of a pipe and writes nothing: when it dies, in whatever way,
the reading end in each child comes to its end. Works on every POSIX system, needs no polling.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

LIFELINE: Final = "ATLAS_SERVE_LIFELINE"
READINESS: Final = "ATLAS_SERVE_READINESS"
LISTEN: Final = "ATLAS_SERVE_LISTEN"
"""Names by which the supervisor hands file descriptors to a child. No settings: see `serve`."""

GRACE_SECONDS: Final = 20.0
"""How long a child may take to finish what it is doing before it leaves at once."""


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The file descriptors that a child was given; None where it was started by hand."""

    lifeline: int | None
    readiness: int | None
    listen: int | None

    @classmethod
    def take(cls, environment: Mapping[str, str]) -> Descriptors:
        """Read the descriptors' numbers; they are for this process alone, not for its children."""

        def number(name: str) -> int | None:
            text = environment.get(name)
            if text is None:
                return None
            descriptor = int(text)
            os.set_inheritable(descriptor, False)
            return descriptor

        return cls(number(LIFELINE), number(READINESS), number(LISTEN))

    def tell_ready(self) -> None:
        """Tell the supervisor that this child does its work now."""
        if self.readiness is not None:
            with contextlib.suppress(OSError):
                os.write(self.readiness, b"ready\n")


def watch_lifeline(descriptor: int | None, stop: Callable[[], None]) -> None:
    """Call ``stop`` when the supervisor is gone; leave by force if that takes too long."""
    if descriptor is None:
        return

    def watch() -> None:
        while os.read(descriptor, 64):
            pass
        threading.Timer(GRACE_SECONDS, os._exit, (70,)).start()
        stop()

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
