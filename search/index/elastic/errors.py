"""What can go wrong between this program and an Elasticsearch server."""

from __future__ import annotations

from typing import Final

from ontology.errors import CountedErrorKind, ErrorKind

SEARCH_UNREACHABLE: Final = ErrorKind(
    "search-unreachable",
    "The search server {url} does not answer at the moment ({reason}). Writes go on, and the index "
    "catches up by itself once it is back: try again in a moment. Operators: look after that "
    "server, and check ATLAS_SEARCH_URL.",
    status=503,
)
SEARCH_REFUSED: Final = ErrorKind(
    "search-refused",
    "The search server {url} refuses the request, or its answer can't be read ({reason}). Check "
    "address, user and password in ATLAS_SEARCH_URL, that user's rights, and the server's log.",
    status=503,
)
SEARCH_VERSION_UNSUPPORTED: Final = ErrorKind(
    "search-version-unsupported",
    "The search server {url} is of version {version}; Elasticsearch {least} or newer of the same "
    "major version is needed. Upgrade it, or unset ATLAS_SEARCH_URL to use the embedded engine.",
    status=503,
)
SEARCH_ADDRESS_INVALID: Final = ErrorKind(
    "search-address-invalid",
    "ATLAS_SEARCH_URL is not valid ({reason}). Write it as http://host:9200 or "
    "https://user:password@host:9200; correct it.",
    status=500,
    lasting=True,
)
INDEX_ITEM_REFUSED: Final = CountedErrorKind(
    "index-item-refused",
    "The search server refuses {count} record, {iri} ({reason}); the checkpoint has not moved. "
    "Mend the record by that reason, then try again.",
    "The search server refuses {count} records, the first of them {iri} ({reason}); the checkpoint "
    "has not moved. Mend the record by that reason, then try again.",
    status=503,
)
