"""Identifiers that come twice in one input."""

from __future__ import annotations

from harvesters.contracts import Incoming, Item, Unreadable
from harvesters.errors import DUPLICATE_IDENTIFIER
from ontology.errors import AtlasError, Place


class Seen:
    """Remembers the identifiers of one input: where each stood and what it said."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[bytes, Place]] = {}

    def check(self, item: Incoming) -> Item:
        """Return the item, or `Unreadable` (``duplicate-identifier``) for other content."""
        mark = item.fingerprint[:12]
        known = self._first.setdefault(item.remote_id, (mark, item.place))
        if known[0] == mark:
            return item
        return Unreadable(
            AtlasError(
                DUPLICATE_IDENTIFIER, place=item.place, remote_id=item.remote_id, first=known[1]
            )
        )
