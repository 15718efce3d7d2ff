"""Whether the catalogue has what was searched for: here it is, near it, or it has none.

A small logistic model over what words and meaning found. Its coefficients stand in
``confidence.json``; ``python -m benchmarks.confidence`` fits them on judged searches, to which the
catalogue has an answer or none, and tells how often the verdict is wrong on searches left out
(docs/search.md). It is about the whole catalogue: where filters leave few, nothing is said.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Final

from search.model import Confidence, Verdict
from search.query.model import ParsedQuery, QueryTerm
from search.query.planner import PlannedQuery
from search.ranking.score import Scorer
from search.ranking.signals import Signals

WORDS: Final = (
    *("cover", "weakest", "title", "unknown", "in part", "elsewhere"),
    *("corrected", "unread", "latin", "length"),
)
"""What is looked at; see `features`."""
MEANING: Final = (*WORDS, "cosine")
"""And where there are vectors."""
_ROLES: Final = {"subject": 1.0, "verb": 0.6, "weak": 0.3, "form": 0.0}
_LEAST_RARE: Final = 0.3
_IN_TITLE: Final = 0.6
"""How well a term is met, from which on the title has it."""
_PARTICLES: Final = frozenset(
    "的地得了吗呢吧啊在有和与及或里中上下去哪找我要想被是个各们对为到从可以能做喝住刷领每多少"
    "岁年月日表证区县市镇乡店铺处末初"
)
"""Characters that stand by themselves."""


@dataclass(frozen=True, slots=True)
class Model:
    """One logistic model: ``weights`` of features in their order, and a bias.

    Below ``none`` the catalogue is said to have nothing, from ``found`` on to have it.
    """

    weights: tuple[float, ...]
    bias: float
    none: float
    found: float

    def answered(self, features: Sequence[float]) -> float:
        """Return how likely it is that the catalogue has what was searched for."""
        total = self.bias + sum(w * f for w, f in zip(self.weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def verdict(self, answered: float) -> Verdict:
        """Return what is said of such a search."""
        if answered < self.none:
            return "none"
        return "found" if answered >= self.found else "near"


def features(
    planned: PlannedQuery,
    top: Sequence[Signals],
    cosines: Sequence[float] = (),
) -> tuple[float, ...]:
    """Return what the model looks at, in the order of `WORDS`, or of `MEANING` with ``cosines``.

    Of the terms, weighted by how rare they are, a term of no document most of all: which share the
    best of the first hits meets (``cover``), how well it meets the worst (``weakest``), and which
    share it meets by its ``title`` alone, and which share no document holds (``unknown``). Whether
    words or the place had to be given up (``in part``, ``elsewhere``); whether English words were
    ``corrected`` (tracks → trucks), unlike pinyin, which is read; how often two characters side by
    side fit no word (``unread``: 抖音). Whether it is written in ``latin`` letters, and its
    ``length``: who says more says more that no title has. How near in meaning the nearest is
    (``cosine``).
    """
    parsed = planned.parsed
    weights = [_weight(term) for term in parsed.query_terms]
    whole = sum(weights) or 1.0
    scorer = Scorer(parsed)
    cover = weakest = title = 0.0
    for found in top:
        met = scorer.matches(found)
        share = sum(w * m for w, m in zip(weights, met, strict=True)) / whole
        if share > cover:
            cover = share
            needed = [m for m, term in zip(met, parsed.query_terms, strict=True) if _asks(term)]
            weakest = min(needed, default=share)
        title = max(
            title, sum(w for w, m in zip(weights, met, strict=True) if m >= _IN_TITLE) / whole
        )
    if not parsed.query_terms and top:
        cover = weakest = title = 1.0
    named = list(zip(weights, parsed.query_terms, strict=True))
    looked = (
        cover,
        weakest,
        title,
        sum(w for w, term in named if term.held == 0) / whole,
        float(planned.relaxed in ("words", "either")),
        float(planned.relaxed == "place"),
        float(planned.corrected and parsed.text.isascii()),
        float(_unread(parsed)),
        float(parsed.text.isascii()),
        math.log(max(1, len(parsed.text))),
    )
    return (*looked, max(cosines)) if cosines else looked


def confidence(looked: Sequence[float]) -> Confidence:
    """Return how sure it is that the catalogue has what was searched for, by its `features`."""
    model = models()["meaning" if len(looked) == len(MEANING) else "words"]
    answered = model.answered(looked)
    return Confidence(model.verdict(answered), round(answered, 4), tuple(looked))


@cache
def models() -> dict[str, Model]:
    """Return the models by name: ``words`` and ``meaning``."""
    text = resources.files("search").joinpath("confidence.json").read_text("utf-8")
    kept = json.loads(text)
    return {
        name: Model(
            tuple(kept[name]["weights"].get(feature, 0.0) for feature in names),
            *(kept[name][one] for one in ("bias", "none", "found")),
        )
        for name, names in (("words", WORDS), ("meaning", MEANING))
    }


def _weight(term: QueryTerm) -> float:
    rarity = 1.0 if term.rarity is None else term.rarity
    return _ROLES[term.role] * max(_LEAST_RARE, rarity)


def _asks(term: QueryTerm) -> bool:
    return term.role in ("subject", "verb")


def _unread(parsed: ParsedQuery) -> int:
    """Count pairs of characters that stand side by side and fit no word."""
    alone = [len(f) == 1 and "一" <= f <= "鿿" and f not in _PARTICLES for f in parsed.fillers]
    return sum(
        one and other and first + second in parsed.text
        for (one, first), (other, second) in pairwise(zip(alone, parsed.fillers, strict=True))
    )
