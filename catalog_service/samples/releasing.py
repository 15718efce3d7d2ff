"""A sample becomes public, in the place of the one before, and ceases to be.

The record goes through the one door before the step is kept, so that whoever is interrupted between
the two serves nothing; to release it again completes it. Where the step is refused the record ends
at once. What is left by whoever was killed, and of samples that are released no longer, `tidying`
ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
import structlog

from catalog_service.accounts.service import Action, Principal, owner_of, set_owner, still
from catalog_service.catalog.reading import SourceReader, body_format
from catalog_service.context import Service
from catalog_service.journal.model import StoredRecord
from catalog_service.samples import stored
from catalog_service.samples.demands import demand_releasable
from catalog_service.samples.errors import (
    DATASET_CHANGED,
    FILE_LOST,
    NEEDS_ANOTHER,
    RECORD_HELD,
    SAMPLE_STEP,
)
from catalog_service.samples.model import STATES, Sample
from catalog_service.samples.openness import still_conditional
from catalog_service.samples.reading import sample_for
from catalog_service.samples.records import record_of, sample_iri, source_of
from catalog_service.samples.steps import (
    demand_state,
    numbered,
    reason_of,
    take_away,
    take_step,
    write_step,
)
from catalog_service.samples.together import demand_together
from catalog_service.stored_files import StoredFiles
from catalog_service.stored_records import known_record
from harvesters.protocols import Outcome, Submission
from ontology.errors import AtlasError, Phrase
from ontology.record import Record

_REPLACED: Final = "由样本 {number} 接替"
_REFUSED: Final = "样本未能发布"
_log = structlog.get_logger(__name__)


def release(atlas: Service, principal: Principal, number: int) -> Sample:
    """Release a sample that another drew and asked for: its record first, then its file.

    It takes the place of the dataset's samples that are released: together they could be the
    whole. Raises ``unknown-sample``, ``sample-step``, ``sample-needs-another``, ``sample-file``,
    ``sample-record-held``, ``sample-dataset-changed``, what `demands.demand_releasable` raises
    and what the one door refuses; then no record of it is left public.
    """
    there = sample_for(atlas, principal, Action.DATASET_RELEASE, number)
    demand_state(there, ("asked",))
    if principal.actor in there.makers:
        raise AtlasError(NEEDS_ANOTHER)
    demand_releasable(atlas, there)
    if StoredFiles(atlas.settings.home).get(there.file) is None:
        raise AtlasError(FILE_LOST, number=number)
    dataset = known_record(atlas, there.dataset)
    version = still_conditional(dataset, number)
    reason = _REPLACED.format(number=number)
    try:
        _publish(atlas, principal, there, version)
        done, replaced = _take_the_place(atlas, principal, there, dataset, reason)
    except Exception:
        _take_back(atlas, principal.actor, there)
        raise
    for one in replaced:
        try:
            end_record(atlas, one, principal.actor, reason)
        except AtlasError as error:
            # The new one is released, and of this one nothing is served: the worker ends it.
            _log.warning("replaced-sample-not-ended", sample=one.number, error=error.code)
        else:
            take_away(atlas, one)
    return done


def _take_the_place(
    atlas: Service, principal: Principal, there: Sample, dataset: StoredRecord, reason: str
) -> tuple[Sample, list[Sample]]:
    """Release a sample whose record is public; return it with those that it replaces.

    ``dataset``: as it was when the record was written.
    """
    replaced: list[Sample] = []

    def replace(connection: sa.Connection) -> None:
        # The worker may have taken the release for an interrupted one, and ended the record.
        if not atlas.journal.public_among([sample_iri(atlas.settings.base_iri, there)]):
            raise AtlasError(SAMPLE_STEP, number=there.number, state=Phrase(STATES["asked"]))
        now = atlas.journal.get(there.dataset)
        still_conditional(now, there.number)
        if now is not None and now.hash != dataset.hash:
            raise AtlasError(DATASET_CHANGED, number=there.number)
        # Another of the same dataset may have been released meanwhile.
        share = atlas.settings.sample_largest_share
        if share is not None:
            demand_together(connection, there, share)
        for one in stored.samples_in(connection, dataset=there.dataset):
            if one.state == "released" and one.number != there.number:
                write_step(atlas, connection, one, "withdrawn", principal.actor, reason)
                replaced.append(one)

    done = take_step(atlas, principal, there, "released", ("asked",), beside=replace)
    return done, replaced


def _take_back(atlas: Service, actor: str, there: Sample) -> None:
    """End the record of a release that was refused; where it cannot be, the worker does."""

    def is_not_released() -> None:
        # Somebody else may have released it at the same time.
        if numbered(atlas, there.number).state == "released":
            raise AtlasError(SAMPLE_STEP, number=there.number, state=Phrase(STATES["released"]))

    record = atlas.journal.get(sample_iri(atlas.settings.base_iri, there))
    if record is None or not record.public:
        # What a gate holds back waits there to be let through.
        return
    try:
        is_not_released()
        end_record(atlas, there, actor, _REFUSED, is_not_released)
    except AtlasError as error:
        _log.warning("refused-sample-not-ended", sample=there.number, error=error.code)


def withdraw(atlas: Service, principal: Principal, number: int, reason: str) -> Sample:
    """Withdraw a released sample: its file is served no longer, then its record ends.

    Of one that was withdrawn or discarded what was left undone is done. Raises
    ``unknown-sample``, ``sample-step`` and ``sample-reason``.
    """
    there = sample_for(atlas, principal, Action.DATASET_RELEASE, number)
    why = reason_of(reason)
    demand_state(there, ("released", "withdrawn", "discarded"))
    if there.state == "released":
        there = take_step(atlas, principal, there, "withdrawn", ("released",), why)
    end_record(atlas, there, principal.actor, why)
    take_away(atlas, there)
    return there


def end_record(
    atlas: Service,
    there: Sample,
    actor: str,
    reason: str,
    demand: Callable[[], None] | None = None,
) -> None:
    """End the record of a sample that is not to be public, where it is; raises as the one door.

    ``demand`` raises what hinders it, within the transaction that does it.
    """
    record = atlas.journal.get(sample_iri(atlas.settings.base_iri, there))
    if record is None or record.state != "active":
        return
    submission = Submission(source_of(there.source), actor, reason=reason, demand=demand)
    (outcome,) = atlas.catalog.withdraw([str(there.number)], submission)
    if outcome.error is not None:
        raise outcome.error


def _publish(atlas: Service, principal: Principal, there: Sample, dataset: Record) -> Outcome:
    source = source_of(there.source)
    if atlas.journal.source(source) is None:
        title = atlas.journal.source(there.source)
        name = there.source if title is None else title.title
        atlas.journal.put_source(source, kind="push", title=f"{name}（样本数据集）", gate="report")
        owner = owner_of(atlas.journal, there.source)
        if owner is not None:
            set_owner(atlas.journal, atlas.vocabulary, source, owner)
    settings = atlas.settings
    record = record_of(settings.base_iri, settings.public_url, there, dataset, atlas.clock.today())
    reader = SourceReader(source, settings.base_iri, atlas.vocabulary_for(source))
    form = body_format("application/n-triples", single=True)
    item = reader.record(record.nquads.encode(), form, record.remote_id)

    def may(who: Principal) -> None:
        who.require_over(Action.DATASET_RELEASE, there.source)
        # Whoever gave it up meanwhile has no record to end yet.
        demand_state(numbered(atlas, there.number), ("asked",))

    submission = Submission(
        source, principal.actor, reason=f"sample {there.number}", demand=still(principal, may)
    )
    (outcome,) = atlas.catalog.submit([item], submission)
    if outcome.error is not None:
        raise outcome.error
    if not outcome.public:
        findings = outcome.report.findings if outcome.report is not None else ()
        rules = sorted({one.rule_id for one in findings if one.severity == "Violation"})
        raise AtlasError(
            RECORD_HELD, number=there.number, source=source, rules=", ".join(rules) or "–"
        )
    return outcome
