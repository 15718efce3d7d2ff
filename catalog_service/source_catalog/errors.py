"""Kinds of errors of the source catalogue."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

NO_ITEM_HEADINGS: Final = ErrorKind(
    "no-item-headings",
    "No row among the first {searched} has the headings 数据项 and 责任部门. Name the columns as "
    "`atlas source-catalog export` does.",
    status=422,
)
ITEM_INCOMPLETE: Final = ErrorKind(
    "item-incomplete",
    "The row has no {missing}. Every data item needs its name and one responsible department.",
    status=422,
)
