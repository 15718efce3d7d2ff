"""Where an index stands on disk, and how readers pass from one to the next.

``{folder}/v{schema}/current`` names the live generation, a folder beside it. The pointer is
replaced by a rename, so that a reader sees the old one or the new one and nothing between.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ontology import file_checksums
from ontology.errors import AtlasError
from search.errors import INDEX_LOCKED
from search.index.embedded.schema import SCHEMA_VERSION

_POINTER = "current"
_LOCK = "writer.lock"
_GENERATION = re.compile(r"g[0-9]{6,}")
_VERSION = re.compile(r"v([0-9]+)")


class Generations:
    """The folders of one index, for the schema of this program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / f"v{SCHEMA_VERSION}"
        self.pointer = self.root / _POINTER
        self.sums = self.root / "current.sums"
        """The checksums of the live generation's files, while no writer has it open."""
        self.damaged = self.root / "current.broken"
        """Marker file: exists after a reader found damage in the live generation."""

    def current(self) -> Path | None:
        """Return the live generation, or None where there is none yet."""
        try:
            name = self.pointer.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except ValueError:
            return self.root / "unreadable"
        return self.root / (name if _GENERATION.fullmatch(name) else "unreadable")

    @contextmanager
    def new(self) -> Iterator[Path]:
        """Make the folder of the next generation; it is removed where the block fails.

        Unless it is the live one by then. What it has taken of the disk may be what that lacks.
        """
        path = self._create()
        try:
            yield path
        except BaseException:
            with suppress(OSError):
                if self.current() != path:
                    shutil.rmtree(path, ignore_errors=True)
            raise

    def _create(self) -> Path:
        self.root.mkdir(parents=True, exist_ok=True)
        numbers = [int(path.name[1:]) for path in self._all()]
        path = self.root / f"g{max(numbers, default=0) + 1:06}"
        path.mkdir()
        return path

    def switch(self, path: Path) -> None:
        """Make a generation the live one, on disk before this returns, and remove all others.

        Readers that have an old one open keep reading it: a deleted file lives until it is closed.
        """
        beside = self.root / f"{_POINTER}.new"
        try:
            with beside.open("w", encoding="ascii") as file:
                file.write(path.name)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.pointer)
        except OSError:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
        directory = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
        self.damaged.unlink(missing_ok=True)
        self.sweep(path)

    def sweep(self, keep: Path) -> None:
        """Remove what a crash or an older program left behind. Only the writer may."""
        for path in self._all():
            if path != keep:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.iterdir():
            version = _VERSION.fullmatch(path.name)
            # A newer program's index is none of ours: it may run beside, or be gone back to.
            if version and int(version[1]) < SCHEMA_VERSION and path.is_dir():
                shutil.rmtree(path, ignore_errors=True)

    def lock(self) -> int:
        """Take the writer's lock and return its file descriptor; closing it gives it back.

        The system drops it with the process, however that ends. Raises `AtlasError`
        (``index-locked``).
        """
        self.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AtlasError(INDEX_LOCKED, path=self.folder) from None
        return descriptor

    def seal(self) -> None:
        """Store the checksums of the live generation, which is no longer written."""
        current = self.current()
        # Without them less can be looked for, and nothing else is amiss.
        with suppress(OSError):
            if current is not None and current.is_dir():
                file_checksums.write(self.sums, file_checksums.take(current))

    def report(self) -> None:
        """Tell the writer that a reader came upon damage."""
        with suppress(OSError):
            self.damaged.touch()

    def unseal(self) -> None:
        """Remove the checksums: the live generation is about to be written."""
        self.sums.unlink(missing_ok=True)

    def _all(self) -> list[Path]:
        return [p for p in self.root.iterdir() if _GENERATION.fullmatch(p.name)]
