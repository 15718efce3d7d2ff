"""``atlas judgements``: what stewards say should be found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.evaluation.model import Grade

app = typer.Typer(help="What should be found: judgements that search is measured by.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("add")
def add(
    query: Annotated[str, typer.Argument(metavar="SEARCH", help="As people type it.")],
    dataset: Annotated[str, typer.Argument(metavar="IRI", help="The record's IRI, or SOURCE/ID.")],
    grade: Annotated[
        str,
        typer.Argument(
            metavar="GRADE",
            help="3 what is wanted, 2 a good part of it, 1 related, 0 nothing of it; none takes "
            "back what was said.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why; it stays with the judgement.")],
    json: Json = False,
) -> None:
    """Say how well a dataset answers a search. No ranking changes; search is measured by it."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.evaluation.answers import judgement_answer
    from catalog_service.evaluation.service import judge

    known = _grade(grade)
    if not reason.strip():
        raise typer.BadParameter(gettext("say why"), param_hint="--reason")
    out = Output(as_json=json)
    with existing() as atlas:
        made = judge(atlas, OPERATOR, query, dataset, known, reason.strip())
    out.result(judgement_answer(made).model_dump(mode="json"))
    out.text(f"{made.query}\n{made.dataset}\n{'–' if made.grade is None else made.grade}")


@app.command("list")
def list_judgements(json: Json = False) -> None:
    """List every judgement ever made, the oldest first; the last about the same holds."""
    from catalog_service.evaluation.answers import judgement_answer
    from catalog_service.evaluation.service import judgements_of

    out = Output(as_json=json)
    with existing() as atlas:
        made = judgements_of(atlas).all()
    out.result({"judgements": [judgement_answer(one).model_dump(mode="json") for one in made]})
    out.table(
        gettext("search grade dataset reason").split(),
        [
            (one.query, "–" if one.grade is None else str(one.grade), one.dataset, one.reason)
            for one in made
        ],
    )


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where queries.tsv and qrels.tsv go.")],
    json: Json = False,
) -> None:
    """Write the judgements that stand as files that `atlas evaluate` reads."""
    from catalog_service.evaluation.judged_files import write_judgements
    from catalog_service.evaluation.service import judgements_of

    out = Output(as_json=json)
    with existing() as atlas:
        standing = judgements_of(atlas).standing()
        written = write_judgements(atlas.settings.base_iri, folder, standing)
    out.result({"folder": str(folder), "rows": written})
    for name, rows in written.items():
        out.text(f"{folder / name}  {rows}")


def _grade(given: str) -> Grade | None:
    from catalog_service.evaluation.model import GRADES

    for grade in GRADES:
        if given == str(grade):
            return grade
    if given == "none":
        return None
    raise typer.BadParameter("3, 2, 1, 0, none", param_hint="GRADE")
