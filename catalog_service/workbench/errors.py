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
UNKNOWN_FEED: Final = ErrorKind(
    "unknown-feed",
    "There is no calendar at this address: it was revoked, or never made. Make a new one on the "
    "calendar of the workbench.",
    status=404,
)
TOO_MANY_FEEDS: Final = ErrorKind(
    "too-many-feeds",
    "There are {most} addresses of this calendar already. End one that is not used any more.",
    status=409,
)
FOR_PEOPLE: Final = ErrorKind(
    "for-people",
    "This belongs to a person, and a token is none. Sign in.",
    status=403,
)
