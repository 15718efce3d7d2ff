"""What waits for somebody, of all rooms, in the order in which it is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from catalog_service.accounts.service import Person, Principal, owner_name
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.links import dataset_path
from catalog_service.waiting import Deadline, DeadlineKind, WaitingItem, WaitingKind
from catalog_service.workbench.deadline_notices import tell_deadlines_until
from catalog_service.workbench.held import decidable_sources, held_counts
from catalog_service.workbench.stale import count_late, due_days, late_datasets, scopes_of
from ontology.errors import AtlasError
from translations import N_

__all__ = ("tell_deadlines_until",)

HELD_DAYS: Final = 10
"""Days within which a held version is to be decided about. No law sets one: published data is to be
right "at once" (data regulations, arts. 33 and 35); this is the catalogue's own aim."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the workbench with what kind it is of."""

    kind: WaitingKind
    item: WaitingItem


def what_waits(
    atlas: Service, principal: Principal, kinds: Sequence[WaitingKind]
) -> tuple[list[Waiting], list[WaitingKind]]:
    """Return what waits for somebody, the first due first, and the kinds that cannot be told now.

    A part that is away (the index, say) must not hide what the others tell.
    """
    found: list[Waiting] = []
    failed: list[WaitingKind] = []
    for kind in kinds:
        try:
            found += [Waiting(kind, item) for item in kind.find(atlas, principal)]
        except AtlasError as error:
            _log.warning("what waits cannot be told", kind=kind.name, error=error.code)
            failed.append(kind)
    found.sort(key=_urgency)
    return found, failed


def _urgency(waiting: Waiting) -> tuple[bool, date, bool, float, str]:
    """Return what lines are ordered by: the day due, then how long it waits."""
    item = waiting.item
    since = item.since.timestamp() if item.since is not None else 0.0
    return (item.due is None, item.due or date.max, item.since is None, since, item.name)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar with what falls due on it."""

    day: date
    entries: tuple[tuple[DeadlineKind, Deadline], ...]


def calendar(
    atlas: Service, principal: Principal, kinds: Iterable[DeadlineKind], first: date, last: date
) -> list[Day]:
    """Return the days on which something falls due, in order."""
    by_day: dict[date, list[tuple[DeadlineKind, Deadline]]] = {}
    for kind in kinds:
        try:
            for one in kind.find(atlas, principal, first, last):
                by_day.setdefault(one.day, []).append((kind, one))
        except AtlasError as error:
            _log.warning("deadlines cannot be told", kind=kind.name, error=error.code)
    return [Day(day, tuple(by_day[day])) for day in sorted(by_day)]


def due_after(since: datetime, days: int) -> date:
    """Return the day in Shanghai that lies so many days after a time."""
    return since.astimezone(SHANGHAI).date() + timedelta(days)


def _held(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    titles = {source.id: source.title for source in atlas.journal.sources()}
    for one in held_counts(atlas, decidable_sources(atlas, principal)):
        yield WaitingItem(
            titles.get(one.source, one.source),
            f"/workbench/held?source={one.source}",
            one.count,
            one.since,
            due_after(one.since, HELD_DAYS),
        )


def _stale(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    for scope in scopes_of(atlas, principal):
        count = count_late(atlas, scope)
        if count:
            first = late_datasets(atlas, scope, 1)
            name = first[0].hit.title if first else ""
            due = first[0].day if first else None
            path = f"/workbench/late?of={scope.facet}"
            yield WaitingItem(name, path, count, due=due, first_of_several=count > 1)


WAITING: Final = (
    WaitingKind(
        "held",
        N_("Held versions"),
        N_("Look at what the rules find, and decide, or have it mended at its source."),
        _held,
    ),
    WaitingKind(
        "late",
        N_("Datasets later than promised"),
        N_("Update them, or state the frequency that is kept."),
        _stale,
    ),
)
"""What waits at the workbench itself."""


def _held_ages(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    for item in _held(atlas, principal):
        if item.due is not None and first <= item.due <= last:
            source = item.path.rpartition("=")[2]
            whose = owner_name(atlas.accounts.hierarchy, atlas.journal, source)
            yield Deadline(item.due, item.name, item.path, item.count, whose=whose)


def _updates(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    for scope in scopes_of(atlas, principal):
        path = f"/workbench/my-datasets?of={'sources' if scope.facet == 'source' else 'published'}"
        for day, due in sorted(due_days(atlas, scope, first, last).items()):
            only, *others = due.first
            whose = list(dict.fromkeys(name for hit in due.first for name in hit.publishers))
            yield Deadline(
                day,
                "、".join(hit.title for hit in due.first),
                path if others else dataset_path(only.source, only.remote_id),
                due.count,
                whose="、".join(whose[:2]),
            )


def _roles(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    if not isinstance(principal, Person):
        return
    for grant in principal.grants:
        if grant.until is not None:
            day = grant.until.astimezone(SHANGHAI).date()
            if first <= day <= last:
                over = grant.organization
                concept = None if over is None else atlas.vocabulary.concept(over)
                yield Deadline(day, over or "" if concept is None else concept.zh, "/account")


DEADLINES: Final = (
    DeadlineKind("held", N_("Held versions to be decided"), _held_ages),
    DeadlineKind("update", N_("Updates promised"), _updates),
    DeadlineKind("role", N_("Role or delegation that ends"), _roles),
)
"""Days that follow from what the catalogue holds."""
