"""OAI-PMH 2.0: ``ListRecords`` with Dublin Core or DCAT.

An increment asks ``from`` the platform's own time at the beginning of the last walk. Deleted
records are told by the platform; where it forgets them, a whole walk shows what is gone. A list is
whole when its last page, without a resumption token, has come, with as many records as
``completeListSize`` declares. A token that the platform no longer knows begins the walk anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import orjson

from harvesters.errors import NO_IDENTITY, PLATFORM_REPORTS
from harvesters.mapping.reshaping import reshaping
from harvesters.platforms.answers import json_bytes, shown_address
from harvesters.platforms.change_marks import content_mark, mapping_version
from harvesters.platforms.instants import in_utc
from harvesters.platforms.oai_xml import (
    OaiAnswer,
    OaiRecord,
    dublin_core,
    is_dublin_core,
    rdf_xml,
    read_answer,
)
from harvesters.platforms.protocol import Connection, Entry, LookUp, Page
from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.formats import read_one
from harvesters.readers.portal_records import PortalMapper
from ontology.dates import read_date
from ontology.errors import AtlasError, FilePosition

OVERLAP: Final = timedelta(minutes=5)
"""How far before the last walk an increment begins: a record may be dated before it is shown."""
_CLOCKS: Final = 1970
"""The year before which no clock of a platform stands; some tell the calendar's first day."""
_DAY: Final = "YYYY-MM-DD"
_NONE: Final = ("idDoesNotExist", "cannotDisseminateFormat")
"""Errors of ``GetRecord`` for what a list does not hold, or not in this format."""


class OaiPlatform:
    """One repository (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._url = connection.url
        self._version = mapping_version(connection)
        self._prefix = connection.options.get("prefix", "").strip() or "oai_dc"
        self._set = connection.options.get("set", "").strip()
        self._place = FilePosition(shown_address(connection.url))
        self._reshaping = reshaping("dublin_core")
        self._mapper = PortalMapper(
            connection.vocabulary, base_iri=connection.base_iri, source=connection.source
        )

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return a page of the list (`Platform.page`)."""
        if cursor is not None:
            token, after, gone = orjson.loads(cursor)
            answer = self._request({"verb": "ListRecords", "resumptionToken": token})
        else:
            gone = []
            asked = {"verb": "ListRecords", "metadataPrefix": self._prefix}
            if self._set:
                asked["set"] = self._set
            granularity = self._granularity(bookmark)
            if bookmark:
                asked["from"] = orjson.loads(bookmark)[0][: len(granularity)]
            answer = self._request(asked)
            if answer is None:
                return Page(total=0, bookmark=bookmark, unchanged=bookmark is not None)
            after = self._since(answer.date, granularity) or bookmark
        if answer is None:
            return Page(removed=tuple(gone), bookmark=after)
        records = list(answer.records())
        entries = tuple(self._entry(one) for one in records if not one.deleted)
        removed = tuple(one.identifier for one in records if one.deleted and one.identifier)
        token, total = answer.token()
        if bookmark:
            # Told with the last page, so that a restart forgets none.
            gone, removed = [*gone, *removed], ()
        if token:
            cursor = orjson.dumps([token, after, gone]).decode()
            return Page(entries, cursor, total, removed)
        return Page(entries, total=total, removed=(*gone, *removed), bookmark=after)

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; the list has brought it (`Platform.fetch`)."""
        content = entry.content or b"{}"
        try:
            if not content.startswith(b"{"):
                return read_one(
                    content,
                    remote_id=entry.remote_id,
                    name=f"{self._place.file}#.rdf",
                    source=self._connection.source,
                    base_iri=self._connection.base_iri,
                    vocabulary=self._connection.vocabulary,
                    format="dcat",
                )
            record = self._reshaping.record(orjson.loads(content))
            return self._mapper.incoming(json_bytes(record), self._place, entry.remote_id)
        except AtlasError as error:
            return Unreadable(error)

    def look_up(self) -> LookUp | None:
        """Return how one record is asked for, by ``GetRecord`` (`SingleRequests.look_up`).

        None for a set: a record that left it is still in the repository.
        """
        return None if self._set else self._looked_up

    def _looked_up(self, remote_id: str) -> Incoming | Unreadable | None:
        asked = {"verb": "GetRecord", "identifier": remote_id, "metadataPrefix": self._prefix}
        try:
            answer = self._request(asked)
        except AtlasError as error:
            said = str(error.params.get("reason"))
            if error.code == PLATFORM_REPORTS.code and said.startswith(_NONE):
                return None
            raise
        records = list(answer.records()) if answer is not None else []
        if all(one.deleted for one in records):
            return None
        entry = self._entry(records[0])
        return entry if isinstance(entry, Unreadable) else self.fetch(entry)

    def _request(self, asked: dict[str, str]) -> OaiAnswer | None:
        response = self._connection.client.request(
            "GET", self._url, params=asked, headers={"Accept": "text/xml, application/xml"}
        )
        return read_answer(response)

    def _granularity(self, bookmark: str | None) -> str:
        """Return the form of the platform's dates: days, or with the time of day."""
        if bookmark:
            return str(orjson.loads(bookmark)[1])
        answer = self._request({"verb": "Identify"})
        return (answer.text("granularity") if answer is not None else "") or _DAY

    def _entry(self, record: OaiRecord) -> Entry | Unreadable:
        if not record.identifier or record.metadata is None:
            error = AtlasError(NO_IDENTITY, place=self._place, expected="header/identifier")
            return Unreadable(error)
        if is_dublin_core(record.metadata):
            content = json_bytes(dublin_core(record.metadata))
        else:
            content = rdf_xml(record.metadata)
        return Entry(record.identifier, content_mark(content, self._version), content)

    def _since(self, date: str, granularity: str) -> str | None:
        """Return the bookmark: where the next increment begins, and in which form.

        By the earlier of the platform's clock and ours, for theirs may be set back.
        """
        moment = read_date(date)
        if moment is None or moment.instant is None:
            return None
        told = in_utc(min(moment.instant, self._connection.now()))
        if told is None or told.year < _CLOCKS:
            return None
        begin = told - OVERLAP
        return orjson.dumps([f"{begin:%Y-%m-%dT%H:%M:%SZ}", granularity]).decode()
