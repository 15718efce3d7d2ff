"""Judgements of stewards as files in the form of `benchmarks/judged`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from catalog_service.evaluation.model import Judgement
from catalog_service.evaluation.service import KIND, judged_searches
from catalog_service.judged_tables import remote_id_of, write_table

QUERIES = "queries.tsv"
QRELS = "qrels.tsv"


def write_judgements(base: str, folder: Path, standing: Sequence[Judgement]) -> dict[str, int]:
    """Write both files into a folder; returns how many rows each has. Raises `OSError`.

    ``doc`` is the identifier within the source, as judged files have it; ``iri`` says which source.
    """
    searches = judged_searches(standing)
    queries = [(one.qid, one.text, KIND, "steward", "") for one in searches]
    qrels = [
        (one.qid, remote_id_of(base, iri), str(grade), iri)
        for one in searches
        for iri, grade in sorted(one.grades.items(), key=lambda entry: (-entry[1], entry[0]))
    ]
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / QUERIES, ("qid", "query", "kind", "user", "need"), queries)
    write_table(folder / QRELS, ("qid", "doc", "grade", "iri"), qrels)
    return {QUERIES: len(queries), QRELS: len(qrels)}
