"""An open list (开放清单) as CSV and as XLSX at an address."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

from harvesters.simulator.catalogue import CatalogueView
from harvesters.simulator.dataset import Dataset
from harvesters.simulator.defects import Defects
from harvesters.simulator.faults import Fault
from harvesters.simulator.listing import datasets
from harvesters.simulator.messages import Request, Response
from harvesters.simulator.xlsx import workbook

CSV: Final = "/open-list.csv"
XLSX: Final = "/open-list.xlsx"
HEADER: Final = (
    "编号", "公共数据开放主体名称", "数据集名称", "数据摘要", "数据集领域", "更新频率",
    "开放属性", "数据格式", "数据项", "首次发布日期", "更新日期",
)  # fmt: skip
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Spreadsheet:
    """Serves ``/open-list.csv`` and ``/open-list.xlsx``, with ``ETag`` and ``Last-Modified``."""

    name = "spreadsheet"
    connections = (("spreadsheet", CSV), ("spreadsheet", XLSX))

    def __init__(self, defects: Defects | None = None) -> None:
        self._defects = defects or Defects()
        self._made: dict[str, tuple[int, frozenset[Fault], Response]] = {}

    def remote_id(self, dataset_id: str) -> str:
        """Return what a harvest calls a dataset: its id."""
        return dataset_id

    def answer(
        self, request: Request, view: CatalogueView, faults: frozenset[Fault]
    ) -> Response | None:
        """Answer a file."""
        path = request.path
        if path not in (CSV, XLSX):
            return None
        made = self._made.get(path)
        if made is None or made[:2] != (view.version, faults):
            listed = datasets(view.datasets, faults).page(0, len(view.datasets) + 1)
            rows = [HEADER, *map(self.row, listed)]
            response = Response(
                workbook(rows) if path == XLSX else _csv(rows),
                _SHEET if path == XLSX else "text/csv; charset=utf-8",
                tagged=True,
                dated=view.time,
            )
            made = self._made[path] = (view.version, faults, response)
        return made[2]

    def row(self, dataset: Dataset) -> tuple[str, ...]:
        """Return the row of a dataset, as a harvest should read it."""
        d = self._defects.describe(dataset)
        values = (
            d.id, d.organization, d.title, d.summary, d.domain, d.frequency, d.open_type,
            d.formats, [field.name for field in dataset.fields], d.issued, d.modified,
        )  # fmt: skip
        return tuple(map(_cell, values))


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    # Spreadsheet programs take a file without this mark for one in the system's encoding.
    return b"\xef\xbb\xbf" + out.getvalue().encode()
