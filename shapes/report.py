"""The gate's report: findings by rule and article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from ontology.record import Record
from translations import NP_

Severity = Literal["Violation", "Warning", "Info"]

SEVERITIES: Final[Mapping[str, str]] = {
    "Violation": NP_("severity", "Violation"),
    "Warning": NP_("severity", "Warning"),
    "Info": NP_("severity", "Hint"),
}
"""What they are called, gravest first."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One result of one rule for one record.

    ``focus`` and ``value`` are N-Triples terms, ``path`` a property IRI or property path;
    messages and articles are looked up by ``rule_id`` (`shapes.rules.Rules`).
    """

    rule_id: str
    severity: Severity
    focus: str
    path: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings for one record, sorted. A Violation holds the record where the gate enforces."""

    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        """True without a Violation."""
        return all(f.severity != "Violation" for f in self.findings)


class Engine(Protocol):
    """A SHACL engine with the rules compiled in; safe to share between threads."""

    name: str

    def validate(self, record: Record) -> Report:
        """Hold one record against all rules in force on the engine's day."""
        ...
