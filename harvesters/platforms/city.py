"""The JSON API of the city platform, and of districts' platforms of the same shape.

A list is requested page by page, sorted by date of change where the platform obeys; each dataset's
description is a request of its own, unless the list carries it (the generation of 2019). Paths and
labels stand in ``harvesters/mapping/city.toml``.

A list is whole when all pages that it declares (``totalPageNum``) have come, each as full as the
first. A last page that is full is followed by one request more, for a declared number that is too
small loses datasets without a sign; a page that repeats the one before is then the end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import orjson

from harvesters.errors import NO_IDENTITY
from harvesters.mapping.mapping_files import read_toml
from harvesters.mapping.reshaping import first_at
from harvesters.mapping.value_parsing import as_list, as_text
from harvesters.platforms.answers import (
    is_gone,
    is_of_one_record,
    json_bytes,
    json_of,
    not_the_platform,
    reported,
    shown_address,
)
from harvesters.platforms.change_marks import entry_mark, mapping_version
from harvesters.platforms.city_position import Position
from harvesters.platforms.declared import declared_number
from harvesters.platforms.guarded_list import page_digest
from harvesters.platforms.http import Response
from harvesters.platforms.options import choice, is_on, path, whole_number
from harvesters.platforms.protocol import Connection, Entry, LookUp, Page
from harvesters.platforms.walk_time import walk_began
from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.portal_records import PortalMapper
from ontology.dates import read_date
from ontology.errors import AtlasError, FilePosition, Phrase

_PAGE_SIZE: Final = 100
_MAX_PAGE_SIZE: Final = 1_000
_FORM: Final = "application/x-www-form-urlencoded; charset=UTF-8"
_LIST: Final = Phrase("a page of the list of datasets (JSON)")
_DATASET: Final = Phrase("a dataset (JSON)")
_API_WORDS: Final = ("接口", "api")
_KIND_KEYS: Final = ("resource_type", "openResType", "open_res_type", "资源类型")
_FILE_KEYS: Final = ("docType", "doc_type")


class CityPlatform:
    """One platform with the city's JSON API (`harvesters.platforms.protocol.Platform`)."""

    def __init__(self, connection: Connection) -> None:
        data = read_toml("city.toml")
        generations = [name for name, table in data.items() if isinstance(table, dict)]
        generation = choice(connection, "generation", generations, generations[0])
        self._api: dict[str, Any] = data[generation]
        self._root = connection.url.rstrip("/")
        self._connection = connection
        self._client = connection.client
        self._version = mapping_version(connection)
        self._list_url = self._root + path(connection, "list-path", self._api["list"])
        detail = connection.options.get("detail-path") or self._api.get("detail")
        self._detail = path(connection, "detail-path", detail) if detail else None
        self._confirms = is_on(connection, "confirm", default=True)
        self._size = whole_number(connection, "page-size", _PAGE_SIZE, _MAX_PAGE_SIZE)
        self._mapper = PortalMapper(
            connection.vocabulary, base_iri=connection.base_iri, source=connection.source
        )
        self._entries = [tuple(text.split(".")) for text in self._api["entries"]]
        self._pages = tuple(tuple(text.split(".")) for text in self._api["pages"])

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        """Return a page of the list (`Platform.page`)."""
        at = Position.read(cursor)
        response = self._request_list(at.page)
        given, declared = self._read_list(response)
        names = [as_text(self._first(one, "identity")) for one in given if isinstance(one, dict)]
        digest = page_digest(names)
        if declared is not None and at.page > declared and digest == at.last:
            # Many platforms answer the last page for every number beyond it.
            given = []
        entries = tuple(self._entry(one) for one in given)
        at = self._begun(at, response, len(given), declared)
        found = [date for one in given if (date := self._changed(one)) is not None]
        dates = at.possible(found)
        at = at.advanced(len(given), dates)
        more = at.has_more(len(given), declared)
        if more and bookmark:
            more = at.reaches(bookmark, dates)
        total = at.total(len(given), declared)
        if more:
            following = replace(at, page=at.page + 1, last=digest)
            return Page(entries, following.written(), total)
        # An increment goes back before the newest change: a list that names nothing is empty.
        is_empty = bookmark is not None and at.page == 1 and not given
        return Page(entries, None, total, bookmark=at.bookmark(bookmark), whole=is_empty)

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        """Return the dataset of an entry (`Platform.fetch`)."""
        quoted = quote(entry.remote_id, safe="")
        answered = entry.content
        try:
            if entry.content is not None or self._detail is None:
                url = f"{self._list_url}#{quoted}"
                record = orjson.loads(entry.content or b"{}")
            else:
                url = self._root + self._detail.replace("{id}", quoted)
                response = self._client.request("GET", url)
                answered = response.content
                record = self._read_detail(response)
        except AtlasError as error:
            if is_of_one_record(error):
                return Unreadable(error, answered)
            raise
        self._add_addresses(record, quoted)
        try:
            place = FilePosition(shown_address(url))
            return self._mapper.incoming(json_bytes(record), place, entry.remote_id)
        except AtlasError as error:
            return Unreadable(error, answered)

    def look_up(self) -> LookUp | None:
        """Return how one dataset is asked for, by its own request (`SingleRequests.look_up`)."""
        return None if self._detail is None or not self._confirms else self._looked_up

    def _looked_up(self, remote_id: str) -> Incoming | Unreadable | None:
        found = self.fetch(Entry(remote_id))
        if isinstance(found, Incoming):
            return found
        if is_gone(found.error):
            return None
        if is_of_one_record(found.error):
            raise found.error
        return found

    def _request_list(self, number: int) -> Response:
        body = self._api["body"] | {"pageNum": number, "pageSize": self._size}
        return self._client.request(
            "POST",
            self._list_url,
            headers={"Content-Type": _FORM, "Accept": "application/json"},
            content=json_bytes(body),
            repeatable=True,
        )

    def _read_list(self, response: Response) -> tuple[list[Any], int | None]:
        """Return the entries of a page, and how many pages the list has, where it says."""
        answer = json_of(response, _LIST)
        if not isinstance(answer, dict):
            raise not_the_platform(response, _LIST)
        given = next(
            (found for path in self._entries if isinstance(found := _at(answer, path), list)), None
        )
        if given is None:
            raise _refusal(answer, response) or not_the_platform(response, _LIST)
        declared = as_text(first_at(answer, self._pages))
        return given, declared_number(declared)

    def _read_detail(self, response: Response) -> dict[str, Any]:
        answer = json_of(response, _DATASET)
        data = answer.get("data") if isinstance(answer, dict) else None
        if isinstance(data, list) and len(data) == 1:
            data = data[0]
        if isinstance(data, dict) and data:
            return data
        error = _refusal(answer, response) if isinstance(answer, dict) else None
        raise error or not_the_platform(response, _DATASET)

    def _entry(self, given: Any) -> Entry | Unreadable:
        place = FilePosition(shown_address(self._list_url))
        if not isinstance(given, dict):
            expected = " / ".join(self._api["identity"])
            error = AtlasError(NO_IDENTITY, place=place, expected=expected)
            return Unreadable(error, json_bytes(given))
        remote_id = as_text(self._first(given, "identity"))
        content = json_bytes(given) if self._detail is None else None
        try:
            # Checks the identifier; the list of 2019 has none, and a digest stands for it.
            if content is not None:
                remote_id = self._mapper.incoming(content, place, remote_id or None).remote_id
            elif not remote_id:
                expected = " / ".join(self._api["identity"])
                raise AtlasError(NO_IDENTITY, place=place, expected=expected)
        except AtlasError as error:
            return Unreadable(error, json_bytes(given))
        return Entry(
            remote_id,
            entry_mark(given, as_text(self._first(given, "changed")), self._version),
            content,
        )

    def _first(self, given: dict[str, Any], part: str) -> Any:
        return next((given[key] for key in self._api[part] if given.get(key)), None)

    def _changed(self, given: Any) -> datetime | None:
        if not isinstance(given, dict):
            return None
        found = read_date(as_text(self._first(given, "changed")))
        return None if found is None else found.start

    def _add_addresses(self, record: dict[str, Any], quoted: str) -> None:
        """Add the pages and downloads that the platform has by rule, and does not tell."""
        if not any(key in record for key in ("url", "landing_page", "link")):
            kinds = as_text([as_text(record.get(key)) for key in _KIND_KEYS]).lower()
            kind = "jk" if any(word in kinds for word in _API_WORDS) else "cp"
            landing = self._api["landing"].replace("{kind}", kind)
            record["landing_page"] = self._root + landing.replace("{id}", quoted)
        for key in _FILE_KEYS:
            if "download" in self._api and isinstance(record.get(key), list):
                record[key] = [made for one in record[key] for made in self._downloads(one)]

    def _downloads(self, given: Any) -> list[Any]:
        """Return a file once for each of its formats, with the address of each."""
        if not (isinstance(given, dict) and given.get("path")) or "url" in given:
            return [given]
        made = []
        for kind in as_list(given.get("file_type")) or [""]:
            url = self._api["download"]
            for name, value in (("path", given["path"]), ("sort", given.get("sort"))):
                url = url.replace(f"{{{name}}}", quote(as_text(value), safe=""))
            url = self._root + url.replace("{type}", quote(kind, safe=""))
            made.append(given | {"file_type": kind, "url": url})
        return made

    def _begun(
        self, at: Position, response: Response, count: int, declared: int | None
    ) -> Position:
        """Return the first position with what the first page says of all of them."""
        if at.page > 1:
            return at
        size = count if declared is not None and declared > 1 and count else self._size
        return replace(at, size=size, limit=walk_began(self._connection, response).isoformat())


def _at(value: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _refusal(answer: dict[str, Any], response: Response) -> AtlasError | None:
    """Return the error that an answer without data reports, if it does."""
    said = next((answer[k] for k in ("message", "msg", "error") if answer.get(k)), None)
    code = answer.get("code", answer.get("status"))
    if said is None and code is None:
        return None
    return reported(response, " ".join(filter(None, (as_text(code), as_text(said)))))
