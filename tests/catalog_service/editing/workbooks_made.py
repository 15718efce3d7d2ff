"""Workbooks as people make them: downloaded and edited, or their own."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from catalog_service.accounts.service import OPERATOR
from catalog_service.editing import releasing, service
from catalog_service.editing.form_fields import read_entries
from catalog_service.editing.forms import form_rules, form_writer
from catalog_service.editing.model import Draft
from catalog_service.editing.workbook_model import ImportPreview, Upload
from catalog_service.editing.workbook_preview import preview
from catalog_service.editing.workbook_writing import WorkbookWriter
from catalog_service.editing.workbooks import receive
from tests.catalog_service.editing.conftest import TRANSPORT
from tests.fixtures.web import House
from translations import Lang

DATASETS = "数据集"
FILES = "文件或接口"
ITEMS = "数据项"
DESCRIPTION = "全市经营性停车场的名称、地址和泊位数。"


def book(*rows: Sequence[object], name: str = "清单") -> openpyxl.Workbook:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    return made


def content(made: openpyxl.Workbook) -> bytes:
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def sent(house: House, made: openpyxl.Workbook | bytes, name: str = "清单.xlsx") -> Upload:
    """The workbook after an operator sent it for the transport commission."""
    data = made if isinstance(made, bytes) else content(made)
    return receive(house.atlas, OPERATOR, TRANSPORT, name, data)


def seen(house: House, made: openpyxl.Workbook | bytes) -> ImportPreview:
    return preview(house.atlas, sent(house, made))


def downloaded(house: House, lang: Lang = "zh") -> openpyxl.Workbook:
    """What the transport commission has, as somebody opens it."""
    writer = WorkbookWriter(house.atlas, form_rules(house.atlas), lang)
    return openpyxl.load_workbook(io.BytesIO(writer.records(TRANSPORT)[0]))


class Table:
    """A sheet with headings in its first row, edited by heading."""

    def __init__(self, made: openpyxl.Workbook, name: str = DATASETS) -> None:
        found = made[name]
        assert isinstance(found, Worksheet)
        self.sheet = found

    def column(self, heading: str) -> int:
        return next(cell.column for cell in self.sheet[1] if cell.value == heading)

    def get(self, row: int, heading: str) -> str:
        return str(self.sheet.cell(row, self.column(heading)).value or "")

    def put(self, row: int, heading: str, value: object) -> None:
        self.sheet.cell(row, self.column(heading)).value = value  # type: ignore[assignment]

    def row_of(self, text: str, heading: str = "名称") -> int:
        return next(r for r in range(2, self.sheet.max_row + 1) if self.get(r, heading) == text)

    def rows_of(self, identifier: str) -> list[int]:
        rows = range(2, self.sheet.max_row + 1)
        return [r for r in rows if self.get(r, "标识") == identifier]


def released(house: House, **fields: str) -> Draft:
    """A dataset that is in the catalogue; names of fields with ``__`` for ``/``."""
    atlas = house.atlas
    draft = service.begin(atlas, OPERATOR, TRANSPORT)
    form = {
        "title/0": "停车场名录",
        "description/0": DESCRIPTION,
        "publisher/0": "上海市交通委员会",
        "accessRights/0": "无条件开放",
        "accrualPeriodicity/0": "每月",
        "landingPage/0": "https://data.sh.gov.cn/view/detail/index.html?type=cp&id=77",
        **{name.replace("__", "/"): text for name, text in fields.items()},
    }
    record = form_writer(atlas).write(draft.record, read_entries(form), complete=True)
    draft = service.save(atlas, OPERATOR, draft, record, version=1).draft
    done = releasing.submit(atlas, OPERATOR, draft, version=draft.version)
    assert done.state == "released"
    return service.read(atlas, OPERATOR, draft.id)
