"""Facets and chips of the results page: what can be chosen, what is, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.discovery.model import FacetAnswer, FacetAnswers
from catalog_service.discovery.service import value_name
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles
from search.facets import BY_NAME, FACETS, GROUP, RANGES, expand, shorten
from search.model import Query

FIRST: Final = 6
"""Values of a facet that are shown before "more"."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet with its name in the page's language."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet with its values: chosen and frequent ones first."""

    name: str
    first: list[Value]
    rest: list[Value]
    open: bool
    cut: bool
    """There are, or may be, more values than are listed."""


def with_source_titles(atlas: Service, facets: FacetAnswers) -> dict[str, list[FacetAnswer]]:
    """Return the facets with the sources called by their titles."""
    found = dict(facets)
    if found.get("source"):
        known = titles(atlas.journal)
        found["source"] = [
            value.model_copy(update={"label": {"": known.get(value.value, value.value)}})
            for value in found["source"]
        ]
    return found


def facet_groups(view: View, query: Query, facets: FacetAnswers) -> list[FacetGroup]:
    """Return the facets in which something can be chosen."""
    found = [_group(view, name, facets.get(name, []), query) for name in FACETS]
    return [group for group in found if group.first]


def chips(
    atlas: Service, view: View, own: list[tuple[str, str]], facets: FacetAnswers
) -> list[Chip]:
    """Return what is chosen, each with the address of the search without it."""
    found = []
    for name, value in own:
        if name == GROUP:
            label = view.label("facet", "group")
        elif name in FACETS:
            label = _named(atlas, view, name, value, facets)
        elif name.rpartition("_")[0] in RANGES:
            label = view.label("chosen day", name, day=value)
        else:
            continue
        rest = [item for item in own if item != (name, value)]
        found.append(Chip(label, view.link("/datasets", rest)))
    return found


def _named(atlas: Service, view: View, name: str, value: str, facets: FacetAnswers) -> str:
    full = expand(name, value)
    known = next((f for f in facets.get(name, []) if f.value == shorten(name, full)), None)
    label = view.pick(value_name(atlas, name, full) or (known.label if known else {})) or value
    return view.gettext("{name}: {value}", name=view.label("facet", name), value=label)


def _group(view: View, name: str, values: list[FacetAnswer], query: Query) -> FacetGroup:
    chosen = frozenset(shorten(name, value) for value in query.filters.get(name, ()))
    ordered = list(values)
    facet = BY_NAME[name]
    if facet.order == "latest":
        ordered.sort(key=lambda value: value.value, reverse=True)
    elif facet.order == "frequent":
        ordered.sort(key=lambda value: value.value not in chosen)
    rows = [Value(v.value, v.name(view.lang), v.count, v.value in chosen) for v in ordered]
    first = max(FIRST, len(chosen))
    return FacetGroup(
        name,
        rows[:first],
        rows[first:],
        open=facet.opened or bool(chosen),
        cut=len(values) >= query.facet_size,
    )
