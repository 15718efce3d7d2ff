"""What a decision would change: how many records, which, and what the rules then find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.vocabulary_work.items import item_of
from catalog_service.vocabulary_work.model import Decision
from catalog_service.vocabulary_work.remapping import mapped_anew
from catalog_service.vocabulary_work.tally import Sources, Tally, latest
from harvesters.protocols import Outcome, Submission
from ontology.concepts import Concept
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.report import Report

SAMPLE: Final = 200
"""Records that are mapped and held against the rules for a preview."""
SHOWN: Final = 10
"""Records that are shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What mapping a value would do; nothing of it was written."""

    decision: Decision
    records: int
    """Records that have the value, in the sources that the decision is for."""
    sources: Mapping[str, int]
    tried: int
    """How many of them were tried; the figures below are of these."""
    statuses: Mapping[str, int]
    """``updated``, ``held``, ``rejected``, ``unchanged``: what the one door would say."""
    opened: int
    """Records that would become public."""
    closed: int
    """Records that would cease to be public."""
    passing: Mapping[str, int]
    """Rules that would find something no more, and in how many records."""
    failing: Mapping[str, int]
    """Rules that would find something they do not find now."""
    shown: tuple[tuple[Record, str], ...]
    """Some of the records, each with what would become of it."""
    refused: tuple[AtlasError, ...] = ()
    """Why records of a source could not be tried: it is paused."""


def preview(
    atlas: Service, decision: Decision, concept: Concept | None, sources: Sources
) -> Preview:
    """Return what a decision would do to the records of some sources."""
    tally = Tally(atlas.journal)
    value = tally.value(sources, decision.field, decision.key)
    by_source = {} if value is None else value.sources
    total = 0 if value is None else value.records
    statuses: Counter[str] = Counter()
    passing: Counter[str] = Counter()
    failing: Counter[str] = Counter()
    shown: list[tuple[Record, str]] = []
    refused: list[AtlasError] = []
    opened = closed = 0
    iris = tally.records(sources, decision.field, decision.key, SAMPLE)
    records = list(latest(atlas.journal, iris))
    if concept is None:
        shown = [(record, "unchanged") for record in records[:SHOWN]]
        statuses["unchanged"] = len(records)
        records = []
    for source in sorted({record.source for record in records}):
        own = {one.remote_id: one for one in records if one.source == source}
        public = {n: s.public for n, s in atlas.journal.states(source, list(own)).items()}
        try:
            outcomes = _tried(atlas, decision, concept, list(own.values()))
        except AtlasError as error:
            refused.append(error)
            continue
        for outcome in outcomes:
            record = own[outcome.remote_id or ""]
            statuses[outcome.status] += 1
            was = public.get(record.remote_id, False)
            opened += bool(outcome.public) and not was
            closed += outcome.public is False and was
            before = _rules(atlas.journal.findings(record.iri))
            after = before if outcome.report is None else _rules(outcome.report)
            passing.update(before - after)
            failing.update(after - before)
            if len(shown) < SHOWN:
                shown.append((record, outcome.status))
    return Preview(
        decision,
        total,
        by_source,
        sum(statuses.values()),
        statuses,
        opened,
        closed,
        passing,
        failing,
        tuple(shown),
        tuple(refused),
    )


def _tried(
    atlas: Service, decision: Decision, concept: Concept | None, records: Sequence[Record]
) -> list[Outcome]:
    if concept is None:
        return []
    made = [one for one in (mapped_anew(r, decision, concept) for r in records) if one is not None]
    submission = Submission(records[0].source, decision.proposed_by, dry_run=True)
    return list(atlas.catalog.submit(map(item_of, made), submission))


def _rules(report: Report | None) -> set[str]:
    return set() if report is None else {finding.rule_id for finding in report.findings}
