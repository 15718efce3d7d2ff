"""Snapshots: numbered, immutable copies of the store that readers open.

Layout below ``{home}/graph/snapshots``: ``00000007/`` the store, ``00000007.lease`` the file on
which its readers hold a shared lock, ``00000007.sums`` the checksums of its files
(`ontology.file_checksums`), ``current`` which one is newest. RocksDB opens its files
lazily, so a snapshot is removed only once nobody holds its lease.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import weakref
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

import pyoxigraph as ox
import structlog

from catalog_service.errors import STORAGE_FAILED
from catalog_service.graph.damage import damage
from catalog_service.graph.errors import GRAPH_BROKEN, NO_SNAPSHOT
from catalog_service.graph.files import lock_exclusively, replace_text
from ontology import file_checksums
from ontology.disk_errors import refuses
from ontology.errors import AtlasError

LAYOUT: Final = 2
"""What a snapshot's pointer says since the default graph holds the distinct statements; readers
of an earlier one would find nothing there."""

_EARLIER: Final = "it was made by another version of this program"

_log = structlog.get_logger(__name__)

_ATTEMPTS = 100
"""How often a reader tries again when the snapshot that it was about to open was removed."""


def snapshots_folder(home: Path) -> Path:
    """Return the folder of the snapshots below the data folder."""
    return home / "graph" / "snapshots"


class Snapshot:
    """One snapshot, open and leased for as long as this object lives.

    Keep it while results of its store are being read: the lease is given up with it.
    """

    def __init__(self, number: int, checkpoint: int, path: Path, lease: int) -> None:
        self.number = number
        """Counts up with every publication: the ETag of everything read from it."""
        self.checkpoint = checkpoint
        """The journal number of the last change in it."""
        self.path = path
        self._store: ox.Store | None = None
        self._lock = Lock()
        weakref.finalize(self, os.close, lease)

    @property
    def is_open(self) -> bool:
        """Whether `store` is there at once."""
        return self._store is not None

    @property
    def store(self) -> ox.Store:
        """The read-only store, opened when first asked for. Raises `AtlasError`."""
        with self._lock:
            if self._store is None:
                with damage(self.path):
                    self._store = ox.Store.read_only(str(self.path))
            return self._store

    def report(self) -> None:
        """Tell the writer that a reader found damage; it checks for this several times a minute."""
        with suppress(OSError):
            self.path.with_name(f"{self.path.name}.broken").touch()

    def verify(self) -> None:
        """Look at every byte of its files, where their checksums were noted.

        Raises `AtlasError` (``graph-broken``).
        """
        try:
            sums = file_checksums.read(self.path.with_name(f"{self.path.name}.sums"))
            wrong = (
                next(file_checksums.differing(self.path, sums), None) if sums is not None else None
            )
        except (ValueError, OSError) as error:
            wrong = str(error)
        if wrong is not None:
            self.report()
            raise AtlasError(GRAPH_BROKEN, path=self.path, reason=wrong)


class GraphReader:
    """Gives the newest snapshot of a data folder; safe to share between threads.

    One question to the file system (5 µs) for each call; the store is opened once per number.
    """

    def __init__(self, home: Path) -> None:
        self._folder = snapshots_folder(home)
        self._pointer = str(self._folder / "current")
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._snapshot: Snapshot | None = None

    def current(self) -> Snapshot:
        """Return the newest snapshot.

        Raises `AtlasError` (``no-snapshot``, ``graph-broken``, ``storage-failed``).
        """
        with self._lock:
            if self._snapshot is not None and self.published() == self._seen:
                return self._snapshot
            for _ in range(_ATTEMPTS):
                try:
                    *seen, text = _pointer(self._folder)
                except FileNotFoundError:
                    break
                fresh = _lease(self._folder, text)
                if fresh is not None:
                    self._seen, self._snapshot = (seen[0], seen[1], seen[2]), fresh
                    return fresh
            raise AtlasError(NO_SNAPSHOT, path=self._folder)

    def published(self) -> tuple[int, int, int] | None:
        """Return what names the publication that is newest now; None where there is none.

        One question to the file system, which opens nothing: equal values mean that
        `current` returns the same snapshot.
        """
        try:
            stat = os.stat(self._pointer)  # noqa: PTH116 - a path's own costs five times as much
        except OSError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _pointer(folder: Path) -> tuple[int, int, int, str]:
    """Read the pointer, and which file it is: the same text may come again after a deletion."""
    path = folder / "current"
    try:
        with path.open(encoding="utf-8") as file:
            stat = os.fstat(file.fileno())
            return stat.st_ino, stat.st_mtime_ns, stat.st_size, file.read()
    except UnicodeDecodeError as error:
        raise AtlasError(GRAPH_BROKEN, path=path, reason=error) from error
    except OSError as error:
        if refuses(error):
            raise AtlasError(STORAGE_FAILED, path=path, reason=error) from error
        raise


def _numbers(text: str) -> tuple[int, int]:
    """Read number and checkpoint; raises `ValueError`, also for an earlier layout."""
    pointer = json.loads(text)
    try:
        number, checkpoint = int(pointer["number"]), int(pointer["checkpoint"])
        if pointer.get("layout") != LAYOUT:
            raise ValueError(_EARLIER)
        return number, checkpoint
    except (KeyError, TypeError) as error:
        raise ValueError(f"{text[:80]!r} names no snapshot") from error


def _lease(folder: Path, text: str) -> Snapshot | None:
    """Open what the pointer names; None where it was removed in between."""
    try:
        number, checkpoint = _numbers(text)
    except ValueError as error:
        raise AtlasError(GRAPH_BROKEN, path=folder / "current", reason=error) from error
    path = folder / f"{number:08d}"
    try:
        descriptor = os.open(folder / f"{number:08d}.lease", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    # The cleaner may have unlinked the file between our opening and locking it.
    if os.fstat(descriptor).st_nlink == 0 or not path.is_dir():
        os.close(descriptor)
        return None
    return Snapshot(number, checkpoint, path, descriptor)


class SnapshotShelf:
    """The writer's side: publishes snapshots and clears away those that nobody reads."""

    def __init__(self, home: Path) -> None:
        self._folder = snapshots_folder(home)
        self._folder.mkdir(parents=True, exist_ok=True)
        for half_made in (*self._folder.glob("new-*"), *self._folder.glob("old-*")):
            shutil.rmtree(half_made)
        self.sums: file_checksums.Sums = {}
        """The checksums of the files of the newest snapshot."""
        self._patrol = file_checksums.Patrol()
        self.number, self.checkpoint = self._read()
        # A crash between copying and pointing leaves a whole snapshot that nobody was shown: its
        # number is not used again.
        self._last = max((int(path.name) for path in self._numbered()), default=self.number)
        self._last = max(self._last, self.number)
        self.clear()

    def _numbered(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if path.name.isdecimal()]

    def _read(self) -> tuple[int, int | None]:
        try:
            return _numbers((self._folder / "current").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return 0, None

    def stands(self) -> bool:
        """Tell whether readers find what was published last; True where nothing was."""
        if self.checkpoint is None:
            return True
        path = self._folder / f"{self.number:08d}"
        lease = path.with_name(f"{path.name}.lease")
        return self._read() == (self.number, self.checkpoint) and path.is_dir() and lease.exists()

    def forget(self) -> None:
        """Stop checking what was published last: another store's snapshot is about to replace it.

        Otherwise damage found in it before that would discard the new store. Files of the same
        name in the new store are different ones.
        """
        self.checkpoint, self.sums = None, {}

    def probe(self) -> None:
        """Open what was published last as a reader does, and check some of its files' bytes.

        Repeated calls check all of them (3 MB/s). Raises `AtlasError`
        (``graph-broken``).
        """
        if self.checkpoint is not None:
            path = self._folder / f"{self.number:08d}"
            with damage(path):
                next(ox.Store.read_only(str(path)).quads_for_pattern(None, None, None), None)
            wrong = self._patrol.look(path, self.sums)
            if path.with_name(f"{path.name}.broken").exists():
                wrong = wrong or "a reader came upon damage"
            if wrong is not None:
                raise AtlasError(GRAPH_BROKEN, path=path, reason=wrong)

    def publish(self, store: ox.Store, checkpoint: int) -> int:
        """Copy the store by hard links, make it current, and return its number.

        The first number follows the checkpoint: where the folder was deleted, numbers that
        readers have seen, in an ETag for instance, are not given to other states.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        number = self._last = max(self._last + 1, checkpoint if self._last == 0 else 0)
        name = f"{number:08d}"
        half_made = self._folder / f"new-{name}"
        try:
            store.backup(str(half_made))
            (self._folder / f"{name}.lease").touch()
            half_made.rename(self._folder / name)
            pointer = json.dumps({"number": number, "checkpoint": checkpoint, "layout": LAYOUT})
            replace_text(self._folder / "current", pointer)
        except BaseException:
            self._remove_unfinished(name)
            raise
        self.number, self.checkpoint = number, checkpoint
        # After the readers have it; most of its files were in the snapshot before. Without
        # checksums less damage can be found; nothing else depends on them.
        with suppress(OSError):
            self.sums = file_checksums.take(self._folder / name, self.sums)
            file_checksums.write(self._folder / f"{name}.sums", self.sums)
        self._try_to_clear()
        return number

    def _remove_unfinished(self, name: str) -> None:
        """Remove a snapshot that no reader has seen; a full disk may be why it was not finished."""
        for path in (f"new-{name}", name):
            shutil.rmtree(self._folder / path, ignore_errors=True)
        with suppress(OSError):
            (self._folder / f"{name}.lease").unlink(missing_ok=True)

    def _try_to_clear(self) -> None:
        """Remove old snapshots; what cannot be removed now is tried after the next publication."""
        try:
            self.clear()
        except OSError as error:
            _log.warning("snapshots-not-cleared", error=str(error))

    def clear(self) -> None:
        """Remove every snapshot but the newest that nobody holds a lease on."""
        for path in self._numbered():
            if int(path.name) == self.number:
                continue
            lease = path.with_name(f"{path.name}.lease")
            descriptor = lock_exclusively(lease)
            if descriptor is None:
                continue
            try:
                away = path.with_name(f"old-{path.name}")
                path.rename(away)
                lease.unlink()
                for suffix in ("sums", "broken"):
                    path.with_name(f"{path.name}.{suffix}").unlink(missing_ok=True)
                shutil.rmtree(away)
            finally:
                os.close(descriptor)
