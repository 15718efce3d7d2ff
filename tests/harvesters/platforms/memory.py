"""A client that answers from a function, and a walk as a harvest makes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from harvesters.platforms.errors import PLATFORM_REFUSED
from harvesters.platforms.http import Response
from harvesters.platforms.protocol import Connection, Entry, Platform
from harvesters.platforms.registry import connect
from harvesters.protocols import Incoming, Unreadable
from ontology.errors import AtlasError
from ontology.openness import doubts, is_open
from ontology.vocabulary import load_vocabulary

ROOT = "https://data.example"
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""By the catalogue's own clock."""


@dataclass(frozen=True)
class Asked:
    method: str
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def body(self) -> dict[str, object]:
        return json.loads(self.content)


Answer = bytes | str | int | dict[str, object] | list[object] | tuple[object, Mapping[str, str]]


@dataclass
class Memory:
    """A `Client`; ``answer`` gives a body, a status from 300 on, or a body with headers."""

    answer: Callable[[Asked], Answer]
    asked: list[Asked] = field(default_factory=list)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Response:
        asked = Asked(method, url, params or {}, headers or {}, content or b"")
        self.asked.append(asked)
        given = self.answer(asked)
        told: Mapping[str, str] = {}
        if isinstance(given, tuple):
            given, told = given  # type: ignore[assignment]
        if isinstance(given, int):
            if given != 304:
                raise AtlasError(PLATFORM_REFUSED, url=url, status=given)
            return Response(given, told, b"", url)
        if isinstance(given, (dict, list)):
            given = json.dumps(given, ensure_ascii=False)
        body = given.encode() if isinstance(given, str) else given
        assert isinstance(body, bytes)
        address = f"{url}?{urlencode(params)}" if params else url
        return Response(200, told, body, address)


def platform(
    kind: str, answer: Callable[[Asked], Answer], url: str = ROOT, **options: str
) -> tuple[Platform, Memory]:
    """Return a platform of a type over answers, and the client that says what was asked."""
    client = Memory(answer)
    given = {name.replace("_", "-"): value for name, value in options.items()}
    made = connect(
        kind,
        Connection("s", url, client, "http://atlas.example", load_vocabulary(), given, lambda: NOW),
    )
    return made, client


@dataclass
class Walked:
    """All that a walk brought."""

    names: list[str] = field(default_factory=list)
    marks: dict[str, str | None] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    unreadable: list[AtlasError] = field(default_factory=list)
    records: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    pages: int = 0
    total: int | None = None
    bookmark: str | None = None
    unchanged: bool = False
    whole: bool = False
    incomplete: AtlasError | None = None


def walk(
    harvested: Platform,
    bookmark: str | None = None,
    *,
    fetch: bool = True,
    known: Mapping[str, str | None] | None = None,
) -> Walked:
    """Walk a list as a harvest does: fetch where the mark is not the known one."""
    result = Walked()
    cursor: str | None = None
    while True:
        page = harvested.page(cursor, bookmark)
        result.pages += 1
        for entry in page.entries:
            if isinstance(entry, Unreadable):
                result.unreadable.append(entry.error)
                continue
            result.names.append(entry.remote_id)
            result.marks[entry.remote_id] = entry.mark
            skipped = entry.mark is not None and (known or {}).get(entry.remote_id) == entry.mark
            if fetch and not skipped:
                _fetch(harvested, entry, result)
        result.removed += page.removed
        result.total = page.total if page.total is not None else result.total
        cursor = page.next
        if cursor is None:
            result.bookmark, result.unchanged = page.bookmark, page.unchanged
            result.whole = page.whole
            result.incomplete = page.incomplete
            return result
        assert result.pages < 50, "the walk does not end"


def _fetch(harvested: Platform, entry: Entry, result: Walked) -> None:
    item = harvested.fetch(entry)
    if isinstance(item, Incoming):
        assert item.remote_id == entry.remote_id
        try:
            record = item.make().record
            result.records[item.remote_id] = record.nquads
            if not is_open(record) or doubts(record):
                result.closed.append(item.remote_id)
        except AtlasError as error:
            result.unreadable.append(error)
    else:
        result.unreadable.append(item.error)
