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
    "The step “{step}” does not lead on from the state “{state}”. Possible now: {possible}.",
    status=409,
)
LIST_REASON: Final = ErrorKind(
    "open-list-reason", "The step “{step}” needs a reason. Say why, in a sentence.", status=422
)
LIST_REASON_CODE: Final = ErrorKind(
    "open-list-reason-code",
    "The reason “{code}” does not explain this change ({kinds}). Choose one of: {possible}.",
    status=422,
)
LIST_NEEDS_ANOTHER: Final = ErrorKind(
    "open-list-needs-another",
    "The step “{step}” is taken by somebody else than who wrote, filed or accepted the list. Ask "
    "another who may take it (docs/roles.md).",
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
LIST_SEEN: Final = ErrorKind(
    "open-list-seen",
    "The list was changed since it was looked at, and nothing was done. Look at what changed, and "
    "decide again.",
    status=409,
)
LIST_FIELDS: Final = ErrorKind(
    "open-list-fields",
    "Somebody changed {number} of the same fields meanwhile, and nothing was written. What stands "
    "now is told at each of them: what is sent next takes its place.",
    status=409,
)
LIST_YEAR: Final = ErrorKind(
    "open-list-year",
    "Lists are begun for {first} or {next}, and not for {year}. Choose one of them; lists of other "
    "years are taken in by whoever runs the machine, with atlas open-list draft.",
    status=422,
)
LIST_FILED: Final = ErrorKind(
    "open-list-filed",
    "The list was filed under number {number}, and is not given up any more. Mend it and file it "
    "again, or amend it once it is published.",
    status=409,
)
LIST_AMENDMENT_WAITS: Final = ErrorKind(
    "open-list-amendment-waits",
    "An amendment of the list waits. Have it released, or take its items out of it, and go on "
    "then.",
    status=409,
)
LIST_ITEM: Final = ErrorKind(
    "unknown-open-list-item", "The list has no item {key}. Choose one of its items.", status=404
)
LIST_NOT_TO_ADD: Final = ErrorKind(
    "open-list-not-to-add",
    "The dataset {key} cannot be taken into the list: it is not public, not open, not the "
    "organization's, or on the list already. Look again at what is not on it.",
    status=409,
)
LIST_FIELD_LONG: Final = ErrorKind(
    "open-list-field-too-long",
    "{field} would have {count:,} characters, and a field of a list has at most {limit:,}. "
    "Shorten it.",
    status=422,
)
LIST_EMPTY: Final = ErrorKind(
    "open-list-empty",
    "Nothing was found for an open list of {organization}: no open dataset of it is in the "
    "catalogue. Begin from a workbook or from last year's list.",
    status=422,
)
LIST_ROWS: Final = ErrorKind(
    "open-list-rows",
    "{count} rows of the file cannot be taken in, and no list was begun. Mend all of them, and "
    "send the file again:{faults}",
    status=422,
)
LIST_ANNOUNCED: Final = ErrorKind(
    "open-list-not-announced",
    "The amendment restricts or withdraws what was open, and must be announced: it takes effect on "
    "{first} at the earliest. Choose that day or a later one.",
    status=422,
)
LIST_NOT_FILED: Final = ErrorKind(
    "open-list-not-filed",
    "The list was not filed yet: there is nothing filed that it could be compared with. Compare it "
    "with the catalogue, or with another year.",
    status=409,
)
LIST_NOTHING_TO_FILL: Final = ErrorKind(
    "open-list-nothing-to-fill",
    "The catalogue says nothing that the list leaves empty. Complete the datasets where they are "
    "described, or the list by a workbook.",
    status=409,
)
NOT_EVALUATED: Final = ErrorKind(
    "open-list-not-evaluated",
    "{number} items of the list have no decision yet. Decide on each, and end the evaluation then.",
    status=409,
)
OPEN_ALREADY: Final = ErrorKind(
    "open-list-open-already",
    "{title} is open without conditions already, and cannot be opened further. Take it out, or "
    "decide otherwise about it.",
    status=422,
)
NO_LIST_VERSION: Final = ErrorKind(
    "no-open-list-version",
    "This open list has no version {number}. Versions: {known}.",
    status=404,
)
NO_PUBLIC_LIST: Final = ErrorKind(
    "no-public-open-list",
    "No open list of {organization} for {year} is public. See which lists of that year are.",
    status=404,
)

NO_LIST_WORKBOOK: Final = ErrorKind(
    "no-open-list-workbook",
    "No file came with the form. Choose the workbook and send it again.",
    status=422,
)
UNKNOWN_LIST_WORKBOOK: Final = ErrorKind(
    "unknown-open-list-workbook",
    "There is no workbook {upload!r}, or none that you may see: workbooks are forgotten after "
    "{days} days. Send it again from the page of the list.",
    status=404,
)
LIST_WORKBOOK_HEADINGS: Final = ErrorKind(
    "open-list-workbook-headings",
    "No sheet of {file} has the headings of an open list in its first {searched} rows: the name of "
    "the dataset, and one more. Download the list as a workbook, and edit that.",
    status=422,
)
LIST_WORKBOOK_LONG: Final = ErrorKind(
    "open-list-workbook-long",
    "{file} has {count:,} rows, and a list has at most {limit:,}. Delete the rows that are none of "
    "its items.",
    status=413,
)
LIST_WORKBOOK_OTHER: Final = ErrorKind(
    "open-list-workbook-other",
    "{file} was made from another list: {organization}, {year}. Send it from the page of that "
    "list.",
    status=409,
)
LIST_ROW_KEY: Final = ErrorKind(
    "open-list-row-key",
    "Row {row}: the list from which the workbook was made has no item {key!r}. Take the cell from "
    "a new download, or empty it for a new item.",
    status=422,
)
LIST_ROW_REPEATED: Final = ErrorKind(
    "open-list-row-repeated",
    "Row {row} is of the same item as row {other}. Delete one of the two, or empty its last column "
    "for a new item.",
    status=422,
)
LIST_ROW_AMBIGUOUS: Final = ErrorKind(
    "open-list-row-ambiguous",
    "Row {row}: {count} items are called {title!r}. Download the list as a workbook, which tells "
    "them apart, and edit that.",
    status=422,
)
LIST_ROW_TITLE: Final = ErrorKind(
    "open-list-row-title",
    "Row {row} has no name of a dataset. Give it one, or delete the row.",
    status=422,
)
LIST_CELL_FORMULA: Final = ErrorKind(
    "open-list-cell-formula",
    "Cell {cell} shows an error or holds a formula without a result ({shown}). Write the value "
    "itself there.",
    status=422,
)
LIST_CELL_DATE: Final = ErrorKind(
    "open-list-cell-date",
    "Cell {cell} holds a date ({shown}) where the list has a text. Format the cell as text, and "
    "write what is meant.",
    status=422,
)
LIST_CELL_MERGED: Final = ErrorKind(
    "open-list-cell-merged",
    "The cells {cells} are merged, so that only the first of them says something. Take them apart "
    "again, and fill in each.",
    status=422,
)
LIST_CELL_TOO_LONG: Final = ErrorKind(
    "open-list-cell-too-long",
    "Cell {cell} holds {count:,} characters, and spreadsheet programs keep at most {limit:,} in "
    "one. Shorten it.",
    status=422,
)
LIST_CELL_OPEN_TYPE: Final = ErrorKind(
    "open-list-cell-open-type",
    "Cell {cell}: {shown!r} is no open type. Choose one of {known}.",
    status=422,
)
LIST_ROW_UNDECIDED: Final = ErrorKind(
    "open-list-row-undecided",
    "{title}: it was changed here and elsewhere, and nothing was written. Choose for each cell "
    "whose change is to stand.",
    status=409,
)
LIST_ROW_CHANGED: Final = ErrorKind(
    "open-list-row-changed",
    "The item {title} was changed since this page was made, and nothing was written. Look at it "
    "again.",
    status=409,
)
PROJECT_INCOMPLETE: Final = ErrorKind(
    "project-incomplete",
    "A pilot project has a name of at most {longest} characters, a text or decision of at most "
    "{article}, a period that does not end before it begins, a state, and at most {most} datasets "
    "of the public catalogue (not there: {unknown}); what is taken off is there, and needs a "
    "reason. Complete what is given.",
    status=422,
)
SYSTEM_INCOMPLETE: Final = ErrorKind(
    "system-incomplete",
    "A system has a name of at most {longest} characters, the day on which its building began, and "
    "a plan of at most {plan} characters, if there is one; what is withdrawn is there, and needs a "
    "reason. Complete what is given.",
    status=422,
)
