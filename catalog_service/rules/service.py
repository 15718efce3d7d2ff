"""The register of rules as it is shown, and what a changed rule would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

import pyoxigraph as ox

from catalog_service.datasets.description import Shown
from catalog_service.datasets.findings import Message, both
from ontology.terms import DCT, PREFIXES, SHD
from shapes.impact import Change
from shapes.rule import Rule
from shapes.rules import Rules


class RuleAnswer(Shown):
    """One rule of the register; ``status`` tells whether the gate checks it."""

    id: str
    iri: str
    levels: list[str]
    severity: str
    status: str
    label: Message
    article: Message
    message: Message
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
        since=rule.in_force.start,
        until=rule.in_force.end,
    )


def rule_detail(rule: Rule) -> RuleDetail:
    """Return a rule with its thresholds and its definition as Turtle."""
    turtle = ox.serialize(rule.triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return RuleDetail(
        **dict(rule_answer(rule)),
        parameters=[
            ParameterAnswer(
                name=p.name, value=p.value, since=p.in_force.start, until=p.in_force.end
            )
            for p in rule.parameters
        ],
        turtle=turtle.decode() if turtle else "",
    )


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


def severity_changes(changes: Iterable[Change]) -> Counter[tuple[str, str, str]]:
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
