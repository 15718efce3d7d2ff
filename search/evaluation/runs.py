"""Runs: what each query of a collection reached, kept to be compared with a later version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import orjson

from ontology.errors import AtlasError
from search.errors import JUDGEMENTS_UNREADABLE
from search.evaluation.bootstrap import compare

Run = Mapping[str, Mapping[str, Mapping[str, float]]]
"""By ranking and query: nDCG@10 (where grades are known) and the rank of the first good hit."""

_MEASURES: Final = ("ndcg@10", "success@1", "success@3")


def run_of(results: Mapping[str, Mapping[str, Any]]) -> Run:
    """Return the run that stands in the results of `search.evaluation.report.evaluate`."""
    return {name: result["by_query"] for name, result in results.items()}


def write_run(path: Path, run: Run) -> None:
    """Write a run as JSON; raises `OSError`."""
    path.write_bytes(orjson.dumps(run, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def read_run(path: Path) -> Run:
    """Read a run; raises `AtlasError` (``judgements-unreadable``)."""
    try:
        found = orjson.loads(path.read_bytes())
        return {
            name: {qid: {k: float(v) for k, v in row.items()} for qid, row in rows.items()}
            for name, rows in found.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise AtlasError(JUDGEMENTS_UNREADABLE, path=path, reason=error) from error


def compare_runs(now: Run, before: Run) -> dict[str, dict[str, dict[str, Any]]]:
    """Compare the rankings of two runs over the queries that both have, measure by measure."""
    return {
        name: {
            measure: asdict(compare(*pairs))
            for measure in _MEASURES
            if (pairs := _pairs(rows, before[name], measure))[0]
        }
        for name, rows in now.items()
        if name in before
    }


def _pairs(
    now: Mapping[str, Mapping[str, float]], before: Mapping[str, Mapping[str, float]], measure: str
) -> tuple[list[float], list[float]]:
    both = [
        (one, other)
        for qid in sorted(now)
        if qid in before
        if (one := _value(now[qid], measure)) is not None
        and (other := _value(before[qid], measure)) is not None
    ]
    return [one for one, _ in both], [other for _, other in both]


def _value(row: Mapping[str, float], measure: str) -> float | None:
    if measure == "ndcg@10":
        return row.get(measure)
    return float(0 < row["first"] <= int(measure.partition("@")[2]))
