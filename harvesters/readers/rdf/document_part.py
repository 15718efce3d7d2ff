"""A part of a document that is read by itself where the whole has a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harvesters.readers.rdf.fault_scope import Broken
from ontology.errors import FilePosition

MOST_REPEATED: Final = 32 * 1024 * 1024
"""Bytes that the parts of a document may repeat of its head; beyond, it is not parted."""


@dataclass(frozen=True, slots=True)
class Part:
    """A document made of one part of another."""

    text: bytes
    place: Callable[[], FilePosition]
    """Says where it stands; asked only where there is a fault in it."""
    doubt: Callable[[Broken], None]
    """Adds to a fault in it what it may say something of."""
