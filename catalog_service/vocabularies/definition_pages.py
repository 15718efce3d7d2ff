"""``/def/`` and ``/rules/{id}`` for people: the ontology and one rule, each with its machine forms.

Programs get what they ask for at the same addresses (`catalog_service.vocabularies.linked_data`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final

import pyoxigraph as ox
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.datasets.nodes import Texts
from catalog_service.http.context import Atlas
from catalog_service.http.errors import UNKNOWN_TERM
from catalog_service.http.links import decode_segment
from catalog_service.http.negotiation import HTML, JSON, RDF_FORMS, TURTLE, choose, split_form
from catalog_service.rules.routes import get_rule
from catalog_service.site.rendering import View
from catalog_service.vocabularies.linked_data import (
    ontology,
    ontology_triples,
    term,
    term_triples,
)
from ontology.errors import AtlasError
from ontology.languages import by_language
from ontology.terms import DCT, OWL, PREFIXES, RDF, RDFS, SHD, SKOS

router = APIRouter(include_in_schema=False)

TEXTS: Final = {
    "zh": {
        "classes": "类", "properties": "属性", "domain": "用于", "range": "取值",
        "broader": "上位", "source": "依据", "download": "下载", "version": "版本 {version}",
        "other": "其他术语", "shape": "SHACL 约束", "parameters": "阈值", "levels": "适用于",
        "level.record": "每条记录", "level.catalogue": "整个目录", "level.figure": "统计数字",
        "level.process": "办事流程", "all": "全部规则", "from": "自 {day} 起", "until": "至 {day}",
    },
    "en": {
        "classes": "Classes", "properties": "Properties", "domain": "of", "range": "values",
        "broader": "below", "source": "source", "download": "Download",
        "version": "version {version}", "other": "Other terms", "shape": "SHACL shape",
        "parameters": "Thresholds", "levels": "Applies to", "all": "All rules",
        "level.record": "each record", "level.catalogue": "the whole catalogue",
        "level.figure": "figures", "level.process": "procedures",
        "from": "from {day}", "until": "until {day}",
    },
}  # fmt: skip
"""The words of the two pages."""

_PROPERTIES: Final = frozenset(
    {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
)
_CLASSES: Final = frozenset({OWL.Class, RDFS.Class})


_Said = dict[str, list[ox.NamedNode | ox.Literal]]


@dataclass(frozen=True, slots=True)
class Link:
    """A term, as a prefixed name where there is one, and where to read of it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the ontology."""

    name: str
    iri: str
    label: Texts
    definition: Texts
    source: Texts
    domain: tuple[Link, ...]
    range: tuple[Link, ...]
    broader: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Ontology:
    """The ontology, its terms in the order of their names."""

    title: Texts
    description: Texts
    version: str
    groups: tuple[tuple[str, tuple[Term, ...]], ...]


@router.get("/def/")
@router.get("/def")
def ontology_page(request: Request) -> Response:
    """The ontology: a page where a browser asks, RDF for all others."""
    if choose(request.headers.get("accept"), (*RDF_FORMS, HTML), strict=False) is not HTML:
        return ontology(request)
    view = View(request)
    found = read_ontology()
    return view.render(
        "ontology.html",
        section="/vocabulary",
        trail=[(view.pick(found.title), None)],
        ontology=found,
        words=TEXTS[view.lang],
    )


@router.get("/def/{term}")
def term_page(
    request: Request, name: Annotated[str, Path(alias="term", max_length=200)]
) -> Response:
    """One term: its place on the page where a browser asks, RDF for all others."""
    plain = decode_segment(name)
    fixed = split_form(plain)[1] is not None and not term_triples(plain)
    wanted = choose(request.headers.get("accept"), (*RDF_FORMS, HTML), strict=False)
    if fixed or wanted is not HTML:
        return term(request, name)
    if not term_triples(plain):
        raise AtlasError(UNKNOWN_TERM, name=plain)
    on_page = any(one.name == plain for _, terms in read_ontology().groups for one in terms)
    place = f"/def/#{plain}" if on_page else "/def/"
    return RedirectResponse(View(request).link(place), 303, {"Vary": "Accept"})


@router.get("/rules/{rule_id}")
def rule_page(request: Request, atlas: Atlas, rule_id: str) -> Response:
    """One rule: message, article, days in force, thresholds, shape."""
    found = get_rule(atlas, rule_id)
    form = choose(request.headers.get("accept"), (HTML, JSON, TURTLE), strict=False)
    headers = {"Vary": "Accept"}
    if form is JSON:
        return RedirectResponse(f"/api/v1/rules/{rule_id}", 303, headers)
    if form is TURTLE:
        return Response(found.turtle, headers=headers, media_type="text/turtle; charset=utf-8")
    view = View(request)
    label = found.label.model_dump()
    return view.render(
        "rule.html",
        section="/rules",
        trail=[(view.t("rules.title"), view.link("/rules")), (found.id, None)],
        rule=found,
        label=label,
        words=TEXTS[view.lang],
    )


@cache
def read_ontology() -> Ontology:
    """Return the ontology as the page shows it."""
    subjects: dict[str, _Said] = defaultdict(dict)
    for triple in ontology_triples():
        value = triple.object
        if isinstance(triple.subject, ox.NamedNode) and isinstance(
            value, ox.NamedNode | ox.Literal
        ):
            subjects[triple.subject.value].setdefault(triple.predicate.value, []).append(value)
    groups: dict[str, list[Term]] = {"classes": [], "properties": [], "other": []}
    for iri, said in sorted(subjects.items()):
        name = iri.removeprefix(SHD)
        if not iri.startswith(SHD) or not name or "/" in name:
            continue
        kinds = {value.value for value in said.get(RDF.type, [])}
        group = "classes" if kinds & _CLASSES else "other"
        groups["properties" if kinds & _PROPERTIES else group].append(_term(name, iri, said))
    whole = subjects.get(SHD, {})
    version = next((v.value for v in whole.get(OWL.versionInfo, [])), "")
    return Ontology(
        title=_texts(whole, DCT.term("title")),
        description=_texts(whole, DCT.description),
        version=version,
        groups=tuple((name, tuple(terms)) for name, terms in groups.items() if terms),
    )


def _term(name: str, iri: str, said: _Said) -> Term:
    return Term(
        name=name,
        iri=iri,
        label=_texts(said, RDFS.label),
        definition=_texts(said, SKOS.definition),
        source=_texts(said, DCT.source),
        domain=_links(said, RDFS.domain),
        range=_links(said, RDFS.range),
        broader=(*_links(said, RDFS.subClassOf), *_links(said, RDFS.subPropertyOf)),
    )


def _texts(said: _Said, predicate: str) -> Texts:
    found = (value for value in said.get(predicate, []) if isinstance(value, ox.Literal))
    return by_language((value.value, value.language or "") for value in found)


def _links(said: _Said, predicate: str) -> tuple[Link, ...]:
    found = (value.value for value in said.get(predicate, []) if isinstance(value, ox.NamedNode))
    return tuple(Link(_short(iri), _address(iri)) for iri in found)


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _address(iri: str) -> str:
    return f"#{iri.removeprefix(SHD)}" if iri.startswith(SHD) else iri
