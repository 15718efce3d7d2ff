"""``/``: the search field, the domains, the districts, what is new, the state in four figures."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.catalog_map.service import HEIGHT, WIDTH, teaser
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.service import named_result
from catalog_service.entities import schema_org
from catalog_service.entities.directory import Listed, concepts, without
from catalog_service.entities.openness_figures import figures
from catalog_service.entities.service import facet_counts
from catalog_service.entities.tallies import Tallies
from catalog_service.entities.trend import trend
from catalog_service.place_names import publisher_label
from catalog_service.site import tilemap
from catalog_service.site.rendering import View
from catalog_service.site.schema_org import script
from ontology.dates import day_of
from ontology.vocabulary import Concept, Scheme
from search.model import FacetValue, Query, Result

router = APIRouter(include_in_schema=False)

NEWEST: Final = 4
LOOKED_AT: Final = 60
PUBLISHERS: Final = 8
USED: Final = 4


@router.get("/")
def home(request: Request, atlas: Atlas) -> Response:
    """The first page."""
    view = View(request)
    query = Query(sort="modified", limit=LOOKED_AT, facet_size=60)
    today = atlas.clock.today()
    result = atlas.search.search(query)
    hits = named_result(atlas, query, result, view.lang).hits
    tallies = atlas.tallies.ready()
    return view.render(
        "home.html",
        section="/",
        trail=None,
        total=result.total,
        examples=atlas.example_searches.found(view.lang) if result.total else (),
        domains=_concepts(atlas, "domain", result, "theme"),
        tiles=tilemap.tiles(atlas.vocabulary.concepts("place"), facet_counts(result, "district")),
        map=tilemap,
        # A date in the future is a slip of the publisher's, and would stay on top for years.
        newest=[h for h in hits if (day_of(h.modified) or today) <= today][:NEWEST],
        json_ld=script(schema_org.catalog(view, atlas.settings.public_url)),
        unclassified=without(atlas, "theme", concepts(atlas, "domain", "theme")),
        publishers=[_publisher(atlas, v) for v in result.facets.get("publisher", ())[:PUBLISHERS]],
        months=trend(tallies.months, today) if tallies is not None else [],
        teaser=teaser(atlas, view.lang),
        teaser_size=(WIDTH, HEIGHT),
        used=_most_used(atlas, view, tallies),
        figures=figures(view, atlas.vocabulary, result, today.year) if result.total else [],
    )


def _concepts(
    atlas: Service, scheme: Scheme, result: Result, facet: str
) -> list[tuple[Concept, int]]:
    counts = facet_counts(result, facet)
    vocabulary = atlas.vocabulary
    return [
        (c, counts.get(c.iri, 0))
        for c in vocabulary.concepts(scheme)
        if c.iri in counts or not vocabulary.is_deprecated(c.iri)
    ]


def _publisher(atlas: Service, value: FacetValue) -> Listed:
    concept = atlas.vocabulary.concept(value.value)
    if concept is not None:
        return Listed(value.value, concept.zh, concept.en, value.count)
    label = publisher_label(atlas, value.value, value.label)
    zh, en = (label.get(lang, value.label) for lang in ("zh", "en"))
    return Listed(value.value, zh, en, value.count)


def _most_used(atlas: Service, view: View, tallies: Tallies | None) -> list[tuple[str, str, int]]:
    """Return name, address and count of the datasets used most, as their sources count it."""
    index = atlas.index.view()
    if tallies is None or index is None:
        return []
    found = []
    for iri, count in tallies.used:
        document = index.get(iri)
        if document is not None:
            name = (document.title_en if view.lang == "en" else "") or document.title
            found.append((name, view.dataset(document.source, document.remote_id), count))
    return found[:USED]
