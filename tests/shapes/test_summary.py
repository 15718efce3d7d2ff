"""The sums over many reports."""

from __future__ import annotations

import pytest

from ontology.errors import AtlasError
from shapes.engines import ShaclEngine
from shapes.report import Finding, Report
from shapes.rules import Rules
from shapes.summary import Tally
from tests.shapes.examples import EXAMPLES, record


def test_sums_by_rule_and_article(rules: Rules, gate: ShaclEngine) -> None:
    names = sorted(path.name for path in EXAMPLES.glob("*.ttl"))
    items = [record((EXAMPLES / n).read_text(encoding="utf-8"), i) for i, n in enumerate(names)]
    reports = gate.validate_many(items)
    tally = Tally(rules, examples=1)
    for item, report in zip(items, reports, strict=True):
        tally.add(item.iri, report)
    found = tally.summary()
    assert found.records == len(items)
    assert found.conforming == sum(report.conforms for report in reports)
    assert found.findings == sum(len(report.findings) for report in reports)
    assert {s.rule.id for s in found.rules} == {r.id for r in rules if r.shaped}
    by_id = {s.rule.id: s for s in found.rules}
    assert by_id["R28"].records == 3
    assert by_id["R28"].by_severity == {"Warning": 3}
    assert [len(s.examples) for s in found.rules] == [1] * len(found.rules)
    assert found.rules[0].rule.severity == "Violation"
    assert found.rules[-1].rule.severity == "Info"
    quality = next(a for a in found.articles if "第三十五条" in a.source.zh)
    assert set(quality.rules) == {r.id for r in rules if r.id.startswith("V-")}
    assert sum(a.findings for a in found.articles) == found.findings


def test_a_record_counts_once_for_an_article(rules: Rules) -> None:
    findings = (Finding("R01", "Violation", "<x:a>"), Finding("R02", "Violation", "<x:a>"))
    tally = Tally(rules)
    tally.add("x:a", Report(findings))
    (article,) = tally.summary().articles
    assert (article.records, article.findings, article.rules) == (1, 2, ("R01", "R02"))


def test_an_unknown_rule_is_an_error(rules: Rules) -> None:
    with pytest.raises(AtlasError):
        Tally(rules).add("x:a", Report((Finding("R99", "Info", "<x:a>"),)))
