"""A platform in memory: its list and datasets are what the test says they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from harvesters.platforms.protocol import Entry, LookUp, Page
from harvesters.protocols import Incoming, Unreadable
from harvesters.readers.portal_records import PortalMapper
from ontology.errors import AtlasError, ErrorKind, FilePosition
from ontology.vocabulary import load_vocabulary
from tests.fixtures.web import BASE, portal

BROKEN = ErrorKind("broken", "The platform is broken.", status=502)


@dataclass
class MemoryPlatform:
    """Lists ``size`` datasets a page; the mark of one is its date of change."""

    source: str
    datasets: dict[str, dict[str, object]] = field(default_factory=dict)
    size: int = 2
    total: int | None = None
    requests: list[str] = field(default_factory=list)
    broken_page: int | None = None
    broken: set[str] = field(default_factory=set)
    unreadable: int = 0
    """Entries of the last page that have no identifier."""
    turned: Callable[[int], int] = lambda page: page
    answers_single: bool = False
    """Whether it has a request for one dataset."""
    hidden: set[str] = field(default_factory=set)
    """What its list never names."""
    gone: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """What each page says is gone."""
    before_page: Callable[[int], None] = lambda _page: None
    before_fetch: Callable[[str], None] = lambda _remote_id: None

    def __post_init__(self) -> None:
        self._mapper = PortalMapper(load_vocabulary(), base_iri=BASE, source=self.source)

    def put(self, *ids: str, **more: object) -> None:
        for one in ids:
            self.datasets[one] = portal(one, f"数据集{one}", **more)

    def page(self, cursor: str | None, bookmark: str | None) -> Page:
        number = int(cursor or 0)
        self.before_page(number)
        self.requests.append(f"page {number}")
        if self.broken_page == number:
            raise AtlasError(BROKEN)
        shown = self.turned(number)
        names = sorted(self.datasets.keys() - self.hidden)
        listed = [one for one in names if str(self.datasets[one]["update_time"]) > (bookmark or "")]
        part = listed[shown * self.size : (shown + 1) * self.size]
        more = (number + 1) * self.size < len(listed)
        newest = max((str(d["update_time"]) for d in self.datasets.values()), default=None)
        return Page(
            entries=(
                *(Entry(one, str(self.datasets[one]["update_time"])) for one in part),
                *([] if more else [Unreadable(AtlasError(BROKEN))] * self.unreadable),
            ),
            next=str(number + 1) if more else None,
            removed=self.gone.get(number, ()),
            total=self.total if bookmark is None else None,
            bookmark=None if more else newest,
        )

    def look_up(self) -> LookUp | None:
        return self._looked_up if self.answers_single else None

    def _looked_up(self, remote_id: str) -> Incoming | Unreadable | None:
        if remote_id in self.datasets or remote_id in self.broken:
            return self.fetch(Entry(remote_id))
        self.requests.append(remote_id)
        return None

    def fetch(self, entry: Entry) -> Incoming | Unreadable:
        self.requests.append(entry.remote_id)
        self.before_fetch(entry.remote_id)
        if entry.remote_id in self.broken:
            raise AtlasError(BROKEN)
        content = orjson.dumps(self.datasets[entry.remote_id])
        return self._mapper.incoming(content, FilePosition(entry.remote_id), entry.remote_id)
