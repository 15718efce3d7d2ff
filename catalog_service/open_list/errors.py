"""What goes wrong with open lists."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_LIST: Final = ErrorKind(
    "unknown-open-list",
    "There is no open list of {organization} for {year}. Begin one with atlas open-list draft, or "
    "on the workbench.",
    status=404,
)
LIST_THERE: Final = ErrorKind(
    "open-list-there",
    "The open list of {organization} for {year} has been begun already. Go on with it.",
    status=409,
)
LIST_STEP: Final = ErrorKind(
    "open-list-step",
    "The step {step} does not lead on from the state {state}. Possible now: {possible}.",
    status=409,
)
LIST_REASON: Final = ErrorKind(
    "open-list-reason", "The step {step} needs a reason. Say why, in a sentence.", status=422
)
LIST_NEEDS_ANOTHER: Final = ErrorKind(
    "open-list-needs-another",
    "The step {step} is taken by somebody else than who wrote or filed the list. Ask another who "
    "may take it (docs/roles.md).",
    status=403,
)
LIST_VIOLATIONS: Final = ErrorKind(
    "open-list-violations",
    "The check finds {number} violations in the list, the first: {first}. Mend them, and check the "
    "list again.",
    status=422,
)
LIST_CHANGED: Final = ErrorKind(
    "open-list-changed",
    "Item {key} of the list was changed meanwhile. Look at the list as it stands, and make the "
    "change again.",
    status=409,
)
LIST_ITEM: Final = ErrorKind(
    "unknown-open-list-item", "The list has no item {key}. Choose one of its items.", status=404
)
LIST_EMPTY: Final = ErrorKind(
    "open-list-empty",
    "Nothing was found for an open list of {organization}: no open dataset of it is in the "
    "catalogue. Begin from a workbook or from last year's list.",
    status=422,
)
LIST_ANNOUNCED: Final = ErrorKind(
    "open-list-not-announced",
    "The amendment restricts or withdraws what was open, and must be announced: it takes effect on "
    "{first} at the earliest. Choose that day or a later one.",
    status=422,
)
NOT_EVALUATED: Final = ErrorKind(
    "open-list-not-evaluated",
    "{number} items of the list have no decision yet. Decide on each, and end the evaluation then.",
    status=409,
)
NO_PUBLIC_LIST: Final = ErrorKind(
    "no-public-open-list",
    "No open list of {organization} for {year} is public. See which lists of that year are.",
    status=404,
)
