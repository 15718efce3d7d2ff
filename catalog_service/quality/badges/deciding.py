"""Decides who has the badge, after each night's measuring, and tells what changed.

Decided from what was measured and kept, and kept itself by day: a day is written while it lasts,
and never once it is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.notices.service import tell_all
from catalog_service.quality.badges.criteria import criteria_on, criteria_versions
from catalog_service.quality.badges.errors import BADGES_BUSY
from catalog_service.quality.badges.judging import (
    Facts,
    add_findings,
    add_uses,
    judge,
    measured_now,
)
from catalog_service.quality.badges.kept import (
    decisions,
    last_day,
    round_of,
    write_day,
    write_decisions,
)
from catalog_service.quality.badges.model import Criteria, Decision, Why
from catalog_service.quality.badges.telling import notices_of
from ontology.errors import AtlasError
from ontology.record import PATH

_TRIES: Final = 5


class _Overtaken:
    """Another process decided the same day meanwhile."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many datasets have the badge, and how many got and lost it just now."""

    day: date
    version: int
    held: int
    awarded: int
    lost: int


def decide(atlas: Service) -> Decided | None:
    """Decide today's badges; None where a later day is kept, or the day ends meanwhile.

    Where another process decided meanwhile all is decided anew from what it left, so that each
    change is written, and told, by one of them. Raises ``badges-busy`` where that goes on.
    """
    for _ in range(_TRIES):
        found = _decide_once(atlas)
        if not isinstance(found, _Overtaken):
            return found
    raise AtlasError(BADGES_BUSY)


def _decide_once(atlas: Service) -> Decided | _Overtaken | None:
    day = atlas.clock.today()
    criteria = criteria_on(criteria_versions(atlas), day)
    with atlas.journal.reading_tables() as connection:
        last, rounds = last_day(connection), round_of(connection, day)
        known = decisions(connection)
        facts = measured_now(connection, criteria.criteria if criteria else ())
    if last is not None and last > day:
        return None
    held = {iri for iri, many in known.items() if many[0].held}
    winners = _winners(atlas, criteria, facts, held)
    winners &= atlas.journal.public_among(sorted(winners)).keys()
    changed = [
        _decision(iri, day, iri in winners, criteria, facts) for iri in sorted(winners ^ held)
    ]
    told = notices_of(atlas, changed, criteria)
    with atlas.journal.writing_tables() as connection:
        # A day that ended while it was decided is over, and stays as it was.
        last = last_day(connection)
        if (last is not None and last > day) or atlas.clock.today() != day:
            return None
        if round_of(connection, day) != rounds:
            return _Overtaken()
        new = [one for one in changed if _differs(one, known.get(one.iri, []))]
        write_decisions(connection, day, [one.iri for one in changed], new)
        write_day(connection, day, criteria.number if criteria else 0, len(winners))
        for one in changed:
            atlas.audit.append(connection, _entry(atlas, one))
        for notice, persons in told:
            tell_all(atlas, connection, notice, persons)
    awarded = sum(one.held for one in changed)
    number = criteria.number if criteria else 0
    return Decided(day, number, len(winners), awarded, len(changed) - awarded)


def _winners(
    atlas: Service, criteria: Criteria | None, facts: Mapping[str, Facts], held: set[str]
) -> set[str]:
    """Return the measured datasets that meet all criteria; none where there are no criteria.

    What costs most is asked last, and of those alone that it decides; of those that have the badge
    everything, so that it can be said what they lack.
    """
    if criteria is None or not criteria.criteria:
        return set()
    first = [one for one in criteria.criteria if one.kind not in ("rule", "use")]
    rules = [one for one in criteria.criteria if one.kind == "rule"]
    uses = [one for one in criteria.criteria if one.kind == "use"]
    found = {iri for iri, one in facts.items() if all(judge(c, one).met for c in first)}
    if rules:
        add_findings(atlas, facts)
        found = {iri for iri in found if all(judge(c, facts[iri]).met for c in rules)}
    if uses:
        add_uses(atlas, facts, found | held)
        found = {iri for iri in found if all(judge(c, facts[iri]).met for c in uses)}
    return found


def _decision(
    iri: str, day: date, held: bool, criteria: Criteria | None, facts: Mapping[str, Facts]
) -> Decision:
    if criteria is None or not criteria.criteria:
        return Decision(iri, day, held, "no-criteria", criteria.number if criteria else 0, ())
    if iri not in facts:
        return Decision(iri, day, held, "gone", criteria.number, ())
    judged = tuple(judge(one, facts[iri]) for one in criteria.criteria)
    # One that meets them and loses it is not public any more, though it was when measured.
    lost: Why = "gone" if all(one.met for one in judged) else "unmet"
    return Decision(iri, day, held, "met" if held else lost, criteria.number, judged)


def _differs(one: Decision, known: list[Decision]) -> bool:
    """Tell whether a decision differs from what held at the end of the days before."""
    before = next((each for each in known if each.day < one.day), None)
    return one.held != (before is not None and before.held)


def _entry(atlas: Service, one: Decision) -> Entry:
    source = one.iri.removeprefix(f"{atlas.settings.base_iri}{PATH}").partition("/")[0]
    details = {
        "why": one.why,
        "version": one.version,
        "unmet": [f"{each.code}: {each.value or '–'}" for each in one.failed],
    }
    return Entry(
        "badge.award" if one.held else "badge.lose", one.iri, source=source, details=details
    )
