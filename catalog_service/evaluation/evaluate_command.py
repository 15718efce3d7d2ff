"""``atlas evaluate``: how well searches find what was judged to be right."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from catalog_service.evaluation.measuring import Task

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]

_DEPTHS: Final = (1, 3, 10)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    queries: Annotated[
        Path | None, typer.Argument(metavar="[QUERIES.tsv]", help="qid, query, kind …")
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option(metavar="QRELS.tsv", help="qid, doc, grade (0 to 3).")
    ] = None,
    kept: Annotated[
        bool, typer.Option("--kept", help="With the judgements of stewards, in place of a file.")
    ] = False,
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DAY",
            help="The day from which last year counts (YYYY-MM-DD); default: today.",
        ),
    ] = None,
    run: Annotated[
        Path | None, typer.Option(metavar="RUN.json", help="Keep what each query reached.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="RUN.json", help="Compare with a kept run, query by query."),
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            metavar="COLLECTION",
            help="Keep the result under this name, for /about/search-quality.",
        ),
    ] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="Also without each part of the understanding.")
    ] = False,
    grouped: Annotated[
        bool, typer.Option("--grouped", help="Also with one of several twins.")
    ] = False,
    no_answer: Annotated[
        Path | None,
        typer.Option(metavar="QUERIES.tsv", help="Searches to which the catalogue has nothing."),
    ] = None,
    sentences: Annotated[
        bool,
        typer.Option("--sentences", help="Also hold what is told of each search against the data."),
    ] = False,
    json: Json = False,
) -> None:
    """Measure the engines and the BM25 baseline over the catalogue with judged queries."""
    from catalog_service.evaluation.keeping import checked_name, keep_result
    from catalog_service.evaluation.measuring import Task, measure
    from catalog_service.evaluation.service import judged_searches, judgements_of
    from search.evaluation.judgements import read_judged, read_texts
    from search.evaluation.runs import compare_runs, read_run, run_of, write_run

    if kept == (queries is not None):
        raise typer.BadParameter(
            gettext("name a file of judged searches, or say --kept"), param_hint="QUERIES.tsv"
        )
    out = Output(as_json=json)
    name = checked_name(keep) if keep is not None else None
    judged = read_judged(queries, qrels) if queries is not None else []
    before = read_run(against) if against is not None else None
    with existing() as atlas:
        if kept:
            judged = judged_searches(judgements_of(atlas).standing())
        task = Task(
            judged,
            unanswerable=read_texts(no_answer) if no_answer is not None else [],
            by_iri=kept,
            today=today.date() if today is not None else None,
            parts=parts,
            grouped=grouped,
            sentences=sentences,
        )
        found = measure(atlas, task)
        if name is not None:
            keep_result(atlas, name, found)
    measured = run_of(found["results"])
    if run is not None:
        write_run(run, measured)
    found["compared"] = compare_runs(measured, before) if before is not None else {}
    out.result(found)
    _print(out, task, found)


def _print(out: Output, task: Task, found: dict[str, Any]) -> None:
    if not task.judged:
        out.text(gettext("There are no judged searches."))
    results = found["results"]
    out.table(
        gettext("ranking success@1 success@3 success@10 nDCG@10").split(),
        [
            (
                name,
                *(f"{row[f'success@{depth}']:.3f}" for depth in _DEPTHS),
                "–" if row["ndcg@10"] is None else f"{row['ndcg@10']:.3f}",
            )
            for name, row in results.items()
        ],
    )
    for name, row in results.items():
        if (ends := row["intervals"]["ndcg@10"]) is not None:
            out.text(f"{name}: nDCG@10 {ends[0]:.3f}–{ends[1]:.3f} (95 %)")
    for name, measures in found["compared"].items():
        for measure, difference in measures.items():
            low, high = difference["interval"]
            out.text(
                f"{name}: {measure} {difference['difference']:+.3f} ({low:+.3f} – {high:+.3f}), "
                f"+{difference['better']} −{difference['worse']}"
            )
    if task.unanswerable:
        nothing = found["no_answer"]
        out.text(
            gettext(
                "{told} of {count} searches without an answer are told as such, "
                "{nothing} find nothing at all",
                told=nothing["told"],
                count=nothing["queries"],
                nothing=nothing["nothing_found"],
            )
        )
    if found["sentences"] is not None:
        out.text(
            gettext(
                "{false} of {told} statements about searches are false",
                false=found["sentences"]["false"],
                told=found["sentences"]["told"],
            )
        )
