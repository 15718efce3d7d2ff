"""Precision and recall of duplicates on both halves of the labelled pairs, and the time taken.

    python -m benchmarks.duplicates [--data FOLDER]

Baselines: equal titles, and rapidfuzz's ratio of titles, and of subjects, at the threshold that
does best on the half for tuning. They only tell that there is a relation, not which.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import fuzz

from search.analysis.normalization import normal
from search.duplicates.compare import compare
from search.duplicates.index import DuplicateIndex
from search.index.model import SearchDocument
from tests.fixtures.duplicates.labels import DATA, NONE, LabelledPair, documents, labelled, score

LEAST_PRECISION = 0.95
ANY = "some"


def main() -> int:
    """Print the measurements; exit 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the real records")
    data = parser.parse_args().data
    if not data.is_dir():
        print(f"no real records at {data}", file=sys.stderr)
        return 2
    records = {document.remote_id: document for document in documents(data)}
    print(f"{len(records)} records")
    started = time.perf_counter()
    index = DuplicateIndex(records.values())
    counts = Counter(pair.kind for pair in index.pairs())
    whole = time.perf_counter() - started
    print(f"all pairs: {whole:.1f} s, {dict(counts)}")
    one = _one_record(index, list(records.values()))

    profiles = {name: index.profile(document) for name, document in records.items()}

    def found(pair: LabelledPair) -> str:
        answer = compare(profiles[pair.one], profiles[pair.other])
        return answer.kind if answer is not None else NONE

    pairs = labelled()
    halves = {
        "tuning": [pair for pair in pairs if not pair.aside],
        "set aside": [pair for pair in pairs if pair.aside],
    }
    for name, half in halves.items():
        print(
            f"{name} ({len(half)} pairs): relation right: {score(half, found, strict=True)}; ",
            end="",
        )
        print(f"some relation: {score(half, found, strict=False)}")
    titles = {name: normal(document.title) for name, document in records.items()}
    cores = {name: profile.subject.core for name, profile in profiles.items()}
    _baseline("equal titles", halves, lambda p: 100.0 * (titles[p.one] == titles[p.other]))
    _baseline("rapidfuzz, titles", halves, lambda p: fuzz.ratio(titles[p.one], titles[p.other]))
    _baseline("rapidfuzz, subjects", halves, lambda p: fuzz.ratio(cores[p.one], cores[p.other]))
    aside = score(halves["set aside"], found, strict=True)
    good = aside.precision >= LEAST_PRECISION and aside.recall >= 0.8 and whole <= 60 and one <= 50
    return 0 if good else 1


def _one_record(index: DuplicateIndex, records: list[SearchDocument]) -> float:
    """Print the milliseconds in which one record is compared, and return the 99th percentile."""
    taken = []
    for document in records[:: max(1, len(records) // 1_000)]:
        started = time.perf_counter()
        index.of(document)
        taken.append((time.perf_counter() - started) * 1e3)
    taken.sort()
    middle, late = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    print(f"one record: median {middle:.2f} ms, 99 % within {late:.2f} ms, longest {taken[-1]:.2f}")
    return late


def _baseline(
    name: str,
    halves: dict[str, list[LabelledPair]],
    closeness: Callable[[LabelledPair], float],
) -> None:
    """Print what a similarity from 0 to 100 alone reaches."""

    def at(threshold: float) -> Callable[[LabelledPair], str]:
        return lambda pair: ANY if closeness(pair) >= threshold else NONE

    def worth(threshold: float) -> tuple[bool, float]:
        found = score(halves["tuning"], at(threshold), strict=False)
        precise = found.precision >= LEAST_PRECISION
        both = found.precision + found.recall
        return precise, found.recall if precise else 2 * found.precision * found.recall / both

    best = max(range(1, 101), key=worth)
    told = "; ".join(f"{n}: {score(h, at(best), strict=False)}" for n, h in halves.items())
    print(f"baseline {name} (≥ {best}): {told}")


if __name__ == "__main__":
    raise SystemExit(main())
