"""Results: submitted, shown, linked with their datasets; what other rooms and pages use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.context import Service
from catalog_service.participation.model import number_of
from catalog_service.participation.service import has_paper, paper, result_was_shown
from catalog_service.results.award_model import AWARDS, AwardStep
from catalog_service.results.awards import (
    all_criteria,
    awards_of,
    give_award,
    put_criteria,
    take_award_away,
)
from catalog_service.results.errors import RESULT_GONE, UNKNOWN_RESULT
from catalog_service.results.graphs import ResultGraphs
from catalog_service.results.model import Result
from catalog_service.results.showing import RESULT_STEPS
from catalog_service.results.stored import (
    Wanted,
    cases_by_dataset,
    count_results,
    find_result,
    numbers_shown,
    results_among,
    results_in,
    topics_shown,
    years_shown,
)
from catalog_service.results.submitting import submit
from ontology.errors import AtlasError

__all__ = [
    "AWARDS",
    "RESULT_STEPS",
    "AwardStep",
    "Choices",
    "ResultGraphs",
    "Wanted",
    "all_criteria",
    "awards_of",
    "choices",
    "give_award",
    "held_by_year",
    "is_pictured",
    "numbers_of_results",
    "picture_of",
    "put_criteria",
    "result_named",
    "results_by_dataset",
    "shown_results",
    "submit",
    "take_award_away",
]


@dataclass(frozen=True, slots=True)
class Choices:
    """By what results that are shown can be chosen."""

    topics: dict[str, int]
    """How many there are of each, by IRI."""
    years: Sequence[int]
    """The newest first."""


def shown_results(
    atlas: Service, wanted: Wanted, limit: int, offset: int = 0
) -> tuple[int, list[Result]]:
    """Return how many results are shown, and some of them, the newest first."""
    with atlas.journal.reading_tables() as connection:
        return count_results(connection, wanted), results_in(connection, wanted, limit, offset)


def choices(atlas: Service) -> Choices:
    """Return by what results can be chosen."""
    with atlas.journal.reading_tables() as connection:
        return Choices(topics_shown(connection), years_shown(connection))


def result_named(atlas: Service, name: str) -> Result:
    """Return a result by the number that people quote.

    Raises ``unknown-result``, and ``result-gone`` where it was shown and is no longer.
    """
    number = number_of(name)
    found = None
    if number is not None:
        with atlas.journal.reading_tables() as connection:
            found = find_result(connection, number)
    if found is None or found.name != name.strip().upper():
        gone = found is None and number is not None and result_was_shown(atlas, name)
        raise AtlasError(RESULT_GONE if gone else UNKNOWN_RESULT, name=name[:40])
    return found


def held_by_year(atlas: Service) -> dict[int, list[tuple[AwardStep, Result]]]:
    """Return the distinctions that are held by results that are shown, the newest year first."""
    held = [one for one in awards_of(atlas) if one.given]
    with atlas.journal.reading_tables() as connection:
        shown = {one.case: one for one in results_among(connection, sorted({s.case for s in held}))}
    found: dict[int, list[tuple[AwardStep, Result]]] = {}
    for step in sorted(held, key=lambda one: (-one.year, one.award, one.number)):
        if step.case in shown:
            found.setdefault(step.year, []).append((step, shown[step.case]))
    return found


def picture_of(atlas: Service, result: Result) -> bytes | None:
    """Return the screenshot of a result that is shown, as WebP; None: it has none.

    It stays where its case keeps it, encrypted. Raises as decrypting does.
    """
    return paper(atlas, result.case, "picture")


def is_pictured(atlas: Service, result: Result) -> bool:
    """Tell whether a result has a screenshot."""
    return has_paper(atlas, result.case, "picture")


def results_by_dataset(atlas: Service) -> dict[str, list[int]]:
    """Return the results that are shown, by the datasets that they use, as these are named."""
    with atlas.journal.reading_tables() as connection:
        return cases_by_dataset(connection)


def numbers_of_results(atlas: Service) -> tuple[int, ...]:
    """Return the numbers of all results that are shown."""
    with atlas.journal.reading_tables() as connection:
        return numbers_shown(connection)
