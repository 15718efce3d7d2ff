"""Pages about what datasets have in common: an organisation, a district, a domain, a data item."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.model import SearchAnswer
from catalog_service.discovery.service import hit_rows, named_result
from catalog_service.entities import schema_org
from catalog_service.entities.openness_figures import Bar, share
from catalog_service.entities.service import datasets_with_field, facet_counts, predecessors
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import decode_segment
from catalog_service.site.rendering import View
from catalog_service.site.schema_org import script
from catalog_service.site.tilemap import PLACES
from catalog_service.source_catalog.model import StoredItem
from catalog_service.source_catalog.service import claims_on
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from ontology.vocabulary import Concept
from search.facets import shorten
from search.model import Query, Result
from search.relations.fields import field_key
from translations import N_

router = APIRouter(include_in_schema=False)

NEWEST: Final = 20
BARS: Final = 6
_PICTURES: Final = ("theme", "publisher", "district", "format", "year")
MAX_FIELD: Final = 200
"""Characters of the name of a data item."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The datasets by one facet; ``links`` leads from each bar's label to the search for it."""

    name: str
    rows: tuple[Bar, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Related things, under the name of the relation."""

    name: str
    things: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """What a page shows above its datasets."""

    kind: str
    name: str
    iri: str | None
    facet: str | None
    value: str
    names: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = field(default=())


@router.get("/organization/{notation}")
def organization(request: Request, atlas: Atlas, notation: str) -> Response:
    """A publisher: its figures, its datasets, its earlier names, what came before and after it."""
    view = View(request)
    concept = _concept(atlas, "organization", notation)
    vocabulary = atlas.vocabulary
    others = {
        N_("Succeeded by"): vocabulary.successors(concept.iri),
        N_("Successor of"): predecessors(vocabulary, concept),
        N_("Part of"): vocabulary.broader(concept.iri),
    }
    return _page(request, atlas, _entity(atlas, view, concept, "publisher", others))


@router.get("/district/{notation}")
def district(request: Request, atlas: Atlas, notation: str) -> Response:
    """A district: what is published about it."""
    view = View(request)
    concept = _concept(atlas, "place", notation)
    if concept.notation not in PLACES:
        raise AtlasError(PAGE_NOT_FOUND)
    return _page(request, atlas, _entity(atlas, view, concept, "district", {}))


@router.get("/theme/{notation}")
def theme(request: Request, atlas: Atlas, notation: str) -> Response:
    """A data domain."""
    view = View(request)
    concept = _concept(atlas, "domain", notation)
    return _page(request, atlas, _entity(atlas, view, concept, "theme", {}))


@router.get("/field/{name}")
def data_item(request: Request, atlas: Atlas, name: str) -> Response:
    """A data item (数据项): the datasets that have it."""
    text = decode_segment(name).strip()
    if not text or len(text) > MAX_FIELD:
        raise AtlasError(PAGE_NOT_FOUND)
    sources = _sources(View(request), atlas, text)
    return _page(request, atlas, Entity("field", text, None, None, text, relations=sources))


def _sources(view: View, atlas: Service, name: str) -> tuple[Relation, ...]:
    """Return which departments claim a data item in the source catalogue."""
    claims: list[StoredItem] = []
    # While the journal is away the datasets can still be shown.
    with suppress(AtlasError):
        claims = claims_on(atlas, field_key(name))
    things = tuple((c.claim.department, view.link(f"/source-catalog/{c.id}")) for c in claims)
    return (Relation(view.label("source item", "department"), things),) if things else ()


def _concept(atlas: Service, scheme: str, notation: str) -> Concept:
    concept = atlas.vocabulary.concept(f"{VOCAB}{scheme}/{decode_segment(notation)}")
    if concept is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return concept


def _entity(
    atlas: Service, view: View, concept: Concept, facet: str, others: Mapping[str, list[Concept]]
) -> Entity:
    name = view.name(concept)
    relations = tuple(
        Relation(
            view.gettext(name_of_relation),
            tuple((view.name(c), view.entity(c.iri) or c.iri) for c in concepts),
        )
        for name_of_relation, concepts in others.items()
        if concepts
    )
    spellings = atlas.vocabulary.names(concept.iri)
    return Entity(
        kind=facet,
        name=name,
        iri=concept.iri,
        facet=facet,
        value=shorten(facet, concept.iri),
        names=tuple(s for s in dict.fromkeys(spellings) if s != name and not s.isdigit())[:12],
        relations=relations,
    )


def _page(request: Request, atlas: Service, entity: Entity) -> Response:
    view = View(request)
    if entity.facet is None:
        query = Query(limit=NEWEST, facets=False)
        result = datasets_with_field(atlas, entity.value, NEWEST)
        own = [("q", entity.value)]
    else:
        query = Query(
            filters={entity.facet: (entity.iri or entity.value,)},
            sort="modified",
            limit=NEWEST,
            facet_size=60,
        )
        result = atlas.search.search(query)
        own = [(entity.facet, entity.value)]
    found = named_result(atlas, query, result, view.lang)
    pairs = zip(found.hits, result.hits, strict=True)
    rows = hit_rows(pairs, own, atlas.clock.today(), view.lang)
    return view.render(
        "entity.html",
        section="",
        trail=[(view.label("entity", entity.kind), None), (entity.name, None)],
        entity=entity,
        total=found.total,
        rows=rows[:NEWEST],
        figures=_figures(view, result, atlas.clock.today().year) if entity.facet else [],
        pictures=_pictures(view, entity, found),
        all=view.link("/datasets", own),
        explore=_explored(view, atlas, entity),
        json_ld=script(
            schema_org.collection(
                view,
                atlas.settings.public_url,
                kind=entity.kind,
                iri=entity.iri,
                name=entity.name,
                others=entity.names,
                total=found.total,
                datasets=((hit.title, hit.url) for hit in found.hits[:NEWEST]),
            )
        ),
    )


def _explored(view: View, atlas: Service, entity: Entity) -> str | None:
    if entity.iri is not None:
        return view.link("/explore", at=entity.iri)
    own = f"{atlas.settings.base_iri}/id/field/{quote(entity.value, safe='')}"
    return view.link("/explore", at=own)


def _figures(view: View, result: Result, year: int) -> list[tuple[str, str]]:
    total = result.total
    counts = {name: facet_counts(result, name) for name in ("open_type", "delivery", "year")}
    open_ = counts["open_type"].get(f"{VOCAB}open-type/unconditional", 0)
    api = counts["delivery"].get(f"{VOCAB}delivery-mode/api", 0)
    recent = counts["year"].get(str(year), 0)

    def told(name: str, count: int) -> str:
        # Where none of the records says it, nobody knows; a zero would be a reproach.
        return share(count, total) if counts[name] else "–"

    return [
        (view.gettext("Public datasets"), f"{total:,}"),
        (view.gettext("Unconditionally open"), told("open_type", open_)),
        (view.gettext("Through an API"), told("delivery", api)),
        (view.gettext("Updated in {year}", year=year), told("year", recent)),
    ]


def _pictures(view: View, entity: Entity, found: SearchAnswer) -> list[Picture]:
    pictures = []
    for name in _PICTURES:
        values = found.facets.get(name, [])
        if name == entity.facet or len(values) < 2:
            continue
        if name == "year":
            values = sorted(values, key=lambda value: value.value, reverse=True)
        own = [(entity.facet, entity.value)] if entity.facet else []
        pictures.append(
            Picture(
                name,
                tuple(Bar(v.name(view.lang), v.count) for v in values[:BARS]),
                tuple(view.link("/datasets", [*own, (name, v.value)]) for v in values[:BARS]),
            )
        )
    return pictures
