"""The register of rules as it is shown, what rules find, and what a changed rule would do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyoxigraph as ox

from catalog_service.answers import Message, Shown, both
from catalog_service.context import Service
from catalog_service.rules.model import RuleFindings, RuleTally, Spot
from ontology.terms import DCT, PREFIXES, SHD, shortened
from ontology.truncation import clip
from search.index.payload import StoredDocument
from shapes.impact import RecordImpact
from shapes.report import Finding
from shapes.rule import Rule
from shapes.rules import Rules

_BLANK: Final = re.compile(r"_:[0-9a-f]{8,}")
_BRACKETED: Final = re.compile(r"<([^<>]*)>")

MAX_LISTED: Final = 200
"""Places listed for one rule; the count counts all."""


class RuleAnswer(Shown):
    """One rule of the register; ``status`` tells whether a machine judges it.

    ``judged_by`` names the part of the service that does, where it is not the gate by a shape.
    """

    id: str
    iri: str
    levels: list[str]
    severity: str
    status: str
    label: Message
    article: Message
    message: Message
    judged: Message | None = None
    """How it is judged, where that is not by its shape."""
    judged_by: str | None = None
    since: date
    until: date | None


class ParameterAnswer(Shown):
    """A dated threshold."""

    name: str
    value: str
    since: date
    until: date | None


class RuleDetail(RuleAnswer):
    """One rule with its thresholds and its SHACL shape."""

    parameters: list[ParameterAnswer]
    turtle: str


def rule_answer(rule: Rule) -> RuleAnswer:
    """Return a rule as an entry of the register."""
    return RuleAnswer(
        id=rule.id,
        iri=rule.iri,
        levels=list(rule.levels),
        severity=rule.severity,
        status=rule.status,
        label=both(rule.label),
        article=both(rule.source),
        message=both(rule.message),
        judged=None if rule.judged is None else both(rule.judged),
        judged_by=rule.judged_by,
        since=rule.in_force.start,
        until=rule.in_force.end,
    )


def rule_detail(rule: Rule) -> RuleDetail:
    """Return a rule with its thresholds and its definition as Turtle."""
    written = ox.serialize(rule.triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    return RuleDetail(
        **dict(rule_answer(rule)),
        parameters=[
            ParameterAnswer(
                name=p.name, value=p.value, since=p.in_force.start, until=p.in_force.end
            )
            for p in rule.parameters
        ],
        turtle=_readable(written.decode()),
    )


def _readable(turtle: str) -> str:
    """Return Turtle in which blank nodes are numbered as they come: their labels mean nothing."""
    numbers: dict[str, str] = {}
    return _BLANK.sub(lambda m: numbers.setdefault(m[0], f"_:b{len(numbers) + 1}"), turtle)


@dataclass(frozen=True, slots=True)
class PassRate:
    """How many public records were held against a rule, and how many pass."""

    records: int
    found: int

    @property
    def passed(self) -> int:
        """Records in which it finds nothing."""
        return self.records - self.found

    @property
    def percent(self) -> float:
        """The share that passes, from 0 to 100."""
        return 100 * self.passed / self.records if self.records else 0.0


def pass_rates(atlas: Service) -> dict[str, PassRate]:
    """Return the pass rate of each rule that is checked; empty without any public record."""
    records, found = atlas.journal.public_findings()
    if not records:
        return {}
    checked = (rule.id for rule in atlas.rules if rule.shaped)
    return {rule: PassRate(records, found.get(rule, 0)) for rule in checked}


def offenders(atlas: Service, rule: str, offset: int, limit: int) -> list[StoredDocument]:
    """Return public datasets in which a rule finds something, by source and identifier."""
    view = atlas.index.view()
    if view is None:
        return []
    found = (view.get(iri) for iri in atlas.journal.public_offenders(rule, offset, limit))
    return [document for document in found if document is not None]


def rule_triples(rules: Rules, rule: Rule, day: date) -> Iterable[ox.Triple]:
    """Return a rule with those of its SHACL shapes that are in force on a day."""
    shapes = rules.only({rule.id}).shapes_triples(day)
    own = _beside_shapes(rule) if shapes else rule.triples
    return dict.fromkeys([*own, *shapes])


def _beside_shapes(rule: Rule) -> list[ox.Triple]:
    """Return what a rule says that its compiled shapes leave out: levels, days, thresholds."""
    below = {t.object for t in rule.triples if t.predicate.value in (DCT.temporal, SHD.parameter)}
    return [
        t
        for t in rule.triples
        if t.subject in below
        or t.object in below
        or t.object == ox.NamedNode(SHD.Rule)
        or t.predicate.value in (SHD.level, DCT.identifier)
    ]


def severity_changes(changes: Iterable[RecordImpact]) -> Counter[tuple[str, str, str]]:
    """Count the records in which a rule finds the same at another severity: rule, from, to."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for change in changes:
        before = {(f.rule_id, f.focus, f.path, f.value): f.severity for f in change.disappeared}
        counts.update(
            {
                (f.rule_id, was, f.severity)
                for f in change.appeared
                if (was := before.get((f.rule_id, f.focus, f.path, f.value))) is not None
            }
        )
    return counts


def short(iri: str | None) -> str | None:
    """Return ``dct:title`` for a property's IRI; anything unknown as it is.

    A property path keeps its signs: ``dct:issued|dct:modified``.
    """
    if iri is None:
        return None
    if "<" in iri:
        return _BRACKETED.sub(lambda found: short(found[1]) or "", iri)
    return shortened(iri)


class Grouped:
    """Findings by rule and severity: all are counted, `MAX_LISTED` places of each rule kept."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._counts: Counter[tuple[str, str]] = Counter()
        self._spots: dict[tuple[str, str], list[Spot]] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in findings."""
        for finding in findings:
            key = (finding.severity, finding.rule_id)
            self._counts[key] += 1
            spots = self._spots.setdefault(key, [])
            if len(spots) < MAX_LISTED:
                path = short(finding.path)
                value = None if finding.value is None else clip(finding.value)
                spots.append(Spot(focus=clip(finding.focus), path=path, value=value))

    def answer(self) -> list[RuleFindings]:
        """Return violations first, then by rule id."""
        order = {"Violation": 0, "Warning": 1, "Info": 2}
        told = []
        for severity, rule_id in sorted(
            self._counts, key=lambda key: (order.get(key[0], 9), key[1])
        ):
            rule = self._rules.get(rule_id)
            told.append(
                RuleFindings(
                    rule=rule_id,
                    severity=severity,
                    label=both(rule.label),
                    article=both(rule.source),
                    message=both(rule.message),
                    count=self._counts[severity, rule_id],
                    spots=self._spots[severity, rule_id],
                )
            )
        return told


def by_rule(findings: Iterable[Finding], rules: Rules) -> list[RuleFindings]:
    """Group findings by rule and severity: violations first, then by rule id."""
    grouped = Grouped(rules)
    grouped.add(findings)
    return grouped.answer()


def tally(rule: Rule, severity: str, *, held: int, flagged: int, excepted: int = 0) -> RuleTally:
    """Return how often a rule finds something, with what it demands."""
    return RuleTally(
        rule=rule.id,
        severity=severity,
        label=both(rule.label),
        article=both(rule.source),
        message=both(rule.message),
        held=held,
        flagged=flagged,
        excepted=excepted,
    )
