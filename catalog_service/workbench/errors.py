"""What goes wrong at the workbench."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

NEEDS_SECRECY_REVIEW: Final = ErrorKind(
    "needs-secrecy-review",
    "The open type of {remote_id} may mean 非开放: letting this version through is a review of "
    "secrecy. Ask somebody with that right, such as a reviewer of the department (docs/roles.md).",
    status=403,
)
CANNOT_UNDO: Final = ErrorKind(
    "cannot-undo",
    "The release of {remote_id} cannot be taken back: it is not the last change of the record. "
    "Look at the record's history, and mend the record at its source.",
    status=409,
)
