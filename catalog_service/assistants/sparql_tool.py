"""The tool ``sparql``: a query within the checks, the limits and the budget of ``/sparql``."""

from __future__ import annotations

from functools import partial
from typing import Final

from pydantic import Field

from catalog_service.answers import Shown
from catalog_service.assistants.model import Answer, Arguments, Asker, Tool
from catalog_service.assistants.quoting import quote, visible
from catalog_service.sparql.service import QueryOperation, tabulate
from ontology.terms import PREFIXES
from ontology.truncation import clip
from translations import N_

MAX_ROWS: Final = 200
MAX_GRAPH: Final = 20_000
"""Characters of a graph in Turtle."""
_CELL: Final = 500


class SparqlArguments(Arguments):
    """The query."""

    query: str = Field(
        min_length=1,
        description="SPARQL 1.1; no updates. These prefixes need not be declared: "
        f"{', '.join(PREFIXES)}. Each record is a named graph; the default graph holds all.",
    )
    rows: int = Field(50, ge=1, le=MAX_ROWS, description="Rows to show of the answer.")


class Result(Shown):
    """The values, as records and vocabularies have them."""

    columns: list[str] | None = None
    rows: list[list[str]] | None = None
    turtle: str | None = None


class SparqlToolAnswer(Answer):
    """The answer to a query; ``left_out`` rows of it are not shown."""

    total: int
    left_out: int
    cut: bool
    """Whether the text of a graph is longer than what is shown."""
    snapshot: int
    boolean: bool | None
    record: Result | None


def _ask(asker: Asker, asked: SparqlArguments) -> SparqlToolAnswer:
    note = partial(asker.note, asked.query)
    answer = QueryOperation(asked.query).run_noted(asker.atlas.sparql, asker.client, note)
    table = tabulate(answer)
    is_table = bool(table.columns)
    boolean = None if is_table or table.text not in ("true", "false") else table.text == "true"
    shown = table.rows[: asked.rows]
    record = None
    if is_table:
        rows = [[quote(cell.text, _CELL) for cell in row] for row in shown]
        record = Result(columns=table.columns, rows=rows)
    elif boolean is None:
        record = Result(turtle=clip(visible(table.text), MAX_GRAPH))
    return SparqlToolAnswer(
        total=table.count,
        left_out=len(table.rows) - len(shown),
        cut=boolean is None and len(table.text) > MAX_GRAPH,
        snapshot=table.snapshot,
        boolean=boolean,
        record=record,
    )


TOOL: Final = Tool(
    "sparql",
    N_("Ask by SPARQL"),
    N_(
        "Runs a SPARQL query over the catalogue's public descriptions (DCAT), with the time, the "
        "memory and the share of a client that the public endpoint gives. An answer is whole or an "
        "error; of a long one the first rows are shown and the others counted."
    ),
    SparqlArguments,
    _ask,
    queries=True,
)
