"""Where dumps lie: ``{home}/dumps/NAME/manifest.json`` beside the folders of their files.

The manifest makes a dump: it is written last, at once, and names the folder (by its revision) that
it is about. Whatever a killed process left has no manifest, is not listed, and is removed later.
"""

from __future__ import annotations

import os
import re
import shutil
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from catalog_service.dumps.errors import DUMPS_BUSY
from catalog_service.dumps.model import Manifest
from catalog_service.graph.files import lock_exclusively, replace_text
from ontology.errors import AtlasError

_NAME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{8,}")
_RECORDS: Final = "records"
"""The file of the digests of the records in a dump, sorted, eight bytes each; not published."""

_WITHDRAWN: Final = "withdrawn"
"""The file of the IRIs of the records that a dump was made anew without; not published."""


class Shelf:
    """The dumps of a data folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "dumps"

    def manifests(self) -> list[Manifest]:
        """Return the dumps, the newest first."""
        try:
            names = [path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name)]
        except FileNotFoundError:
            return []
        found = (self.manifest(name) for name in names)
        return sorted(
            (one for one in found if one is not None),
            key=lambda one: (one.made, one.journal),
            reverse=True,
        )

    def manifest(self, name: str) -> Manifest | None:
        """Return a dump; None where there is none of that name."""
        if _NAME.fullmatch(name) is None:
            return None
        try:
            text = (self.folder / name / "manifest.json").read_text("utf-8")
            return Manifest.model_validate_json(text)
        except (OSError, UnicodeDecodeError, ValidationError):
            # Being removed just now, or of another version of this program.
            return None

    def path(self, manifest: Manifest, name: str) -> Path:
        """Return where a file of a dump lies."""
        return self._revision(manifest.name, manifest.revision) / name

    def digests(self, manifest: Manifest) -> array[int]:
        """Return the digests of the records in a dump, sorted.

        Raises `OSError`, and `ValueError` where the file is cut short.
        """
        found = array("Q")
        if manifest.records:
            found.frombytes(self.path(manifest, _RECORDS).read_bytes())
        return found

    def withdrawn(self, manifest: Manifest) -> frozenset[str]:
        """Return the records that a dump held once, and was made anew without."""
        try:
            return frozenset(self.path(manifest, _WITHDRAWN).read_text("utf-8").split("\n")[:-1])
        except OSError:
            return frozenset()

    def _revision(self, name: str, number: int) -> Path:
        return self.folder / name / f"r{number}"

    # -- for the one process that works on them ---------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock; raises ``dumps-busy`` where another process has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = lock_exclusively(self.folder / "lock")
        if descriptor is None:
            raise AtlasError(DUMPS_BUSY, folder=self.folder)
        try:
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def room_for(self, name: str, revision: int) -> Iterator[Path]:
        """Give an empty folder for the files of a dump; removed again where that fails."""
        folder = self._revision(name, revision)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                folder.parent.rmdir()
            raise

    @staticmethod
    def note_records(folder: Path, digests: Iterable[int], withdrawn: Iterable[str]) -> None:
        """Note beside the files of a dump which records are in it, and which are no more."""
        (folder / _RECORDS).write_bytes(array("Q", sorted(digests)).tobytes())
        (folder / _WITHDRAWN).write_text("".join(f"{iri}\n" for iri in sorted(withdrawn)), "utf-8")

    def publish(self, manifest: Manifest) -> None:
        """Make a dump one, or another revision of it; its files have reached the disk before."""
        folder = self.folder / manifest.name
        current = self._revision(manifest.name, manifest.revision)
        for path in current.iterdir():
            _to_disk(path)
        _to_disk(current)
        replace_text(folder / "manifest.json", manifest.model_dump_json(indent=2), durable=True)
        for path in folder.glob("r*"):
            if path != current:
                shutil.rmtree(path, ignore_errors=True)

    def note_checked(self, manifest: Manifest, checked: int) -> None:
        """Note up to which change nothing that ended is in a dump."""
        changed = manifest.model_copy(update={"checked": checked})
        text = changed.model_dump_json(indent=2)
        replace_text(self.folder / manifest.name / "manifest.json", text)

    def remove(self, name: str) -> None:
        """Remove a dump: it is one no longer before its files go."""
        folder = self.folder / name
        (folder / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def remove_unfinished(self) -> None:
        """Remove what processes that were killed have left."""
        for folder in self.folder.iterdir():
            if not _NAME.fullmatch(folder.name):
                continue
            manifest = self.manifest(folder.name)
            if manifest is None:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for path in folder.glob("r*"):
                if path.name != f"r{manifest.revision}":
                    shutil.rmtree(path, ignore_errors=True)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
