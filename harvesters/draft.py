"""A record in the making: its lines so far, and what has to be said beside them."""

from __future__ import annotations

from harvesters.chunk import Chunk
from harvesters.privacy.texts import masked
from ontology.errors import AtlasError, Place


class Draft:
    """A record in the making."""

    __slots__ = ("parts", "place", "removed", "seen", "warnings")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.parts: list[str] = []
        """Lines that the privacy rule has yet to see."""
        self.seen: list[str] = []
        """Lines that it has seen, or that hold no text."""
        self.removed: list[str] = []
        self.warnings: list[AtlasError] = []

    def take(self, chunk: Chunk) -> None:
        """Add a chunk's lines and what it has to say beside them."""
        if chunk.text:
            self.parts.append(chunk.text)
        if chunk.removed or chunk.problems:
            self.note(chunk)

    def note(self, chunk: Chunk) -> None:
        """Add what a chunk says beside its lines."""
        self.removed += chunk.removed
        for kind, params in chunk.problems:
            said = {k: masked(v) if isinstance(v, str) else v for k, v in params.items()}
            self.warnings.append(AtlasError(kind, place=self.place, **said))
