"""Writing many documents: bounded requests one after the other, errors by item, repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from ontology.errors import AtlasError
from search.errors import INDEX_MISSING
from search.index.elastic.circuit import Retry
from search.index.elastic.connection import WRITE_SECONDS, Connection
from search.index.elastic.errors import INDEX_ITEM_REFUSED, SEARCH_UNREACHABLE
from search.index.elastic.responses import outcomes

MAX_ACTIONS: Final = 1_000
MAX_BYTES: Final = 4 << 20
"""A request's size: the server takes 100 MiB, and is quicker with much smaller ones."""

_BUSY: Final = frozenset({429, 502, 503, 504})
_NO_INDEX: Final = "index_not_found_exception"


@dataclass(frozen=True, slots=True)
class Action:
    """One item: the record that it is about, and its lines."""

    iri: str
    lines: bytes


class Bulk:
    """Sends actions to one index, in order; the next request leaves when the last is answered."""

    def __init__(self, connection: Connection, retry: Retry) -> None:
        self._connection = connection
        self._retry = retry

    def send(self, index: str, actions: Iterable[Action], *, refresh: bool = False) -> None:
        """Send all actions to the alias ``index``; ``refresh`` shows them with the last request.

        Items that the server is too busy for, and whole requests without an answer, are sent again
        after growing pauses. Raises `AtlasError`: ``index-item-refused`` after all requests up to
        the one that holds the record, ``index-missing``, ``search-unreachable``,
        ``search-refused``.
        """
        waiting: list[Action] | None = None
        for batch in _batches(actions):
            if waiting is not None:
                self._deliver(index, waiting, refresh=False)
            waiting = batch
        if waiting is not None:
            self._deliver(index, waiting, refresh=refresh)

    def _deliver(self, index: str, batch: list[Action], *, refresh: bool) -> None:
        for attempt in range(self._retry.attempts):
            last = attempt == self._retry.attempts - 1
            try:
                left, reason = self._once(index, batch, refresh=refresh)
            except AtlasError as error:
                if last or error.code != SEARCH_UNREACHABLE.code:
                    raise
                left, reason = batch, ""
            if not left:
                return
            if last:
                raise AtlasError(SEARCH_UNREACHABLE, url=self._connection.address, reason=reason)
            batch = left
            self._retry.pause(attempt)

    def _once(
        self, index: str, batch: Sequence[Action], *, refresh: bool
    ) -> tuple[list[Action], str]:
        """Send one request; return what it left to be sent again, and why."""
        # The client passes on what is written already, and its types don't say so.
        written = cast("list[Mapping[str, Any]]", [b"".join(action.lines for action in batch)])
        found = self._connection.insist(
            lambda client: client.bulk(
                index=index,
                operations=written,
                refresh=refresh,
                # An index that is gone must not come back with a mapping that is guessed.
                require_alias=True,
                filter_path="errors,items.*.status,items.*.error.type,items.*.error.reason",
            ),
            WRITE_SECONDS,
            outcomes(len(batch)),
        )
        if found is None:
            raise AtlasError(INDEX_MISSING, path=index)
        left: list[Action] = []
        refused: list[tuple[Action, str]] = []
        reason = ""
        # No outcomes at all: everything was taken.
        for action, outcome in zip(batch, found, strict=False):
            if not outcome.error:
                continue
            if outcome.error == _NO_INDEX:
                raise AtlasError(INDEX_MISSING, path=index)
            said = f"{outcome.error}: {outcome.reason}"[:300]
            if outcome.status in _BUSY:
                left.append(action)
                reason = said
            else:
                refused.append((action, said))
        if refused:
            action, said = refused[0]
            raise AtlasError(INDEX_ITEM_REFUSED, count=len(refused), iri=action.iri, reason=said)
        return left, reason


def _batches(actions: Iterable[Action]) -> Iterator[list[Action]]:
    batch: list[Action] = []
    size = 0
    for action in actions:
        if batch and (len(batch) >= MAX_ACTIONS or size + len(action.lines) > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(action)
        size += len(action.lines)
    if batch:
        yield batch
