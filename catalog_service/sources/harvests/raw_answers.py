"""What platforms answered for datasets that were rejected: kept for a week for their stewards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number
from catalog_service.sources.errors import NO_RAW_ANSWER
from catalog_service.sources.harvests.model import Problem
from catalog_service.sources.tables import harvest_problems
from harvesters.privacy.raw_answers import cleaned_answer
from ontology.errors import AtlasError

MOST_OF_RUN: Final = 1_000
"""Answers kept of one run; with `harvesters.privacy.raw_answers.MOST_BYTES` that is 64 MiB."""


def for_stewards(
    problems: Sequence[tuple[Problem, bytes | None]], first: int
) -> list[tuple[Problem, bytes | None]]:
    """Return problems with the answers that are kept, personal data taken out.

    ``first`` is the number of the first of them in its run.
    """
    return [
        (problem, cleaned_answer(raw) if raw and first + at < MOST_OF_RUN else None)
        for at, (problem, raw) in enumerate(problems)
    ]


def raw_answer(journal: Journal, clock: Clock, run: str, number: int) -> bytes:
    """Return what the platform answered, in UTF-8; ``number`` counts a run's problems from 0.

    Raises ``unknown-run``, ``no-raw-answer``.
    """
    journal.run(run)
    query = sa.select(harvest_problems.c.raw).where(
        harvest_problems.c.run == run,
        harvest_problems.c.number == number,
        harvest_problems.c.expires > to_number(clock.now()),
    )
    with journal.reading_tables() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        raise AtlasError(NO_RAW_ANSWER, run=run, number=number)
    return bytes(found)


def forget_expired(journal: Journal, clock: Clock) -> None:
    """Delete the answers whose week is over."""
    with journal.writing_tables() as connection:
        connection.execute(
            harvest_problems.update()
            .where(harvest_problems.c.expires <= to_number(clock.now()))
            .values(raw=None, expires=None)
        )
