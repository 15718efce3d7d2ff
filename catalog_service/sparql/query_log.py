"""What became of queries, for the operator: counted by outcome, and by query where it was none."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Final, Literal

import structlog

from catalog_service.sparql.errors import (
    SPARQL_AT_ONCE,
    SPARQL_BUDGET,
    SPARQL_BUSY,
    SPARQL_MEMORY,
    SPARQL_TIMEOUT,
)
from ontology.errors import AtlasError
from ontology.truncation import clip

Outcome = Literal["answered", "refused", "killed", "cut", "failed"]
"""``refused`` for want of time or room, ``killed`` at the limit of time or memory, ``cut`` in the
midst of a long answer; ``failed`` is everything else that is the query's own fault."""

LOGGED: Final = ("refused", "killed", "cut")

_OUTCOMES: Final[dict[str, Outcome]] = {
    SPARQL_BUSY.code: "refused",
    SPARQL_BUDGET.code: "refused",
    SPARQL_AT_ONCE.code: "refused",
    SPARQL_TIMEOUT.code: "killed",
    SPARQL_MEMORY.code: "killed",
}
_MOST: Final = 500
"""Queries that are remembered; those that did nothing for longest are forgotten."""

_SHOWN: Final = 1_000
"""Characters of a query that are remembered."""

_log = structlog.get_logger(__name__)


def outcome_of(error: AtlasError) -> Outcome:
    """Return what an error says became of its query."""
    return _OUTCOMES.get(error.code, "failed")


@dataclass(slots=True)
class LoggedQuery:
    """One query, by its hash: 16 digits of SHA-256 over its text."""

    hash: str
    text: str
    last: datetime
    outcomes: Counter[Outcome] = field(default_factory=Counter)


class QueryLog:
    """The queries of one web process that were refused, killed or cut; in memory alone.

    It knows nothing of who asked. Safe to share between threads.
    """

    def __init__(self, count: Callable[[str], None]) -> None:
        """``count`` is told every outcome."""
        self._count = count
        self._lock = Lock()
        self._queries: OrderedDict[str, LoggedQuery] = OrderedDict()

    def note(self, text: str, outcome: Outcome, now: datetime) -> None:
        """Note what became of a query."""
        self._count(outcome)
        if outcome not in LOGGED:
            return
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        with self._lock:
            found = self._queries.get(digest)
            if found is None:
                found = self._queries[digest] = LoggedQuery(digest, clip(text, _SHOWN), now)
            found.last = now
            found.outcomes[outcome] += 1
            self._queries.move_to_end(digest)
            if len(self._queries) > _MOST:
                self._queries.popitem(last=False)
        if outcome != "refused":
            _log.warning("a query was stopped", query=digest, outcome=outcome)

    def worst(self) -> list[LoggedQuery]:
        """Return copies of all, those that were killed most first."""
        with self._lock:
            found = [
                LoggedQuery(q.hash, q.text, q.last, Counter(q.outcomes))
                for q in self._queries.values()
            ]

        def weight(query: LoggedQuery) -> tuple[int, ...]:
            return tuple(-query.outcomes[name] for name in ("killed", "cut", "refused"))

        return sorted(found, key=lambda query: (*weight(query), query.hash))
