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
    json: Json = False,
) -> None:
    """Measure the engines and the BM25 baseline over the catalogue with judged queries."""
    from catalog_service.discovery.service import indexed_documents
    from search.evaluation.baseline import Baseline
    from search.evaluation.judgements import read_judged
    from search.evaluation.measures import DEPTH
    from search.evaluation.report import evaluate as evaluated
    from search.index.embedded import EmbeddedIndex
    from search.index.payload import payload_of, stored
    from search.service import SearchService

    out = Output(as_json=json)
    judged = read_judged(queries, qrels)
    with existing() as atlas, ExitStack() as stack:
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
        rankers[BASELINE] = Baseline(stored(payload_of(d)) for d in documents).rank
        results = evaluated(judged, rankers)
    out.result({"queries": len(judged), "documents": len(documents), "results": results})
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


def _ranker(service: SearchService) -> Ranker:
    from search.evaluation.measures import DEPTH
    from search.model import Query

    def rank(text: str) -> list[tuple[str, str]]:
        hits = service.search(Query(text, limit=DEPTH, facets=False)).hits
        return [(hit.remote_id, hit.title) for hit in hits]

    return rank
