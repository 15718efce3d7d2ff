"""The shapes that the API answers."""

from __future__ import annotations

from datetime import date

from catalog_service.answers import Shown
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


class QualityAnswer(Shown):
    """``days`` are of all public records, or of one publisher; a day that is not in it was not
    measured. ``publishers`` are those of the last measured day, the worst first."""

    metric: Metric
    rule: str
    aims: list[AimAnswer]
    days: list[FigureAnswer]
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


class DatasetQualityAnswer(Shown):
    """``day``: the last day on which the whole catalogue was measured; the newest come first."""

    iri: str
    day: date | None
    measurements: list[MeasurementAnswer]
