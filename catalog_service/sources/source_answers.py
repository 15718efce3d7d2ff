"""What is told of sources: to the public who supplies and how fresh it is, to stewards all."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from catalog_service.accounts.service import Principal, may_read
from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.duplicates.service import Repeats, repeats_settings
from catalog_service.errors import UNKNOWN_SOURCE
from catalog_service.sources.freshness import SourceFreshness, freshness_by_source
from catalog_service.sources.model import SourceSummary, SupplyState
from catalog_service.sources.registry import summaries
from catalog_service.sources.run_answers import RunAnswer, run_answer
from catalog_service.sources.service import supply_state
from ontology.errors import AtlasError

_STREAMS: Final = ("atlas", "ldes")
"""Types that are read by what changed: how many their list named in its last whole walk is soon out
of date."""


class FreshnessAnswer(Shown):
    """Whether a source is in step (`in-step`); `late`: its visit is overdue; `failed`: the last one
    did not end well; `never`: nothing was taken in yet; `paused`; `removed`; or it comes
    `by-hand`: pushed, imported, or visited when told to."""

    step: SupplyState
    last_success: datetime | None


class SourceAnswer(Shown):
    """A source; its address, gate, settings and what waits are told to its stewards only."""

    id: str
    type: str
    title: str
    paused: bool
    created: datetime
    removed: datetime | None = None
    """When it was removed: its records are withdrawn, and nothing is taken from it any more."""
    public: int
    schedule: str | None = None
    """When it is visited, as cron writes it, in Shanghai's time."""
    due: datetime | None = None
    """When it is visited next."""
    under_way: str | None = None
    """The run that is under way, null where none is."""
    listed: int | None = None
    """Datasets that its platform's list named, when last walked to its end; for stewards only
    where credentials open it, and null of another catalogue's stream, which names changes alone."""
    full_walk: datetime | None = None
    """When that walk ended."""
    last_run: RunAnswer | None = None
    freshness: FreshnessAnswer
    url: str | None = None
    gate: str | None = None
    repeats: Repeats | None = None
    """What becomes of records that repeat the city's (R07): `flag`, or `hold` for a steward."""
    states: dict[str, int] | None = None
    waiting: int | None = None
    settings: dict[str, Any] | None = None
    """How it is visited; credentials are never shown."""


def source_answers(
    atlas: Service, principal: Principal | None, *, removed: bool = False
) -> list[SourceAnswer]:
    """Return all sources by identifier; with those that were ``removed``, or without."""
    fresh = freshness_by_source(atlas)
    repeats = repeats_settings(atlas)
    return [
        _answer(one, fresh[one.source.id], principal, repeats.get(one.source.id, "flag"))
        for one in summaries(atlas.journal, removed=removed)
        if one.source.id in fresh
    ]


def source_answer(atlas: Service, name: str, principal: Principal | None) -> SourceAnswer:
    """Return one source; raises ``unknown-source``."""
    for one in source_answers(atlas, principal, removed=True):
        if one.id == name:
            return one
    raise AtlasError(UNKNOWN_SOURCE, source=name)


def _answer(
    summary: SourceSummary,
    fresh: SourceFreshness,
    principal: Principal | None,
    repeats: Repeats,
) -> SourceAnswer:
    source, harvest = summary.source, fresh.harvest
    listed = None if harvest is None or source.type in _STREAMS else harvest.listed
    answer = SourceAnswer(
        id=source.id,
        type=source.type,
        title=source.title,
        paused=source.paused,
        created=source.created,
        removed=source.removed,
        public=summary.public,
        schedule=None if harvest is None else harvest.settings.schedule,
        due=None if harvest is None else harvest.due,
        under_way=fresh.under_way,
        listed=None if harvest is None or harvest.has_credentials else listed,
        full_walk=None if harvest is None else harvest.full_walk,
        last_run=None if fresh.last_run is None else run_answer(fresh.last_run, principal),
        freshness=FreshnessAnswer(
            step=supply_state(summary, fresh), last_success=fresh.last_success
        ),
    )
    if not may_read(principal, source.id):
        return answer
    return answer.model_copy(
        update={
            "url": source.url,
            "listed": listed,
            "gate": source.gate,
            "repeats": repeats,
            "states": dict(summary.states),
            "waiting": summary.waiting,
            "settings": None if harvest is None else harvest.settings.model_dump(mode="json"),
        }
    )
