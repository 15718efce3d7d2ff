"""Puts a report together from what was measured up to the end of its day, and nothing later.

Measured quality and this room's figures are dated and never rewritten; lists and the calendar are
read as they stood at the day's end; organizations are called as they were then. What changes
afterwards changes no report of a day that is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from statistics import median
from typing import Final

from catalog_service.context import Service
from catalog_service.open_list.model import Due
from catalog_service.open_list.service import due_at, pilot_districts
from catalog_service.quality.model import METRICS
from catalog_service.quality.service import (
    DayFigure,
    Metric,
    days_in_distinct_records,
    organization_figures_on,
)
from catalog_service.quality.service import figures_on as quality_on
from catalog_service.reports.days import Days, is_quality
from catalog_service.reports.errors import NO_REPORT, NOT_REPORTED
from catalog_service.reports.measuring import end_of
from catalog_service.reports.model import (
    CITY,
    DATASETS,
    KINDS,
    PLACED,
    Counted,
    FigureKind,
    Line,
    Peer,
    Place,
    Report,
    ReportAim,
    Reported,
)
from catalog_service.reports.period import Period
from catalog_service.reports.stored import defined_since, figures_on, names_on
from ontology.errors import AtlasError
from shapes.rules import Rules

WHOLE_CITY: Final = Reported(CITY, "全市", "The whole city", "city")

_Key = tuple[str, str]
"""A figure and an organization."""


def compose(atlas: Service, period: Period, organization: str, day: date | None = None) -> Report:
    """Return the report of a period as of the end of a day; None: of its last day, or today.

    ``organization``: an IRI; `CITY`: the whole city. Raises ``no-report``, ``not-reported``.
    """
    last = min(day or period.last, period.last, atlas.clock.today())
    with atlas.journal.reading_tables() as connection:
        names = names_on(connection, last)
        since = defined_since(connection, last)
    own = WHOLE_CITY if organization == CITY else names.get(organization)
    if own is None:
        named = atlas.accounts.hierarchy.named(organization[:200])
        raise AtlasError(NOT_REPORTED, organization=named, day=last.isoformat())
    days = Days.of(atlas, period, last)
    if days.is_empty:
        raise AtlasError(NO_REPORT, period=period.name, day=last.isoformat())
    members = _members(names, organization)
    series = _series(atlas, days, organization, members)
    at_end = _everybody(atlas, days.last_days(), names)
    lines = tuple(_lines(atlas.rules, own, last, days, series, at_end, names, since))
    due = [one for one in due_at(atlas, end_of(last)) if members is None or _is_of(one, members)]
    peers: tuple[Peer, ...] = ()
    others = 0
    if organization == CITY:
        before = _everybody(atlas, days.days_before(), names)
        peers = tuple(_peers(names, at_end, before))
        others = sum(
            one.kind == "other" and (DATASETS, one.iri) in at_end for one in names.values()
        )
    mentioned = {one.organization for one in due}
    return Report(
        period=period,
        day=last,
        organization=own,
        lines=lines,
        due=tuple(due),
        names={iri: names.get(iri, Reported(iri, iri, iri, "other")) for iri in sorted(mentioned)},
        peers=peers,
        others=others,
        base=atlas.settings.base_iri,
        lasts=last == atlas.clock.today(),
    )


def _members(names: Mapping[str, Reported], organization: str) -> frozenset[str] | None:
    """Return whose figures count for an organization; None: everybody's, of the city."""
    if organization == CITY:
        return None
    below = (one.iri for one in names.values() if organization in one.above)
    return frozenset({organization, *below})


def _is_of(due: Due, members: Collection[str]) -> bool:
    return due.organization in members


def _series(
    atlas: Service, days: Days, organization: str, members: frozenset[str] | None
) -> dict[str, dict[date, Counted]]:
    """Return the figures of one organization, by name and day."""
    shown = {*days.quality, *((days.quality_before,) if days.quality_before else ())}
    found: dict[str, dict[date, Counted]] = defaultdict(dict)
    distinct = days_in_distinct_records(atlas, shown)
    # Earlier days have the sums of what publishers had, as they were reported.
    of_publishers = quality_on(atlas, shown - distinct, members or {CITY})
    for metric, one in of_publishers + organization_figures_on(atlas, distinct, {organization}):
        _add(found[metric], Counted(one.day, one.passed, one.judged))
        if metric == METRICS[0]:
            _add(found[DATASETS], Counted(one.day, one.records))
    shown = {*days.own, *((days.own_before,) if days.own_before else ())}
    with atlas.journal.reading_tables() as connection:
        for figure, _, counted in figures_on(connection, shown, {organization}):
            found[figure][counted.day] = counted
    return found


def _add(figures: dict[date, Counted], more: Counted) -> None:
    there = figures.get(more.day)
    figures[more.day] = more if there is None else _sum(there, more)


def _sum(one: Counted, other: Counted) -> Counted:
    whole = None if one.whole is None else one.whole + (other.whole or 0)
    return Counted(one.day, one.counted + other.counted, whole, one.definition)


def _everybody(
    atlas: Service, days: tuple[date | None, date | None], names: Mapping[str, Reported]
) -> dict[_Key, Counted]:
    """Return all figures of one day by figure and organization."""
    quality_day, own_day = days
    found: dict[_Key, Counted] = {}
    if quality_day is not None:
        for metric, one, iris in _of_organizations(atlas, quality_day, names):
            counts: list[tuple[str, Counted]] = [(metric, Counted(one.day, one.passed, one.judged))]
            if metric == METRICS[0]:
                counts.append((DATASETS, Counted(one.day, one.records)))
            for iri in iris:
                for name, counted in counts:
                    there = found.get((name, iri))
                    found[name, iri] = counted if there is None else _sum(there, counted)
    if own_day is not None:
        with atlas.journal.reading_tables() as connection:
            for figure, iri, counted in figures_on(connection, {own_day}):
                if iri != CITY:
                    found[figure, iri] = counted
    return found


def _of_organizations(
    atlas: Service, day: date, names: Mapping[str, Reported]
) -> Iterable[tuple[Metric, DayFigure, Collection[str]]]:
    """Yield the measured figures of a day, and the organizations to which each is to be added."""
    if days_in_distinct_records(atlas, {day}):
        for metric, one in organization_figures_on(atlas, {day}):
            if one.publisher != CITY:
                yield metric, one, (one.publisher,)
        return
    for metric, one in quality_on(atlas, {day}):
        if one.publisher != CITY:
            known = names.get(one.publisher)
            yield metric, one, {one.publisher, *(known.above if known is not None else ())}


def _lines(
    rules: Rules,
    own: Reported,
    day: date,
    days: Days,
    series: Mapping[str, Mapping[date, Counted]],
    at_end: Mapping[_Key, Counted],
    names: Mapping[str, Reported],
    since: Mapping[tuple[str, int], date],
) -> Iterable[Line]:
    for name, kind in KINDS.items():
        figures = series.get(name, {})
        before = days.before_of(name)
        course = tuple(
            figures[one]
            for one in (days.quality if is_quality(name) else days.own)
            if one in figures
        )
        if not course:
            continue
        now, then = course[-1], None if before is None else figures.get(before)
        others = (*course, *(() if then is None else (then,)))
        is_redefined = any(one.definition != now.definition for one in others)
        yield Line(
            kind=kind,
            now=now,
            before=then,
            course=course,
            aim=None if _is_passed_on(kind, now.day, since) else _aim(rules, kind, own, day),
            place=_place(kind, own, at_end, names),
            defined_since=since.get((name, now.definition)) if is_redefined else None,
        )


def _is_passed_on(kind: FigureKind, day: date, since: Mapping[tuple[str, int], date]) -> bool:
    """Tell whether another figure is held against a figure's aim on a day."""
    return any(name == kind.aim_passed_to and first <= day for (name, _), first in since.items())


def _aim(rules: Rules, kind: FigureKind, own: Reported, day: date) -> ReportAim | None:
    if not kind.aim or (kind.aim_of == "city" and own.kind != "city"):
        return None
    rule = rules.get(kind.rule)
    if kind.aim_of == "pilots" and own.iri not in pilot_districts(rules, day):
        return None
    for one in rule.parameters:
        if one.name == kind.aim and one.in_force.contains(day):
            value = float(one.value)
            return ReportAim(
                100 * value if kind.is_share else value,
                one.in_force.start,
                one.in_force.end,
                {"zh": rule.source.zh, "en": rule.source.en},
            )
    return None


def _place(
    kind: FigureKind,
    own: Reported,
    at_end: Mapping[_Key, Counted],
    names: Mapping[str, Reported],
) -> Place | None:
    mine = at_end.get((kind.name, own.iri))
    if not kind.is_share or own.kind not in PLACED or mine is None or mine.percent is None:
        return None
    shares = [
        share
        for one in names.values()
        if one.kind == own.kind
        and (found := at_end.get((kind.name, one.iri))) is not None
        and found.definition == mine.definition
        and (share := found.percent) is not None
    ]
    if len(shares) == 1:
        return None
    higher = sum(share > mine.percent for share in shares)
    return Place(1 + higher, shares.count(mine.percent), len(shares), median(shares))


def _peers(
    names: Mapping[str, Reported],
    at_end: Mapping[_Key, Counted],
    before: Mapping[_Key, Counted],
) -> Iterable[Peer]:
    """Yield departments, then districts, those of which anything was counted."""
    for one in sorted(names.values(), key=lambda named: (named.kind, named.iri)):
        if one.kind not in PLACED:
            continue
        figures = {name: at_end[name, one.iri] for name in KINDS if (name, one.iri) in at_end}
        if not figures:
            continue
        changes = {}
        for name, now in figures.items():
            change = now.change_since(before.get((name, one.iri)))
            if change is not None:
                changes[name] = change
        yield Peer(one, figures, changes)
