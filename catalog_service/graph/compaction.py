"""When the database is worth compacting, and the note that says when it was done last.

What is written comes in files of its own, which overlap: a query looks into each of them, and a
snapshot keeps them as they were. Compacting writes all of them again as one order.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Final

from catalog_service.graph.files import replace_text

LEAST_NEW: Final = 0.1
"""Share of bytes in files written since the last compaction from which it is worth the next."""

MOST_BYTES: Final = 1024 * 1024 * 1024
"""Size above which a database is left to RocksDB's own compaction (some 90,000 records): this one
writes all of it again, 2 s of processor for 26,571 records."""


class Compaction:
    """One compaction, in a thread: RocksDB takes writes and gives copies meanwhile."""

    def __init__(self, database: Path, compact: Callable[[], None]) -> None:
        self._compact = compact
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, name=f"compact-{database.name}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._compact()
        except BaseException as error:  # told to whoever asks for the result
            self._error = error
        finally:
            # It holds the database, which closes with the last reference to it.
            del self._compact

    @property
    def goes_on(self) -> bool:
        """Whether it has not ended."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def result(self) -> None:
        """Raise what it raised."""
        if self._error is not None:
            raise self._error


def is_due(database: Path, note: Path) -> bool:
    """Tell whether enough was written into ``database`` since ``note`` was made."""
    sizes = _files(database)
    total = sum(sizes.values())
    if not total or total > MOST_BYTES:
        return False
    done = _noted(note, database.name)
    new = sum(size for name, size in sizes.items() if name not in done)
    return new > LEAST_NEW * total


def write_note(database: Path, note: Path) -> None:
    """Note that ``database`` is compacted as it stands."""
    replace_text(note, "\n".join((database.name, *sorted(_files(database)))))


def _files(database: Path) -> dict[str, int]:
    """Return the sizes of the data files; RocksDB may delete one meanwhile."""
    sizes: dict[str, int] = {}
    for path in database.glob("*.sst"):
        try:
            sizes[path.name] = path.stat().st_size
        except FileNotFoundError:
            continue
    return sizes


def _noted(note: Path, database: str) -> set[str]:
    """Return the files that were there after the last compaction of this very database."""
    try:
        named, *files = note.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError):
        return set()
    return set(files) if named == database else set()
