"""The dumps that are offered now: what there is, and where its files lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalog_service.dumps.ended import Offer
from catalog_service.dumps.errors import DUMP_NOT_FOUND, DUMP_RENEWED
from catalog_service.dumps.model import DumpFile, Manifest
from catalog_service.dumps.shelf import Shelf
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.journal import Journal

PATH: Final = "/dumps/"
NEWEST: Final = "latest"
"""The name under which the newest dump is found, whichever it is."""

RENEWED_WITHIN: Final = 600
"""Seconds within which a dump is mostly made anew: what a client is told to wait."""


class Dumps:
    """The dumps of a data folder, but those that hold what is no longer public."""

    def __init__(self, home: Path, journal: Callable[[], Journal]) -> None:
        self.shelf = Shelf(home)
        """Where they lie."""
        self.offer = Offer(self.shelf, journal)
        """Which may be given away."""

    def listed(self) -> list[Manifest]:
        """Return what is offered, the newest first."""
        return [one for one in self.shelf.manifests() if self.offer.stands(one)]

    def withheld(self) -> list[Manifest]:
        """Return what is there and not offered, the newest first."""
        return [one for one in self.shelf.manifests() if not self.offer.stands(one)]

    def find(self, name: str) -> Manifest:
        """Return a dump by its name, or the newest one (``latest``).

        Raises ``dump-not-found``, and ``dump-renewed`` for one that is not offered now.
        """
        if name == NEWEST:
            found = next(iter(self.listed()), None)
        else:
            found = self.shelf.manifest(name)
            if found is not None and not self.offer.is_ours(found):
                found = None
        if found is None:
            raise AtlasError(DUMP_NOT_FOUND, name=name[:80])
        if self.offer.is_withheld(found):
            raise AtlasError(DUMP_RENEWED, name=name, retry_after=RENEWED_WITHIN)
        return found

    def file(self, manifest: Manifest, name: str) -> tuple[DumpFile, Path]:
        """Return a file of a dump and where it lies; raises ``dump-not-found``.

        Whoever opens it finds nothing there (`missing`) where the dump was made anew meanwhile.
        """
        file = manifest.file(name)
        if file is None:
            raise AtlasError(DUMP_NOT_FOUND, name=f"{manifest.name}/{name[:80]}")
        return file, self.shelf.path(manifest, name)

    @staticmethod
    def missing(manifest: Manifest) -> AtlasError:
        """Return the error for a file that went while it was asked for: made anew, or removed."""
        return AtlasError(DUMP_RENEWED, name=manifest.name, retry_after=1)


def checksums(manifest: Manifest) -> str:
    """Return the checksums of a dump's files as ``sha256sum --check`` reads them."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in manifest.files)
