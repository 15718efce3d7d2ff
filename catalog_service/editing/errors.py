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
    "The draft {draft} is {state} and is not written any more. Begin another one from the dataset "
    "at /workbench/datasets.",
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
    "The draft {draft} is {state}: this step is not for it. Open it again to see what is.",
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
    "Who wrote or submitted a draft does not release it where four eyes are demanded. Ask a "
    "reviewer of your organization.",
    status=403,
)
FORM_INCOMPLETE: Final = ErrorKind(
    "form-incomplete",
    "The form arrived without its end, so that fields may be missing. Nothing was written: load "
    "the page again and send it once more.",
    status=400,
)
