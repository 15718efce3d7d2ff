"""CKAN: ``package_search`` with whole packages, 2.9 to 2.11.

Sorted by ``metadata_modified``, the newest first, so that an increment stops at its bookmark. The
list carries whole packages, so that no dataset costs a request. Where their values stand is said
in ``harvesters/mapping/ckan.toml``.

A list is whole when as many packages have come as ``count`` declares. Packages of CKAN's search
are public; with an API key private ones and drafts come too, and close what they are. A portal
answers with fewer rows than were asked for where its ``ckan.search.rows_max`` says so: the next
page begins after what came.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import orjson

from harvesters.errors import NO_IDENTITY
from harvesters.mapping.reshaping import reshaping
from harvesters.mapping.value_parsing import as_text
from harvesters.platforms.answers import (
    json_bytes,
    json_of,
    not_the_platform,
    reported,
    shown_address,
)
from harvesters.platforms.change_marks import entry_mark, mapping_version
from harvesters.platforms.declared import declared_number
from harvesters.platforms.http import Response
from harvesters.platforms.instants import in_utc
from harvesters.platforms.options import choice, is_on, whole_number
from harvesters.platforms.protocol import Connection, Entry, LookUp, Page
from harvesters.platforms.walk_time import walk_began
from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.portal_records import PortalMapper
from ontology.dates import read_date
from ontology.errors import AtlasError, FilePosition, Phrase

OVERLAP: Final = timedelta(hours=2)
"""How far before the bookmark an increment goes on: the search index lags, and clocks differ."""
_ROWS: Final = 200
_MAX_ROWS: Final = 1_000
_EXPECTED: Final = Phrase("an answer of CKAN's package_search (JSON)")
_SORT: Final = "metadata_modified desc, id asc"
"""With the identifier, so that packages of the same moment keep their order between pages."""


class CkanPlatform:
    """One CKAN portal (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection) -> None:
        root = connection.url.rstrip("/")
        self._root = root.partition("/api/")[0].removesuffix("/api")
        self._search = f"{self._root}/api/3/action/package_search"
        self._connection = connection
        self._client = connection.client
        self._version = mapping_version(connection)
        self._rows = whole_number(connection, "page-size", _ROWS, _MAX_ROWS)
        self._filter = connection.options.get("filter", "")
        self._identity = choice(connection, "identity", ("id", "name"), "id")
        self._private = is_on(connection, "private", default=False)
        self._reshaping = reshaping("ckan")
        self._mapper = PortalMapper(
            connection.vocabulary, base_iri=connection.base_iri, source=connection.source
        )

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return a page of the search (`Platform.page`)."""
        start, newest, *since = orjson.loads(cursor) if cursor is not None else (0, "")
        response = self._request({"rows": str(self._rows), "start": str(start), "sort": _SORT})
        packages, total = self._read(response)
        began = since[0] if since else walk_began(self._connection, response).isoformat()
        entries = tuple(map(self._entry, packages))
        dates = [_modified(one) for one in packages]
        newest = max([newest, *filter(None, dates)])
        following = start + len(packages)
        more = bool(packages) and (total is None or following < total)
        if more and bookmark and all(dates):
            oldest = datetime.fromisoformat(min(map(str, dates)))
            more = oldest >= min(map(datetime.fromisoformat, (bookmark, began))) - OVERLAP
        if more:
            return Page(entries, orjson.dumps([following, newest, began]).decode(), total)
        known = [datetime.fromisoformat(one) for one in (newest, bookmark) if one]
        after = min(max(known), datetime.fromisoformat(began)).isoformat() if known else None
        # An increment goes back before the newest change: a list that names nothing is empty.
        is_empty = bookmark is not None and start == 0 and not packages
        return Page(entries, None, total, bookmark=after, whole=is_empty)

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; the list has brought it (`Platform.fetch`)."""
        package = orjson.loads(entry.content or b"{}")
        record = self._reshaping.record(package)
        name = as_text(package.get("name")) or entry.remote_id
        landing = f"{self._root}/dataset/{quote(name, safe='')}"
        record["landing_page"] = landing
        try:
            place = FilePosition(shown_address(landing))
            return self._mapper.incoming(json_bytes(record), place, entry.remote_id)
        except AtlasError as error:
            return Unreadable(error)

    def look_up(self) -> LookUp | None:
        """Return how one dataset is asked for, by the same search (`SingleRequests.look_up`)."""
        return self._looked_up

    def _looked_up(self, remote_id: str) -> Incoming | Unreadable | None:
        quoted = remote_id.replace("\\", r"\\").replace('"', r"\"")
        response = self._request({"rows": "1", "q": f'{self._identity}:"{quoted}"'})
        packages, _ = self._read(response)
        if not packages:
            return None
        entry = self._entry(packages[0])
        if isinstance(entry, Unreadable) or entry.remote_id != remote_id:
            # A search that does not do as it is told says nothing of the dataset.
            raise not_the_platform(response, _EXPECTED)
        return self.fetch(entry)

    def _request(self, params: dict[str, str]) -> Response:
        if self._filter:
            params["fq"] = self._filter
        if self._private:
            params |= {"include_private": "true", "include_drafts": "true"}
        return self._client.request(
            "GET", self._search, params=params, headers={"Accept": "application/json"}
        )

    def _read(self, response: Response) -> tuple[list[Any], int | None]:
        """Return the packages of a page, and the number of all where it is given."""
        answer = json_of(response, _EXPECTED)
        if isinstance(answer, dict) and answer.get("success") is False:
            error = answer.get("error")
            said = error.get("message") or error.get("__type") if isinstance(error, dict) else error
            raise reported(response, said)
        result = answer.get("result") if isinstance(answer, dict) else None
        packages = result.get("results") if isinstance(result, dict) else None
        if not isinstance(result, dict) or not isinstance(packages, list):
            raise not_the_platform(response, _EXPECTED)
        total = as_text(result.get("count"))
        return packages, declared_number(total)

    def _entry(self, given: Any) -> Entry | Unreadable:
        remote_id = as_text(given.get(self._identity)) if isinstance(given, dict) else ""
        if not remote_id:
            place = FilePosition(shown_address(self._search))
            error = AtlasError(NO_IDENTITY, place=place, expected=self._identity)
            return Unreadable(error, json_bytes(given))
        mark = entry_mark(given, as_text(given.get("metadata_modified")), self._version)
        return Entry(remote_id, mark, json_bytes(given))


def _modified(given: Any) -> str | None:
    """Return when a package was changed, in UTC, which is CKAN's time where it names no zone."""
    text = as_text(given.get("metadata_modified")) if isinstance(given, dict) else ""
    zoned = text[-1:] in "Zz" or "+" in text[10:] or "-" in text[10:]
    found = read_date(text if zoned or "T" not in text else f"{text}Z")
    moment = None if found is None or found.instant is None else in_utc(found.start)
    return None if moment is None else moment.isoformat()
