"""Kinds of errors of results."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_RESULT: Final = ErrorKind(
    "unknown-result",
    "There is no result {name}. /results shows all that are shown.",
    status=404,
)
RESULT_GONE: Final = ErrorKind(
    "result-gone",
    "The result {name} is shown no longer: its maker took it back, or it was taken down. /results "
    "shows those that are shown.",
    status=410,
)
NO_PUBLIC_DATASET: Final = ErrorKind(
    "result-without-dataset",
    "None of the datasets of the result {name} is public any more, and a result is shown with the "
    "data that it was made of. Ask its maker for another, or refuse it.",
    status=409,
)
NO_FORM: Final = ErrorKind(
    "result-without-form",
    "The result {name} has no form, so that there is nothing to show. Refuse it, and ask its maker "
    "to submit it anew.",
    status=409,
)
UNKNOWN_AWARD: Final = ErrorKind(
    "unknown-award",
    "There is no such distinction. Choose one of: {known}.",
    status=422,
)
NO_CRITERIA: Final = ErrorKind(
    "award-without-criteria",
    "No criteria are in force for “{award}”, and a distinction is given by what everybody can "
    "read. Keep criteria first, from today or an earlier day on.",
    status=409,
)
AWARD_OWN: Final = ErrorKind(
    "award-own-result",
    "The result is your own: nobody distinguishes what they made themselves. Ask a colleague of "
    "the city office.",
    status=403,
)
AWARD_AS_IT_IS: Final = ErrorKind(
    "award-as-it-is",
    "For {year} the result {name} stands with “{award}” as you would have it already. Look at the "
    "list again.",
    status=409,
)
PICTURE_WRONG: Final = ErrorKind(
    "picture-wrong",
    "The file is no whole picture in PNG, JPEG or WebP. Save the screenshot in one of these, and "
    "choose it again.",
    status=422,
)
PICTURE_TOO_LARGE: Final = ErrorKind(
    "picture-too-large",
    "The picture is larger than {mebibytes} MiB or {pixels:,} pixels. Make it smaller, and choose "
    "it again.",
    status=422,
)
