"""Kinds of errors of classification."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

TABLE_HEADINGS: Final = ErrorKind(
    "classification-headings",
    "No row among the first {searched} has the headings {needed}. Name the columns as in "
    "docs/classification.md.",
    status=422,
)
ROW_INVALID: Final = ErrorKind(
    "classification-row",
    "Row {row} cannot be used: {what} is {value!r}. Mend the table, and import it again.",
    status=422,
)
UNKNOWN_LEVEL: Final = ErrorKind(
    "unknown-level",
    "The table of the guide that is in force has no level {level!r}; it has: {known}. Choose one "
    "of them, or import the guide's table.",
    status=404,
)
UNKNOWN_TEMPLATE: Final = ErrorKind(
    "unknown-template",
    "There is no template {key!r} of this kind in force. /classification shows those that there "
    "are.",
    status=404,
)
FIELDS_UNKNOWN: Final = ErrorKind(
    "agreement-fields",
    "The text of the agreement has fields that nothing fills: {fields}. Known are: {known}. "
    "Correct them, or write blanks (____) for what is filled by hand.",
    status=422,
)
CLASS_REASON: Final = ErrorKind(
    "classification-reason",
    "A class, a review and an opinion need a reason. Say why, in a sentence.",
    status=422,
)
DAY_TOO_LATE: Final = ErrorKind(
    "classification-day",
    "{day} has not come yet. A review, an opinion and a filing are entered once they have been.",
    status=422,
)
UNKNOWN_REVIEW: Final = ErrorKind(
    "unknown-review",
    "No review {number} waits for a confirmation. Look at the dataset's reviews on the workbench.",
    status=404,
)
REVIEW_NEEDS_ANOTHER: Final = ErrorKind(
    "review-needs-another",
    "Whoever entered a review does not confirm it. Ask another who may review secrecy "
    "(docs/roles.md).",
    status=403,
)
NO_CLASS: Final = ErrorKind(
    "dataset-without-agreement",
    "The dataset has no class whose agreement could be filed. Classify it first, with one.",
    status=409,
)
