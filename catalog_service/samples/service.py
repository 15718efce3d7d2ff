"""Samples: drawn, looked at, asked for, released by another, withdrawn (R20).

A sample's file is served only while the sample is released and its dataset and its own record are
public. The record goes through the one door before the step is kept, so that whoever is
interrupted between the two serves nothing; to release it again completes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal, owner_of, set_owner, still
from catalog_service.audit.service import Entry
from catalog_service.catalog.reading import SourceReader, body_format
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.journal.model import StoredRecord, version_of
from catalog_service.notices.service import Notice, tell_all
from catalog_service.samples import stored
from catalog_service.samples.errors import (
    FILE_LOST,
    NEEDS_ANOTHER,
    NO_SMALLEST_GROUP,
    NOT_CONDITIONAL,
    OTHER_SMALLEST_GROUP,
    REASON_MISSING,
    RECORD_HELD,
    SAMPLE_STEP,
)
from catalog_service.samples.graphs import SampleGraphs
from catalog_service.samples.model import STATES, WORK, Made, Plan, Sample, State
from catalog_service.samples.reading import (
    content_for,
    dataset_for,
    is_served,
    lines_for,
    public_file,
    public_sample,
    public_samples,
    sample_for,
    sample_named,
    sample_of_record,
    samples_for,
    waiting_for,
)
from catalog_service.samples.records import dataset_of, record_of, source_of
from catalog_service.stored_files import StoredFiles
from catalog_service.stored_records import known_record, title_of
from harvesters.limits import DEFAULT, Limits
from harvesters.protocols import Outcome, Submission
from harvesters.readers.files import Input
from ontology.errors import AtlasError, Phrase
from ontology.openness import open_type
from ontology.record import Record
from ontology.terms import DCT, VOCAB

__all__ = [
    "LONGEST_REASON",
    "SampleGraphs",
    "Wish",
    "ask",
    "content_for",
    "dataset_for",
    "dataset_of",
    "discard",
    "draw",
    "is_served",
    "lines_for",
    "public_file",
    "public_sample",
    "public_samples",
    "release",
    "sample_for",
    "sample_named",
    "sample_of_record",
    "samples_for",
    "waiting_for",
    "withdraw",
]

LONGEST_REASON: Final = 2_000
"""Characters of a reason that are kept."""
_CONDITIONAL: Final = f"{VOCAB}open-type/conditional"
_PART: Final = 1024 * 1024
_PERSON: Final = "person:"
_OWN: Final[tuple[State, ...]] = ("drawn", "asked", "released")
"""States in which a sample needs its file."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a sample is to be drawn; what the operator decides is not asked."""

    size: int
    seed: str
    strata: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def draw(
    atlas: Service,
    principal: Principal,
    dataset: str,
    table: Input,
    wish: Wish,
    limits: Limits = DEFAULT,
) -> Sample:
    """Draw a sample of a conditional dataset from its table, and keep it to be looked at.

    Raises ``right-missing``, ``record-not-found``, ``sample-not-conditional``, and what reading
    and drawing raise (`catalog_service.samples.making`).
    """
    record = dataset_for(atlas, principal, Action.DATASET_EDIT, dataset)
    version = _conditional(record)
    plan = Plan(
        wish.size, wish.seed, wish.strata, wish.groups, atlas.settings.sample_smallest_group
    )
    made = _made(table, limits, plan)
    origin = _digest(table)
    with atlas.journal.writing_tables() as connection:
        principal.anew().require_over(Action.DATASET_EDIT, record.source)
        # While it lasts nobody takes an equal file away.
        file = StoredFiles(atlas.settings.home).put(made.content)
        number = stored.add_sample(
            connection,
            plan,
            made.report,
            to_number(atlas.clock.now()),
            principal.actor,
            dataset=record.iri,
            source=record.source,
            title=title_of(version),
            file=file,
            size=len(made.content),
            origin=origin,
        )
        details = {
            "number": number,
            "size": plan.size,
            "seed": plan.seed,
            "strata": list(plan.strata),
            "groups": list(plan.groups),
            "smallest": plan.smallest,
            "file": file,
        }
        told = Entry("sample.draw", record.iri, source=record.source, details=details)
        atlas.audit.append(connection, told)
    return _numbered(atlas, number)


def ask(atlas: Service, principal: Principal, number: int) -> Sample:
    """Ask that a sample be released, after one has looked at it.

    Raises ``unknown-sample``, ``sample-step``, ``sample-without-smallest-group`` and
    ``sample-other-smallest-group``.
    """
    there = sample_for(atlas, principal, Action.DATASET_EDIT, number)
    _demand_smallest(atlas, there)
    # Looked up before: a transaction that writes waits for nothing else.
    told = _told_of_waiting(atlas, principal, there)
    return _step(atlas, principal, there, "asked", ("drawn",), told=told)


def discard(atlas: Service, principal: Principal, number: int, reason: str) -> Sample:
    """Give up a sample that was not released; its file is taken away.

    Raises ``unknown-sample``, ``sample-step`` and ``sample-reason``.
    """
    there = sample_for(atlas, principal, Action.DATASET_EDIT, number)
    done = _step(atlas, principal, there, "discarded", ("drawn", "asked"), _reason(reason))
    _take_away(atlas, there)
    return done


def release(atlas: Service, principal: Principal, number: int) -> Sample:
    """Release a sample that another drew and asked for: its record first, then its file.

    Raises ``unknown-sample``, ``sample-step``, ``sample-needs-another``,
    ``sample-without-smallest-group``, ``sample-other-smallest-group``, ``sample-not-conditional``,
    ``sample-file``, ``sample-record-held`` and what the one door refuses.
    """
    there = sample_for(atlas, principal, Action.DATASET_RELEASE, number)
    _demand_state(there, ("asked",))
    if principal.actor in there.makers:
        raise AtlasError(NEEDS_ANOTHER)
    _demand_smallest(atlas, there)
    dataset = _conditional(known_record(atlas, there.dataset))
    if StoredFiles(atlas.settings.home).get(there.file) is None:
        raise AtlasError(FILE_LOST, number=number)
    _publish(atlas, principal, there, dataset)
    return _step(atlas, principal, there, "released", ("asked",))


def withdraw(atlas: Service, principal: Principal, number: int, reason: str) -> Sample:
    """Withdraw a released sample: its file is served no longer, then its record ends.

    Of one that was withdrawn what was left undone is done. Raises ``unknown-sample``,
    ``sample-step`` and ``sample-reason``.
    """
    there = sample_for(atlas, principal, Action.DATASET_RELEASE, number)
    why = _reason(reason)
    if there.state != "withdrawn":
        there = _step(atlas, principal, there, "withdrawn", ("released",), why)
    submission = Submission(source_of(there.source), principal.actor, reason=why)
    (outcome,) = atlas.catalog.withdraw([str(number)], submission)
    if outcome.error is not None:
        raise outcome.error
    _take_away(atlas, there)
    return there


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
    submission = Submission(
        source,
        principal.actor,
        reason=f"sample {there.number}",
        demand=still(principal, lambda who: who.require_over(Action.DATASET_RELEASE, there.source)),
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


def _step(
    atlas: Service,
    principal: Principal,
    there: Sample,
    state: State,
    come_from: tuple[State, ...],
    reason: str = "",
    told: tuple[Notice, Sequence[str]] | None = None,
) -> Sample:
    with atlas.journal.writing_tables() as connection:
        # A right that ended since stops it.
        principal.anew().require_over(_RIGHTS[state], there.source)
        (now,) = stored.samples_in(connection, number=there.number)
        _demand_state(now, come_from)
        time = to_number(atlas.clock.now())
        stored.add_step(connection, there.number, state, principal.actor, time, reason)
        _tell(atlas, connection, there, state, reason)
        if told is not None:
            tell_all(atlas, connection, *told)
    return _numbered(atlas, there.number)


_RIGHTS: Final = {
    "asked": Action.DATASET_EDIT,
    "discarded": Action.DATASET_EDIT,
    "released": Action.DATASET_RELEASE,
    "withdrawn": Action.DATASET_RELEASE,
}
"""What somebody must be allowed for a step."""
_TOLD: Final = {
    "asked": "sample.ask",
    "released": "sample.release",
    "withdrawn": "sample.withdraw",
    "discarded": "sample.discard",
}
"""What the audit calls it."""


def _tell(
    atlas: Service, connection: sa.Connection, there: Sample, state: State, reason: str
) -> None:
    entry = Entry(
        _TOLD[state],
        there.dataset,
        source=there.source,
        reason=reason or None,
        details={"number": there.number, "file": there.file},
    )
    atlas.audit.append(connection, entry)


def _told_of_waiting(
    atlas: Service, principal: Principal, there: Sample
) -> tuple[Notice, Sequence[str]]:
    """Return what is told of a sample that waits, and who may release it: nobody who made it."""
    owner = owner_of(atlas.journal, there.source)
    makers = {one.removeprefix(_PERSON) for one in (*there.makers, principal.actor)}
    persons = [
        one
        for one in atlas.accounts.who_may.over(Action.DATASET_RELEASE, owner)
        if one not in makers
    ]
    notice = Notice(
        "sample.waiting",
        {"title": there.title},
        subject=there.dataset,
        path=f"{WORK}/{there.number}",
        organization=owner,
    )
    return notice, persons


def _take_away(atlas: Service, there: Sample) -> None:
    """Take a file away that no sample needs; no other is drawn meanwhile."""
    with atlas.journal.writing_tables() as connection:
        if not stored.is_used(connection, there.file, _OWN):
            StoredFiles(atlas.settings.home).remove(there.file)


def _numbered(atlas: Service, number: int) -> Sample:
    with atlas.journal.reading_tables() as connection:
        (found,) = stored.samples_in(connection, number=number)
    return found


def _demand_state(there: Sample, states: tuple[State, ...]) -> None:
    if there.state not in states:
        raise AtlasError(SAMPLE_STEP, number=there.number, state=Phrase(STATES[there.state]))


def _demand_smallest(atlas: Service, there: Sample) -> None:
    needed, drawn = atlas.settings.sample_smallest_group, there.plan.smallest
    if needed is None or drawn is None:
        raise AtlasError(NO_SMALLEST_GROUP)
    if drawn < needed:
        raise AtlasError(OTHER_SMALLEST_GROUP, drawn=drawn, needed=needed)


def _conditional(record: StoredRecord) -> Record:
    version = version_of(record)
    if version is None or not record.public or not _is_conditional(version):
        raise AtlasError(NOT_CONDITIONAL)
    return version


def _is_conditional(record: Record) -> bool:
    start = f"<{record.focus}> <{DCT.accessRights}> <"
    values = [line[len(start) : -3] for line in record.lines if line.startswith(start)]
    return any(open_type(value) == _CONDITIONAL for value in values)


def _made(table: Input, limits: Limits, plan: Plan) -> Made:
    # NumPy is loaded for drawing alone.
    from catalog_service.samples.making import make_sample  # noqa: PLC0415
    from harvesters.readers.data_rows import data_rows  # noqa: PLC0415

    with data_rows(table, limits) as rows:
        return make_sample(rows, plan)


def _digest(table: Input) -> str:
    digest = hashlib.sha256()
    with table.open() as stream:
        while part := stream.read(_PART):
            digest.update(part)
    return digest.hexdigest()


def _reason(text: str) -> str:
    if not text.strip():
        raise AtlasError(REASON_MISSING)
    return text.strip()[:LONGEST_REASON]
