"""The model that tells whether the catalogue has what was searched for: fitted, and its error.

    ATLAS_HOME=… python -m benchmarks.confidence --shared /…/queries [--write] [--wrong]

Answerable are the judged searches, of ``judged/`` and with ``--shared`` of the shared collections;
``judged/no_answer.tsv`` and ``round2_no_answer.tsv`` hold searches to which the catalogue has
nothing. The error is of searches left out: ten parts, each judged by a model, and by a limit, that
were set on the other nine, five times over other parts. With vectors (``ATLAS_EMBEDDING``) the
searches are also made by words alone. ``--write`` keeps the coefficients in
``search/confidence.json``; ``--wrong`` lists what is told wrong.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from catalog_service.console.opening import existing
from search import confidence as told
from search.evaluation.judgements import SUCCESS, Judged, read_judged
from search.model import MEANING, Query
from search.service import SearchService

JUDGED = Path(__file__).resolve().parent / "judged"
MODEL = Path(told.__file__).with_suffix(".json")
PARTS: Final = 10
ROUNDS: Final = 5
PATIENCE: Final = 10.0
RIDGE: Final = 1.0
"""Against weights that only these few searches ask for."""
MOST_MISSED: Final = 0.035
"""Share of answerable searches that may be called unanswerable when a limit is set: below the bar
of 0.05, for searches left out have more."""
SURE: Final = 0.9
"""Share that must have an answer among the first three, of searches that are called found: of the
`NEXT` from the limit on, in the order of the model."""
NEXT: Final = 40

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A search: what was looked at, by words and with meaning; whether it has an answer, and
    whether one stands among the first three (None: not judged)."""

    text: str
    collection: str
    answerable: bool
    right: bool | None
    looked: dict[str, tuple[float, ...]]
    total: int


def collections(shared: Path | None) -> dict[str, list[Judged]]:
    """Return the answerable searches by collection."""
    found = {
        name: read_judged(JUDGED / f"{name}.tsv", JUDGED / qrels)
        for name, qrels in (("queries", "qrels.tsv"), ("constraints", "constraints_qrels.tsv"))
    }
    found["english"] = read_judged_english()
    if shared is not None:
        for name in ("judged", "round2"):
            found[f"shared {name}"] = read_judged(
                shared / f"{name}_queries.tsv", shared / f"{name}_qrels.tsv"
            )
        found["shared older"] = read_judged(shared / "queries.tsv", None)
    return found


def read_judged_english() -> list[Judged]:
    """Return the English searches; whether their hits are right is not judged here."""
    with (JUDGED / "english.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Judged(row["qid"], row["query"], "english") for row in rows]


def unanswerable(shared: Path | None) -> list[Judged]:
    """Return the searches to which the catalogue has nothing."""
    files = [JUDGED / "no_answer.tsv"]
    if shared is not None:
        files.append(shared / "round2_no_answer.tsv")
    found: list[Judged] = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            found += [Judged(row["qid"], row["query"], "nothing") for row in rows]
    return found


def example(service: SearchService, one: Judged, collection: str, answerable: bool) -> Example:
    """Search, and return what was looked at."""
    looked: dict[str, tuple[float, ...]] = {}
    result = service.search(Query(one.text, limit=10, facets=False))
    words = service.search(Query(one.text, limit=10, facets=False, literal=(MEANING,)))
    for found in (words, result):
        if found.confidence is not None:
            features = found.confidence.features
            looked["meaning" if len(features) == len(told.MEANING) else "words"] = features
    right = None
    if answerable and (one.grades or one.expected):
        grades = [one.grade(h.remote_id, h.title, n) for n, h in enumerate(result.hits[:3], 1)]
        right = max(grades, default=0) >= SUCCESS
    return Example(one.text, collection, answerable, right, looked, result.total)


def fitted(x: Numbers, y: Numbers) -> tuple[Numbers, float]:
    """Return weights and bias of a logistic regression: ridge, both classes counting alike."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread == 0] = 1.0
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    share = y.mean()
    weight = np.where(y == 1, 0.5 / share, 0.5 / (1 - share))
    penalty = np.full(z.shape[1], RIDGE)
    penalty[-1] = 0.0
    beta = np.zeros(z.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(z @ beta, -30, 30)))
        gradient = z.T @ (weight * (y - p)) - penalty * beta
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + np.diag(penalty + 1e-9)
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - weights @ mean)


def probabilities(x: Numbers, weights: Numbers, bias: float) -> Numbers:
    """Return how likely each search is answered."""
    total: Numbers = 1 / (1 + np.exp(-np.clip(x @ weights + bias, -30, 30)))
    return total


def limit(p: Numbers, y: Numbers) -> float:
    """Return below which value a search is called unanswerable."""
    return float(np.quantile(p[y == 1], MOST_MISSED))


def left_out(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
    """Return how often each search was called unanswerable when left out, and its mean value."""
    called, seen = np.zeros(len(y)), np.zeros(len(y))
    for number in range(ROUNDS):
        order = np.random.default_rng(number).permutation(len(y))
        part = np.empty(len(y), dtype=int)
        for value in (0, 1):
            # Each part has its share of both.
            held = order[y[order] == value]
            part[held] = np.arange(len(held)) % PARTS
        for one in range(PARTS):
            others, these = part != one, part == one
            weights, bias = fitted(x[others], y[others])
            at = limit(probabilities(x[others], weights, bias), y[others])
            p = probabilities(x[these], weights, bias)
            called[these] += p < at
            seen[these] += p
    return called / ROUNDS, seen / ROUNDS


def area(p: Numbers, y: Numbers) -> float:
    """Return the area under the curve: how often an answerable search has the higher value."""
    above = p[y == 1][:, None] - p[y == 0][None, :]
    return float((above > 0).mean() + (above == 0).mean() / 2)


def measured(
    examples: list[Example], name: str
) -> tuple[dict[str, object], dict[str, object], Numbers]:
    """Return the figures of a model, the model itself, and how often each search that it is of was
    called unanswerable when left out."""
    names = told.MEANING if name == "meaning" else told.WORDS
    x = np.array([one.looked[name] for one in examples])
    y = np.array([float(one.answerable) for one in examples])
    called, mean = left_out(x, y)
    weights, bias = fitted(x, y)
    p = probabilities(x, weights, bias)
    none = limit(p, y)
    right = np.array([one.answerable and one.right is not False for one in examples])
    known = np.array([one.right is not None or not one.answerable for one in examples])
    found = surely(p[known], right[known], none)
    figures: dict[str, object] = {
        **shares(examples, called),
        "area under the curve": round(area(mean, y), 3),
        "called found": round(float((p[known] >= found).mean()), 3),
    }
    model: dict[str, object] = {
        "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
        "bias": round(bias, 4),
        "none": round(none, 4),
        "found": round(found, 4),
    }
    return figures, model, called


def surely(p: Numbers, right: npt.NDArray[np.bool_], none: float) -> float:
    """Return from which value on a search is called found."""
    order = np.argsort(p)
    for first in range(len(p) - NEXT):
        these = order[first : first + NEXT]
        if p[these[0]] >= none and right[these].mean() >= SURE:
            return float(p[these[0]])
    return 1.0


def shares(examples: list[Example], called: Numbers) -> dict[str, object]:
    """Return which share was called unanswerable: of those that are, and of those that are not."""
    by: dict[str, list[float]] = defaultdict(list)
    for one, share in zip(examples, called, strict=True):
        by[one.collection].append(float(share))
    y = np.array([one.answerable for one in examples])
    return {
        "no answer": int((~y).sum()),
        "told as such": round(float(called[~y].mean()), 3),
        "answerable": int(y.sum()),
        "wrongly told": round(float(called[y].mean()), 3),
        "by collection": {k: round(sum(v) / len(v), 3) for k, v in by.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    given = parser.parse_args()
    with existing() as atlas:
        # Figures must not depend on how quick a vector is.
        atlas.settings = atlas.settings.model_copy(update={"embedding_seconds": PATIENCE})
        service = atlas.search
        service.warm()
        examples = [
            example(service, one, name, True)
            for name, searches in collections(given.shared).items()
            for one in searches
        ]
        examples += [
            example(service, one, "no answer", False) for one in unanswerable(given.shared)
        ]
    models: dict[str, object] = json.loads(MODEL.read_text("utf-8"))
    figures: dict[str, object] = {}
    figures["nothing found at all"] = sum(not one.answerable and not one.total for one in examples)
    figures["by words"], models["words"], called = measured(examples, "words")
    if near := [n for n, one in enumerate(examples) if "meaning" in one.looked]:
        some, models["meaning"], nearly = measured([examples[n] for n in near], "meaning")
        # What words find nothing of is told by words.
        called[near] = nearly
        figures["with meaning"] = shares(examples, called) | {"model": some}
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    for one, share in zip(examples, called, strict=True) if given.wrong else ():
        if (share >= 0.5) == one.answerable:
            print(f"{one.collection}: {one.text} ({one.total})")
    if given.write:
        MODEL.write_text(json.dumps(models, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
