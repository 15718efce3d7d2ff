"""Searching among the values of one facet: those of a search, by a part of their name.

``/datasets?q=停车&facet=publisher&find=交通`` is a page of its own, which works without script; on
the results page script shows the same list in the place of the facet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.discovery.facet_controls import State, Value
from catalog_service.discovery.service import named_facet_value
from catalog_service.place_names import place_name, publisher_names
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles
from search.analysis.normalization import normal
from search.analysis.pinyin import word_syllables
from search.facets import BY_NAME, NOT_STATED, expand, shorten
from search.model import FacetValue, Query

FACET: Final = "facet"
FIND: Final = "find"
"""Parameters of the page: the facet, and a part of a value's name."""
MOST: Final = 200
"""Values that are listed; more are narrowed by a longer part of the name."""
MAX_FIND: Final = 100


@dataclass(frozen=True, slots=True)
class FoundValues:
    """The values of a facet with a text in their name: chosen ones first, then frequent ones.

    ``total`` counts all that were found, ``known`` all that results have.
    """

    listed: list[Value]
    total: int
    known: int


def facet_page(atlas: Service, view: View, query: Query, own: State, facet: str) -> Response:
    """Answer with the values of a facet, to choose from."""
    text = view.request.query_params.get(FIND, "").strip()[:MAX_FIND]
    found = find_values(atlas, view, query, facet, text)
    others = [item for item in own if item[0] != facet]
    return view.render(
        "facet.html",
        section="/datasets",
        trail=[
            (view.gettext("Datasets"), view.link("/datasets", own)),
            (view.label("facet", facet), None),
        ],
        facet=facet,
        name=view.label("facet", facet),
        counts=view.gettext(BY_NAME[facet].counts) if BY_NAME[facet].counts else "",
        text=text,
        query=query.text,
        own=own,
        others=others,
        found=found,
        back=view.link("/datasets", own),
        whole=view.link("/datasets", [*own, (FACET, facet)]),
    )


def find_values(atlas: Service, view: View, query: Query, facet: str, text: str) -> FoundValues:
    """Return the values of a facet of a search that have a text in their name.

    By a part of the name in either language, or by how its Chinese sounds: whole syllables or
    initials. Chosen values are always among them. Raises `AtlasError`: what searching does.
    """
    counts = atlas.search.facet_counts(query, facet)
    chosen = {expand(facet, shorten(facet, value)) for value in query.filters.get(facet, ())}
    names = publisher_names(atlas, counts) if facet == "publisher" else {}
    known = titles(atlas.journal) if facet == "source" else {}
    wanted = normal(text).strip()
    rows: list[Value] = []
    for value in {*counts, *chosen}:
        answer = named_facet_value(
            atlas, facet, FacetValue(value, counts.get(value, 0), names.get(value, ""))
        )
        label = known.get(value) or answer.name(view.lang)
        if facet == "place" and value != NOT_STATED:
            label = place_name(atlas.vocabulary, value, view.lang)
        spoken = (label, known.get(value, ""), *answer.label.values(), names.get(value, ""))
        if value in chosen or not wanted or _is_named(wanted, spoken):
            own = answer.name("zh") if facet == "place" and view.lang != "zh" else ""
            row = Value(answer.value, label, answer.count, value in chosen)
            rows.append(row if own in ("", label) else _with_own(row, own))
    rows.sort(key=lambda row: (not row.chosen, row.value == NOT_STATED, -row.count, row.label))
    return FoundValues(rows[:MOST], len(rows), len(counts))


def _with_own(row: Value, own: str) -> Value:
    return Value(row.value, row.label, row.count, row.chosen, row.depth, own)


def _is_named(wanted: str, names: tuple[str, ...]) -> bool:
    for name in filter(None, names):
        if wanted in normal(name):
            return True
        if wanted.isascii():
            syllables = word_syllables(normal(name))
            sound = wanted.replace(" ", "").replace("'", "")
            if sound in "".join(syllables) or sound in "".join(s[:1] for s in syllables):
                return True
    return False
