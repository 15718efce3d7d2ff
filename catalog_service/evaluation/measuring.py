"""Measuring the search over the catalogue as it stands, beside the baseline.

The rankings are the engine that readers ask, the embedded one where that is another, and BM25
(`search.evaluation.baseline`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catalog_service.discovery.service import indexed_documents
from search.evaluation.baseline import Baseline
from search.evaluation.judgements import Judged
from search.evaluation.measures import DEPTH
from search.evaluation.report import evaluate
from search.evaluation.runs import compare_runs, run_of
from search.evaluation.truth import Truth
from search.index.embedded import EmbeddedIndex
from search.index.payload import payload_of, stored
from search.model import UNDERSTANDINGS, Query, Result
from search.results.claims import claims
from search.service import SearchService

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from search.evaluation.measures import Ranker
    from search.index.model import SearchDocument

EMBEDDED: Final = "embedded"
ELASTICSEARCH: Final = "elasticsearch"
BASELINE: Final = "bm25"

_PATIENCE: Final = 10.0
"""Seconds that a search waits for the vector of its text here."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is measured.

    ``by_iri``: the judgements name datasets by IRI, and not by the id in their source. ``today`` is
    the day from which last year counts. ``parts``: also without each part of the understanding.
    ``grouped``: also with one of several twins. ``sentences``: hold what is told of each search
    against the documents (`search.evaluation.truth`).
    """

    judged: Sequence[Judged]
    unanswerable: Sequence[str] = ()
    by_iri: bool = False
    today: date | None = None
    parts: bool = False
    grouped: bool = False
    sentences: bool = False


def measure(atlas: Atlas, task: Task) -> dict[str, Any]:
    """Return the results as plain values: by ranking, and of the search that readers ask.

    ``live`` names that ranking. Raises what journal and index raise.
    """
    # Figures must not depend on how quick a vector is.
    atlas.settings = atlas.settings.model_copy(update={"embedding_seconds": _PATIENCE})
    documents = list(indexed_documents(atlas))
    search = atlas.search if task.today is None else atlas.search.as_of(task.today)
    live = EMBEDDED if isinstance(atlas.index, EmbeddedIndex) else ELASTICSEARCH
    with ExitStack() as stack:
        rankers: dict[str, Ranker] = {live: _ranker(search, task)}
        if live == ELASTICSEARCH:
            words = stack.enter_context(_embedded(documents, task.today))
            rankers = {EMBEDDED: _ranker(words, task), **rankers}
        if task.grouped:
            rankers["grouped"] = _ranker(search, task, grouped=True)
        if task.parts:
            for part in UNDERSTANDINGS:
                rankers[f"without {part}"] = _ranker(search, task, literal=(part,))
        baseline = Baseline((stored(payload_of(d)) for d in documents), by_iri=task.by_iri)
        rankers[BASELINE] = baseline.rank
        results = evaluate(task.judged, rankers)
    run = run_of(results)
    compared = compare_runs({live: run[live]}, {live: run[BASELINE]}).get(live, {})
    return {
        "queries": len(task.judged),
        "documents": len(documents),
        "live": live,
        "results": results,
        "against_baseline": compared,
        "no_answer": _unanswered(search, task),
        "answerable": _answerable(search, task),
        "sentences": _sentences(search, task, documents) if task.sentences else None,
    }


@contextmanager
def _embedded(documents: Sequence[SearchDocument], today: date | None) -> Iterator[SearchService]:
    """Give the embedded engine where Elasticsearch holds the index: built for this run alone."""
    with (
        tempfile.TemporaryDirectory(prefix="atlas-") as folder,
        closing(EmbeddedIndex(Path(folder))) as index,
    ):
        index.rebuild(documents, lambda: 1)
        words = SearchService(index)
        yield words if today is None else words.as_of(today)


def _ranker(
    service: SearchService, task: Task, *, grouped: bool = False, literal: tuple[str, ...] = ()
) -> Ranker:
    def rank(text: str) -> list[tuple[str, str]]:
        query = Query(text, limit=DEPTH, facets=False, grouped=grouped, literal=literal)
        hits = service.search(query).hits
        return [(hit.iri if task.by_iri else hit.remote_id, hit.title) for hit in hits]

    return rank


def _unanswered(service: SearchService, task: Task) -> dict[str, int]:
    """Count the searches that find nothing, and those that are told to have no answer."""
    results = [service.search(_first(text)) for text in task.unanswerable]
    return {
        "queries": len(results),
        "nothing_found": sum(not one.total for one in results),
        "told": sum(map(_is_told, results)),
    }


def _answerable(service: SearchService, task: Task) -> dict[str, int]:
    """Count the searches that have an answer and are told to have none: what telling costs."""
    if not task.unanswerable:
        return {"queries": 0, "told_none": 0}
    results = [service.search(_first(one.text)) for one in task.judged]
    return {"queries": len(results), "told_none": sum(map(_is_told, results))}


def _first(text: str) -> Query:
    return Query(text, limit=1, facets=False)


def _is_told(result: Result) -> bool:
    return result.confidence is not None and result.confidence.verdict == "none"


def _sentences(
    service: SearchService, task: Task, documents: Sequence[SearchDocument]
) -> dict[str, Any]:
    """Count what is told of each search, and say which of it is false."""
    truth = Truth(documents)
    told, false = 0, []
    for text in (*(one.text for one in task.judged), *task.unanswerable):
        query = Query(text, facets=False)
        if (planned := service.planned(query)) is None:
            continue
        result = service.search(query)
        told += len(list(claims(query, result)))
        found = truth.falsehoods(query, result, *planned)
        false += [f"{text}: {sentence}" for sentence in found]
    return {"told": told, "false": len(false), "sentences": false}
