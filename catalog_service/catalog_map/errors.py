"""Kinds of errors of the map."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

MAP_NOT_READY: Final = ErrorKind(
    "map-not-ready",
    "The map of the catalogue has not been made yet. The worker makes it some minutes after the "
    "index was filled; try again then, or search meanwhile.",
    status=404,
)
