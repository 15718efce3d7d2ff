"""The shapes that the API answers."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from catalog_service.answers import Shown
from catalog_service.quality.addresses.model import Outcome, Part
from catalog_service.quality.badges.outcomes import DecisionAnswer
from catalog_service.quality.data.model import Kind
from catalog_service.quality.model import Metric, Result


class FigureAnswer(Shown):
    """How many of the public ``records`` could be ``judged`` on a day, and how many ``passed``."""

    day: date
    records: int
    judged: int
    passed: int
    percent: float | None


class PublisherFigure(FigureAnswer):
    """The same of one publisher, by IRI."""

    publisher: str


class AimAnswer(Shown):
    """The share in percent that the rule demands, and from when until when."""

    percent: float
    since: date
    until: date | None


class PointsFigure(Shown):
    """How many points of MQA a dataset had on average on a day, of 405."""

    day: date
    records: int
    mean: float | None


class QualityAnswer(Shown):
    """``days`` are of all public records, or of one publisher; a day that is not in it was not
    measured, and the same holds of ``mqa``. ``publishers`` are those of the last measured day, the
    worst first. ``rule`` is empty where all rules are meant."""

    metric: Metric
    rule: str
    aims: list[AimAnswer]
    days: list[FigureAnswer]
    mqa: list[PointsFigure]
    day: date | None
    publishers: list[PublisherFigure]
    total: int
    next: int | None


class MeasurementAnswer(Shown):
    """It held from ``since`` until the next measurement of the same metric."""

    metric: Metric
    rule: str
    since: date
    result: Result
    reason: str


class PointsAnswer(Shown):
    """Points of MQA, of 405, which it had from ``since`` on.

    ``unknown`` more hang on what is not known here; ``gains``: what each indicator that is not met
    would gain. ``gone``: it was no longer public from ``since`` on, and had no points.
    """

    since: date
    points: int
    unknown: int
    gains: dict[str, int]
    gone: bool = False


class ColumnAnswer(Shown):
    """A column of a file; ``name`` is null where its heading may be a value or tell of a person."""

    name: str | None
    declared: bool
    kind: Kind
    expected: Kind | None
    empty: int
    wrong: int
    uncoded: int


class DataAnswer(Shown):
    """What was counted in a dataset's file from ``since`` on, last on ``seen``; no row of it.

    ``reason`` says why there is no profile, whose figures are null then. ``first`` and ``last``:
    the period that the columns of days cover. ``modified``: what the publisher's server says.
    """

    address: str
    since: date
    seen: date
    reason: str
    modified: str | None
    rows: int | None = None
    empty: int | None = None
    wrong: int | None = None
    duplicates: int | None = None
    missing: list[str] | None = None
    first: str | None = None
    last: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    columns: list[ColumnAnswer] | None = None


class AddressAnswer(Shown):
    """An address that the record names, and what it answered when it was asked last.

    All but ``address`` and ``part`` are null where it was not asked yet. ``outcome`` is of the day
    ``seen``, and the same since ``since``; ``good``: the last day on which it answered; it has
    failed on ``failed_days`` different days since then.
    """

    address: str
    part: Part
    outcome: Outcome | None = None
    status: int | None = None
    since: date | None = None
    seen: date | None = None
    good: date | None = None
    failed_days: int | None = None


class DatasetQualityAnswer(Shown):
    """``day``: the last day on which the whole catalogue was measured; the newest come first.

    ``data``: the profile of a file, where one was looked at. ``addresses``: the first 1,000, where
    any was asked. ``badge``: when it got and lost the badge of high quality, the newest first.
    """

    iri: str
    day: date | None
    measurements: list[MeasurementAnswer]
    mqa: list[PointsAnswer]
    badge: list[DecisionAnswer]
    data: DataAnswer | None = None
    addresses: list[AddressAnswer] = Field(default_factory=list)
