"""Holds what was measured of datasets against the criteria."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.quality.badges.model import Criterion, Judged
from catalog_service.quality.data.model import Profile
from catalog_service.quality.tables import (
    quality_measurements,
    quality_points,
    quality_profiles,
)
from ontology.terms import SHD

_USES: Final = {"views": SHD.viewCount, "downloads": SHD.downloadCount, "calls": SHD.callCount}
_COUNT: Final = re.compile(
    rf'^<([^>]*)> <({"|".join(re.escape(one) for one in _USES.values())})> "([0-9]{{1,15}})"', re.M
)


@dataclass(slots=True)
class Facts:
    """What is known of a dataset when the badge is decided; nothing is measured for it."""

    metrics: dict[str, str] = field(default_factory=dict)
    """By metric: pass, fail or unjudged."""
    points: int | None = None
    profile: Profile | None = None
    findings: frozenset[str] | None = None
    """Rules that found something; None: not known."""
    uses: Mapping[str, int] = field(default_factory=dict)


def measured_now(connection: sa.Connection, criteria: Collection[Criterion]) -> dict[str, Facts]:
    """Return what was measured last of each public record, as far as the criteria ask for it."""
    found: dict[str, Facts] = {}
    if not criteria:
        # Nobody has the badge: nothing is asked of anybody.
        return found
    kinds = {one.kind for one in criteria}
    asked = {one.of for one in criteria if one.kind == "metric"}
    for iri, metric, result in _newest(
        connection, quality_measurements, ("iri", "metric"), ("iri", "metric", "result")
    ):
        if result != "gone":
            facts = found.setdefault(iri, Facts())
            if metric in asked:
                facts.metrics[metric] = result
    if "points" in kinds:
        for iri, points, gone in _newest(
            connection, quality_points, ("iri",), ("iri", "points", "gone")
        ):
            if iri in found and not gone:
                found[iri].points = points
    if "data" in kinds:
        for iri, details in _newest(connection, quality_profiles, ("iri",), ("iri", "details")):
            if iri in found and details is not None:
                found[iri].profile = Profile.read(orjson.loads(details))
    return found


def add_findings(atlas: Service, facts: Mapping[str, Facts]) -> None:
    """Add what the rules find in public versions."""
    verdicts = atlas.journal.public_verdicts()
    for iri, one in facts.items():
        found = verdicts.get(iri)
        one.findings = None if found is None else frozenset(rule for rule, _ in found)


def add_uses(atlas: Service, facts: Mapping[str, Facts], iris: Iterable[str]) -> None:
    """Add how often datasets were used, as their records say."""
    names = {str(iri): name for name, iri in _USES.items()}
    for iri, record in atlas.journal.get_many(sorted(iris)).items():
        counts = {
            names[predicate]: int(count)
            for subject, predicate, count in _COUNT.findall(record.nquads or "")
            if subject == record.focus
        }
        if iri in facts:
            facts[iri].uses = counts


def judge(criterion: Criterion, facts: Facts) -> Judged:
    """Return whether a dataset meets a criterion; what is not known is not met."""
    code, of = criterion.code, criterion.of
    match criterion.kind:
        case "metric":
            result = facts.metrics.get(of, "")
            return Judged(code, result == "pass", result)
        case "rule":
            if facts.findings is None:
                return Judged(code, False, "")
            found = of in facts.findings
            return Judged(code, not found, "fail" if found else "pass")
        case "points":
            value: float | None = facts.points
        case "data":
            value = None if facts.profile is None else share(facts.profile, of)
        case "use":
            value = facts.uses.get(of)
    if value is None:
        return Judged(code, False, "")
    return Judged(code, value >= (criterion.least or 0), f"{round(value, 2):g}")


def share(profile: Profile, of: str) -> float | None:
    """Return the per cent of cells that are filled or valid, or of rows that are unique."""
    whole = profile.rows if of == "unique" else profile.cells
    bad = {"filled": profile.empty, "valid": profile.wrong, "unique": profile.duplicates}[of]
    return 100 * (whole - bad) / whole if whole else None


def _newest(
    connection: sa.Connection, table: sa.Table, by: tuple[str, ...], columns: tuple[str, ...]
) -> Iterable[Any]:
    """Yield some columns of the newest row of each key."""
    keys = [table.c[name] for name in by]
    last = sa.select(*keys, sa.func.max(table.c.day).label("day")).group_by(*keys).subquery()
    same = [last.c[name] == table.c[name] for name in by]
    return connection.execute(
        sa.select(*(table.c[name] for name in columns)).join(
            last, sa.and_(*same, last.c.day == table.c.day)
        )
    )
