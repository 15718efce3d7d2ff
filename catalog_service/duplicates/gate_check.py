"""What the gate asks: whether a source holds back what repeats the city's, and what repeats it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from catalog_service.catalog.repeat_check import Repeat
from catalog_service.duplicates.settings import RepeatSettings
from ontology.record import Record

if TYPE_CHECKING:
    from catalog_service.duplicates.checking import RecordComparison


class GateCheck:
    """The catalogue's `RepeatCheck`: nothing is loaded to compare with until a source holds."""

    def __init__(
        self, settings: RepeatSettings, comparison: Callable[[], RecordComparison]
    ) -> None:
        self._settings = settings
        self._comparison = comparison

    def holds(self, source: str) -> bool:
        """Tell whether a source's records that repeat the city's are held back."""
        return self._settings.of(source) == "hold"

    def repeats(self, records: Sequence[Record]) -> Mapping[str, tuple[Repeat, ...]]:
        """Return what records repeat surely enough to be held, by IRI."""
        return self._comparison().repeats(records)
