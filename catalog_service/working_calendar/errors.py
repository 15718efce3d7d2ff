"""Errors of the calendar of working days."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

DAY_REASON: Final = ErrorKind(
    "working-day-reason",
    "Setting whether a day is a working day needs a reason. Say why, in a sentence.",
    status=422,
)
