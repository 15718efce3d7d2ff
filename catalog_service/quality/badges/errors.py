"""Kinds of errors of the badge."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

CRITERIA_HEADINGS: Final = ErrorKind(
    "criteria-headings",
    "The first row does not have the headings {needed}. Name the columns as in docs/quality.md.",
    status=422,
)
CRITERION_INVALID: Final = ErrorKind(
    "criterion-invalid",
    "Criterion {code!r} cannot be used: {what} is {value!r}, expected: {expected}. Correct it, "
    "and send the table again.",
    status=422,
)
CRITERIA_PAST: Final = ErrorKind(
    "criteria-past",
    "A table of criteria cannot count from {day} on: what was decided by then stays. Let it count "
    "from today on, or later.",
    status=422,
)
BADGES_BUSY: Final = ErrorKind(
    "badges-busy",
    "Other processes decide badges at the same time, again and again. What they decided is kept; "
    "see that one worker alone runs, or measure again in a minute.",
    status=503,
)
