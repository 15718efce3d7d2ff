"""Samples: drawn, looked at, asked for, released by another, withdrawn (R20).

A sample's file is served only while the sample is released, its dataset is public and open on
conditions, and its own record is public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from catalog_service.accounts.service import Action, Principal, owner_of
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.notices.service import Notice
from catalog_service.samples import stored
from catalog_service.samples.demands import demand_releasable, hindrance
from catalog_service.samples.graphs import SampleGraphs
from catalog_service.samples.model import WORK, Made, Plan, Sample
from catalog_service.samples.openness import conditional
from catalog_service.samples.reading import (
    content_for,
    dataset_for,
    is_served,
    last_sample_step,
    lines_for,
    public_file,
    public_sample,
    public_samples,
    sample_for,
    sample_named,
    sample_of_record,
    sample_records,
    samples_for,
    waiting_for,
)
from catalog_service.samples.records import dataset_of
from catalog_service.samples.releasing import end_record, release, withdraw
from catalog_service.samples.steps import (
    LONGEST_REASON,
    numbered,
    reason_of,
    take_away,
    take_step,
)
from catalog_service.samples.together import demand_seed, released_of
from catalog_service.stored_files import StoredFiles
from catalog_service.stored_records import title_of
from harvesters.limits import DEFAULT, Limits
from harvesters.readers.files import Input

__all__ = [
    "LONGEST_REASON",
    "Maker",
    "SampleGraphs",
    "Wish",
    "ask",
    "content_for",
    "dataset_for",
    "dataset_of",
    "discard",
    "draw",
    "hindrance",
    "is_served",
    "last_sample_step",
    "lines_for",
    "make_here",
    "public_file",
    "public_sample",
    "public_samples",
    "release",
    "sample_for",
    "sample_named",
    "sample_of_record",
    "sample_records",
    "samples_for",
    "waiting_for",
    "withdraw",
]

_PART: Final = 1024 * 1024
_PERSON: Final = "person:"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a sample is to be drawn; what the operator decides is not asked."""

    size: int
    seed: str
    strata: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def make_here(table: Input, limits: Limits, plan: Plan, share: float | None) -> Made:
    """Draw a sample in this process; raises what reading and drawing raise."""
    # NumPy is loaded for drawing alone.
    from catalog_service.samples.making import make_sample  # noqa: PLC0415
    from harvesters.readers.data_rows import data_rows  # noqa: PLC0415

    with data_rows(table, limits) as rows:
        return make_sample(rows, plan, share)


Maker = Callable[[Input, Limits, Plan, float | None], Made]
"""Draws a sample: `make_here`, or `catalog_service.samples.outside.make_outside`."""


def draw(
    atlas: Service,
    principal: Principal,
    dataset: str,
    table: Input,
    wish: Wish,
    limits: Limits = DEFAULT,
    make: Maker = make_here,
) -> Sample:
    """Draw a sample of a conditional dataset from its table, and keep it to be looked at.

    Raises ``right-missing``, ``record-not-found``, ``sample-not-conditional``,
    ``sample-other-seed``, and what reading and drawing raise (`catalog_service.samples.making`).
    """
    record = dataset_for(atlas, principal, Action.DATASET_EDIT, dataset)
    version = conditional(record)
    plan = Plan(
        wish.size, wish.seed, wish.strata, wish.groups, atlas.settings.sample_smallest_group
    )
    origin = _digest(table)
    with atlas.journal.reading_tables() as connection:
        demand_seed(released_of(connection, record.iri, origin), plan.seed)
    made = make(table, limits, plan, atlas.settings.sample_largest_share)
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
    return numbered(atlas, number)


def ask(atlas: Service, principal: Principal, number: int) -> Sample:
    """Ask that a sample be released, after one has looked at it.

    Raises ``unknown-sample``, ``sample-step`` and what `demands.demand_releasable` raises.
    """
    there = sample_for(atlas, principal, Action.DATASET_EDIT, number)
    demand_releasable(atlas, there)
    # Looked up before: a transaction that writes waits for nothing else.
    told = _told_of_waiting(atlas, principal, there)
    return take_step(atlas, principal, there, "asked", ("drawn",), told=told)


def discard(atlas: Service, principal: Principal, number: int, reason: str) -> Sample:
    """Give up a sample that was not released; its file is taken away.

    Raises ``unknown-sample``, ``sample-step`` and ``sample-reason``.
    """
    there = sample_for(atlas, principal, Action.DATASET_EDIT, number)
    why = reason_of(reason)
    done = take_step(atlas, principal, there, "discarded", ("drawn", "asked"), why)
    # A release that was interrupted has published it.
    end_record(atlas, there, principal.actor, why)
    take_away(atlas, there)
    return done


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


def _digest(table: Input) -> str:
    digest = hashlib.sha256()
    with table.open() as stream:
        while part := stream.read(_PART):
            digest.update(part)
    return digest.hexdigest()
