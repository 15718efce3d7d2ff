"""Requests to rebuild or repair a projection, for the process that holds them: one file each.

Another process may hold the lock of the projections (a running ``atlas serve``), and only the
holder may write. A request outlives its holder: it is removed once it is done, so that the
successor of a killed worker finds it again.
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
class RebuildRequest:
    """What to do with a projection, and the file that requests it."""

    action: Action
    projection: str
    path: Path


class RebuildRequests:
    """The requests of a data folder, all of them in the names of empty files."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "projections.requests"

    def ask(self, action: Action, projection: str) -> RebuildRequest:
        """Write a request."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f"{action}.{projection}.", dir=self._folder)
        os.close(descriptor)
        return RebuildRequest(action, projection, Path(name))

    def pending(self, projection: str) -> list[RebuildRequest]:
        """Return the requests for a projection; cheap, because the folder is mostly missing."""
        found = []
        with suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                action, _, rest = path.name.partition(".")
                if action in _ACTIONS and rest.partition(".")[0] == projection:
                    found.append(RebuildRequest(action, projection, path))  # type: ignore[arg-type]
        return found

    def done(self, requests: Sequence[RebuildRequest]) -> None:
        """Remove requests that are fulfilled, or that nobody waits for any more."""
        for request in requests:
            # The folder stays: another process may be about to write a request into it.
            request.path.unlink(missing_ok=True)

    def waiting(self, requests: Sequence[RebuildRequest]) -> bool:
        """Tell whether any of them is still to be done."""
        return any(request.path.exists() for request in requests)
