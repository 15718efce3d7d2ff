"""Classification in the journal's database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.classification.model import DatasetClass, Filing, Review, TextKind, Version
from catalog_service.classification.tables import (
    agreement_filings,
    classification_texts,
    dataset_classes,
    dataset_reviews,
)
from catalog_service.journal.codec import to_instant
from catalog_service.journal.queries import chunks

_T: Final = classification_texts.c
_BY_NUMBER: Final = "number"


def add_text(
    connection: sa.Connection,
    kind: TextKind,
    key: str,
    body: dict[str, Any],
    **values: Any,
) -> int:
    """Add a version of a text, and return its number."""
    query = sa.select(sa.func.max(_T.version)).where(_T.kind == kind, _T.key == key)
    number = int(connection.execute(query).scalar() or 0) + 1
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    connection.execute(
        classification_texts.insert().values(
            kind=kind, key=key, version=number, body=text, **values
        )
    )
    return number


def texts_of(connection: sa.Connection, kind: TextKind) -> list[tuple[Version, dict[str, Any]]]:
    """Return all texts of a kind, by key and version."""
    query = sa.select(*classification_texts.c).where(_T.kind == kind).order_by(_T.key, _T.version)
    return [
        (
            Version(row.key, row.version, row.in_force, row.origin, to_instant(row.time)),
            orjson.loads(row.body),
        )
        for row in connection.execute(query)
    ]


def add_row(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    """Add a row with the next number; writers of the journal follow upon each other."""
    last = connection.execute(sa.select(sa.func.max(table.c[_BY_NUMBER]))).scalar()
    number = int(last or 0) + 1
    connection.execute(table.insert().values(number=number, **values))
    return number


def class_before(
    connection: sa.Connection, dataset: str, until: int | None = None
) -> DatasetClass | None:
    """Return the class of a dataset, as it was at a time in microseconds; None: it had none."""
    c = dataset_classes.c
    query = sa.select(*c).where(c.dataset == dataset).order_by(c.number.desc()).limit(1)
    if until is not None:
        query = query.where(c.time <= until)
    row = connection.execute(query).first()
    return None if row is None else _class(row)


def last_classes(connection: sa.Connection, datasets: Collection[str]) -> dict[str, DatasetClass]:
    """Return the classes of datasets as they are; those without one are not there."""
    c = dataset_classes.c
    found: dict[str, DatasetClass] = {}
    for part in chunks(sorted(datasets)):
        newest = sa.select(sa.func.max(c.number)).where(c.dataset.in_(part)).group_by(c.dataset)
        query = sa.select(*c).where(c.number.in_(newest))
        found |= {row.dataset: _class(row) for row in connection.execute(query)}
    return found


def _class(row: sa.Row[Any]) -> DatasetClass:
    return DatasetClass(
        row.dataset,
        row.source,
        row.level,
        row.guide_version,
        tuple(row.conditions.split()),
        row.agreement,
        row.reason,
        row.actor,
        to_instant(row.time),
    )


def reviews(
    connection: sa.Connection, dataset: str | None = None, *, waiting: bool = False
) -> list[Review]:
    """Return reviews, of one dataset or of all, and those alone that wait for a confirmation."""
    c = dataset_reviews.c
    query = sa.select(*c).order_by(c.number)
    if dataset is not None:
        query = query.where(c.dataset == dataset)
    if waiting:
        query = query.where(c.confirmed.is_(None))
    return [
        Review(
            row.number,
            row.dataset,
            row.source,
            row.kind,
            row.held_on,
            row.outcome,
            row.reason,
            row.actor,
            to_instant(row.time),
            row.confirmed_by,
            None if row.confirmed is None else to_instant(row.confirmed),
        )
        for row in connection.execute(query)
    ]


def filings(connection: sa.Connection, dataset: str) -> list[Filing]:
    """Return the filings of a dataset's agreements, the oldest first."""
    c = agreement_filings.c
    query = sa.select(*c).where(c.dataset == dataset).order_by(c.number)
    return [
        Filing(
            row.dataset,
            row.agreement,
            row.version,
            row.filed_on,
            row.reference,
            to_instant(row.time),
        )
        for row in connection.execute(query)
    ]


def confirm_row(connection: sa.Connection, number: int, actor: str, time: int) -> None:
    """Keep who confirmed a review."""
    c = dataset_reviews.c
    connection.execute(
        dataset_reviews.update()
        .where(c.number == number, c.confirmed.is_(None))
        .values(confirmed_by=actor, confirmed=time)
    )


def newest(days: list[date]) -> date | None:
    """Return the last of some days; None: there is none."""
    return max(days, default=None)
