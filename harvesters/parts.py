"""A part of a document that is read by itself where the whole has a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harvesters.doubts import Broken
from ontology.errors import Place


@dataclass(frozen=True, slots=True)
class Part:
    """A document made of one part, and the place where it stands."""

    text: bytes
    place: Place
    doubt: Callable[[Broken], None]
    """Adds to a fault in it what it may say something of."""
