"""The facets of an answer: counted values, the first of them with their names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from search.index.from_record import QUALITIES
from search.index.payload import Stored
from search.index.plan import Candidate, Plan, View
from search.model import FRESHNESS, FacetValue
from search.query.relaxation import Request
from search.results import freshness

_NATURAL: Final = {FRESHNESS: freshness.VALUES, "quality": QUALITIES}
"""Facets whose few values have an order of their own, which counts would only confuse."""


class Faceting:
    """Facets over a view; the names of publishers are remembered for each state."""

    def __init__(self) -> None:
        self._labels: tuple[Hashable, dict[str, str]] = (None, {})

    def learn(self, candidates: Iterable[Candidate], view: View) -> None:
        """Remember the publishers' names of what was found: facets will show most of these, and
        each would be looked up by itself."""
        labels = self._labels_of(view)
        for candidate in candidates:
            for value, label in _publishers(candidate.document).items():
                labels.setdefault(value, label)

    def facets(
        self, request: Request, plan: Plan, view: View
    ) -> Mapping[str, tuple[FacetValue, ...]]:
        """Return the facets that were asked for; chosen values are always among them."""
        if not request.facets:
            return {}
        counts = view.count(replace(plan, after=None), request.facets)
        labels = self._labels_of(view)
        facets: dict[str, tuple[FacetValue, ...]] = {}
        for name in request.facets:
            counted = counts[name]
            first = sorted(counted, key=lambda value: (-counted[value], value))
            shown = first[: request.facet_size]
            shown += [v for v in request.filters.get(name, ()) if v not in shown]
            if name in _NATURAL:
                shown = _ordered(shown, _NATURAL[name])
            facets[name] = tuple(
                FacetValue(value, counted.get(value, 0), self._label(name, value, view, labels))
                for value in shown
            )
        return facets

    def _labels_of(self, view: View) -> dict[str, str]:
        """The names of publishers that are known of a state."""
        state, labels = self._labels
        if state != view.state:
            labels = {}
            self._labels = (view.state, labels)
        return labels

    def _label(self, facet: str, value: str, view: View, labels: dict[str, str]) -> str:
        """The name of a publisher, read from any one of its records, once for each state."""
        if facet != "publisher":
            return ""
        label = labels.get(value)
        if label is None:
            label = ""
            for found in view.find(Plan(filters={facet: (value,)}), 1).candidates:
                label = _publishers(found.document).get(value, "")
            labels[value] = label
        return label


def _ordered(shown: Sequence[str], natural: Sequence[str]) -> list[str]:
    """Values in their natural order; those that were made up by whoever asks come last."""
    place = {value: number for number, value in enumerate(natural)}
    return sorted(shown, key=lambda value: (place.get(value, len(place)), value))


def _publishers(document: Stored) -> Mapping[str, str]:
    """The names of a document's publishers by their facet values."""
    return dict(zip(document.facets.get("publisher", ()), document.publishers, strict=False))
