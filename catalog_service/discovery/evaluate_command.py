"""``atlas evaluate``: how well searches find what was judged to be right."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

if TYPE_CHECKING:
    from search.evaluation.measures import Ranker
    from search.service import SearchService

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]

EMBEDDED = "embedded"
ELASTICSEARCH = "elasticsearch"
BASELINE = "bm25"

_PATIENCE = 10.0
"""Seconds that a search waits for the vector of its text here."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    queries: Annotated[Path, typer.Argument(metavar="QUERIES.tsv", help="qid, query, kind …")],
    qrels: Annotated[
        Path | None, typer.Option(metavar="QRELS.tsv", help="qid, doc, grade (0 to 3).")
    ] = None,
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
    json: Json = False,
) -> None:
    """Measure the engines and the BM25 baseline over the catalogue with judged queries."""
    from catalog_service.discovery.service import indexed_documents
    from search.evaluation.baseline import Baseline
    from search.evaluation.judgements import read_judged, read_texts
    from search.evaluation.measures import DEPTH
    from search.evaluation.report import evaluate as evaluated
    from search.evaluation.runs import compare_runs, read_run, run_of, write_run
    from search.index.embedded import EmbeddedIndex
    from search.index.payload import payload_of, stored
    from search.model import UNDERSTANDINGS
    from search.service import SearchService

    out = Output(as_json=json)
    judged = read_judged(queries, qrels)
    before = read_run(against) if against is not None else None
    unanswerable = read_texts(no_answer) if no_answer is not None else []
    with existing() as atlas, ExitStack() as stack:
        # Figures must not depend on how quick a vector is.
        atlas.settings = atlas.settings.model_copy(update={"embedding_seconds": _PATIENCE})
        documents = list(indexed_documents(atlas))
        search = atlas.search if today is None else atlas.search.as_of(today.date())
        live = _ranker(search)
        rankers: dict[str, Ranker] = {}
        if isinstance(atlas.index, EmbeddedIndex):
            rankers[EMBEDDED] = live
        else:
            # Elasticsearch holds the index: the embedded one is built for this run alone.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="atlas-")))
            embedded = EmbeddedIndex(folder)
            stack.callback(embedded.close)
            embedded.rebuild(documents, lambda: 1)
            words = SearchService(embedded)
            if today is not None:
                words = words.as_of(today.date())
            rankers = {EMBEDDED: _ranker(words), ELASTICSEARCH: live}
        if grouped:
            rankers["grouped"] = _ranker(atlas.search, grouped=True)
        if parts:
            for part in UNDERSTANDINGS:
                rankers[f"without {part}"] = _ranker(atlas.search, literal=(part,))
        rankers[BASELINE] = Baseline(stored(payload_of(d)) for d in documents).rank
        results = evaluated(judged, rankers)
        nothing = _unanswered(atlas.search, unanswerable)
    if run is not None:
        write_run(run, run_of(results))
    compared = compare_runs(run_of(results), before) if before is not None else {}
    out.result(
        {
            "queries": len(judged),
            "documents": len(documents),
            "results": results,
            "compared": compared,
            "no_answer": nothing,
        }
    )
    out.table(
        gettext("ranking success@1 success@3 success@10 nDCG@10").split(),
        [
            (
                name,
                *(f"{row[f'success@{depth}']:.3f}" for depth in (1, 3, DEPTH)),
                "–" if row["ndcg@10"] is None else f"{row['ndcg@10']:.3f}",
            )
            for name, row in results.items()
        ],
    )
    for name, row in results.items():
        if (ends := row["intervals"]["ndcg@10"]) is not None:
            out.text(f"{name}: nDCG@10 {ends[0]:.3f}–{ends[1]:.3f} (95 %)")
    for name, measures in compared.items():
        for measure, found in measures.items():
            low, high = found["interval"]
            out.text(
                f"{name}: {measure} {found['difference']:+.3f} ({low:+.3f} – {high:+.3f}), "
                f"+{found['better']} −{found['worse']}"
            )
    if unanswerable:
        out.text(
            gettext(
                "{told} of {count} searches without an answer are told as such, "
                "{nothing} find nothing at all",
                told=nothing["told"],
                count=nothing["queries"],
                nothing=nothing["nothing_found"],
            )
        )


def _unanswered(service: SearchService, texts: list[str]) -> dict[str, int]:
    """Count the searches that find nothing, and those that are told to have no answer."""
    from search.model import Query

    results = [service.search(Query(text, limit=1, facets=False)) for text in texts]
    verdicts = [one.confidence.verdict for one in results if one.confidence is not None]
    return {
        "queries": len(texts),
        "nothing_found": sum(not one.total for one in results),
        "told": verdicts.count("none"),
    }


def _ranker(
    service: SearchService, *, grouped: bool = False, literal: tuple[str, ...] = ()
) -> Ranker:
    from search.evaluation.measures import DEPTH
    from search.model import Query

    def rank(text: str) -> list[tuple[str, str]]:
        query = Query(text, limit=DEPTH, facets=False, grouped=grouped, literal=literal)
        hits = service.search(query).hits
        return [(hit.remote_id, hit.title) for hit in hits]

    return rank
