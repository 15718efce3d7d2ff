"""What the API answers of samples: nothing of groups that were left out, nor the seed."""

from __future__ import annotations

from datetime import date, datetime

from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.samples.counting import RULE, Aim, Count
from catalog_service.samples.model import Column, Sample
from catalog_service.samples.records import file_path, sample_iri


class AimAnswer(Shown):
    """A number that a text sets for the whole city."""

    number: int
    since: date
    until: date | None


class SpanAnswer(Shown):
    """A value or a span of values, and how often it is met, of 1; an empty label: all others."""

    label: str
    whole: float
    sample: float


class ColumnAnswer(Shown):
    """How a column stands to that of the whole; ``distance`` from 0 (alike) to 1."""

    name: str
    kind: str
    measure: str | None
    distance: float | None
    left_out: int
    spans: list[SpanAnswer]


class SampleAnswer(Shown):
    """A sample that is served."""

    number: int
    iri: str
    dataset: str
    title: str
    released: datetime | None
    rows: int
    whole_rows: int
    strata: list[str]
    """Columns by which it is stratified."""
    groups: list[str]
    """Further columns that make groups."""
    smallest_group: int | None
    """Of groups with fewer rows none was drawn; null: no column makes groups."""
    file: str
    byte_size: int
    sha256: str


class ComparedAnswer(SampleAnswer):
    """A sample with its columns."""

    columns: list[ColumnAnswer]


class SamplesAnswer(Shown):
    """The samples that are served, and conditional datasets with one against the city's aim."""

    rule: str
    aims: list[AimAnswer]
    datasets: int
    served: int
    named: int
    samples: list[SampleAnswer]


def samples_answer(
    atlas: Service, found: list[Sample], counted: Count, aims: list[Aim]
) -> SamplesAnswer:
    """Return the answer about all."""
    return SamplesAnswer(
        rule=RULE,
        aims=[AimAnswer(number=a.number, since=a.since, until=a.until) for a in aims],
        datasets=counted.total,
        served=counted.served,
        named=counted.named,
        samples=[sample_answer(atlas, one) for one in found],
    )


def sample_answer(atlas: Service, one: Sample) -> SampleAnswer:
    """Return the answer about one, without its columns."""
    step = one.step("released")
    settings = atlas.settings
    return SampleAnswer(
        number=one.number,
        iri=sample_iri(settings.base_iri, one),
        dataset=one.dataset,
        title=one.title,
        released=None if step is None else step.time,
        rows=one.report.rows,
        whole_rows=one.report.whole_rows,
        strata=list(one.plan.strata),
        groups=list(one.plan.groups),
        smallest_group=one.plan.applied,
        file=f"{settings.public_url}{file_path(one.number)}",
        byte_size=one.size,
        sha256=one.file,
    )


def compared_answer(atlas: Service, one: Sample) -> ComparedAnswer:
    """Return the answer about one with its columns."""
    whole = sample_answer(atlas, one)
    columns = [_column(column) for column in one.report.columns]
    return ComparedAnswer(**whole.model_dump(), columns=columns)


def _column(column: Column) -> ColumnAnswer:
    return ColumnAnswer(
        name=column.name,
        kind=column.kind,
        measure=column.measure,
        distance=column.distance,
        left_out=column.left_out,
        spans=[SpanAnswer(label=b.label, whole=b.whole, sample=b.sample) for b in column.bins],
    )
