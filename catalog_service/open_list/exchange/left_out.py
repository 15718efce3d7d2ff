"""How commands tell the rows of a file that were left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog_service.console.output import Output, gettext, language
from harvesters.readers.side_rows import WHY
from translations import translator


def tell_left_out(out: Output, details: Mapping[str, Any]) -> None:
    """Tell the rows that a step which began a list from a file left out, by its details."""
    for row in details.get("rows_left_out", ()):
        out.text(gettext("left out, of another department: {row}", row=row))
    for one in details.get("rows_no_items", ()):
        tell_aside(out, one["row"], one["why"])


def tell_aside(out: Output, row: int, why: str) -> None:
    """Tell a row that is no item, and why (`harvesters.readers.side_rows.WHY`)."""
    said = translator(language()).pgettext("row left out", WHY[why])
    out.text(gettext("{row}  left out: {why}", row=row, why=said))
