"""Figures of several rankings over the same queries, as plain values for JSON."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from search.evaluation.bootstrap import interval
from search.evaluation.judgements import Judged
from search.evaluation.measures import Figures, Measured, Ranker, figures, measure

SHOWN = 3
"""Titles that are shown of a query that failed."""


def evaluate(judged: Sequence[Judged], rankers: Mapping[str, Ranker]) -> dict[str, dict[str, Any]]:
    """Return for each ranking its figures, those by kind, and the queries that failed.

    A query has failed where the first hit does not serve it; ``rank`` is that of the first hit
    that does, 0 where none of the first ten does. ``intervals`` are those of the bootstrap
    (`search.evaluation.bootstrap`).
    """
    return {name: _evaluated(judged, ranker) for name, ranker in rankers.items()}


def _evaluated(judged: Sequence[Judged], ranker: Ranker) -> dict[str, Any]:
    measured: list[Measured] = []
    seconds: list[float] = []
    for query in judged:
        started = time.perf_counter()
        measured.append(measure(query, ranker))
        seconds.append(time.perf_counter() - started)
    kinds = dict.fromkeys(row.judged.kind for row in measured)
    gains = [row.ndcg for row in measured if row.ndcg is not None]
    return {
        **_row(figures(measured)),
        "intervals": {
            "success@1": interval([float(row.first == 1) for row in measured]),
            "success@3": interval([float(0 < row.first <= 3) for row in measured]),
            "ndcg@10": interval(gains) if gains else None,
        },
        "by_query": {
            row.judged.qid: {
                "first": row.first,
                **({} if row.ndcg is None else {"ndcg@10": round(row.ndcg, 4)}),
            }
            for row in measured
        },
        "milliseconds": round(statistics.median(seconds) * 1000, 2) if seconds else 0.0,
        "by_kind": {
            kind: _row(figures(row for row in measured if row.judged.kind == kind))
            for kind in kinds
        },
        "failed": [
            {
                "qid": row.judged.qid,
                "query": row.judged.text,
                "kind": row.judged.kind,
                "rank": row.first,
                "titles": list(row.titles[:SHOWN]),
            }
            for row in measured
            if row.first != 1
        ],
    }


def _row(found: Figures) -> dict[str, Any]:
    one, three, ten = (round(value, 4) for value in found.success)
    return {
        "queries": found.queries,
        "success@1": one,
        "success@3": three,
        "success@10": ten,
        "ndcg@10": None if found.ndcg is None else round(found.ndcg, 4),
    }
