"""Files that the catalogue keeps itself, by their content: ``{home}/files/ab/abcd…``.

A file is named by its SHA-256, so that one that was damaged is known, and one that is put again is
there already. Rooms keep what a file is and who may have it.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

_NAME: Final = re.compile(r"[0-9a-f]{64}")


class StoredFiles:
    """The files of a data folder."""

    def __init__(self, home: Path) -> None:
        """``home``: the data folder."""
        self._folder = home / "files"

    def put(self, content: bytes) -> str:
        """Keep a file, which has reached the disk then; return its SHA-256.

        Raises `OSError`.
        """
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if self.get(name) is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as beside:
                try:
                    beside.write(content)
                    beside.flush()
                    os.fsync(beside.fileno())
                    Path(beside.name).replace(path)
                except OSError:
                    # A full disk may be the cause: free what the new file has taken.
                    with suppress(OSError):
                        Path(beside.name).unlink()
                    raise
            descriptor = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return name

    def get(self, name: str) -> bytes | None:
        """Return a file; None where it is not there, or is not what was kept."""
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        return content if hashlib.sha256(content).hexdigest() == name else None

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError(name)
        return self._folder / name[:2] / name
