"""What this project defines beside ontology and vocabularies: ``/rule/…``, ``/graph/…``,
``/thesaurus/…`` and the JSON-LD context.

Each address is the path of an IRI below https://w3id.org/shdata/, which leads here.
"""

from __future__ import annotations

from functools import cache
from typing import Final
from urllib.parse import quote, urlencode

import pyoxigraph as ox
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.graph.store import RECORDS_GRAPH, STATE_GRAPH
from catalog_service.http.access import client_address
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.context import Atlas, Service
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.links import decode_segment
from catalog_service.http.negotiation import HTML, JSON_LD, RDF_FORMS, choose, split_form
from catalog_service.http.representations import content_tag, graph_response
from ontology.errors import AtlasError
from ontology.ontology import CONTEXT_FILE
from ontology.terms import DCT, RDF, SHD, SKOS, VOID
from search.thesaurus.load import ENTRIES, files
from search.thesaurus.model import THESAURUS
from shapes.rule import Rule

router = APIRouter(tags=["linked data"])

_PAGE_OR_RDF: Final = (HTML, *RDF_FORMS)
_GRAPHS: Final = {
    "records": (
        RECORDS_GRAPH,
        "关于记录的图：每条公开记录的散列值，以及它所描述的数据集。",
        "About the records: the hash of each public record, and the dataset that it describes.",
    ),
    "state": (
        STATE_GRAPH,
        "关于图谱库的图：它所处的日志编号，以及固定图的散列值。",
        "About the store: the journal number it stands at, the hashes of its fixed graphs.",
    ),
}


@router.get("/rule/{rule_id}", summary="A rule's IRI")
def rule(request: Request, atlas: Atlas, rule_id: str) -> Response:
    """See other for browsers, else the rule and the SHACL shapes of it that are in force."""
    name, fixed = split_form(decode_segment(rule_id))
    found = atlas.rules.get(name)
    form = fixed or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        return _see_other(f"/rules/{quote(found.id, safe='')}")
    shapes = atlas.rules.only({found.id}).shapes_triples(atlas.clock.today())
    own = _of_the_register(found) if shapes else found.triples
    return graph_response(request, dict.fromkeys([*own, *shapes]), form)


@router.get("/graph/{name}", summary="A graph's IRI")
def graph(request: Request, atlas: Atlas, name: str) -> Response:
    """See other for browsers, to a query of it; else what it is, and how to ask it."""
    plain, fixed = split_form(decode_segment(name))
    if plain not in _GRAPHS:
        raise AtlasError(PAGE_NOT_FOUND)
    iri, zh, en = _GRAPHS[plain]
    form = fixed or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        query = f"SELECT * {{ GRAPH <{iri}> {{ ?s ?p ?o }} }} LIMIT 100"
        return _see_other(f"/sparql?{urlencode({'query': query})}")
    node = ox.NamedNode(iri)
    about = [
        ox.Triple(node, ox.NamedNode(RDF.type), ox.NamedNode(VOID.Dataset)),
        ox.Triple(node, ox.NamedNode(DCT.description), ox.Literal(zh, language="zh")),
        ox.Triple(node, ox.NamedNode(DCT.description), ox.Literal(en, language="en")),
        ox.Triple(
            node,
            ox.NamedNode(VOID.sparqlEndpoint),
            ox.NamedNode(f"{atlas.settings.public_url}/sparql"),
        ),
    ]
    if iri == STATE_GRAPH:
        about += _contents(request, atlas, iri)
    return graph_response(request, about, form)


@router.get("/thesaurus/{name:path}", summary="A word's IRI in the thesaurus")
@router.get("/thesaurus", include_in_schema=False)
def thesaurus(request: Request, name: str = "") -> Response:
    """See other for browsers, to the search for it; else what the thesaurus says of the word."""
    plain = "/".join(decode_segment(part) for part in name.split("/")) if name else ""
    form = None
    if plain not in _words():
        plain, form = split_form(plain)
    about = _words().get(plain)
    if about is None:
        raise AtlasError(PAGE_NOT_FOUND)
    form = form or choose(request.headers.get("accept"), _PAGE_OR_RDF, strict=False)
    if form is HTML:
        word = plain and not _is_scheme(about)
        return _see_other(f"/datasets?{urlencode({'q': plain})}" if word else "/datasets")
    return graph_response(request, about, form)


@router.get("/context.jsonld", summary="The JSON-LD context of records")
@router.get("/def/context.jsonld", include_in_schema=False)
def context(request: Request) -> Response:
    """The context that gives JSON records their meaning."""
    body = CONTEXT_FILE.read_bytes()
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, headers=headers, media_type=JSON_LD.media_type)


@cache
def _words() -> dict[str, list[ox.Triple]]:
    """What the program's own thesaurus says, by the end of each IRI; all schemes under ``""``."""
    found: dict[str, list[ox.Triple]] = {"": []}
    schemes: list[ox.NamedNode] = []
    for path in files(ENTRIES):
        triples = [q.triple for q in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)]
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode):
                end = triple.subject.value.removeprefix(THESAURUS)
                found.setdefault(end, []).append(triple)
                if triple.object == ox.NamedNode(SKOS.ConceptScheme):
                    schemes.append(triple.subject)
    whole = ox.NamedNode(THESAURUS)
    found[""] += [ox.Triple(whole, ox.NamedNode(DCT.hasPart), scheme) for scheme in schemes]
    return found


def _is_scheme(about: list[ox.Triple]) -> bool:
    return any(t.object == ox.NamedNode(SKOS.ConceptScheme) for t in about)


def _of_the_register(rule: Rule) -> list[ox.Triple]:
    """Return what a rule says that its compiled shapes leave out: levels, days, thresholds."""
    below = {t.object for t in rule.triples if t.predicate.value in (DCT.temporal, SHD.parameter)}
    return [
        t
        for t in rule.triples
        if t.subject in below
        or t.object in below
        or t.object == ox.NamedNode(SHD.Rule)
        or t.predicate.value in (SHD.level, DCT.identifier)
    ]


def _contents(request: Request, atlas: Service, iri: str) -> list[ox.Triple]:
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    found = atlas.sparql.query(query, accept="nt", client=client_address(request))
    return [quad.triple for quad in ox.parse(found.body, format=ox.RdfFormat.N_TRIPLES)]


def _see_other(path: str) -> Response:
    return RedirectResponse(path, 303, {"Vary": "Accept"})
