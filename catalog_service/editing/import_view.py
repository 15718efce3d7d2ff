"""What a page shows of the rows of a workbook, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.editing.model import Contradiction
from catalog_service.editing.naming import Difference, Names, differences
from catalog_service.editing.workbook_columns import Column, dataset_columns, part_sheets
from catalog_service.editing.workbook_model import ImportRow, Problem, RowState
from ontology.record import Record
from ontology.terms import DCT
from ontology.vocabulary import Vocabulary
from translations import Lang


@dataclass(frozen=True, slots=True)
class ContradictionView:
    """A property that two changed otherwise: its name, and its values before, mine and theirs."""

    steps: tuple[str, ...]
    before: list[str]
    mine: list[str]
    theirs: list[str]
    both: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """A row that changes something."""

    number: int
    state: RowState
    title: str
    draft: str | None
    mark: str
    differences: list[Difference]
    contradictions: list[ContradictionView]


@dataclass(frozen=True, slots=True)
class ProblemView:
    """What is wrong, with the column that it is in."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ProblemsView:
    """A row that cannot be taken, and why."""

    number: int
    title: str
    problems: list[ProblemView]


class ImportView:
    """Shows rows in one language."""

    def __init__(self, vocabulary: Vocabulary, lang: Lang) -> None:
        """Use the vocabularies."""
        self._vocabulary = vocabulary
        self._lang: Lang = lang

    def row(self, row: ImportRow) -> RowView:
        """Return what a row changes, in the order of the form."""
        after = row.after
        assert after is not None
        before = row.before or _nothing(row, after)
        names = Names(self._vocabulary, self._lang, after, before)
        return RowView(
            row.number,
            row.state,
            row.title,
            row.draft,
            row.mark,
            differences(self._vocabulary, self._lang, before, after),
            contradictions(names, row.contradictions),
        )

    def problems(self, row: ImportRow) -> ProblemsView:
        """Return why a row cannot be taken."""
        return ProblemsView(row.number, row.title, [self.problem(one) for one in row.problems])

    def problem(self, problem: Problem) -> ProblemView:
        """Return what is wrong with a cell."""
        columns = dataset_columns()
        if problem.part:
            columns = next(one.columns for one in part_sheets() if one.field.key == problem.part)
        column = next((one for one in columns if one.key == problem.column), None)
        heading = "" if column is None else column.heading(self._lang)
        return ProblemView(heading, problem.error.message(self._lang))


def _nothing(row: ImportRow, after: Record) -> Record:
    """Return what a new dataset is compared with: an identifier that is not given comes later."""
    said = "" if row.remote_id else f"<{after.iri}> <{DCT.identifier}> "
    lines = [f"{line}\n" for line in after.lines if said and line.startswith(said)]
    return Record(after.iri, after.source, after.remote_id, after.focus, "".join(lines))


def contradictions(names: Names, found: tuple[Contradiction, ...]) -> list[ContradictionView]:
    """Return contradictions as they are shown to be decided."""
    return [
        ContradictionView(
            names.of(one.unit).steps,
            [names.shown(one.unit, value) for value in one.before],
            [names.shown(one.unit, value) for value in one.mine],
            [names.shown(one.unit, value) for value in one.theirs],
            bool(one.mine and one.theirs),
        )
        for one in found
    ]


def column_choices(lang: Lang) -> list[tuple[str, str]]:
    """Return the columns that a heading may mean: keys and names."""
    found: list[Column] = list(dataset_columns())
    return [(one.key, one.heading(lang)) for one in found]
