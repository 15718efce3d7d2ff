"""What the gate asks of whoever keeps exceptions from rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from shapes.report import Report

NOTHING: Final[frozenset[str]] = frozenset()


class ExceptionCheck(Protocol):
    """Knows which records are excepted from which rules; supplied by the room of rules at work."""

    def running(self, source: str, /) -> Mapping[str, frozenset[str]]:
        """Return the rules from which records of a source are excepted today, by remote id."""
        ...


class NoExceptions:
    """Excepts nothing."""

    def running(self, _source: str) -> Mapping[str, frozenset[str]]:
        """Return nothing."""
        return {}


def passes(report: Report, excepted: frozenset[str] = NOTHING) -> bool:
    """Tell whether a report has no Violation but of rules that its record is excepted from.

    What these find stays in the report: an exception lets a record through, and hides nothing.
    """
    return all(f.severity != "Violation" or f.rule_id in excepted for f in report.findings)
