"""Kinds of errors of OAI-PMH, each with the protocol's own code (section 3.6)."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

BAD_VERB: Final = ErrorKind(
    "oai-bad-verb",
    "The verb {value!r} is none of this protocol, or it is missing or repeated. Ask with one of "
    "these: {known}.",
    status=400,
)
BAD_ARGUMENT: Final = ErrorKind(
    "oai-bad-argument",
    "The argument {name} is missing, repeated or not valid here ({value!r}). See the protocol's "
    "description of the verb; dates are YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.",
    status=400,
)
BAD_TOKEN: Final = ErrorKind(
    "oai-bad-token",
    "The resumption token is not of this repository. Begin the list anew.",
    status=400,
)
NO_FORMAT: Final = ErrorKind(
    "oai-no-format",
    "There is no metadata format {value!r}. Ask for one of these: {known}.",
    status=400,
)
UNKNOWN_IDENTIFIER: Final = ErrorKind(
    "oai-unknown-identifier",
    "There is no record {value!r} here. Take identifiers from ListIdentifiers.",
    status=404,
)
NOTHING_FOUND: Final = ErrorKind(
    "oai-nothing-found",
    "No record fits the dates and the set that were asked for. Ask for a longer time, or without a "
    "set.",
    status=404,
)
GONE: Final = ErrorKind(
    "oai-gone",
    "The record {value!r} was taken down, so that it is in no format any more. Take it out.",
    status=404,
)
STILL_LOOKING: Final = ErrorKind(
    "oai-still-looking",
    "The records of this set are far apart, and none was found yet. Ask the same again in "
    "{retry_after} s: the search goes on where it ended.",
    status=503,
)
NO_SETS: Final = ErrorKind(
    "oai-no-sets",
    "There are no records here yet, and so no sets. Ask again when the catalogue has been filled.",
    status=404,
)

CODES: Final = {
    BAD_VERB: "badVerb",
    BAD_ARGUMENT: "badArgument",
    BAD_TOKEN: "badResumptionToken",
    NO_FORMAT: "cannotDisseminateFormat",
    UNKNOWN_IDENTIFIER: "idDoesNotExist",
    NOTHING_FOUND: "noRecordsMatch",
    GONE: "noMetadataFormats",
    NO_SETS: "noSetHierarchy",
}
"""The protocol's code of each kind; what else goes wrong is an error of HTTP."""
