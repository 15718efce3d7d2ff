"""The ring: how many of the automatic checks a description passes, and which it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.api.findings import RuleFindings
from shapes.rules import Rules

_ORDER: Final = ("Violation", "Warning", "Info")
_REASONS: Final = 2


@dataclass(frozen=True, slots=True)
class Quality:
    """``percent`` of the rules that are checked automatically is passed.

    ``worst`` names the severest finding as a class of the stylesheet; ``reasons`` are the first
    findings, the severest before the others, and ``more`` how many there are besides.
    """

    checked: int
    passed: int
    percent: int
    worst: str
    reasons: tuple[RuleFindings, ...]
    more: int


def quality(findings: Sequence[RuleFindings], rules: Rules) -> Quality:
    """Return the ring of a description."""
    checked = sum(rule.status == "checked" for rule in rules)
    failed = len({finding.rule for finding in findings})
    passed = max(0, checked - failed)
    by_severity = sorted(findings, key=lambda finding: _ORDER.index(finding.severity))
    # A rule with findings of two severities is one reason, the severer.
    ranked = list({finding.rule: finding for finding in reversed(by_severity)}.values())[::-1]
    return Quality(
        checked=checked,
        passed=passed,
        percent=passed * 100 // checked if checked else 0,
        worst=ranked[0].severity.lower() if ranked else "good",
        reasons=tuple(ranked[:_REASONS]),
        more=max(0, len(ranked) - _REASONS),
    )
