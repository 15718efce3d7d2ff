"""How much a reader takes in before it refuses: what bounds its memory and its time.

How long a record and one of its texts may be stands in `ontology.limits`: that holds at the door,
whatever brought the record.
"""

from __future__ import annotations

from dataclasses import dataclass

from ontology.limits import MAX_RECORD, MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds in bytes, but for the last two. All hold per file."""

    line: int = MAX_RECORD
    """One line of a line-based format; a longer one is reported and skipped."""
    document: int = 256 * MIB
    """A format that must be read whole (JSON array, spreadsheet, JSON-LD, RDF/XML …)."""
    unpacked: int = 16 * 1024 * MIB
    """What a compressed file may unpack to."""
    ratio: int = 400
    """Unpacked to packed size, looked at after the first 32 MiB."""
    triples: int = 3_000_000
    """Triples of one RDF file that are held to find its datasets."""
    cells: int = 8_000_000
    """Cells of one sheet, empty ones inside its bounds included."""


DEFAULT = Limits()
