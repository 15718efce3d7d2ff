"""Asking whoever holds the projections to build one anew, or to mend it: a file for each request.

Another process may hold the lock of the projections (a running ``atlas serve``), and only the
holder may write. A request outlives its holder: it is taken away once it is done, so that a
killed worker's successor takes it up again.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

Action = Literal["rebuild", "repair", "repair-deep"]
_ACTIONS: Final = frozenset(get_args(Action))


@dataclass(frozen=True, slots=True)
class Request:
    """What shall be done with a projection, and the file that says so."""

    action: Action
    projection: str
    path: Path


class Requests:
    """The requests of a data folder, all of them in the names of empty files."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "projections.requests"

    def ask(self, action: Action, projection: str) -> Request:
        """Lay down a request."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{action}.{projection}.", dir=self._folder)
        os.close(descriptor)
        return Request(action, projection, Path(name))

    def pending(self, projection: str) -> list[Request]:
        """Return what is asked of a projection; a look at a folder that is mostly not there."""
        found = []
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                action, _, rest = path.name.partition(".")
                if action in _ACTIONS and rest.partition(".")[0] == projection:
                    found.append(Request(action, projection, path))  # type: ignore[arg-type]
        return found

    def done(self, requests: Sequence[Request]) -> None:
        """Take requests away: they are fulfilled, or nobody waits for them any more."""
        for request in requests:
            # The folder stays: another process may be about to lay a request into it.
            request.path.unlink(missing_ok=True)

    def waiting(self, requests: Sequence[Request]) -> bool:
        """Tell whether any of them is still to be done."""
        return any(request.path.exists() for request in requests)
