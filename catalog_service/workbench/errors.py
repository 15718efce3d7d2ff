"""What goes wrong at the workbench."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

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
