"""``/api/v1/vocabularies``: the concept schemes, as JSON and as RDF."""

from __future__ import annotations

from typing import cast, get_args

import pyoxigraph as ox
from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from catalog_service.datasets.nodes import Texts
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.context import Atlas, Service
from catalog_service.http.errors import UNKNOWN_SCHEME
from catalog_service.http.links import decode_segment
from catalog_service.http.negotiation import JSON, RDF_FORMS, choose
from catalog_service.http.representations import content_tag, graph_response
from ontology.errors import AtlasError
from ontology.languages import language_of
from ontology.terms import SKOS, VOCAB
from ontology.vocabulary import Concept, Scheme

router = APIRouter(prefix="/api/v1/vocabularies", tags=["vocabularies"])


class ConceptAnswer(BaseModel):
    """A concept with its names and its relations to others."""

    iri: str
    notation: str
    label: Texts
    other_labels: list[str]
    broader: list[str]
    successors: list[str]
    matches: dict[str, list[str]]


class SchemeSummary(BaseModel):
    """A concept scheme."""

    id: str
    iri: str
    label: Texts
    version: str
    concepts: int


class SchemesAnswer(BaseModel):
    """All concept schemes."""

    vocabularies: list[SchemeSummary]


class SchemeAnswer(SchemeSummary):
    """A concept scheme with its concepts."""

    definition: Texts
    items: list[ConceptAnswer]


@router.get("", summary="All vocabularies")
def list_schemes(atlas: Atlas) -> SchemesAnswer:
    """Every concept scheme with its version and size."""
    names = sorted(atlas.vocabulary.schemes())
    return SchemesAnswer(vocabularies=[summary(atlas, checked(atlas, name)) for name in names])


@router.get(
    "/{scheme}",
    summary="One vocabulary",
    response_model=SchemeAnswer,
    responses={200: {"content": {form.media_type: {} for form in RDF_FORMS}}},
)
def get_scheme(request: Request, atlas: Atlas, scheme: str) -> Response:
    """Answer JSON, or RDF by Accept."""
    name = checked(atlas, decode_segment(scheme))
    form = choose(request.headers.get("accept"), (JSON, *RDF_FORMS))
    if form is not JSON:
        return graph_response(request, scheme_triples(atlas, name), form)
    body = scheme_answer(atlas, name).model_dump_json().encode()
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    return Response(body, headers=headers, media_type=JSON.media_type)


def checked(atlas: Service, name: str) -> Scheme:
    """Return the name of a scheme; raises ``unknown-scheme``."""
    known = atlas.vocabulary.schemes()
    if name not in known or name not in get_args(Scheme):
        raise AtlasError(UNKNOWN_SCHEME, name=name[:80], known=", ".join(sorted(known)))
    return cast(Scheme, name)


def scheme_triples(atlas: Service, name: Scheme) -> list[ox.Triple]:
    """Return a scheme's triples."""
    text = atlas.vocabulary.graph_turtle(name)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def scheme_texts(atlas: Service, name: Scheme) -> tuple[Texts, Texts]:
    """Return the name and the definition of a scheme."""
    found: dict[str, Texts] = {SKOS.prefLabel: {}, SKOS.definition: {}}
    for triple in scheme_triples(atlas, name):
        texts = found.get(triple.predicate.value)
        own = isinstance(triple.subject, ox.NamedNode) and triple.subject.value == VOCAB + name
        if texts is not None and own and isinstance(triple.object, ox.Literal):
            texts[language_of(triple.object.language or "")] = triple.object.value
    return found[SKOS.prefLabel], found[SKOS.definition]


def summary(atlas: Service, name: Scheme) -> SchemeSummary:
    """Describe a scheme in one line."""
    return SchemeSummary(
        id=name,
        iri=VOCAB + name,
        label=scheme_texts(atlas, name)[0],
        version=atlas.vocabulary.schemes()[name],
        concepts=len(atlas.vocabulary.concepts(name)),
    )


def scheme_answer(atlas: Service, name: Scheme) -> SchemeAnswer:
    """Describe a scheme with its concepts."""
    line = summary(atlas, name)
    return SchemeAnswer(
        **line.model_dump(),
        definition=scheme_texts(atlas, name)[1],
        items=[_concept(atlas, concept) for concept in atlas.vocabulary.concepts(name)],
    )


def _concept(atlas: Service, concept: Concept) -> ConceptAnswer:
    vocabulary = atlas.vocabulary
    own = {concept.zh, concept.en}
    return ConceptAnswer(
        iri=concept.iri,
        notation=concept.notation,
        label={"zh": concept.zh, "en": concept.en},
        other_labels=[text for text in vocabulary.names(concept.iri) if text not in own],
        broader=[c.iri for c in vocabulary.broader(concept.iri)],
        successors=[c.iri for c in vocabulary.successors(concept.iri)],
        matches=vocabulary.matches(concept.iri),
    )
