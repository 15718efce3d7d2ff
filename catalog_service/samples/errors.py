"""Kinds of errors of samples."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

NOT_CONDITIONAL: Final = ErrorKind(
    "sample-not-conditional",
    "A sample set belongs to a conditional dataset (R20), and this one is not. Open the data "
    "itself, or correct its open type.",
    status=409,
)
UNKNOWN_COLUMN: Final = ErrorKind(
    "sample-column",
    "The file has no column {column!r}; it has: {known}. Name columns as its first row does.",
    status=422,
)
PERSONAL_HEADER: Final = ErrorKind(
    "sample-header",
    "The first row of the file is no header: {reason}. Put the names of the columns into its "
    "first row, each once.",
    status=422,
)
TOO_MANY_GROUPS: Final = ErrorKind(
    "sample-groups",
    "The columns {columns} have more than {limit} different values together. Name columns that "
    "have fewer.",
    status=422,
)
TOO_LARGE: Final = ErrorKind(
    "sample-too-large",
    "A sample has {least} to {limit} rows, and {size} were asked for. Ask for fewer or more.",
    status=422,
)
TOO_MANY_COLUMNS: Final = ErrorKind(
    "sample-columns",
    "The file has {columns} columns, over the limit of {limit}. Leave out those that are not "
    "needed, and check which character separates them.",
    status=422,
)
NO_ROWS: Final = ErrorKind(
    "sample-empty",
    "No row is left to draw: the file has {rows}, and groups of fewer than {smallest} are left "
    "out. Name columns with fewer values, or give the whole file.",
    status=422,
)
UNKNOWN_SAMPLE: Final = ErrorKind(
    "unknown-sample",
    "There is no sample {number}, or none that you may see. /samples shows those that were "
    "released.",
    status=404,
)
SAMPLE_WITHDRAWN: Final = ErrorKind(
    "sample-withdrawn",
    "The sample {number} was withdrawn, and its file is served no longer. /samples shows those "
    "that are released.",
    status=410,
)
NOT_SERVED: Final = ErrorKind(
    "sample-not-served",
    "The sample {number} is not served now: its dataset is not public and open on conditions, or "
    "its own record ended. /samples shows those that are served.",
    status=410,
)
SAMPLE_STEP: Final = ErrorKind(
    "sample-step",
    "The sample {number} stands otherwise by now ({state}): this cannot be done with it. Look at "
    "it again.",
    status=409,
)
NEEDS_ANOTHER: Final = ErrorKind(
    "sample-needs-another",
    "Whoever drew a sample, or asked for its release, does not release it. Ask another who may "
    "release datasets (docs/roles.md).",
    status=403,
)
NO_SMALLEST_GROUP: Final = ErrorKind(
    "sample-without-smallest-group",
    "No text says how many rows a group must have to be shown, and nobody has set it here. The "
    "operator sets ATLAS_SAMPLE_SMALLEST_GROUP (docs/samples.md); then draw the sample again.",
    status=409,
)
OTHER_SMALLEST_GROUP: Final = ErrorKind(
    "sample-other-smallest-group",
    "The sample was drawn with groups of at least {drawn} rows, and ATLAS_SAMPLE_SMALLEST_GROUP "
    "is {needed} now. Draw it again.",
    status=409,
)
NO_GROUPS: Final = ErrorKind(
    "sample-without-groups",
    "No column is named that makes groups, so that no small group was left out. Draw the sample "
    "again, and name all columns by which somebody could be found together.",
    status=409,
)
NO_LARGEST_SHARE: Final = ErrorKind(
    "sample-without-largest-share",
    "No text says how large a share of the whole a sample may have, and nobody has set it here. "
    "The operator sets ATLAS_SAMPLE_LARGEST_SHARE (docs/samples.md).",
    status=409,
)
OVER_SHARE: Final = ErrorKind(
    "sample-over-share",
    "A sample of {rows} rows is too large a part of {whole}: ATLAS_SAMPLE_LARGEST_SHARE admits "
    "{most}, and no sample has fewer than {least}. Draw fewer rows, or from more data.",
    status=422,
)
OTHER_SEED: Final = ErrorKind(
    "sample-other-seed",
    "The sample {number} of the same dataset or file was released under the seed {seed!r}. Under "
    "another seed both together would tell more of it than a sample may: draw under that seed.",
    status=409,
)
OVER_SHARE_TOGETHER: Final = ErrorKind(
    "sample-over-share-together",
    "With what was released of the same dataset before, this sample could tell {rows} of {whole} "
    "rows, and ATLAS_SAMPLE_LARGEST_SHARE admits {most}. Draw from the same file by the columns "
    "and the smallest group of sample {number}, so that the larger sample holds the smaller one; "
    "of a file that has changed all rows count as new: draw fewer.",
    status=409,
)
DATASET_ENDED: Final = ErrorKind(
    "sample-dataset-ended",
    "Since the sample {number} was drawn its dataset {what}, and a sample ends with its dataset: "
    "it is not released. Discard it with this as the reason; should the dataset be open on "
    "conditions again, draw a new one.",
    status=409,
)
DATASET_CHANGED: Final = ErrorKind(
    "sample-dataset-changed",
    "The description of the dataset changed while the sample {number} was being released, and the "
    "sample's record would have told what was said before. Look at the dataset again, then "
    "release the sample once more.",
    status=409,
)
RECORD_HELD: Final = ErrorKind(
    "sample-record-held",
    "The record of sample {number} waits in the source {source}, whose gate holds it back: "
    "{rules}. Mend what the rules find or let it through, then release the sample again.",
    status=409,
)
NO_TABLE: Final = ErrorKind(
    "sample-no-table",
    "No file was sent. Choose a table, CSV or workbook, of at most {limit} MiB; larger ones are "
    "drawn from by `atlas sample draw`.",
    status=422,
)
DRAWING_STOPPED: Final = ErrorKind(
    "sample-stopped",
    "Drawing took more than {seconds} seconds or {megabytes} MiB of memory and was stopped; "
    "nothing was kept. Ask for fewer rows, name columns with fewer values, or have it drawn by "
    "`atlas sample draw`.",
    status=413,
)
DRAWING_BUSY: Final = ErrorKind(
    "sample-busy",
    "Others are drawing samples just now. Try again in a minute.",
    status=503,
)
REASON_MISSING: Final = ErrorKind(
    "sample-reason",
    "To withdraw or discard a sample needs a reason. Say why, in a sentence.",
    status=422,
)
FILE_LOST: Final = ErrorKind(
    "sample-file",
    "The file of sample {number} is not in the store, or is not what was drawn. Restore the "
    "folder files of the data folder, or withdraw the sample and draw it again.",
    status=503,
)
