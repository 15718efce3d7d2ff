"""What goes wrong with reports."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

BAD_PERIOD: Final = ErrorKind(
    "bad-period",
    "{period} is no month, quarter or year. Write 2026-11, 2026-Q4 or 2026.",
    status=404,
)
NO_REPORT: Final = ErrorKind(
    "no-report",
    "Nothing was measured in {period} up to {day}. Choose a later day or another period: "
    "/reports lists those that were measured.",
    status=404,
)
NOT_REPORTED: Final = ErrorKind(
    "not-reported",
    "{organization} was not known on {day}: it neither published anything nor was in the "
    "vocabulary of organizations. Choose another day or organization.",
    status=404,
)
