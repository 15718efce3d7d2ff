"""Findings of the gate, told in both languages by rule, with the article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from catalog_service.datasets.description import Shown
from ontology.languages import BilingualText
from ontology.terms import shortened
from ontology.truncation import clip
from shapes.report import Finding
from shapes.rules import Rules

_BRACKETED: Final = re.compile(r"<([^<>]*)>")

MAX_LISTED: Final = 200
"""Places listed for one rule; the count counts all."""


class Message(Shown):
    """A message in both languages."""

    zh: str
    en: str


class Spot(Shown):
    """Where a rule finds something: N-Triples terms, and the property's short name.

    Terms over `ontology.truncation.MAX_NAME` characters are cut, with an ellipsis.
    """

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
    """Return ``dct:title`` for a property's IRI; anything unknown as it is.

    A property path keeps its signs: ``dct:issued|dct:modified``.
    """
    if iri is None:
        return None
    if "<" in iri:
        return _BRACKETED.sub(lambda found: short(found[1]) or "", iri)
    return shortened(iri)


def both(text: BilingualText) -> Message:
    """Return a text of the register for an answer."""
    return Message(zh=text.zh, en=text.en)


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
