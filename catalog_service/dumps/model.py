"""What is told of a dump: its manifest, which is also what makes it one."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

QUADS: Final = "catalog.nq"
TURTLE: Final = "catalog.ttl"
TABLE: Final = "datasets.csv"
ADDED: Final = "added.nq"
REMOVED: Final = "removed.nq"
DROPPED: Final = "dropped.txt"

ENCODINGS: Final = {"zst": "application/zstd", "gz": "application/gzip"}
"""Ends of the files' names, and their media types."""


class DumpFile(BaseModel):
    """One file of a dump, whole as it is sent."""

    model_config = ConfigDict(frozen=True)

    name: str
    """Such as ``catalog.nq.zst``."""
    content: Literal["catalog", "changes"]
    media_type: str
    """Of what is in the file once it is decompressed."""
    bytes: int
    sha256: str
    unpacked_bytes: int
    unpacked_sha256: str


class Manifest(BaseModel):
    """One dump: as of which change it is, what is in it, and its files."""

    model_config = ConfigDict(frozen=True)

    name: str
    """The day in Shanghai and the journal's number, such as ``2026-09-01-00642189``."""
    made: datetime
    snapshot: int
    """The number of the graph's snapshot that it was made from."""
    journal: int
    """The number of the last change in it."""
    mark: str
    """What tells that change from any other journal's of the same number."""
    checked: int
    """No record that ceased to be public up to this change is in it."""
    revision: int
    """Counts how often it was made anew because a record in it ceased to be public."""
    records: int
    quads: int
    """Statements of all named graphs."""
    since: str | None
    """The dump that the changes are against; None for the first one."""
    files: tuple[DumpFile, ...]

    def file(self, name: str) -> DumpFile | None:
        """Return the file of this name."""
        return next((file for file in self.files if file.name == name), None)

    @property
    def day(self) -> str:
        """The day of it, as its name has it."""
        return self.name[:10]
