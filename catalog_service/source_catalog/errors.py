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
    "There is no {missing}. Every data item needs its name and one responsible department.",
    status=422,
)
ITEM_TEXT_INVALID: Final = ErrorKind(
    "item-text-invalid",
    "{heading} is longer than {limit} characters, or has control characters in it. Shorten it, or "
    "take them out.",
    status=422,
)
UNKNOWN_ITEM: Final = ErrorKind(
    "unknown-item",
    "The source catalogue has no data item {item!r}. `atlas source-catalog list` and "
    "/api/v1/source-catalog show those that it has.",
    status=404,
)
ITEM_REMOVED: Final = ErrorKind(
    "item-removed",
    "The data item {name} was removed from the source catalogue. What became of it is at "
    "/api/v1/source-catalog/{item}/history; who adds it again goes on with that history.",
    status=410,
)
ITEM_EXISTS: Final = ErrorKind(
    "item-exists",
    "{department} claims {name} already. Change that data item: /api/v1/source-catalog/{item}.",
    status=409,
)
ITEM_IDENTITY: Final = ErrorKind(
    "item-identity",
    "What was sent is the data item {found}, not {item}: another name or department is another "
    "claim. Add it, and remove this one.",
    status=409,
)
ITEM_CHANGED: Final = ErrorKind(
    "item-changed",
    "The data item {item} does not meet what the request demands ({demanded}): its version is "
    "{current}, somebody changed it meanwhile. Nothing was written: read it again, and send your "
    "change anew.",
    status=412,
)
CATALOG_CHANGED: Final = ErrorKind(
    "source-catalog-changed",
    "The source catalogue was changed since the differences were shown: its state is {current}, "
    "not {expected}. Nothing was written: go back, look at the differences again (the preview of "
    "the same table), then apply them.",
    status=412,
)
NO_FILE: Final = ErrorKind(
    "no-file",
    "The form has no file, or an empty one. Choose a table (CSV, XLSX, XLS, ODS) and send it "
    "again.",
    status=400,
)
