"""The facets of an answer: counted values, the first of them with their names."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from search.analysis.place_paths import BETWEEN, ancestors
from search.facets import BY_NAME, NESTED, NOT_STATED, UNSTATED
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
            facets[name] = tuple(
                FacetValue(value, counted.get(value, 0), self._label(name, value, view, labels))
                for value in _shown(name, counted, request)
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
        if facet != "publisher" or value == NOT_STATED:
            return ""
        label = labels.get(value)
        if label is None:
            label = ""
            for found in view.find(Plan(filters={facet: (value,)}), 1).candidates:
                label = _publishers(found.document).get(value, "")
            labels[value] = label
        return label


def _shown(facet: str, counted: Mapping[str, int], request: SearchRequest) -> list[str]:
    """Return the values of a facet that are listed, in their order."""
    stated = [value for value in counted if value != NOT_STATED or facet not in UNSTATED]
    stated.sort(key=lambda value: (-counted[value], value))
    chosen = [v for v in request.filters.get(facet, ()) if v != NOT_STATED]
    if facet in NESTED:
        shown = list(_nested(stated, chosen, request.facet_size))
    else:
        shown = stated[: request.facet_size]
        shown += [value for value in chosen if value not in shown]
    if BY_NAME[facet].order == "listed":
        shown = _ordered(shown, tuple(BY_NAME[facet].values))
    if NOT_STATED in request.filters.get(facet, ()) or (
        request.unstated and facet in UNSTATED and counted.get(NOT_STATED)
    ):
        shown.append(NOT_STATED)
    return shown


def _nested(stated: Sequence[str], chosen: Sequence[str], size: int) -> Iterator[str]:
    """Yield the first whole places, and behind each the parts of those that are opened.

    A place is opened where it or a part of it is chosen, and where it is the only one.
    """
    tops = [value for value in stated if BETWEEN not in value]
    # An empty place would be a part of itself, with all others as its parts.
    opened = {place for value in chosen if value for place in (value, *ancestors(value))}
    held = sorted(v for v in opened if BETWEEN not in v and v not in tops[:size])
    listed = [*tops[:size], *held]
    if len(tops) == 1:
        opened.update(tops)

    def with_parts(place: str) -> Iterator[str]:
        yield place
        if place in opened:
            parts = [value for value in stated if value.rpartition(BETWEEN)[0] == place]
            own = sorted(v for v in opened if v.rpartition(BETWEEN)[0] == place)
            for part in (*parts[:size], *(v for v in own if v not in parts[:size])):
                yield from with_parts(part)

    for place in listed:
        yield from with_parts(place)


def _ordered(shown: Sequence[str], listed: Sequence[str]) -> list[str]:
    """Return values in the order of ``listed``; those that exist nowhere come last."""
    place = {value: number for number, value in enumerate(listed)}
    return sorted(shown, key=lambda value: (place.get(value, len(place)), value))


def _publishers(document: StoredDocument) -> Mapping[str, str]:
    """The names of a document's publishers by their facet values."""
    return dict(zip(document.facets.get("publisher", ()), document.publishers, strict=False))
