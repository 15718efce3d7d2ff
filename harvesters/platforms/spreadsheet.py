"""A spreadsheet or CSV at an address: an open list, or JSON lines of portal records.

One document, requested only where it changed. It always is the whole list, so that a row that is
gone is a dataset that is missing; a row that cannot be read may be any, and then nothing is.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from harvesters.errors import BAD_OPTION
from harvesters.platforms.answers import not_the_platform, shown_address
from harvesters.platforms.change_marks import mapping_version
from harvesters.platforms.conditional import request_changed
from harvesters.platforms.guarded_list import list_unreadable, unnamed
from harvesters.platforms.http import Response
from harvesters.platforms.protocol import Connection, Entry, Page
from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.formats import read_bytes
from ontology.errors import AtlasError, Phrase

_EXPECTED: Final = Phrase("CSV or a workbook")
_HTML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|script)\b", re.I)
_KNOWN: Final = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".ods", ".json", ".jsonl", ".ndjson"}
)
_NAMED: Final = re.compile(r"filename\*?\s*=\s*(?:[\w-]*'[\w-]*')?\"?([^\";]+)", re.I)
_MAGIC: Final = ((b"PK\x03\x04", ".xlsx"), (b"\xd0\xcf\x11\xe0", ".xls"))
_YEAR: Final = re.compile(r"20\d{2}")


class SpreadsheetPlatform:
    """One file at an address (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version = mapping_version(connection)
        year = connection.options.get("year", "").strip()
        if year and not _YEAR.fullmatch(year):
            raise AtlasError(BAD_OPTION, name="year", value=year[:100], reason="20NN")
        self._year = int(year) if year else None

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return the list, which has one page (`Platform.page`)."""
        del cursor
        url = self._connection.url
        response, after = request_changed(
            self._connection.client, url, bookmark, version=self._version
        )
        if response is None:
            return Page(bookmark=after, unchanged=True)
        if not response.content.strip() or _HTML.match(response.content):
            raise not_the_platform(response, _EXPECTED)
        items = read_bytes(
            response.content,
            name=_name(response),
            source=self._connection.source,
            base_iri=self._connection.base_iri,
            vocabulary=self._connection.vocabulary,
            year=self._year,
        )
        entries = tuple(
            item
            if isinstance(item, Unreadable)
            else Entry(item.remote_id, item.fingerprint.hex(), item=item)
            for item in items
        )
        lost = len(unnamed(entries))
        return Page(
            entries,
            total=len(entries),
            bookmark=after,
            whole=True,
            incomplete=list_unreadable(url, lost) if lost else None,
        )

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry; the list has brought it (`Platform.fetch`)."""
        assert entry.item is not None
        return entry.item


def _name(response: Response) -> str:
    """Return a file name with the ending that the content has."""
    named = _NAMED.search(response.headers.get("content-disposition", ""))
    path = unquote(named[1].strip()) if named is not None else urlsplit(response.url).path
    name = PurePosixPath(path).name or "list"
    made = next((end for magic, end in _MAGIC if response.content.startswith(magic)), "")
    suffix = PurePosixPath(name.lower()).suffix
    if made and suffix not in (".xlsx", ".xls", ".xlsm", ".ods"):
        name += made
    elif not made and suffix not in _KNOWN:
        start = response.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        name += ".json" if start in (b"{", b"[") else ".csv"
    return f"{shown_address(response.url).rpartition('/')[0]}/{name}"
