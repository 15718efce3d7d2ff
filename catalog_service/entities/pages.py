"""Pages about what datasets have in common: who publishes, where, what about, which data items."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.service import hit_rows, named_result
from catalog_service.entities import schema_org
from catalog_service.entities.entity_view import (
    INDEXES,
    Entity,
    entity_figures,
    machine_forms,
    pictures,
    related_things,
)
from catalog_service.entities.field_profile import FieldProfile, profile_of
from catalog_service.entities.service import datasets_with_field, hits_of, predecessors
from catalog_service.explorer.service import network_of
from catalog_service.http.access import client_network
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.identifiers import decode_segment
from catalog_service.links import organization_path
from catalog_service.site.paging import Part, part_of
from catalog_service.site.rendering import View
from catalog_service.site.schema_org import script
from catalog_service.site.tilemap import PLACES
from catalog_service.source_catalog.model import StoredItem
from catalog_service.source_catalog.service import claims_on
from catalog_service.sparql.model import Client
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from ontology.vocabulary import Concept
from search.facets import shorten
from search.limits import MAX_WINDOW
from search.model import Query, Result
from search.relations.fields import field_key

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 20
MAX_FIELD: Final = 200
"""Characters of the name of a data item."""
MAX_IRI: Final = 1_000


@router.get("/organization")
@router.get("/organization/")
def organization_by_iri(request: Request, atlas: Atlas, iri: str = "") -> Response:
    """A publisher whose IRI others made; the list of all where none is given."""
    view = View(request)
    if not iri:
        return RedirectResponse(view.link("/organizations"), 308)
    if "?" not in organization_path(atlas.settings.base_iri, iri):
        return RedirectResponse(view.publisher(iri), 308)
    return _of_facet(request, atlas, _other_publisher(atlas, iri[:MAX_IRI], ""))


@router.get("/organization/{notation}")
def organization(request: Request, atlas: Atlas, notation: str) -> Response:
    """A publisher of the vocabulary: its figures, its datasets, what came before and after it."""
    view = View(request)
    concept = _concept(atlas, "organization", notation)
    vocabulary = atlas.vocabulary
    others = {
        view.gettext("Succeeded by"): vocabulary.successors(concept.iri),
        view.gettext("Successor of"): predecessors(vocabulary, concept),
        view.gettext("Part of"): vocabulary.broader(concept.iri),
    }
    return _of_facet(request, atlas, _entity(atlas, view, concept, "publisher", others))


@router.get("/organization/{source}/{name}")
def organization_of_source(request: Request, atlas: Atlas, source: str, name: str) -> Response:
    """A publisher that no vocabulary knows, as a source's records name it."""
    own = f"/organization/{source}/{name}"
    return _of_facet(
        request, atlas, _other_publisher(atlas, f"{atlas.settings.base_iri}/id{own}", f"/doc{own}")
    )


@router.get("/district/{notation}")
def district(request: Request, atlas: Atlas, notation: str) -> Response:
    """A district: what is published about it."""
    view = View(request)
    concept = _concept(atlas, "place", notation)
    if concept.notation not in PLACES:
        raise AtlasError(PAGE_NOT_FOUND)
    return _of_facet(request, atlas, _entity(atlas, view, concept, "district", {}))


@router.get("/theme/{notation}")
def theme(request: Request, atlas: Atlas, notation: str) -> Response:
    """A data domain."""
    view = View(request)
    return _of_facet(
        request, atlas, _entity(atlas, view, _concept(atlas, "domain", notation), "theme", {})
    )


@router.get("/theme/domain-2014/{notation}")
def earlier_theme(request: Request, atlas: Atlas, notation: str) -> Response:
    """A data domain of the open list of 2014."""
    view = View(request)
    concept = _concept(atlas, "domain-2014", notation)
    return _of_facet(request, atlas, _entity(atlas, view, concept, "theme", {}))


@router.get("/library/{notation}")
def library(request: Request, atlas: Atlas, notation: str) -> Response:
    """A library of the data resource platform."""
    view = View(request)
    return _of_facet(
        request, atlas, _entity(atlas, view, _concept(atlas, "library", notation), "library", {})
    )


@router.get("/field/{name}")
def data_item(request: Request, atlas: Atlas, name: str) -> Response:
    """A data item (数据项): its types and spellings, what stands beside it, who has it."""
    text = decode_segment(name).strip()
    if not text or len(text) > MAX_FIELD:
        raise AtlasError(PAGE_NOT_FOUND)
    view = View(request)
    key = field_key(text)
    entity = Entity(
        "field",
        text,
        None,
        None,
        text,
        relations=related_things(_sources(view, atlas, key)),
        document=f"/doc/field/{quote(key, safe='')}",
    )
    documents = datasets_with_field(atlas, text, Client(client_network(request)))
    part = part_of(view, request.scope["path"], len(documents), PER_PAGE)
    result = Result(len(documents), hits_of(documents[part.offset : part.last]), {}, 0, 0.0)
    found = _Found(Query(limit=PER_PAGE, facets=False), result, part)
    return _page(request, atlas, entity, found, profile_of(atlas, text, documents))


def _sources(view: View, atlas: Service, key: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return which departments claim a data item in the source catalogue."""
    claims: list[StoredItem] = []
    # While the journal is away the datasets can still be shown.
    with suppress(AtlasError):
        claims = claims_on(atlas, key)
    things = [(c.claim.department, view.link(f"/source-catalog/{c.id}")) for c in claims]
    return [(view.label("source item", "department"), things)]


def _concept(atlas: Service, scheme: str, notation: str) -> Concept:
    concept = atlas.vocabulary.concept(f"{VOCAB}{scheme}/{decode_segment(notation)}")
    if concept is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return concept


def _entity(
    atlas: Service,
    view: View,
    concept: Concept,
    facet: str,
    others: dict[str, list[Concept]],
) -> Entity:
    name = view.name(concept)
    spellings = atlas.vocabulary.names(concept.iri)
    return Entity(
        kind=facet,
        name=name,
        iri=concept.iri,
        facet=facet,
        value=shorten(facet, concept.iri),
        names=tuple(s for s in dict.fromkeys(spellings) if s != name and not s.isdigit())[:12],
        relations=related_things(
            (relation, [(view.name(c), view.entity(c.iri) or c.iri) for c in concepts])
            for relation, concepts in others.items()
        ),
        document=f"/vocab/{concept.iri.removeprefix(VOCAB)}",
    )


def _other_publisher(atlas: Service, iri: str, document: str) -> Entity:
    """Return a publisher by the name that its records give it; 404 where no public one has it."""
    name = network_of(atlas).nodes.publisher_name(iri)
    if name is None:
        raise AtlasError(PAGE_NOT_FOUND)
    return Entity("publisher", name, iri, "publisher", iri, document=document)


@dataclass(frozen=True, slots=True)
class _Found:
    """The datasets of one page of the list."""

    query: Query
    result: Result
    part: Part


def _of_facet(request: Request, atlas: Service, entity: Entity) -> Response:
    """Answer the page of something that a facet finds."""
    view, path = View(request), request.scope["path"]
    own = [("iri", entity.value)] if path.strip("/") == "organization" else []

    def ask(part: Part) -> tuple[Query, Result]:
        query = Query(
            filters={entity.facet or "": (entity.iri or entity.value,)},
            sort="modified",
            limit=PER_PAGE,
            offset=part.offset,
            facet_size=60,
        )
        return query, atlas.search.search(query)

    # Until it is known how many there are, as many as can be paged through are taken for granted.
    supposed = part_of(view, path, MAX_WINDOW, PER_PAGE, own)
    query, result = ask(supposed)
    part = part_of(view, path, result.total, PER_PAGE, own, most=MAX_WINDOW)
    if part.number != supposed.number:
        query, result = ask(part)
    return _page(request, atlas, entity, _Found(query, result, part))


def _page(
    request: Request,
    atlas: Service,
    entity: Entity,
    datasets: _Found,
    profile: FieldProfile | None = None,
) -> Response:
    view, result = View(request), datasets.result
    searched = [(entity.facet or "q", entity.value)]
    found = named_result(atlas, datasets.query, result, view.lang)
    pairs = zip(found.hits, result.hits, strict=True)
    index = view.link(INDEXES[entity.kind])
    return view.render(
        "entity.html",
        section="",
        trail=[(view.label("entities", entity.kind), index), (entity.name, None)],
        entity=entity,
        total=found.total,
        part=datasets.part,
        rows=hit_rows(atlas, pairs, searched, atlas.clock.today(), view.lang),
        figures=entity_figures(view, result, atlas.clock.today().year) if entity.facet else [],
        pictures=pictures(view, entity, found),
        profile=profile,
        forms=machine_forms(entity),
        all=view.link("/datasets", searched),
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
                datasets=((hit.title, hit.url) for hit in found.hits),
            )
        ),
    )


def _explored(view: View, atlas: Service, entity: Entity) -> str | None:
    if entity.iri is not None:
        known = network_of(atlas).nodes.node(entity.iri)
        return view.link("/explore", at=entity.iri) if known is not None else None
    own = f"{atlas.settings.base_iri}/id/field/{quote(entity.value, safe='')}"
    return view.link("/explore", at=own)
