"""The facets of an answer: counted values, the first of them with their names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from search.facets import BY_NAME
from search.index.payload import StoredDocument
from search.index.plan import Plan
from search.index.protocol import Candidate, IndexView
from search.model import FacetValue
from search.query.request import SearchRequest


class FacetCounter:
    """Facets over a view; the names of publishers are cached for each state."""

    def __init__(self) -> None:
        self._labels: tuple[Hashable, dict[str, str]] = (None, {})

    def learn(self, candidates: Iterable[Candidate], view: IndexView) -> None:
        """Cache the publishers' names of what was found: facets will show most of these, and each
        would be looked up by itself."""
        labels = self._labels_of(view)
        for candidate in candidates:
            for value, label in _publishers(candidate.document).items():
                labels.setdefault(value, label)

    def facets(
        self, request: SearchRequest, plan: Plan, view: IndexView
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
            if BY_NAME[name].order == "listed":
                shown = _ordered(shown, tuple(BY_NAME[name].values))
            facets[name] = tuple(
                FacetValue(value, counted.get(value, 0), self._label(name, value, view, labels))
                for value in shown
            )
        return facets

    def _labels_of(self, view: IndexView) -> dict[str, str]:
        """The names of publishers that are known of a state."""
        state, labels = self._labels
        if state != view.state:
            labels = {}
            self._labels = (view.state, labels)
        return labels

    def _label(self, facet: str, value: str, view: IndexView, labels: dict[str, str]) -> str:
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


def _ordered(shown: Sequence[str], listed: Sequence[str]) -> list[str]:
    """Return values in the order of ``listed``; those that exist nowhere come last."""
    place = {value: number for number, value in enumerate(listed)}
    return sorted(shown, key=lambda value: (place.get(value, len(place)), value))


def _publishers(document: StoredDocument) -> Mapping[str, str]:
    """The names of a document's publishers by their facet values."""
    return dict(zip(document.facets.get("publisher", ()), document.publishers, strict=False))
