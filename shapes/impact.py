"""Impact preview: which findings a changed or new rule would add or remove in the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from ontology.errors import AtlasError
from ontology.record import Record
from ontology.terms import SH
from shapes.compilation import as_ntriples, compiled_triples, runnable
from shapes.engines import EMPTY, ShaclEngine, in_order
from shapes.errors import NO_RULES
from shapes.report import Finding, Report
from shapes.rule import Rule
from shapes.rule_files import read_rule_file, unique_rules
from shapes.rules import Rules

CHUNK = 2_000
"""Records held in memory at a time."""


@dataclass(frozen=True, slots=True)
class RecordImpact:
    """One record whose findings would change. ``before`` and ``after``: does it conform?"""

    record: str
    before: bool
    after: bool
    appeared: tuple[Finding, ...]
    disappeared: tuple[Finding, ...]
    found_before: bool
    """Whether the rules that differ find anything in it before the change."""
    found_after: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """The outcome of a rule change over ``records`` records on ``day``."""

    day: date
    records: int
    rules: tuple[str, ...]
    """Ids of the rules that check otherwise on that day: added, changed, ended."""
    changes: tuple[RecordImpact, ...]
    appeared: dict[str, int]
    disappeared: dict[str, int]
    """Findings by rule id."""

    @property
    def verdicts(self) -> tuple[RecordImpact, ...]:
        """The records that would be held, or would no longer be held."""
        return tuple(change for change in self.changes if change.before != change.after)


def proposed(rules: Rules, path: Path) -> Rules:
    """Return the register with a rule file, or all of a folder, put in or in place of namesakes.

    Raises `AtlasError` as `Rules.load` does: a proposal with errors is not tried.
    """
    files = sorted(path.glob("*.ttl")) if path.is_dir() else [path]
    if not files:
        raise AtlasError(NO_RULES, where=path.name)
    return rules.replaced(unique_rules({file.name: read_rule_file(file) for file in files}))


def changed_rules(old: Rules, new: Rules, day: date) -> tuple[str, ...]:
    """Return the ids of the rules whose compiled shapes on ``day`` differ."""
    before, after = _checks(old, day), _checks(new, day)
    return tuple(sorted(i for i in before.keys() | after.keys() if before.get(i) != after.get(i)))


def impact(
    old: Rules, new: Rules, records: Iterable[Record], day: date, *, threads: int | None = None
) -> Impact:
    """Validate all records against the rules that differ, before and after the change.

    The unchanged rules are run only on records whose findings change, and only where they may
    decide whether the record conforms. Raises `AtlasError` (``invalid-rule``).
    """
    ids = changed_rules(old, new, day)
    trial = Trial(old, new, set(ids), day, threads)
    changes: list[RecordImpact] = []
    appeared: Counter[str] = Counter()
    disappeared: Counter[str] = Counter()
    count = 0
    for chunk in _chunks(records):
        count += len(chunk)
        for change in trial.changes(chunk) if ids else ():
            changes.append(change)
            appeared.update(f.rule_id for f in change.appeared)
            disappeared.update(f.rule_id for f in change.disappeared)
    return Impact(day, count, ids, tuple(changes), dict(appeared), dict(disappeared))


def _checks(rules: Rules, day: date) -> dict[str, str]:
    return {
        rule.id: as_ntriples(runnable(compiled_triples(rule, rules.surroundings(rule, day))))
        for rule in rules.in_force(day)
        if rule.shaped
    }


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    waiting = iter(records)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


class Trial:
    """Engines with the changed rules before and after, and one with all other rules.

    ``ids`` are those of the rules that differ (`changed_rules`).
    """

    def __init__(
        self, old: Rules, new: Rules, ids: set[str], day: date, threads: int | None
    ) -> None:
        same = old.only({rule.id for rule in old if _may_hold(rule)} - ids)
        self._before = _engine(old.only(ids), day, threads)
        self._after = _engine(new.only(ids), day, threads)
        self._others = _engine(same, day, threads)

    def changes(self, records: list[Record]) -> Iterator[RecordImpact]:
        """Yield those of some records whose findings would change."""
        before = _reports(self._before, records)
        after = _reports(self._after, records)
        differing = [i for i in range(len(records)) if before[i].findings != after[i].findings]
        # Records that a changed rule holds before and after are held whatever other rules say.
        open_ = [i for i in differing if before[i].conforms or after[i].conforms]
        others = dict(zip(open_, _reports(self._others, [records[i] for i in open_]), strict=True))
        for i in differing:
            rest = others.get(i, EMPTY).conforms
            was, will = set(before[i].findings), set(after[i].findings)
            yield RecordImpact(
                records[i].iri,
                before[i].conforms and rest,
                after[i].conforms and rest,
                tuple(in_order(will - was)),
                tuple(in_order(was - will)),
                found_before=bool(was),
                found_after=bool(will),
            )


def _may_hold(rule: Rule) -> bool:
    violation = ox.NamedNode(SH.Violation)
    return any(t.predicate.value == SH.severity and t.object == violation for t in rule.triples)


def _engine(rules: Rules, day: date, threads: int | None) -> ShaclEngine | None:
    """Return an engine, or None where no rule of these is checked on that day."""
    if any(rule.shaped for rule in rules.in_force(day)):
        return ShaclEngine(rules, day, threads=threads)
    return None


def _reports(engine: ShaclEngine | None, records: list[Record]) -> list[Report]:
    return [EMPTY] * len(records) if engine is None else engine.validate_many(records)
