"""The ranking to beat: BM25 over jieba's words, with the field weights of CN-PDS.

Title 1, description 0.6, department 0.5, category 0.2; the sum over terms and fields, nothing
else. In plain Python, so that it is the same whatever engine is measured beside it.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

from search.analysis.tokens import tokens
from search.evaluation.measures import DEPTH
from search.index.payload import StoredDocument

WEIGHTS: Final = {"title": 1.0, "description": 0.6, "publisher": 0.5, "theme": 0.2}
K1: Final = 1.2
B: Final = 0.75


class Baseline:
    """Documents in memory, ranked by BM25."""

    def __init__(self, documents: Iterable[StoredDocument], *, by_iri: bool = False) -> None:
        """With ``by_iri`` documents are named by IRI in place of the id in their source."""
        self._names: list[tuple[str, str]] = []
        self._postings: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._lengths: dict[str, list[int]] = {name: [] for name in WEIGHTS}
        for number, d in enumerate(documents):
            self._names.append((d.iri if by_iri else d.remote_id, d.title))
            texts = {
                "title": d.title,
                "description": d.description,
                "publisher": " ".join(d.publishers),
                "theme": " ".join(d.themes),
            }
            for name, text in texts.items():
                counted = Counter(tokens(text))
                self._lengths[name].append(sum(counted.values()))
                for token, count in counted.items():
                    self._postings.setdefault((name, token), []).append((number, count))
        self._means = {
            name: (sum(lengths) / len(lengths) if lengths else 0.0) or 1.0
            for name, lengths in self._lengths.items()
        }

    def rank(self, text: str) -> list[tuple[str, str]]:
        """Return remote id and title of the best documents."""
        scores: dict[int, float] = {}
        size = len(self._names)
        for token in dict.fromkeys(tokens(text)):
            for name, weight in WEIGHTS.items():
                postings = self._postings.get((name, token), [])
                idf = math.log(1 + (size - len(postings) + 0.5) / (len(postings) + 0.5))
                lengths, mean = self._lengths[name], self._means[name]
                for number, count in postings:
                    norm = count + K1 * (1 - B + B * lengths[number] / mean)
                    scores[number] = (
                        scores.get(number, 0.0) + weight * idf * count * (K1 + 1) / norm
                    )
        best = heapq.nsmallest(DEPTH, scores, key=lambda number: (-scores[number], number))
        return [self._names[number] for number in best]
