"""The location of a journal, and whether what was opened is still there.

SQLite goes on writing into a file that was deleted or moved away: a commit succeeds, and its data
is lost with the last process that has the file open. So each transaction checks the files before
it begins and again after its commit (three look-ups, some 5 µs), and fails where they have
changed. A file that is put back is used again; another journal at the same location is adopted.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from catalog_service.errors import JOURNAL_REPLACED, JOURNAL_VANISHED
from ontology.errors import AtlasError, Phrase

WRITES: Final = "journal_writes"
"""Execution option of connections that write."""

LOCATION: Final = "journal_location"
"""Execution option of an engine: its `Location`."""

FILES: Final = "files"
"""Key in a connection's ``info`` (SQLAlchemy) for the files that it has open."""

_File = tuple[int, int] | None
"""Device and inode; None where there is no file."""
Files = tuple[_File, _File, _File]
"""The database, its write-ahead log, and the index of the log that processes share."""

_SUFFIXES: Final = ("", "-wal", "-shm")
_DMS: Final = 128
"""The byte of the shared index on which every SQLite connection holds a lock."""
_ASK: Final = """
import fcntl, sys
with open(sys.argv[1], "rb+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[2]))
    except OSError:
        sys.exit(1)
"""


BEGUN: Final = "begun_anew"
"""The key in ``meta`` by which an operator confirms that an empty journal is meant."""

IS_SURE: Final = f"""
SELECT EXISTS (SELECT 1 FROM changes) OR EXISTS (SELECT 1 FROM meta WHERE key = '{BEGUN}')
"""  # noqa: S608 — no value of others
"""Whether a journal needs no confirmation: it has changes, or is meant to be empty."""


def _sure() -> None:
    """Accept an empty journal."""


class Location:
    """The database at a journal's address; safe to share between threads.

    ``generation`` is incremented when another journal is found there.
    """

    def __init__(self, shown: str) -> None:
        """``shown`` is the address without its password."""
        self.shown = shown
        self.generation = 0
        self.confirm: Callable[[], None] = _sure
        """Called before an empty journal is used: raises `AtlasError` (``journal-lost``) where
        an empty journal cannot be the right one."""
        self.settled: object = None
        """What was opened: device and inode of the file, or the journal's identity; None before."""

    def there(self) -> None:
        """Raise `AtlasError` (``journal-vanished``) where there is nothing at the address."""

    def look(self, info: dict[str, Any]) -> None:
        """Raise `AtlasError` where the files that a connection has open are no longer there."""

    def found(self, what: object, check: Callable[[], bool]) -> None:
        """Adopt what a new connection found at the address.

        ``check`` returns whether `IS_SURE` holds, and raises where it is no journal of use.
        """
        if self.settled is None or what == self.settled:
            return
        if not check():
            self.confirm()
        self.settled = what
        self.generation += 1


class FileLocation(Location):
    """The files of an SQLite database."""

    def __init__(self, shown: str, path: Path) -> None:
        """Watch ``path`` and the two files beside it."""
        super().__init__(shown)
        self._path = os.path.abspath(path)  # noqa: PTH100 — symbolic links stay what they are
        self._paths = [self._path + suffix for suffix in _SUFFIXES]
        self.uri = f"file:{quote(self._path)}?mode=rw"
        """The address by which SQLite opens the file without ever creating one."""

    def there(self) -> None:
        """Check the database file itself."""
        try:
            emptied = os.stat(self._path).st_size == 0  # noqa: PTH116 — before every read
        except OSError:
            emptied = True
        if emptied and self.settled is not None:
            raise AtlasError(JOURNAL_VANISHED, url=self.shown, path=self._path)

    def files(self) -> Files:
        """Return which files are there now."""
        database, log, index = (_number(path) for path in self._paths)
        return database, log, index

    def look(self, info: dict[str, Any]) -> None:
        """Compare the files that a connection has open with those that are there."""
        opened: Files | None = info.get(FILES)
        if opened is None:
            return
        now = self.files()
        if opened == now:
            return
        if now[0] not in (None, opened[0]):
            raise AtlasError(
                JOURNAL_REPLACED, url=self.shown, reason=Phrase("the file is another one")
            )
        lost = next(n for n, file in enumerate(opened) if file != now[n])
        raise AtlasError(JOURNAL_VANISHED, url=self.shown, path=self._paths[lost])

    def check_log(self) -> None:
        """Refuse a database whose write-ahead log was deleted while other processes write to it.

        Opening it now would begin a second log and ruin the database. Once all others have closed
        it, which copies their log into the database, it can be opened.
        """
        _, log, index = self.files()
        if log is not None or index is None or not self._is_held():
            return
        # Looked at once more: another connection may have begun both between the two look-ups.
        if self.files()[1] is None:
            raise AtlasError(JOURNAL_VANISHED, url=self.shown, path=self._paths[1])

    def _is_held(self) -> bool:
        # In another process: closing the file here would drop this process's locks on it.
        asked = subprocess.run(  # noqa: S603 — the command is our own interpreter
            [sys.executable, "-c", _ASK, self._paths[2], str(_DMS)],
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return asked.returncode != 0 and Path(self._paths[2]).exists()


def _number(path: str) -> _File:
    try:
        found = os.stat(path)  # noqa: PTH116 — before every read
    except OSError:
        return None
    return found.st_dev, found.st_ino
