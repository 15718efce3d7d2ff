"""The thesaurus in use: a steward's edit is seen within a second, a broken one changes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from ontology.errors import AtlasError, FilePosition
from search.thesaurus.errors import THESAURUS_UNREADABLE
from search.thesaurus.index import Thesaurus
from search.thesaurus.load import builtin, load, load_good

LOOK_EVERY: Final = 1.0
"""Seconds between two looks at the folder."""

_Stamp = tuple[tuple[str, int, int, int], ...]


class ThesaurusHolder:
    """Gives the newest good thesaurus of a steward's folder (``{ATLAS_HOME}/thesaurus``).

    Without a folder it is the one that comes with the program. ``monotonic`` gives seconds. Safe
    to share among threads.
    """

    def __init__(
        self, folder: Path | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._monotonic = monotonic
        self._lock = Lock()
        self._looked: float | None = None
        self._stamp: _Stamp | None = ()
        self._thesaurus: Thesaurus | None = None
        self._problem: AtlasError | None = None
        self._version = 0

    @property
    def problem(self) -> AtlasError | None:
        """Why the edited files are not in use; None where they are."""
        self.current()
        return self._problem

    @property
    def version(self) -> int:
        """A number that grows with every change of the thesaurus in use."""
        self.current()
        return self._version

    def current(self) -> Thesaurus:
        """Return the thesaurus in use; looks at the folder at most once in `LOOK_EVERY`."""
        now = self._monotonic()
        seen = self._thesaurus
        if seen is not None and self._looked is not None and now - self._looked < LOOK_EVERY:
            return seen
        # While one thread reads the files, the others go on with what they have.
        if not self._lock.acquire(blocking=seen is None):
            return builtin() if seen is None else seen
        try:
            if self._thesaurus is None or self._looked is None or now - self._looked >= LOOK_EVERY:
                self._look()
                self._looked = now
            # Not by its truth, which counts all its pairs.
            return builtin() if self._thesaurus is None else self._thesaurus
        finally:
            self._lock.release()

    def _look(self) -> None:
        try:
            stamp = _stamp(self._folder)
        except AtlasError as error:
            # It may be readable again though nothing in it has changed.
            self._problem, self._stamp = error, None
            if self._thesaurus is None:
                self._thesaurus = builtin()
                self._version += 1
            return
        if self._thesaurus is not None and stamp == self._stamp:
            return
        self._stamp = stamp
        paths = [Path(path) for path, *_ in stamp]
        try:
            self._thesaurus = load(paths)
            self._problem = None
            self._version += 1
        except AtlasError as error:
            # The last good one stays; the error is there for whoever asks.
            self._problem = error
            if self._thesaurus is None:
                # There is none yet: the other files are as good as ever.
                self._thesaurus, _ = load_good(paths)
                self._version += 1


def _stamp(folder: Path | None) -> _Stamp:
    """Return names, sizes and times of the files; nothing where there is no folder.

    Raises `AtlasError` (``thesaurus-unreadable``) for a folder that is there and can't be read.
    """
    if folder is None:
        return ()
    found: list[tuple[str, int, int, int]] = []
    try:
        for entry in os.scandir(folder):
            if entry.name.endswith(".ttl") and not entry.name.startswith("."):
                with suppress(FileNotFoundError):  # deleted between the two calls
                    stat = entry.stat()
                    found.append((entry.path, stat.st_ino, stat.st_mtime_ns, stat.st_size))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise AtlasError(
            THESAURUS_UNREADABLE, place=FilePosition(str(folder)), reason=error
        ) from error
    return tuple(sorted(found))
