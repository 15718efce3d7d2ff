"""Cells of CSV that spreadsheets open as they are, and run no part of."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

from catalog_service.site.display_values import without_bidi
from ontology.texts import INVISIBLE

BYTE_ORDER_MARK: Final = "\ufeff"
"""Begins a file: a spreadsheet takes one without it for one in its own encoding."""
_UNSEEN: Final = (
    r"[ \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    rf"\ufff0-\uffff{INVISIBLE}]*+"
)
"""Characters a spreadsheet strips before it looks for a formula."""
_FORMULA: Final = re.compile(
    # A beginning of the cell, or of one that a spreadsheet makes of it: some split at a semicolon
    # or a tab, and a line break may end a row.
    rf"(?:(?<=[;；\t\r\n\v\f\x85\u2028\u2029])|^)"
    rf"(?={_UNSEEN}[\"'“”＂]?{_UNSEEN}[=+\-@|＝＋－＠｜﹢﹣﹦﹫−])|^(?={_UNSEEN}[\t\r\n])"
)
"""Where a spreadsheet would read what follows as something to be run; it folds widths."""


def csv_line(values: Iterable[str]) -> str:
    """Return one line, its end included: no value in it is a formula, or turns the text around."""
    out = io.StringIO()
    cells = (quote_formulas(without_bidi(value)) for value in values)
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def quote_formulas(text: str) -> str:
    """Return a text of which no spreadsheet runs any part as a formula: such parts are quoted."""
    return _FORMULA.sub("'", text)
