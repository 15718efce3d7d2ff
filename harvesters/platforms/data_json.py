"""DCAT-US 1.1 and 3: a ``data.json`` with all datasets of a publisher.

One document, requested only where it changed. It always is the whole list, so that what it no
longer names is missing. Where values stand is said in ``harvesters/mapping/data_json.toml``. It is
read as JSON with the names of DCAT-US, whatever its ``@context``, which no platform would wait for.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from harvesters.errors import NO_IDENTITY
from harvesters.mapping.reshaping import reshaping
from harvesters.platforms.answers import json_bytes, json_of, not_the_platform, shown_address
from harvesters.platforms.change_marks import content_mark, mapping_version
from harvesters.platforms.conditional import request_changed
from harvesters.platforms.dcat_us_documents import datasets_of, identifier_of
from harvesters.platforms.guarded_list import list_unreadable, unnamed
from harvesters.platforms.protocol import Connection, Entry, Page
from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.portal_records import PortalMapper
from ontology.errors import AtlasError, FilePosition, Phrase

_EXPECTED: Final = Phrase("a data.json (DCAT-US)")


class DataJsonPlatform:
    """One ``data.json`` (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection) -> None:
        self._url = connection.url
        self._client = connection.client
        self._version = mapping_version(connection)
        self._place = FilePosition(shown_address(connection.url))
        self._reshaping = reshaping("data_json")
        self._mapper = PortalMapper(
            connection.vocabulary, base_iri=connection.base_iri, source=connection.source
        )

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return the list, which has one page (`Platform.page`)."""
        del cursor
        response, after = request_changed(
            self._client, self._url, bookmark, version=self._version, accept="application/json"
        )
        if response is None:
            return Page(bookmark=after, unchanged=True)
        answer = json_of(response, _EXPECTED)
        given = datasets_of(answer)
        if given is None:
            raise not_the_platform(response, _EXPECTED)
        seen: set[str] = set()
        entries = [entry for one in given if (entry := self._entry(one, seen)) is not None]
        lost = len(unnamed(entries))
        return Page(
            tuple(entries),
            total=len(given),
            bookmark=after,
            whole=True,
            incomplete=list_unreadable(self._url, lost) if lost else None,
        )

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; the list has brought it (`Platform.fetch`)."""
        record = self._reshaping.record(orjson.loads(entry.content or b"{}"))
        try:
            return self._mapper.incoming(json_bytes(record), self._place, entry.remote_id)
        except AtlasError as error:
            return Unreadable(error)

    def _entry(self, given: Any, seen: set[str]) -> Entry | Unreadable | None:
        """Return the entry of a dataset; None where its identifier was there before."""
        remote_id = identifier_of(given)
        if not remote_id:
            error = AtlasError(NO_IDENTITY, place=self._place, expected="identifier")
            return Unreadable(error, json_bytes(given))
        if remote_id in seen:
            return None
        seen.add(remote_id)
        content = json_bytes(given)
        return Entry(remote_id, content_mark(content, self._version), content)
