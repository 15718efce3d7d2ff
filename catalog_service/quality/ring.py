"""The ring: how many of the automatic checks a description passes, and which it does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.rules.model import RuleFindings
from shapes.rules import Rules

_ORDER: Final = ("Violation", "Warning", "Info")
_REASONS: Final = 2


@dataclass(frozen=True, slots=True)
class Quality:
    """``percent`` of the rules that are checked automatically is passed.

    ``worst`` names the severest finding as a class of the stylesheet; ``reasons`` are the first
    rules that found something, the severest before the others, and ``more`` how many there are
    besides.
    """

    checked: int
    passed: int
    percent: int
    worst: str
    reasons: tuple[RuleFindings, ...]
    more: int


def reasons(findings: Iterable[RuleFindings]) -> list[RuleFindings]:
    """Return one reason for each rule, the severest first, then by the rule's name.

    What a rule finds in two severities is one reason, the severer, with the places of both.
    """
    found: dict[str, RuleFindings] = {}
    for finding in sorted(findings, key=lambda finding: _ORDER.index(finding.severity)):
        first = found.setdefault(finding.rule, finding)
        if first is not finding:
            count, spots = first.count + finding.count, [*first.spots, *finding.spots]
            found[finding.rule] = first.model_copy(update={"count": count, "spots": spots})
    return sorted(found.values(), key=lambda one: (_ORDER.index(one.severity), one.rule))


def quality(findings: Sequence[RuleFindings], rules: Rules) -> Quality:
    """Return the ring of a description."""
    checked = {rule.id for rule in rules if rule.shaped}
    # What the gate does not check by a shape (R07) is told, and counts for nothing here.
    others = {rule.id for rule in rules if not rule.shaped}
    ranked = [reason for reason in reasons(findings) if reason.rule not in others]
    passed = len(checked) - len(ranked)
    return Quality(
        checked=len(checked),
        passed=passed,
        percent=passed * 100 // len(checked) if checked else 0,
        worst=ranked[0].severity.lower() if ranked else "good",
        reasons=tuple(ranked[:_REASONS]),
        more=max(0, len(ranked) - _REASONS),
    )
