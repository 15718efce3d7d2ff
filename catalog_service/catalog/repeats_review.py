"""Versions that repeat what the city publishes (R07): where their source holds them back, they
wait until a steward has looked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from catalog_service.catalog.batch import Batch
from catalog_service.catalog.errors import REPEATS_THE_CITY
from catalog_service.catalog.repeat_check import RULE, Repeat, RepeatCheck, finding
from catalog_service.journal import Journal
from catalog_service.journal.model import Change, version_of
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.report import Finding, Report

_SHOWN: Final = 80
_log = logging.getLogger(__name__)


def look(batch: Batch, check: RepeatCheck | None, journal: Journal, source: str) -> None:
    """Add to a batch's new versions what each repeats of the city's, and a Violation for it.

    Only where the source holds such versions back. What may not be public, or may mean 非开放,
    repeats nothing. Where the comparison fails the version passes: it is flagged once it is public.
    """
    if check is None or not check.holds(source):
        return
    entries = [c for c in batch.prepared_records() if c.wanted and c.public and not c.doubts]
    found = held_back(journal, check, [c.record for c in entries])
    for entry in entries:
        entry.repeats = found.get(entry.record.iri, ())
        if entry.repeats and entry.report is not None:
            entry.report = report_with(entry.report, entry.record.iri, entry.repeats)


def held_back(
    journal: Journal, check: RepeatCheck, records: Sequence[Record]
) -> dict[str, tuple[Repeat, ...]]:
    """Return what makes versions wait, by the record's IRI: what no steward has let through yet."""
    found = _compared(check, records)
    by_iri = {record.iri: record for record in records}
    left: dict[str, tuple[Repeat, ...]] = {}
    for iri, repeats in found.items():
        settled = _settled(journal, check, by_iri[iri], repeats)
        waiting = tuple(one for one in repeats if one.iri not in settled)
        if waiting:
            left[iri] = waiting
    return left


def report_with(report: Report, iri: str, repeats: Iterable[Repeat]) -> Report:
    """Return a report with a Violation for each dataset of the city's that is repeated."""
    found = [finding(iri, one.iri, "Violation") for one in repeats]
    return Report(tuple(sorted((*report.findings, *found), key=_order)))


def is_held_for_repeating(report: Report | None) -> bool:
    """Tell whether a stored report says that its version repeats the city's and waits for it."""
    return report is not None and any(
        f.rule_id == RULE and f.severity == "Violation" for f in report.findings
    )


def without_repeats(report: Report | None) -> Report:
    """Return a stored report without what R07 found."""
    return Report(tuple(f for f in (report.findings if report else ()) if f.rule_id != RULE))


def warnings_for(iri: str, repeats: Iterable[Repeat]) -> tuple[AtlasError, ...]:
    """Return a warning for each dataset of the city's that makes a version wait."""
    return tuple(
        AtlasError(
            REPEATS_THE_CITY,
            title=one.own_title[:_SHOWN],
            iri=iri,
            other=one.title[:_SHOWN],
            other_iri=one.iri,
        )
        for one in repeats
    )


def _order(found: Finding) -> tuple[str, str, str, str, str]:
    return (found.rule_id, found.severity, found.focus, found.path or "", found.value or "")


def _compared(check: RepeatCheck, records: Sequence[Record]) -> Mapping[str, tuple[Repeat, ...]]:
    try:
        return check.repeats(records) if records else {}
    except Exception as error:  # a record must not be lost because it cannot be compared
        _log.warning("records are not compared with the city's: %r", error)
        return {}


def _settled(
    journal: Journal, check: RepeatCheck, record: Record, repeats: Sequence[Repeat]
) -> frozenset[str]:
    """Return the datasets that a steward has let this record repeat.

    Whoever released a version that waited decided on what that version repeats among what was there
    then: it is settled for all later versions.
    """
    released = _released(journal.history(record.iri))
    settled: set[str] = set()
    for change in released:
        version = version_of(change)
        if version is None:
            continue
        then = {one.iri for one in _compared(check, [version]).get(record.iri, ())}
        for one in repeats:
            if one.iri in then and _began(journal, one.iri) < change.seq:
                settled.add(one.iri)
    return frozenset(settled)


def _released(history: Sequence[Change]) -> list[Change]:
    """Return the releases of versions that had waited: their content is that of the one before."""
    waiting: str | None = None
    found: list[Change] = []
    for change in history:
        if change.kind == "released" and change.hash == waiting:
            found.append(change)
        if change.hash is not None:
            waiting = change.hash if change.kind == "held" else None
    return found


def _began(journal: Journal, iri: str) -> int:
    return min((change.seq for change in journal.history(iri)), default=0)
