"""Kinds of errors of CKAN's read API."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

ACTION_UNKNOWN: Final = ErrorKind(
    "ckan-action-unknown",
    "There is no action {name!r} here. Ask one of these: {known}.",
    status=400,
)
BODY_INVALID: Final = ErrorKind(
    "ckan-body-invalid",
    "The parameters of the action cannot be read. Send a JSON object or a form.",
    status=400,
)
FILTER_INVALID: Final = ErrorKind(
    "ckan-filter-invalid",
    "The filter {value!r} is not understood. Write field:value, field:(one OR another) or "
    "-field:value, with one of the fields {known}.",
    status=409,
)
SORT_INVALID: Final = ErrorKind(
    "ckan-sort-invalid",
    "The order {value!r} is not kept. Ask for one of these: {known}.",
    status=409,
)
START_TOO_FAR: Final = ErrorKind(
    "ckan-start-too-far",
    "Results by relevance can be read up to number {limit}. Sort by metadata_modified desc, or "
    "narrow the search.",
    status=409,
)
NAME_NEEDED: Final = ErrorKind(
    "ckan-name-needed",
    "The parameter {name} is missing. Give the identifier or the name of what is to be shown.",
    status=409,
)
NOT_FOUND: Final = ErrorKind(
    "ckan-not-found",
    "{name!r} is not found. Take identifiers from the lists of this API, or search for the title.",
    status=404,
)
NO_DATASTORE: Final = ErrorKind(
    "ckan-no-datastore",
    "This catalogue describes data and holds none, so that there is no datastore to search. Follow "
    "the addresses of the resources to the platform that publishes them.",
    status=404,
)
