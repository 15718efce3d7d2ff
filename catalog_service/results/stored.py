"""Results in the journal's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.results.model import Result, Submitted
from catalog_service.results.tables import result_datasets, results

_R: Final = results.c
_D: Final = result_datasets.c
_AT_ONCE: Final = 500
MOST_WORDS: Final = 8
"""Words of a search that count."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which results are wanted; what is empty or None does not matter."""

    text: str = ""
    """Words that all stand in its titles, summaries or description."""
    topic: str | None = None
    made: str | None = None
    year: int | None = None
    dataset: str | None = None


def add_result(
    connection: sa.Connection, case: int, name: str, form: Submitted, topic: str | None, day: date
) -> None:
    """Show a result from a day on."""
    connection.execute(
        results.insert().values(
            case=case,
            name=name,
            made=form.made,
            title=form.title,
            title_en=form.title_en,
            summary=form.summary,
            summary_en=form.summary_en,
            does=form.does,
            address=form.address,
            contact=form.contact if form.consent else "",
            topic=topic,
            day=day,
            year=day.year,
        )
    )
    connection.execute(
        result_datasets.insert(),
        [{"case": case, "position": at, "dataset": iri} for at, iri in enumerate(form.datasets)],
    )


def remove_result(connection: sa.Connection, case: int) -> None:
    """Show a result no longer, and keep nothing of it here."""
    for table in (results, result_datasets):
        connection.execute(table.delete().where(table.c.case == case))


def count_results(connection: sa.Connection, wanted: Wanted = Wanted()) -> int:
    """Return how many results are shown."""
    query = _where(sa.select(sa.func.count()).select_from(results), wanted)
    return int(connection.execute(query).scalar_one())


def results_in(
    connection: sa.Connection,
    wanted: Wanted = Wanted(),
    limit: int | None = None,
    offset: int = 0,
) -> list[Result]:
    """Return results that are shown, the newest first."""
    query = _where(sa.select(*_R), wanted).order_by(_R.day.desc(), _R.case.desc())
    rows = list(connection.execute(query.limit(limit).offset(offset)))
    datasets = _datasets(connection, [row.case for row in rows])
    return [_result(row, datasets[row.case]) for row in rows]


def results_among(connection: sa.Connection, cases: Sequence[int]) -> list[Result]:
    """Return those of some cases whose result is shown, in no order."""
    found: list[Result] = []
    for start in range(0, len(cases), _AT_ONCE):
        part = cases[start : start + _AT_ONCE]
        rows = list(connection.execute(sa.select(*_R).where(_R.case.in_(part))))
        datasets = _datasets(connection, [row.case for row in rows])
        found += [_result(row, datasets[row.case]) for row in rows]
    return found


def find_result(connection: sa.Connection, case: int) -> Result | None:
    """Return a result by the number of its case; None where it is not shown."""
    row = connection.execute(sa.select(*_R).where(_R.case == case)).first()
    return None if row is None else _result(row, _datasets(connection, [case])[case])


def numbers_shown(connection: sa.Connection) -> tuple[int, ...]:
    """Return the cases whose result is shown: what is shown of one never changes."""
    return tuple(connection.execute(sa.select(_R.case).order_by(_R.case)).scalars())


def years_shown(connection: sa.Connection) -> list[int]:
    """Return the years of the results that are shown, the newest first."""
    query = sa.select(_R.year).distinct().order_by(_R.year.desc())
    return list(connection.execute(query).scalars())


def topics_shown(connection: sa.Connection) -> dict[str, int]:
    """Return how many results are shown by topic; those without one do not count."""
    query = sa.select(_R.topic, sa.func.count()).where(_R.topic.is_not(None)).group_by(_R.topic)
    return {topic: int(count) for topic, count in connection.execute(query)}


def cases_by_dataset(connection: sa.Connection) -> dict[str, list[int]]:
    """Return the results that are shown, by the datasets that they use."""
    found: dict[str, list[int]] = {}
    for row in connection.execute(sa.select(_D.dataset, _D.case).order_by(_D.case)):
        found.setdefault(row.dataset, []).append(row.case)
    return found


def _where(query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
    for column, value in (
        (_R.topic, wanted.topic),
        (_R.made, wanted.made),
        (_R.year, wanted.year),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.dataset is not None:
        own = sa.select(_D.case).where(_D.dataset == wanted.dataset)
        query = query.where(_R.case.in_(own))
    for word in wanted.text.split()[:MOST_WORDS]:
        columns = (_R.title, _R.title_en, _R.summary, _R.summary_en, _R.does)
        query = query.where(sa.or_(*(one.icontains(word, autoescape=True) for one in columns)))
    return query


def _datasets(connection: sa.Connection, cases: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {case: [] for case in cases}
    for start in range(0, len(cases), _AT_ONCE):
        part = cases[start : start + _AT_ONCE]
        query = sa.select(*_D).where(_D.case.in_(part)).order_by(_D.case, _D.position)
        for row in connection.execute(query):
            found[row.case].append(row.dataset)
    return found


def _result(row: sa.Row[Any], datasets: Sequence[str]) -> Result:
    return Result(
        row.case,
        row.name,
        row.made,
        _texts(row.title, row.title_en),
        _texts(row.summary, row.summary_en),
        row.does,
        row.address,
        row.contact,
        row.topic,
        row.day,
        datasets,
    )


def _texts(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en} if en else {"zh": zh}
