"""Kinds of errors of cases."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_CASE: Final = ErrorKind(
    "unknown-case",
    "There is no case {name}, or none that you may see. /cases shows those that you brought up.",
    status=404,
)
CASE_STEP: Final = ErrorKind(
    "case-step",
    "The case {name} stands otherwise by now ({state}): this cannot be done with it. Look at it "
    "again.",
    status=409,
)
CASE_TOO_OFTEN: Final = ErrorKind(
    "case-too-often",
    "“{step}” was done with the case {name} as often as it may be. Who disagrees writes to the "
    "city office.",
    status=409,
)
CASE_NEEDS_ANOTHER: Final = ErrorKind(
    "case-needs-another",
    "You have handled the case {name} yourself: whether its answer holds, another decides. Ask a "
    "colleague who may sort cases.",
    status=403,
)
TEXT_NEEDED: Final = ErrorKind(
    "case-text-needed",
    "“{step}” needs a text that says what, or why. Write it; it is shown to whom the case needs, "
    "and never to the public.",
    status=422,
)
TEXT_TOO_LONG: Final = ErrorKind(
    "case-text-too-long",
    "The text has {length} characters, and {limit} are kept. Shorten it.",
    status=422,
)
FIELD_NEEDED: Final = ErrorKind(
    "case-field-needed",
    "“{step}” needs the field “{field}”. Fill it in.",
    status=422,
)
FIELD_WRONG: Final = ErrorKind(
    "case-field-wrong",
    # What was typed is not repeated: it may be somebody's name, and errors reach logs.
    "The field “{field}” cannot be what was given: fill it in as it is wanted. {expected}",
    status=422,
)
PUBLIC_PERSONAL: Final = ErrorKind(
    "case-field-personal",
    "Everybody reads “{field}”, and it seems to hold what identifies a person: {found}. Say what "
    "it is about without naming anybody.",
    status=422,
)
CASE_LOOP: Final = ErrorKind(
    "case-loop",
    "{organization} has had the case {name} already and passed it on. Answer it, or ask the city "
    "office to assign it.",
    status=409,
)
NOT_CORRECTED: Final = ErrorKind(
    "case-not-corrected",
    "An objection is corrected once both sides are: the data of the source and the opened data, "
    "each with its day and version (R22). Missing: {missing}.",
    status=409,
)
CASE_OVER: Final = ErrorKind(
    "case-over",
    "The case {name} has ended, so that nobody can follow it any more. Bring up a new one.",
    status=409,
)
CASE_NOT_OVER: Final = ErrorKind(
    "case-not-over",
    "The case {name} has not ended: what was written in it is still needed. Take it back first, or "
    "wait for its end.",
    status=409,
)
TOO_MANY_CASES: Final = ErrorKind(
    "too-many-cases",
    "You have {open} cases that are still open, and {limit} is the limit of one person. Wait for "
    "an answer, or take one back.",
    status=429,
)
