"""How a child learns that its supervisor is gone, and how it reports readiness and failures.

The supervisor holds the writing end of a pipe and writes nothing: when it dies, in whatever way,
each child reads the end of the pipe. Works on every POSIX system, needs no polling.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

import structlog
from pydantic import ValidationError

from catalog_service.errors import SETTINGS_INVALID, lasts
from ontology.errors import AtlasError

LIFELINE: Final = "ATLAS_SERVE_LIFELINE"
READINESS: Final = "ATLAS_SERVE_READINESS"
LISTEN: Final = "ATLAS_SERVE_LISTEN"
"""Variables with the file descriptors that the supervisor hands to a child; no settings."""

FAILURE: Final = b"! "
"""Begins the report of a failure on the readiness pipe."""

LASTING: Final = b"* "
"""Follows `FAILURE` where another start would fail in the same way."""

_LINE: Final = 2_000
"""Bytes of a report: less than what a pipe takes in one write."""

GRACE_SECONDS: Final = 20.0
"""How long a child may take to finish its work before it ends by force."""

_BY_FORCE: Final = 70
"""The exit code of a process that ended by force."""

_log = structlog.get_logger(__name__)


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

    def report_ready(self) -> None:
        """Tell the supervisor that this child is ready."""
        if self.readiness is not None:
            with contextlib.suppress(OSError):
                os.write(self.readiness, b"ready\n")

    @contextlib.contextmanager
    def reporting_failures(self) -> Iterator[None]:
        """Report a typed error of the block, without a traceback, and exit with code 3."""
        try:
            yield
        except ValidationError as error:
            # The settings, read anew by this process: a file may have changed since the start.
            detail = "; ".join(
                f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()
            )
            self._cannot_go_on(AtlasError(SETTINGS_INVALID, detail=detail))
        except AtlasError as error:
            self._cannot_go_on(error)

    def _cannot_go_on(self, error: AtlasError) -> NoReturn:
        self.report_failure(str(error), lasting=lasts(error))
        _log.error("cannot go on", reason=str(error))
        raise SystemExit(3) from None

    def report_failure(self, text: str, *, lasting: bool = False) -> None:
        """Tell the supervisor in one line why this child cannot do its work."""
        if self.readiness is not None:
            line = " ".join(text.split()).encode()[:_LINE] + b"\n"
            with contextlib.suppress(OSError):
                os.write(self.readiness, FAILURE + (LASTING if lasting else b"") + line)


def watch_lifeline(descriptor: int | None, stop: Callable[[], None]) -> None:
    """Call ``stop`` when the supervisor is gone; leave by force if that takes too long."""
    if descriptor is None:
        return

    def watch() -> None:
        # A pipe that cannot be read is as good as one that has ended.
        with contextlib.suppress(OSError):
            while os.read(descriptor, 64):
                pass
        stop()
        time.sleep(GRACE_SECONDS)
        os._exit(_BY_FORCE)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def leave_within(seconds: float) -> None:
    """End the process by force unless it ends by itself within ``seconds``."""
    timer = threading.Timer(seconds, os._exit, (_BY_FORCE,))
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError:  # no more threads: nothing would end it later
        os._exit(_BY_FORCE)


def end_with_any_thread(leave: Callable[[], None]) -> None:
    """Call ``leave`` when a thread of this process ends with an exception that nobody caught.

    Its work would never be done again: the process ends, and the supervisor starts another.
    """

    def ended(what: threading.ExceptHookArgs) -> None:
        name = what.thread.name if what.thread is not None else "?"
        _log.critical("thread-ended", thread=name, exc_info=what.exc_value)
        leave()

    threading.excepthook = ended
