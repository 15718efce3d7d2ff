"""The errors of search, each with what to do next."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

QUERY_TOO_LONG: Final = ErrorKind(
    "query-too-long",
    "The search text has {length} characters, over the limit of {limit}. Shorten it.",
    status=400,
)
PAGE_OUT_OF_RANGE: Final = ErrorKind(
    "page-out-of-range",
    "{name}={value} is out of range: it must lie between {least} and {most}. "
    "Narrow the search with filters, or mend the value.",
    status=400,
)
UNKNOWN_FACET: Final = ErrorKind(
    "unknown-facet",
    "There is no facet named {name!r}. The facets are: {known}.",
    status=400,
)
UNKNOWN_SORT: Final = ErrorKind(
    "unknown-sort",
    "There is no sort order named {name!r}. The orders are: {known}.",
    status=400,
)
TOO_MANY_FILTERS: Final = ErrorKind(
    "too-many-filters",
    "There are {count} filter values, over the limit of {limit}. Take some away.",
    status=400,
)
INDEX_CORRUPT: Final = ErrorKind(
    "index-corrupt",
    "The search index {path} can't be read ({reason}). "
    "Run `atlas index rebuild` to build it anew from the journal.",
    status=503,
)
INDEX_MISSING: Final = ErrorKind(
    "index-missing",
    "There is no search index in {path}, though the catalogue is not empty. A running service "
    "builds it by itself: try again in a moment. Otherwise run `atlas index rebuild`.",
    status=503,
)
INDEX_BEHIND: Final = ErrorKind(
    "index-behind",
    "The search index is behind the catalogue: {count} records were withdrawn or are not open any "
    "more, and too many of them are still in it. No search is answered until it has caught up. "
    "Try again in {retry_after} s; operators see `atlas doctor`.",
    status=503,
)
INDEX_UNREADABLE: Final = ErrorKind(
    "index-unreadable",
    "The system refuses to read the search index {path} ({reason}). The index is not broken: "
    "delete nothing, mend the permissions or the disk, and try again.",
    status=503,
)
INDEX_LOCKED: Final = ErrorKind(
    "index-locked",
    "The search index {path} is being written by another process. "
    "Wait until it has ended, or submit through the running service.",
    status=503,
)
INDEX_WRITE_FAILED: Final = ErrorKind(
    "index-write-failed",
    "Writing the search index {path} failed ({reason}); its last commit still stands. "
    "Check disk space and permissions, then try again.",
    status=503,
)
RANGE_INVALID: Final = ErrorKind(
    "range-invalid",
    "The range {name}={value!r} is not valid: the ranges are {known}, with days written as YYYY, "
    "YYYY-MM or YYYY-MM-DD.",
    status=400,
)
CURSOR_INVALID: Final = ErrorKind(
    "cursor-invalid",
    "The cursor {value!r} does not belong to this search. Start again at the first page, and keep "
    "the search and its order as they are.",
    status=400,
)
UNKNOWN_UNDERSTANDING: Final = ErrorKind(
    "unknown-understanding",
    "There is no understanding named {name!r} to switch off. There are: {known}.",
    status=400,
)
JUDGEMENTS_UNREADABLE: Final = ErrorKind(
    "judgements-unreadable",
    "The judgements in {path} can't be read ({reason}). Give a tab-separated UTF-8 file with the "
    "columns that are asked for.",
    status=422,
)
