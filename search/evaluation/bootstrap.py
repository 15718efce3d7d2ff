"""How far figures over some dozens of queries can be trusted: intervals by the bootstrap.

Efron's percentile bootstrap over queries: a figure is taken again of as many queries drawn with
repetition, thousands of times, with a seed, so that the same values give the same interval. Two
versions are compared by the differences query by query, which shows what two intervals that
overlap do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

SAMPLES: Final = 5_000
SHARE: Final = 95
"""Per cent of the samples that an interval holds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean difference of a version from another over the same queries, and its interval.

    ``better`` and ``worse`` count queries. The versions differ where the interval leaves out 0.
    """

    difference: float
    interval: tuple[float, float]
    better: int
    worse: int


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the interval of the mean; (0, 0) without values."""
    if not values:
        return 0.0, 0.0
    found = np.asarray(values, dtype=np.float64)
    draws = np.random.default_rng(0).integers(0, len(found), (SAMPLES, len(found)))
    edge = (100 - SHARE) / 2
    low, high = np.percentile(found[draws].mean(axis=1), [edge, 100 - edge])
    return round(float(low), 4), round(float(high), 4)


def compare(one: Sequence[float], other: Sequence[float]) -> Comparison:
    """Compare values of the same queries in the same order: how far ``one`` is above ``other``."""
    differences = [a - b for a, b in zip(one, other, strict=True)]
    mean = sum(differences) / len(differences) if differences else 0.0
    return Comparison(
        round(mean, 4),
        interval(differences),
        sum(d > 0 for d in differences),
        sum(d < 0 for d in differences),
    )
