"""The list that a platform shows, page by page, with the faults of lists."""

from __future__ import annotations

import zlib
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Generic, TypeVar

from harvesters.simulator.catalogue import CatalogueView
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.faults import Fault

Row = TypeVar("Row")


class Listing(Generic[Row]):
    """Rows of a list, and how many the platform says there are."""

    def __init__(self, rows: Sequence[Row], faults: Set[Fault] = frozenset()) -> None:
        self._faults = faults
        self.total = len(rows)
        if Fault.EMPTY_LIST in faults:
            rows, self.total = (), 0
        elif Fault.EMPTY_PAGES in faults:
            rows = ()
        elif Fault.HALF_LIST in faults:
            rows = rows[: len(rows) // 2]
            self.total = len(rows)
        elif Fault.SHORT_LIST in faults:
            rows = rows[: len(rows) // 2]
        if Fault.WRONG_TOTAL in faults:
            self.total = 2 * self.total + 7
        self._rows = rows

    def page(self, offset: int, size: int) -> Sequence[Row]:
        """Return the rows of the page that begins at an offset."""
        return self._rows[self._start(offset, size) :][:size]

    def has_next(self, offset: int, size: int) -> bool:
        """Tell whether a server that links its pages links to another one."""
        return Fault.PAGE_LOOP in self._faults or offset + size < len(self._rows)

    def pages(self, size: int) -> int:
        """Return the number of pages that the platform says there are."""
        return -(-self.total // size)

    def _start(self, offset: int, size: int) -> int:
        if Fault.PAGE_LOOP in self._faults:
            return 0
        if Fault.DUPLICATE_PAGES in self._faults and offset // size % 2:
            return offset - size
        return offset


def datasets(rows: Sequence[Dataset], faults: Set[Fault]) -> Listing[Dataset]:
    """Return a listing of datasets; `Fault.CHANGED_IDS` gives each another id."""
    if Fault.CHANGED_IDS in faults:
        rows = [renumbered(one) for one in rows]
    return Listing(rows, faults)


def find(view: CatalogueView, dataset_id: str) -> Dataset | None:
    """Return the dataset with an id, be it one that `Fault.CHANGED_IDS` gives now."""
    found = view.by_id.get(dataset_id)
    if found is None and view.renumbered and dataset_id.startswith("ON"):
        return next((r for r in map(renumbered, view.datasets) if r.id == dataset_id), None)
    return found


def renumbered(dataset: Dataset) -> Dataset:
    """Return a dataset under the id that `Fault.CHANGED_IDS` gives it."""
    return replace(dataset, id=f"ON{zlib.crc32(dataset.id.encode()):010d}2026")
