"""What goes wrong with drafts."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_DRAFT: Final = ErrorKind(
    "unknown-draft",
    "There is no draft {draft!r}, or none that you may see. /workbench/datasets lists yours.",
    status=404,
)
DRAFT_CLOSED: Final = ErrorKind(
    "draft-closed",
    "The draft {draft} is closed ({state}), and is not written any more. Begin another one from "
    "the dataset at /workbench/datasets.",
    status=409,
)
DRAFT_WAITS: Final = ErrorKind(
    "draft-waits",
    "The draft {draft} waits for its release and is not written meanwhile. Take it back first, or "
    "wait until it is released or returned.",
    status=409,
)
DRAFT_CHANGED: Final = ErrorKind(
    "draft-changed",
    "The draft {draft} is at version {current}, not {expected}: somebody saved it meanwhile, and "
    "the version that you began from is not kept any more. Nothing was written: open it again, and "
    "enter your change anew.",
    status=412,
)
DRAFT_STATE: Final = ErrorKind(
    "draft-state",
    "The draft {draft} stands at “{state}”: this step is not for it. Open it again to see what is.",
    status=409,
)
DRAFT_VIOLATES: Final = ErrorKind(
    "draft-violates",
    "The draft offends rules that the gate enforces: {rules}. Mend what stands beside the fields, "
    "then submit it again.",
    status=422,
)
DATASET_CHANGED: Final = ErrorKind(
    "dataset-changed",
    "The dataset {remote_id} has changed since this draft began. Nothing was submitted: take its "
    "present version in, look at what changed, and submit again.",
    status=412,
)
NOT_MAINTAINED_HERE: Final = ErrorKind(
    "not-maintained-here",
    "The dataset {remote_id} is maintained in the source {title} ({source}) and taken over from "
    "there: what is written here would be lost. Change it there.",
    status=409,
)
OTHERS_RELEASE: Final = ErrorKind(
    "others-release",
    "Who wrote or submitted a draft does not release it where four eyes are demanded. Ask "
    "another who may: the draft’s page names those of your organization and of the offices above.",
    status=403,
)
FORM_INCOMPLETE: Final = ErrorKind(
    "form-incomplete",
    "The form arrived without its end, so that fields may be missing. Nothing was written: load "
    "the page again and send it once more.",
    status=400,
)
UNKNOWN_IMPORT: Final = ErrorKind(
    "unknown-import",
    "There is no workbook {upload!r}, or none that you may see: workbooks are forgotten after "
    "{days} days. Send it again at /workbench/datasets/import.",
    status=404,
)
NO_WORKBOOK_SENT: Final = ErrorKind(
    "no-workbook-sent",
    "No file came with the form. Choose the workbook and send it again.",
    status=422,
)
NO_DATASET_HEADINGS: Final = ErrorKind(
    "no-dataset-headings",
    "No sheet of {file} has headings of datasets in its first {searched} rows: a title or an "
    "identifier, and one more that is known. Begin from the template, or name the columns as it "
    "does.",
    status=422,
)
WORKBOOK_TOO_LONG: Final = ErrorKind(
    "workbook-too-long",
    "{file} has {count:,} rows, and at most {limit:,} are taken at once. Send it in parts.",
    status=413,
)
WORKBOOK_TOO_WIDE: Final = ErrorKind(
    "workbook-too-wide",
    "Sheet {sheet} of {file} has {count:,} columns, and at most {limit:,} are taken. Delete those "
    "that say nothing of datasets, and stray cells far from the table.",
    status=413,
)
CELL_TOO_LONG: Final = ErrorKind(
    "cell-too-long",
    "Cell {cell} of sheet {sheet} holds {count:,} characters, and spreadsheet programs keep at "
    "most {limit:,} in one. Shorten it and send the workbook again.",
    status=413,
)
CELL_NOT_UNDERSTOOD: Final = ErrorKind(
    "cell-not-understood",
    "Cell {cell}, {value!r}: {expected}. Mend it in the workbook and send that again.",
    status=422,
)
ROW_AMBIGUOUS: Final = ErrorKind(
    "row-ambiguous",
    "Row {row}: {count} datasets have the title {title!r}. Say which one is meant in the column of "
    "identifiers.",
    status=422,
)
ROW_REPEATED: Final = ErrorKind(
    "row-repeated",
    "Row {row} is of the same dataset as row {other}. Keep one of the two.",
    status=422,
)
ROW_WITHOUT_TITLE: Final = ErrorKind(
    "row-without-title",
    "Row {row} is of no dataset that is known, and has no title. Give it one.",
    status=422,
)
ROW_VERSION_UNKNOWN: Final = ErrorKind(
    "row-version-unknown",
    "Row {row}: the dataset has had no version {version!r}. Copy the cell from a new download, or "
    "empty it: then the row is compared with what stands now.",
    status=422,
)
PART_WITHOUT_DATASET: Final = ErrorKind(
    "part-without-dataset",
    "Sheet {sheet}, row {row}: it names no dataset of the sheet of datasets. Write the identifier "
    "or the title of one there.",
    status=422,
)
ROW_UNDECIDED: Final = ErrorKind(
    "row-undecided",
    "Row {row}: nothing was written for it. Choose for each property that was changed here and "
    "elsewhere.",
    status=409,
)
ROW_CHANGED: Final = ErrorKind(
    "row-changed",
    "Row {row}: what stands now has changed since this page was made, and nothing was written for "
    "it. Look at it again.",
    status=409,
)
