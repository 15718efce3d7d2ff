"""Whether a process of the service can answer, and the figures that operators watch."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import structlog
from pydantic import BaseModel

from catalog_service.projections.status import read_status
from catalog_service.sparql.errors import SPARQL_BUSY
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalog_service.context import Service

STALLED_SECONDS: Final = 30
"""A projection that is behind and has not moved for so long counts as stalled."""

PROBE_SECONDS: Final = 10
"""How long the outcome of the probe's query is used again."""

FAILED_PROBE_SECONDS: Final = 1
"""How long a failure of it is used: that it works again is to be seen soon."""

_log = structlog.get_logger(__name__)


class PartHealth(BaseModel):
    """One part: whether it works, and why not, as an error code or a word."""

    ok: bool
    reason: str | None = None
    figures: dict[str, float] = {}


class Readiness(BaseModel):
    """Whether this process can answer, part by part."""

    ready: bool
    parts: dict[str, PartHealth]


class SparqlProbe:
    """Sends a query of the service's own, and not again before `PROBE_SECONDS` are over.

    Where all workers answer others' queries the part counts as working.
    """

    def __init__(self) -> None:
        self._asked: datetime | None = None
        self._error: AtlasError | None = None

    def ask(self, atlas: Service) -> dict[str, float]:
        """Return the number of workers; raises `AtlasError` where no query is answered."""
        now = atlas.clock.now()
        holds = PROBE_SECONDS if self._error is None else FAILED_PROBE_SECONDS
        if self._asked is None or abs((now - self._asked).total_seconds()) >= holds:
            self._error = None
            try:
                atlas.sparql.query("ASK {}")
            except AtlasError as error:
                if error.code != SPARQL_BUSY.code:
                    self._error = error
            self._asked = now
        if self._error is not None:
            raise self._error.with_traceback(None)
        return {"workers": atlas.sparql.alive()}


def readiness(atlas: Service, probe: SparqlProbe) -> Readiness:
    """Try journal, graph, index and a SPARQL query; look at how far the projections are behind."""
    parts = {
        "journal": _try("journal", lambda: _journal(atlas)),
        "graph": _try("graph", lambda: {"state": atlas.sparql.state()}),
        "index": _try("index", lambda: {"checkpoint": atlas.index.checkpoint()}),
        "sparql": _try("sparql", lambda: probe.ask(atlas)),
        "worker": _worker(atlas),
    }
    if atlas.embedding is not None:
        parts["vectors"] = _vectors(atlas)
    return Readiness(ready=all(part.ok for part in parts.values()), parts=parts)


def gauges(atlas: Service) -> dict[str, float]:
    """Return what is read on each scrape of the metrics; a part that fails is left out."""
    found: dict[str, float] = {}
    try:
        head = atlas.journal.head()
        found["journal_head"] = head
        status = read_status(atlas.settings.home)
        for projection in status.projections if status else ():
            found[f"projection_{projection.name}_published"] = projection.published
            found[f"projection_{projection.name}_lag"] = max(0, head - projection.published)
        found["sparql_workers"] = atlas.sparql.alive()
        if atlas.embedding is not None:
            found["index_records"] = atlas.index.size()
            found["vectors"] = atlas.embedding.made()
    except AtlasError as error:
        _log.warning("a gauge could not be read", error=error.code)
    return found


def _try(name: str, check: Callable[[], dict[str, float]]) -> PartHealth:
    try:
        return PartHealth(ok=True, figures=check())
    except AtlasError as error:
        return PartHealth(ok=False, reason=error.code)
    except Exception as error:
        # A health check must answer whatever has broken; the cause is for the log alone.
        _log.error("not ready", part=name, exc_info=error)
        return PartHealth(ok=False, reason="unexpected")


def _journal(atlas: Service) -> dict[str, float]:
    atlas.journal.check()
    return {"head": atlas.journal.head()}


def _vectors(atlas: Service) -> PartHealth:
    """Tell how many records have their vector: searches answer without, so never is this not ok."""
    assert atlas.embedding is not None
    try:
        size, made = atlas.index.size(), atlas.embedding.made()
    except AtlasError as error:
        return PartHealth(ok=True, reason=error.code)
    return PartHealth(
        ok=True,
        reason=None if made >= size else "being-made",
        figures={"made": made, "records": size},
    )


def _worker(atlas: Service) -> PartHealth:
    status = read_status(atlas.settings.home)
    figures: dict[str, float] = {}
    reason = None
    try:
        head = atlas.journal.head()
    except AtlasError:
        head = 0
    if status is None:
        # With nothing in the journal there is nothing to project, and nothing amiss.
        return PartHealth(ok=head == 0, reason="never-ran" if head else None)
    for projection in status.projections:
        lag = max(0, head - projection.published)
        figures[f"{projection.name}_lag"] = lag
        if projection.error is not None:
            reason = f"{projection.name}-failed"
        elif lag and _is_stalled(projection.changed, atlas.clock.now()):
            reason = f"{projection.name}-stalled"
    return PartHealth(ok=reason is None, reason=reason, figures=figures)


def _is_stalled(changed: str, now: datetime) -> bool:
    try:
        return (now - datetime.fromisoformat(changed)).total_seconds() > STALLED_SECONDS
    except ValueError:
        return True
