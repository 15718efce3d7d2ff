"""Validation of bodies of requests and of files, without touching the catalogue."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Final

from pydantic import BaseModel

from catalog_service.catalog.batch import BatchEngine
from catalog_service.catalog.exception_check import passes
from catalog_service.catalog.reading import mapped
from catalog_service.rule_work.service import told_with
from catalog_service.rules.errors import VALIDATION_TOO_LARGE, VALIDATION_TOO_SLOW
from catalog_service.rules.model import Excepted, RuleFindings
from catalog_service.rules.service import Grouped, by_rule, short
from harvesters.protocols import Incoming, Item, MappedRecord
from ontology.errors import AtlasError, FilePosition
from shapes.report import Engine, Report, Severity
from shapes.rules import Rules

CHECK_SOURCE: Final = "validate"
"""The source under which validated records are read: nothing of them is kept."""

Exceptions = Mapping[str, Mapping[str, Excepted]]
"""What records are excepted from, by remote id and rule."""

MAX_LISTED: Final = 1_000
"""Records and errors listed in a report; its counters count all."""

VALIDATION_SECONDS: Final = 60.0
"""How long one validation of a body may take, with a token too: it holds one of few threads."""

BATCH: Final = 500
"""Records of files that are validated together."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one validation may hold."""

    engine: str
    records: int
    mebibytes: int

    def exceeded(self) -> AtlasError:
        """Return the error that says so, and what to do."""
        return AtlasError(
            VALIDATION_TOO_LARGE, engine=self.engine, records=self.records, size=self.mebibytes
        )


WITHOUT_TOKEN: Final[Mapping[str, Allowance]] = {
    "shacl": Allowance("shacl", 1_000, 8),
    "pyshacl": Allowance("pyshacl", 20, 1),
}
"""By engine: about one second of work, and some seconds of the slower referee."""


class CheckedRecord(BaseModel):
    """One record and what the rules find in it."""

    remote_id: str
    conforms: bool
    rules: list[RuleFindings]


class Unread(BaseModel):
    """An item that could not be read."""

    code: str
    message: str


class ReportAnswer(BaseModel):
    """The report: counts, rules over all records, then record by record."""

    engine: str
    day: date
    read: int
    conforming: int
    violating: int
    unreadable: int
    rules: list[RuleFindings]
    records: list[CheckedRecord]
    errors: list[Unread]


def check(
    items: Iterable[Item],
    checker: Engine,
    rules: Rules,
    *,
    day: date,
    lang: str,
    allowance: Allowance | None,
    exceptions: Exceptions | None = None,
) -> ReportAnswer:
    """Report on the items of one body; ``allowance`` bounds how many there may be.

    A record conforms where it is excepted from what it violates (``exceptions``).

    Raises ``validation-too-large`` and, after `VALIDATION_SECONDS`, ``validation-too-slow``.
    """
    totals = Grouped(rules)
    errors: list[Unread] = []
    records: list[CheckedRecord] = []
    counts: Counter[str] = Counter()
    end = time.monotonic() + VALIDATION_SECONDS
    for found in map(mapped, items):
        if time.monotonic() > end:
            raise AtlasError(
                VALIDATION_TOO_SLOW, count=counts["read"], seconds=round(VALIDATION_SECONDS)
            )
        if allowance is not None and counts["read"] + counts["unreadable"] >= allowance.records:
            raise allowance.exceeded()
        if isinstance(found, AtlasError):
            counts["unreadable"] += 1
            if len(errors) < MAX_LISTED:
                errors.append(Unread(code=found.code, message=found.message(lang)))
            continue
        record = found.record
        report = checker.validate(record)
        counts["read"] += 1
        excepted = (exceptions or {}).get(record.remote_id, {})
        conforms = passes(report, frozenset(excepted))
        counts["conforming"] += conforms
        totals.add(report.findings)
        if len(records) < MAX_LISTED:
            listed = told_with(by_rule(report.findings, rules), excepted)
            records.append(
                CheckedRecord(remote_id=record.remote_id, conforms=conforms, rules=listed)
            )
    return ReportAnswer(
        engine=checker.name,
        day=day,
        read=counts["read"] + counts["unreadable"],
        conforming=counts["conforming"],
        violating=counts["read"] - counts["conforming"],
        unreadable=counts["unreadable"],
        rules=totals.answer(),
        records=records,
        errors=errors,
    )


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """One finding in a file, with the place that its record comes from."""

    record: str
    remote_id: str
    file: str
    line: int | None
    column: int | str | None
    severity: Severity
    focus: str
    field: str | None
    """The property at fault by its short name, such as ``dct:title``; null for the whole record."""
    path: str | None
    value: str | None
    excepted: Excepted | None = None


@dataclass(slots=True)
class FileReport:
    """What was found in all files; ``exceptions`` are those of the source that they belong to."""

    exceptions: Exceptions = field(default_factory=dict)

    mapped: int = 0
    """Records that could be made of what was read."""
    conforming: int = 0
    findings: dict[str, list[PlacedFinding]] = field(default_factory=lambda: defaultdict(list))
    """By rule id, in the order of the files."""
    errors: list[AtlasError] = field(default_factory=list)
    warnings: list[AtlasError] = field(default_factory=list)
    removed: list[dict[str, object]] = field(default_factory=list)

    @property
    def read(self) -> int:
        """All items read, those that no record could be made of included: as ``import`` counts."""
        return self.mapped + len(self.errors)

    @property
    def violating(self) -> int:
        """The records with a Violation."""
        return self.mapped - self.conforming

    def check(self, items: Iterable[Item], checker: BatchEngine) -> None:
        """Validate the items of a file and count them."""
        records = self._records(items)
        while batch := list(islice(records, BATCH)):
            reports = checker.validate_many([found.record for found, _ in batch])
            for (found, place), report in zip(batch, reports, strict=True):
                self._add(found, place, report)

    def _records(self, items: Iterable[Item]) -> Iterator[tuple[MappedRecord, FilePosition]]:
        for item in items:
            found = mapped(item)
            if isinstance(found, AtlasError):
                self.errors.append(found)
            else:
                assert isinstance(item, Incoming)
                yield found, item.place

    def _add(self, found: MappedRecord, place: FilePosition, report: Report) -> None:
        record = found.record
        self.mapped += 1
        excepted = self.exceptions.get(record.remote_id, {})
        self.conforming += passes(report, frozenset(excepted))
        self.warnings += found.warnings
        self.removed += [
            {"file": place.file, "line": place.line, "what": what} for what in found.removed
        ]
        for one in report.findings:
            self.findings[one.rule_id].append(
                PlacedFinding(
                    record=record.iri,
                    remote_id=record.remote_id,
                    file=place.file,
                    line=place.line,
                    column=place.column,
                    severity=one.severity,
                    focus=one.focus,
                    field=short(one.path),
                    path=one.path,
                    value=one.value,
                    excepted=excepted.get(one.rule_id),
                )
            )
