"""Findings of the gate, told in both languages by rule, with the article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catalog_service.api.description import Shown
from ontology.terms import PREFIXES
from shapes.report import Finding
from shapes.rules import Rules, Text

MAX_LISTED: Final = 200
"""Places listed for one rule; the count counts all."""


class Message(Shown):
    """A message in both languages."""

    zh: str
    en: str


class Spot(Shown):
    """Where a rule finds something: N-Triples terms, and the property's short name."""

    focus: str
    path: str | None
    value: str | None


class RuleFindings(Shown):
    """What one rule finds."""

    rule: str
    severity: str
    label: Message
    article: Message
    message: Message
    count: int
    spots: list[Spot]


def short(iri: str | None) -> str | None:
    """Return ``dct:title`` for a property's IRI; anything unknown as it is."""
    if iri is None:
        return None
    bare = iri.removeprefix("<").removesuffix(">")
    for prefix, namespace in PREFIXES.items():
        if bare.startswith(namespace) and "/" not in bare[len(namespace) :]:
            return f"{prefix}:{bare[len(namespace) :]}"
    return bare


def both(text: Text) -> Message:
    """Return a text of the register for an answer."""
    return Message(zh=text.zh, en=text.en)


def by_rule(findings: Iterable[Finding], rules: Rules) -> list[RuleFindings]:
    """Group findings by rule and severity: violations first, then by rule id."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.rule_id), []).append(finding)
    order = {"Violation": 0, "Warning": 1, "Info": 2}
    answer = []
    for (severity, rule_id), group in sorted(
        groups.items(), key=lambda item: (order.get(item[0][0], 9), item[0][1])
    ):
        rule = rules.get(rule_id)
        spots = [Spot(focus=f.focus, path=short(f.path), value=f.value) for f in group[:MAX_LISTED]]
        answer.append(
            RuleFindings(
                rule=rule_id,
                severity=severity,
                label=both(rule.label),
                article=both(rule.source),
                message=both(rule.message),
                count=len(group),
                spots=spots,
            )
        )
    return answer
