"""A source in numbers, and the count of an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from catalog_service.journal.model import Source
from harvesters.protocols import Outcome
from ontology.errors import AtlasError

MAX_LISTED: Final = 1_000
"""Errors, removals and warnings listed in the result; the counters always count all."""


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source and the number of its records."""

    source: Source
    states: Mapping[str, int]
    """Records by state."""
    public: int
    waiting: int
    """Records of which a version waits for a steward."""


PEER_PATHS: Final[Mapping[str, str]] = {"atlas": "/sparql", "sparql": ""}
"""Types of sources that may be peers: where their SPARQL endpoint is, behind their address."""


SupplyState = Literal["in-step", "late", "failed", "never", "by-hand", "paused", "removed"]
"""``in-step``: the last visit ended well; ``late``: one is overdue by its schedule; ``failed``: the
last one did not end well; ``never``: nothing was taken in yet; ``by-hand``: it pushes, is imported,
or is visited when told to; ``removed``: nothing is taken from it any more, and its records are
withdrawn."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What the public may know of a source as a supplier."""

    source: Source
    public: int
    """Its public records."""
    state: SupplyState
    last_success: datetime | None
    """When the last run that ended well did so; a source that pushes has no runs."""
    due: datetime | None
    """When it is visited next."""
    under_way: str | None = None
    """The run that is under way."""

    @property
    def is_catalog(self) -> bool:
        """Whether it is another catalogue of this kind, whose records have their home elsewhere."""
        return self.source.type == "atlas"


class ImportTally:
    """Counts outcomes and keeps what a steward must see of them."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.rules: Counter[tuple[str, str]] = Counter()
        self.errors: list[AtlasError] = []
        self.warnings: list[AtlasError] = []
        self.removed: list[dict[str, object]] = []
        self.violating = 0
        self.listed: Counter[str] = Counter()
        self.not_public = 0
        """Of the taken ones, those that are not public: 非开放, or waiting still."""
        self.seq: int | None = None

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.counts[outcome.status] += 1
        self.not_public += outcome.is_kept_back
        if outcome.seq is not None:
            self.seq = max(self.seq or 0, outcome.seq)
        if outcome.report is not None:
            self.violating += any(f.severity == "Violation" for f in outcome.report.findings)
            for rule_id, severity in {(f.rule_id, f.severity) for f in outcome.report.findings}:
                self.rules[rule_id, severity] += 1
        if outcome.error is not None:
            self.listed["errors"] += 1
            if len(self.errors) < MAX_LISTED:
                self.errors.append(outcome.error)
        for warning in outcome.warnings:
            self.listed["warnings"] += 1
            if len(self.warnings) < MAX_LISTED:
                self.warnings.append(warning)
        for what in outcome.removed:
            self.listed["removed"] += 1
            if len(self.removed) < MAX_LISTED:
                self.removed.append({"record": outcome.iri, "what": what})

    @property
    def read(self) -> int:
        """All items read."""
        return self.counts.total()
