"""Texts in the cells of workbooks that are given out."""

from __future__ import annotations

import io

import openpyxl
import pytest

from catalog_service.workbook_cells import comment, escaped, offer, put, put_list
from harvesters.limits import Limits
from harvesters.readers.files import Input
from harvesters.readers.workbook_tables import column_letters, workbook_tables

TEXTS = ("_x0041_", "a_x000D_b", "_x005F_x0041_", "_x004_", "=1+1", "0012", "2024-01-02", "#N/A")


def test_what_is_written_is_read() -> None:
    book = openpyxl.Workbook()
    for number, text in enumerate(TEXTS, start=1):
        put(book.active, number, 1, text)
    assert put(book.active, 1, 2, "").value is None
    output = io.BytesIO()
    book.save(output)
    (sheet,) = workbook_tables(Input("x.xlsx", content=output.getvalue()), Limits(), 60).sheets
    assert tuple(cells[0] for _, cells in sheet.rows) == TEXTS


def test_only_what_looks_like_an_escape_is_escaped() -> None:
    assert escaped("_x0041_") == comment("_x0041_").text == "_x005F_x0041_"
    assert escaped("_x004_ _X0041_ x0041_") == "_x004_ _X0041_ x0041_"


def test_an_offer_names_its_list() -> None:
    book = openpyxl.Workbook()
    listed = book.create_sheet("取值")
    place = put_list(listed, 28, ("是", "否"))
    assert place == "'取值'!$AB$1:$AB$2" and listed["AB2"].value == "否"
    offer(book.active, 2, 9, place)
    offer(book.active, 3, 9, place, ("开放属性", "是 / 否"))
    free, strict = book.active.data_validations.dataValidation
    assert (str(free.sqref), free.showErrorMessage, free.error) == ("B2:B9", False, None)
    assert (str(strict.sqref), strict.showErrorMessage, strict.error) == ("C2:C9", True, "是 / 否")


@pytest.mark.parametrize(("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (702, "AAA")])
def test_columns_have_letters(position: int, letters: str) -> None:
    assert column_letters(position) == letters
