"""Rows that were copied from a spreadsheet: cells parted by tabs, some within quotes."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from catalog_service.editing.field_values import squeezed
from catalog_service.editing.form_fields import Entry
from shapes.form_shapes import NodeForm

MOST_PASTED: Final = 500
"""Rows that are taken at once."""


def add_rows(entries: Entry, key: str, form: NodeForm, text: str) -> int:
    """Add a row of a table for each line of a pasted text; return how many.

    Cells stand in the order of the table's columns. A first row that names the columns is left out,
    and so are rows without a text.
    """
    columns = [one for one in form.fields if one.node is None]
    headings = {squeezed(n) for one in columns for n in (one.name.zh, one.name.en)}
    count = 0
    lines = StringIO(text.replace("\r\n", "\n"), newline="")
    for number, cells in enumerate(csv.reader(lines, delimiter="\t")):
        texts = [squeezed(cell) for cell in cells]
        if not any(texts) or (number == 0 and texts[0] in headings):
            continue
        row = entries.add(key)
        for column, cell in zip(columns, texts, strict=False):
            row.add(column.key).text = cell
        count += 1
        if count == MOST_PASTED:
            break
    return count
