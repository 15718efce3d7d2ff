"""Samples in the journal's database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import to_instant
from catalog_service.samples.model import Bin, Column, Plan, Report, Sample, State, Step
from catalog_service.samples.tables import dataset_samples, sample_steps

_S: Final = dataset_samples.c
_P: Final = sample_steps.c


def add_sample(
    connection: sa.Connection, plan: Plan, report: Report, time: int, actor: str, **values: Any
) -> int:
    """Add a sample that was drawn; return its number."""
    number = int(connection.execute(sa.select(sa.func.max(_S.number))).scalar() or 0) + 1
    connection.execute(
        dataset_samples.insert().values(
            number=number, plan=_json(asdict(plan)), report=_json(asdict(report)), **values
        )
    )
    add_step(connection, number, "drawn", actor, time, "")
    return number


def add_step(
    connection: sa.Connection, sample: int, state: State, actor: str, time: int, reason: str
) -> None:
    """Add what was done with a sample; writers of the journal follow upon each other."""
    number = int(connection.execute(sa.select(sa.func.max(_P.number))).scalar() or 0) + 1
    connection.execute(
        sample_steps.insert().values(
            number=number, sample=sample, state=state, actor=actor, time=time, reason=reason
        )
    )


def samples_in(
    connection: sa.Connection,
    *,
    dataset: str | None = None,
    number: int | None = None,
    origin: str | None = None,
) -> list[Sample]:
    """Return samples, of one dataset or file or all, or that of a number; the newest first."""
    query = sa.select(*_S).order_by(_S.number.desc())
    if dataset is not None:
        query = query.where(_S.dataset == dataset)
    if number is not None:
        query = query.where(_S.number == number)
    if origin is not None:
        query = query.where(_S.origin == origin)
    rows = list(connection.execute(query))
    steps = _steps(connection, [row.number for row in rows])
    return [
        Sample(
            row.number,
            row.dataset,
            row.source,
            row.title,
            row.file,
            row.size,
            row.origin,
            _plan(orjson.loads(row.plan)),
            read_report(orjson.loads(row.report)),
            tuple(steps[row.number]),
        )
        for row in rows
    ]


def last_step(connection: sa.Connection) -> int:
    """Return the number of the last step of any sample; 0: there is none."""
    return int(connection.execute(sa.select(sa.func.max(_P.number))).scalar() or 0)


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a sample stands; its report is not read."""

    number: int
    dataset: str
    source: str
    state: State


def last_states(connection: sa.Connection) -> list[Stood]:
    """Return where each sample stands, by number."""
    last = sa.select(sa.func.max(_P.number)).group_by(_P.sample)
    query = (
        sa.select(_S.number, _S.dataset, _S.source, _P.state)
        .join(sample_steps, _P.sample == _S.number)
        .where(_P.number.in_(last))
        .order_by(_S.number)
    )
    return [Stood(*row) for row in connection.execute(query)]


def released_in(connection: sa.Connection) -> list[tuple[int, str, str]]:
    """Return number, dataset and source of released samples, by number; no report is read."""
    return [
        (one.number, one.dataset, one.source)
        for one in last_states(connection)
        if one.state == "released"
    ]


def sampled_in(connection: sa.Connection) -> list[str]:
    """Return the datasets that ever had a sample drawn."""
    return list(connection.execute(sa.select(_S.dataset).distinct()).scalars())


def is_used(connection: sa.Connection, file: str, states: Iterable[State]) -> bool:
    """Tell whether a file is that of a sample in one of some states."""
    query = sa.select(_S.number).where(_S.file == file)
    numbers = list(connection.execute(query).scalars())
    last = _steps(connection, numbers)
    wanted = set(states)
    return any(last[number][-1].state in wanted for number in numbers)


def _steps(connection: sa.Connection, numbers: list[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = {number: [] for number in numbers}
    for start in range(0, len(numbers), 500):
        part = numbers[start : start + 500]
        query = sa.select(*_P).where(_P.sample.in_(part)).order_by(_P.number)
        for row in connection.execute(query):
            found[row.sample].append(Step(row.state, row.actor, to_instant(row.time), row.reason))
    return found


def _json(value: dict[str, Any]) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _plan(found: dict[str, Any]) -> Plan:
    return Plan(
        found["size"],
        found["seed"],
        tuple(found["strata"]),
        tuple(found["groups"]),
        found["smallest"],
        found.get("method", 1),
    )


def read_report(found: dict[str, Any]) -> Report:
    """Return a report as `dataclasses.asdict` has written it."""
    columns = tuple(
        Column(**{**one, "bins": tuple(Bin(**each) for each in one["bins"])})
        for one in found["columns"]
    )
    return Report(**{**found, "columns": columns})
