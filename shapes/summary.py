"""Summary of the gate's reports over many records, by rule and by article."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ontology.languages import BilingualText
from shapes.report import Finding, Report, Severity
from shapes.rule import Rule
from shapes.rules import Rules

SEVERITIES: tuple[Severity, ...] = ("Violation", "Warning", "Info")


@dataclass(frozen=True, slots=True)
class Example:
    """One finding with the record in which it was made."""

    record: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """What one rule found: findings by severity, records concerned, the first few of them."""

    rule: Rule
    findings: int
    records: int
    by_severity: dict[Severity, int]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What the rules of one source found together; ``records`` counts a record once."""

    source: BilingualText
    rules: tuple[str, ...]
    findings: int
    records: int


@dataclass(frozen=True, slots=True)
class Summary:
    """All records of one run: how many conform, and what was found, worst first."""

    records: int
    conforming: int
    findings: int
    rules: tuple[RuleSummary, ...]
    articles: tuple[ArticleSummary, ...]


class Tally:
    """Counts reports one by one; keeps counts and a few examples, never the records."""

    def __init__(self, rules: Rules, *, examples: int = 3) -> None:
        self._rules = rules
        self._keep = examples
        self._records = self._conforming = 0
        self._severities: Counter[tuple[str, Severity]] = Counter()
        self._by_rule: Counter[str] = Counter()
        self._by_article: Counter[BilingualText] = Counter()
        self._examples: dict[str, list[Example]] = {}

    def add(self, record_iri: str, report: Report) -> None:
        """Count one record's report; raises `AtlasError` (``unknown-rule``)."""
        self._records += 1
        self._conforming += report.conforms
        concerned = set()
        for finding in report.findings:
            self._severities[finding.rule_id, finding.severity] += 1
            concerned.add(finding.rule_id)
            examples = self._examples.setdefault(finding.rule_id, [])
            if len(examples) < self._keep:
                examples.append(Example(record_iri, finding))
        self._by_rule.update(concerned)
        self._by_article.update({self._rules.get(rule_id).source for rule_id in concerned})

    def summary(self) -> Summary:
        """Return the sums so far."""
        found = [self._of_rule(rule) for rule in self._rules if self._by_rule[rule.id]]
        found.sort(key=lambda s: (SEVERITIES.index(s.rule.severity), -s.records, s.rule.id))
        articles = {}
        for source, records in self._by_article.most_common():
            ids = tuple(s.rule.id for s in found if s.rule.source == source)
            total = sum(s.findings for s in found if s.rule.source == source)
            articles[source] = ArticleSummary(source, ids, total, records)
        return Summary(
            self._records,
            self._conforming,
            sum(s.findings for s in found),
            tuple(found),
            tuple(articles.values()),
        )

    def _of_rule(self, rule: Rule) -> RuleSummary:
        by_severity = {
            severity: self._severities[rule.id, severity]
            for severity in SEVERITIES
            if self._severities[rule.id, severity]
        }
        return RuleSummary(
            rule,
            sum(by_severity.values()),
            self._by_rule[rule.id],
            by_severity,
            tuple(self._examples.get(rule.id, ())),
        )
