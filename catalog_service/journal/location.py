"""Where a journal stands, and whether that is still what was opened.

SQLite goes on writing into a file that was deleted or moved away: a commit succeeds, and what it
wrote is gone with the last process that has the file open. So each transaction looks at the files
before it begins and again after its commit (three look-ups, some 5 µs), and fails where they are
others. What is put back is used again; another journal in the same place is taken over.
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
from ontology.errors import AtlasError

FILES: Final = "files"
"""Where a connection keeps which files it has open (in SQLAlchemy's ``info``)."""

_File = tuple[int, int] | None
"""Device and inode; None where there is no file."""
Files = tuple[_File, _File, _File]
"""The database, its write-ahead log, and the index of the log that processes share."""

_SUFFIXES: Final = ("", "-wal", "-shm")
_DMS: Final = 128
"""The byte of the shared index on which SQLite's connections hold a lock, all of them."""
_ASK: Final = """
import fcntl, sys
with open(sys.argv[1], "rb+") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, int(sys.argv[2]))
    except OSError:
        sys.exit(1)
"""


BEGUN: Final = "begun_anew"
"""The key in ``meta`` by which an operator says that an empty journal is meant."""

IS_SURE: Final = f"""
SELECT EXISTS (SELECT 1 FROM changes) OR EXISTS (SELECT 1 FROM meta WHERE key = '{BEGUN}')
"""  # noqa: S608 — no value of others
"""Whether a journal need not be asked about: it has changes, or is meant to be empty."""


def _sure() -> None:
    """Take an empty journal for what it is."""


class Place:
    """What stands at a journal's address; safe to share between threads.

    ``generation`` counts up when another journal is found there.
    """

    def __init__(self, shown: str) -> None:
        """``shown`` is the address as it may be told."""
        self.shown = shown
        self.generation = 0
        self.confirm: Callable[[], None] = _sure
        """Asked before an empty journal is used: raises `AtlasError` (``journal-lost``) where
        that can't be the one that is meant."""
        self.settled: object = None
        """What was opened: the file's number, or the journal's identity; None until then."""

    def there(self) -> None:
        """Raise `AtlasError` (``journal-vanished``) where nothing stands at the address."""

    def look(self, info: dict[str, Any]) -> None:
        """Raise `AtlasError` where a connection has other files open than those that are there."""

    def found(self, what: object, check: Callable[[], bool]) -> None:
        """Take over what a new connection found.

        ``check`` says whether it is `IS_SURE`, and raises what speaks against it.
        """
        if self.settled is None or what == self.settled:
            return
        if not check():
            self.confirm()
        self.settled = what
        self.generation += 1


class FilePlace(Place):
    """The files of an SQLite database."""

    def __init__(self, shown: str, path: Path) -> None:
        """Watch ``path`` and the two files beside it."""
        super().__init__(shown)
        self._path = os.path.abspath(path)  # noqa: PTH100 — symbolic links stay what they are
        self._paths = [self._path + suffix for suffix in _SUFFIXES]
        self.uri = f"file:{quote(self._path)}?mode=rw"
        """The address by which SQLite opens the file, and never makes one."""

    def there(self) -> None:
        """Look at the database itself."""
        try:
            emptied = os.stat(self._path).st_size == 0  # noqa: PTH116 — before every read
        except OSError:
            emptied = True
        if emptied and self.settled is not None:
            raise AtlasError(JOURNAL_VANISHED, url=self.shown, path=self._path)

    def files(self) -> Files:
        """Return which files stand there now."""
        database, log, index = (_number(path) for path in self._paths)
        return database, log, index

    def look(self, info: dict[str, Any]) -> None:
        """Compare what a connection has open with what is there."""
        opened: Files | None = info.get(FILES)
        if opened is None:
            return
        now = self.files()
        if opened == now:
            return
        if now[0] not in (None, opened[0]):
            raise AtlasError(JOURNAL_REPLACED, url=self.shown, reason="the file is another one")
        lost = next(n for n, file in enumerate(opened) if file != now[n])
        raise AtlasError(JOURNAL_VANISHED, url=self.shown, path=self._paths[lost])

    def check_log(self) -> None:
        """Refuse a database whose log was deleted while others write into it.

        Whoever opened it now would begin another log, and ruin the database. Once all others have
        closed it, which carries what is in their log over into the database, it can be opened.
        """
        _, log, index = self.files()
        if log is None and index is not None and self._is_held():
            raise AtlasError(JOURNAL_VANISHED, url=self.shown, path=self._paths[1])

    def _is_held(self) -> bool:
        # Asked in another process: closing the file here would drop the locks of this one.
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
