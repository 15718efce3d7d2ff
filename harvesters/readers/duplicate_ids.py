"""Detecting identifiers that occur twice in one input."""

from __future__ import annotations

from dataclasses import replace

from harvesters.errors import DUPLICATE_IDENTIFIER
from harvesters.protocols import ClosedItemError, Incoming, Item, MappedRecord, Unreadable
from ontology.errors import AtlasError, FilePosition
from ontology.openness import doubts, is_open


class SeenIdentifiers:
    """The identifiers of one input, with place and digest of each."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[bytes, FilePosition]] = {}

    def check(self, item: Incoming) -> Item:
        """Return the item, or `Unreadable` (``duplicate-identifier``) for other content.

        Where the other content says or may say 非开放, mapping it raises a `ClosedItemError`: of
        two contents that disagree the closed one counts, whichever comes first.
        """
        mark = item.fingerprint[:12]
        known = self._first.setdefault(item.remote_id, (mark, item.place))
        if known[0] == mark:
            return item
        told = {"remote_id": item.remote_id, "first": known[1]}
        if _closes(item):
            error = ClosedItemError(DUPLICATE_IDENTIFIER, place=item.place, **told)

            def refused() -> MappedRecord:
                raise error

            return replace(item, make=refused)
        return Unreadable(AtlasError(DUPLICATE_IDENTIFIER, place=item.place, **told))


def _closes(item: Incoming) -> bool:
    try:
        record = item.make().record
    except AtlasError as error:
        return isinstance(error, ClosedItemError)
    return not is_open(record) or bool(doubts(record))
