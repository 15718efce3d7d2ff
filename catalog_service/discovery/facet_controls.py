"""Facets and chips of the results page: what can be chosen, what is, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR
from typing import Final

from catalog_service.context import Service
from catalog_service.discovery.model import FacetAnswer, FacetAnswers
from catalog_service.discovery.parameters import EXCLUDE, read_excluded
from catalog_service.discovery.service import value_name
from catalog_service.place_names import WITHIN, place_name
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles
from search.analysis.place_paths import BETWEEN, ancestors
from search.facets import BY_NAME, FACETS, GROUP, NOT_STATED, RANGES, Facet, expand, shorten
from search.model import Query

FIRST: Final = 6
"""Values of a facet that are shown before "more"."""
LONG: Final = 12
"""Values from which on a facet can be searched."""

State = list[tuple[str, str]]
"""A search's own query string."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a facet with its name in the page's language.

    ``depth`` tells how many listed values it lies in; ``own`` is what its record calls it, where
    that is another name.
    """

    value: str
    label: str
    count: int
    chosen: bool
    depth: int = 0
    own: str = ""


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet with its values: chosen and frequent ones first.

    ``unstated``: what has no value, with the address of the search without it (``leave_out``).
    """

    name: str
    first: list[Value]
    rest: list[Value]
    open: bool
    cut: bool
    """There are, or may be, more values than are listed."""
    long: bool = False
    unstated: Value | None = None
    leave_out: str = ""
    counts: str = ""
    """What is counted, where the name does not say it."""


def named_values(atlas: Service, view: View, facets: FacetAnswers) -> dict[str, list[FacetAnswer]]:
    """Return the facets with sources called by their titles, and places as the page writes them."""
    found = dict(facets)
    if found.get("source"):
        known = titles(atlas.journal)
        found["source"] = [
            value.model_copy(update={"label": {"": known.get(value.value, value.value)}})
            for value in found["source"]
        ]
    if found.get("place"):
        found["place"] = [
            value
            if value.value == NOT_STATED
            else value.model_copy(
                update={"label": {"": place_name(atlas.vocabulary, value.value, view.lang)}}
            )
            for value in found["place"]
        ]
    return found


def facet_groups(
    view: View,
    query: Query,
    facets: FacetAnswers,
    own: State | None = None,
    total: int | None = None,
    year: int = MAXYEAR,
) -> list[FacetGroup]:
    """Return the facets in which something can be chosen; ``year`` is the present one.

    Where every value is of all ``total`` results there is no choice, but what is chosen is shown.
    """
    return [
        _group(view, BY_NAME[name], facets[name], query, own or [], year)
        for name in FACETS
        if facets.get(name) and _narrows(BY_NAME[name], facets[name], query, total)
    ]


def _narrows(facet: Facet, values: list[FacetAnswer], query: Query, total: int | None) -> bool:
    if query.filters.get(facet.name):
        return True
    return not facet.part_of and any(total is None or 0 < value.count < total for value in values)


def _group(
    view: View, facet: Facet, values: list[FacetAnswer], query: Query, own: State, year: int
) -> FacetGroup:
    chosen = frozenset(shorten(facet.name, value) for value in query.filters.get(facet.name, ()))
    stated = [value for value in values if value.value != NOT_STATED]
    rows = [_value(view, facet, value, chosen) for value in stated]
    if facet.order == "latest":
        # A plan's years to come are no years that people look for first.
        rows.sort(key=lambda row: (row.value <= f"{year:04}", row.value), reverse=True)
    elif facet.nested:
        rows = list(_by_place(rows))
    elif facet.order == "frequent":
        rows.sort(key=lambda row: not row.chosen)
    last = max((number for number, row in enumerate(rows, 1) if row.chosen), default=0)
    first = max(FIRST, last) + (2 if facet.nested else 0)
    none = next((value for value in values if value.value == NOT_STATED), None)
    return FacetGroup(
        facet.name,
        rows[:first],
        rows[first:],
        open=facet.opened or bool(chosen),
        cut=len(stated) >= query.facet_size,
        long=len(stated) > LONG,
        unstated=None if none is None else _value(view, facet, none, chosen),
        leave_out=_leaving_out(view, facet.name, own),
        counts=view.gettext(facet.counts) if facet.counts else "",
    )


def _value(view: View, facet: Facet, value: FacetAnswer, chosen: frozenset[str]) -> Value:
    label, depth, own = value.name(view.lang), 0, ""
    if facet.nested and value.value != NOT_STATED:
        depth = value.value.count(BETWEEN)
        label = label.rpartition(WITHIN)[2]
        if view.lang != "zh":
            own = value.value.rpartition(BETWEEN)[2]
    return Value(
        value.value,
        label,
        value.count,
        value.value in chosen,
        depth,
        own if own != label else "",
    )


def _by_place(rows: list[Value]) -> Iterator[Value]:
    """Yield places with their parts behind them: first those in which anything is chosen."""
    blocks: list[list[Value]] = []
    for row in rows:
        if row.depth and blocks:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    blocks.sort(key=lambda block: not any(row.chosen for row in block))
    for block in blocks:
        yield from block


def _leaving_out(view: View, facet: str, own: State) -> str:
    """Return the address of the search without what has no value of a facet."""
    rest = [item for item in own if item != (facet, NOT_STATED)]
    return view.link("/datasets", [*rest, (EXCLUDE, f"{facet}:{NOT_STATED}")])


def chips(atlas: Service, view: View, own: State, facets: FacetAnswers) -> list[Chip]:
    """Return what is chosen, each with the address of the search without it."""
    found = []
    around = {place for name, value in own if name == "place" for place in ancestors(value)}
    for item in own:
        name, value = item
        label = ""
        if name == GROUP:
            label = view.label("facet", "group")
        elif name in FACETS and not (name == "place" and value in around):
            label = _named(atlas, view, name, value, facets)
        elif name == EXCLUDE and (unwanted := read_excluded(value)) is not None:
            facet, full = unwanted
            names = _named(atlas, view, facet, shorten(facet, full), facets)
            label = view.gettext("Without: {names}", names=names)
        elif name.rpartition("_")[0] in RANGES:
            label = view.label("chosen day", name, day=value)
        if label:
            rest = [other for other in own if other != item]
            found.append(Chip(label, view.link("/datasets", rest)))
    return found


def _named(atlas: Service, view: View, name: str, value: str, facets: FacetAnswers) -> str:
    full = expand(name, value)
    if name == "place" and value != NOT_STATED:
        label = place_name(atlas.vocabulary, value, view.lang)
    else:
        known = next((f for f in facets.get(name, []) if f.value == shorten(name, full)), None)
        label = view.pick(value_name(atlas, name, full) or (known.label if known else {})) or value
    return view.gettext("{name}: {value}", name=view.label("facet", name), value=label)
