"""Kept results and judgements as JSON, for routes, pages and commands alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from catalog_service.evaluation.model import MEASURES, Grade, Judgement, KeptRun

BASELINE: Final = "bm25"


class FigureAnswer(BaseModel):
    """One measure of one ranking: its mean, and the 95 % of the bootstrap where it is known."""

    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None


class DifferenceAnswer(BaseModel):
    """How far a measure is above another's over the same searches, search by search.

    Where ``low`` and ``high`` (95 %) leave out 0, the two differ. ``better`` and ``worse`` count
    searches.
    """

    measure: str
    difference: float
    low: float
    high: float
    better: int
    worse: int


class KindAnswer(BaseModel):
    """The searches of one kind: how many, and what they reach."""

    kind: str
    searches: int
    figures: list[FigureAnswer]
    baseline: list[FigureAnswer]


class NoAnswerAnswer(BaseModel):
    """Searches to which the catalogue has nothing: how many are told so.

    ``told_none`` of the ``answerable`` ones, which have an answer, are told so wrongly.
    """

    searches: int
    told: int
    nothing_found: int
    answerable: int
    told_none: int


class SentencesAnswer(BaseModel):
    """What is told of searches (how many have what, what was looked for), and how much is false."""

    told: int
    false: int


class RunAnswer(BaseModel):
    """One result: of the ranking that readers ask, beside plain BM25 and the result before."""

    time: datetime
    version: str
    ranking: str
    searches: int
    datasets: int
    figures: list[FigureAnswer]
    baseline: list[FigureAnswer]
    kinds: list[KindAnswer]
    no_answer: NoAnswerAnswer | None
    sentences: SentencesAnswer | None
    against_baseline: list[DifferenceAnswer]
    against_previous: list[DifferenceAnswer]


class CollectionAnswer(BaseModel):
    """A collection of judged searches; the newest result first."""

    collection: str
    runs: list[RunAnswer]


class EvaluationAnswer(BaseModel):
    """All collections whose results are kept, and how many judgements of stewards stand."""

    judgements: int
    judged_searches: int
    collections: list[CollectionAnswer]


class JudgementAnswer(BaseModel):
    """What a steward says of a dataset as the answer to a search; ``grade`` null: taken back."""

    query: str
    dataset: str
    grade: Grade | None
    reason: str
    actor: str
    time: datetime


class JudgementsAnswer(BaseModel):
    """Every judgement, the oldest first; the last about the same search and dataset holds."""

    judgements: list[JudgementAnswer]


def judgement_answer(one: Judgement) -> JudgementAnswer:
    """Return a judgement."""
    return JudgementAnswer(
        query=one.query,
        dataset=one.dataset,
        grade=one.grade,
        reason=one.reason,
        actor=one.actor,
        time=one.time,
    )


def evaluation_answer(
    runs: Sequence[Sequence[KeptRun]], *, judgements: int, judged_searches: int
) -> EvaluationAnswer:
    """Return results by collection. No text of a search is among them."""
    return EvaluationAnswer(
        judgements=judgements,
        judged_searches=judged_searches,
        collections=[
            CollectionAnswer(
                collection=of_one[0].collection, runs=[_run_answer(run) for run in of_one]
            )
            for of_one in runs
        ],
    )


def _run_answer(run: KeptRun) -> RunAnswer:
    result = run.result
    live, baseline = result["results"][result["live"]], result["results"][BASELINE]
    nothing, having = result["no_answer"], result["answerable"]
    sentences = result["sentences"]
    return RunAnswer(
        time=run.time,
        version=run.version,
        ranking=result["live"],
        searches=result["queries"],
        datasets=result["documents"],
        figures=_figures(live),
        baseline=_figures(baseline),
        kinds=[
            KindAnswer(
                kind=kind,
                searches=row["queries"],
                figures=_figures(row),
                baseline=_figures(baseline["by_kind"][kind]),
            )
            for kind, row in sorted(live["by_kind"].items(), key=lambda e: (-e[1]["queries"], e[0]))
        ],
        no_answer=(
            NoAnswerAnswer(
                searches=nothing["queries"],
                told=nothing["told"],
                nothing_found=nothing["nothing_found"],
                answerable=having["queries"],
                told_none=having["told_none"],
            )
            if nothing["queries"]
            else None
        ),
        sentences=sentences and SentencesAnswer(**sentences),
        against_baseline=_differences(result["against_baseline"]),
        against_previous=_differences(result["against_previous"]),
    )


def _figures(row: Mapping[str, Any]) -> list[FigureAnswer]:
    intervals = row.get("intervals", {})
    found = []
    for measure in MEASURES:
        low, high = intervals.get(measure) or (None, None)
        found.append(FigureAnswer(measure=measure, value=row[measure], low=low, high=high))
    return found


def _differences(found: Mapping[str, Mapping[str, Any]]) -> list[DifferenceAnswer]:
    return [
        DifferenceAnswer(
            measure=measure,
            difference=one["difference"],
            low=one["interval"][0],
            high=one["interval"][1],
            better=one["better"],
            worse=one["worse"],
        )
        for measure, one in found.items()
    ]
