"""Kinds of errors of single datasets and their versions."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

DATASET_NOT_FOUND: Final = ErrorKind(
    "dataset-not-found",
    "The catalogue has no public dataset {name!r}. Check source and identifier, or search its "
    "name.",
    status=404,
)
DATASET_WITHDRAWN: Final = ErrorKind(
    "dataset-withdrawn",
    "Dataset {name!r} was withdrawn on {day}. Earlier versions can be read with ?at=TIME.",
    status=410,
)
NO_HELD_VERSION: Final = ErrorKind(
    "no-held-version",
    "No version of dataset {name!r} waits. See /api/v1/sources/…/records?waiting=true for those "
    "that do.",
    status=404,
)
NOT_YET: Final = ErrorKind(
    "no-version-then",
    "Dataset {name!r} had no public version at {time}. Choose a later time; see its history.",
    status=404,
)
TIMES_AHEAD: Final = ErrorKind(
    "times-ahead",
    "Dataset {name!r} had no public version at {time}; but the clock was ahead when its changes "
    "were written, and they are dated up to {until}: there may have been one. Ask with "
    "?at={until}, or without at for the version of now.",
    status=404,
)
PREVIEW_BUSY: Final = ErrorKind(
    "preview-busy",
    "The first rows of other files are being fetched just now. Try again in a few seconds.",
    status=503,
)
PREVIEW_FAILED: Final = ErrorKind(
    "preview-failed",
    "The first rows could not be had from the publisher ({reason}). Go to the file itself, from "
    "the dataset's page; it is tried again after ten minutes.",
    status=502,
)
PROFILE_UNKNOWN: Final = ErrorKind(
    "profile-unknown",
    "There is no profile {name!r}. Available: {known}.",
    status=400,
)
PROFILE_NOT_AVAILABLE: Final = ErrorKind(
    "profile-not-available",
    "Dataset {name!r} cannot be described in the profile {profile}: the record does not say what "
    "it is about (GeoDCAT-AP needs a place, Croissant data items). Ask for another profile.",
    status=406,
)
NO_TIME_MACHINE: Final = ErrorKind(
    "no-time-machine",
    "Earlier versions are kept of datasets only. Put the address of one behind it, as in "
    "/timegate/dataset/SOURCE/IDENTIFIER.",
    status=404,
)
ACCEPT_DATETIME_INVALID: Final = ErrorKind(
    "accept-datetime-invalid",
    "Accept-Datetime {value!r} is no HTTP date. Write it such as 'Tue, 01 Sep 2026 04:00:00 GMT'.",
    status=400,
)
