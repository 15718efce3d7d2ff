"""The dataset as a whole, described with VoID (https://www.w3.org/TR/void/)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.dumps.model import QUADS, TURTLE
from catalog_service.dumps.service import NEWEST
from catalog_service.dumps.service import PATH as DUMPS_PATH
from catalog_service.links import VOID_DATASET, VOID_PATH
from catalog_service.output_formats import GRAPH_FORMATS, format_iri
from catalog_service.publication.graph_figures import MINTED, Figures, Partition, namespaces
from ontology.record import CATALOG_PATH
from ontology.terms import DCT, FOAF, PREFIXES, RDF, SD, VOID, XSD
from translations import LANGUAGES, translator

VOID_PREFIXES: Final = {**PREFIXES, "sd": SD}

MOST: Final = 1_000
"""Classes and properties of a graph that have a partition: those used most."""

_VOCABULARIES: Final = 100
"""Vocabularies that are named: those used most."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Node = ox.NamedNode | ox.BlankNode
_TYPE: Final = ox.NamedNode(RDF.type)


def description(atlas: Service, figures: Figures | None) -> list[ox.Triple]:
    """Return the description; without ``figures`` nothing in it is counted."""
    return list(_Description(atlas, figures).statements())


class _Description:
    def __init__(self, atlas: Service, figures: Figures | None) -> None:
        self._atlas = atlas
        self._figures = figures
        self._public = atlas.settings.public_url
        self._document = f"{self._public}{VOID_PATH}"
        self._nodes = 0

    def statements(self) -> Iterator[ox.Triple]:
        atlas, public = self._atlas, self._public
        document = ox.NamedNode(self._document)
        dataset = ox.NamedNode(f"{public}{VOID_DATASET}")
        yield _said(document, RDF.type, _iri(VOID.DatasetDescription))
        yield _said(document, FOAF.primaryTopic, dataset)
        for kind in (VOID.Dataset, SD.Graph):
            yield _said(dataset, RDF.type, _iri(kind))
        for lang in LANGUAGES:
            texts = translator(lang)
            title = texts.gettext("Shanghai Data Atlas")
            about = texts.gettext(
                "What is public in the catalogue of Shanghai’s public data: its datasets, who "
                "publishes them, and the vocabularies that describe them."
            )
            yield _said(dataset, DCT.title, ox.Literal(title, language=lang))
            yield _said(dataset, DCT.description, ox.Literal(about, language=lang))
        if atlas.settings.metadata_license:
            yield _said(dataset, DCT.license, _iri(atlas.settings.metadata_license))
        yield _said(dataset, FOAF.homepage, _iri(f"{public}/"))
        yield _said(dataset, VOID.sparqlEndpoint, _iri(f"{public}/sparql"))
        yield _said(dataset, VOID.openSearchDescription, _iri(f"{public}/opensearch.xml"))
        base = atlas.settings.base_iri
        yield _said(dataset, VOID.rootResource, _iri(f"{base}{CATALOG_PATH}"))
        yield _said(dataset, VOID.uriSpace, ox.Literal(f"{base}{MINTED}"))
        first, _ = atlas.journal.public_records(1, 1, 1)
        for record in first:
            yield _said(dataset, VOID.exampleResource, _iri(record.iri))
        for form in GRAPH_FORMATS:
            yield _said(dataset, VOID.feature, _iri(format_iri(form)))
        yield from self._dumps(dataset)
        if self._figures is not None:
            yield from self._counted(dataset, self._figures)

    def _dumps(self, dataset: Node) -> Iterator[ox.Triple]:
        """Yield the files of the newest dump that hold all of it, by their lasting addresses."""
        newest = next(iter(self._atlas.dumps.listed()), None)
        for file in newest.files if newest is not None else ():
            if file.name.startswith((f"{QUADS}.", f"{TURTLE}.")):
                address = f"{self._public}{DUMPS_PATH}{NEWEST}/{file.name}"
                yield _said(dataset, VOID.dataDump, _iri(address))

    def _counted(self, dataset: Node, figures: Figures) -> Iterator[ox.Triple]:
        if figures.modified is not None:
            moment = figures.modified.strftime("%Y-%m-%dT%H:%M:%SZ")
            literal = ox.Literal(moment, datatype=ox.NamedNode(XSD.dateTime))
            yield _said(dataset, DCT.modified, literal)
        yield from self._partition(dataset, figures.whole)
        for name, number in (
            ("entities", figures.minted),
            ("distinctSubjects", figures.subjects),
            ("distinctObjects", figures.objects),
            ("documents", figures.records),
        ):
            yield _said(dataset, VOID.term(name), ox.Literal(number))
        for namespace in namespaces(figures.whole)[:_VOCABULARIES]:
            yield from _if_iri(dataset, VOID.vocabulary, namespace)
        for graph in sorted(figures.graphs):
            name = _fragment(graph)
            part, named = (_iri(f"{self._document}#{kind}-{name}") for kind in ("graph", "named"))
            yield _said(dataset, VOID.subset, part)
            for kind in (VOID.Dataset, SD.Graph):
                yield _said(part, RDF.type, _iri(kind))
            yield _said(named, RDF.type, _iri(SD.NamedGraph))
            yield _said(named, SD.term("name"), _iri(graph))
            yield _said(named, SD.graph, part)
            yield from self._partition(part, figures.graphs[graph])
        yield from self._links(dataset, figures.links)

    def _partition(self, node: Node, found: Partition) -> Iterator[ox.Triple]:
        """Yield how many statements, classes and properties a graph has, and of which."""
        yield _said(node, VOID.triples, ox.Literal(sum(found.triples.values())))
        yield _said(node, VOID.properties, ox.Literal(len(found.triples)))
        yield _said(node, VOID.classes, ox.Literal(len(found.entities)))
        kinds = (("property", "triples", found.triples), ("class", "entities", found.entities))
        for kind, counted, numbers in kinds:
            parts = [(name, self._node()) for name in _most(numbers)]
            # Together, so that Turtle names the graph once.
            for _, part in parts:
                yield _said(node, VOID.term(f"{kind}Partition"), part)
            for name, part in parts:
                yield _said(part, VOID.term(kind), _iri(name))
                yield _said(part, VOID.term(counted), ox.Literal(numbers[name]))

    def _links(self, dataset: Node, links: dict[tuple[str, str], int]) -> Iterator[ox.Triple]:
        """Yield the links to what others say, a set for each property and each of them."""
        for (predicate, target), number in sorted(links.items()):
            if self._atlas.settings.base_iri.startswith(target.rstrip("/")):
                continue
            name = f"{predicate.rpartition('#')[2]}-{_fragment(target)}"
            linkset = _iri(f"{self._document}#links-{name}")
            other = _iri(f"{self._document}#target-{_fragment(target)}")
            yield _said(dataset, VOID.subset, linkset)
            yield _said(linkset, RDF.type, _iri(VOID.Linkset))
            yield _said(linkset, VOID.linkPredicate, _iri(predicate))
            yield _said(linkset, VOID.subjectsTarget, dataset)
            yield _said(linkset, VOID.objectsTarget, other)
            yield _said(linkset, VOID.triples, ox.Literal(number))
            yield _said(other, RDF.type, _iri(VOID.Dataset))
            yield _said(other, VOID.uriSpace, ox.Literal(target))

    def _node(self) -> ox.BlankNode:
        # Numbered, so that the same figures make the same document.
        self._nodes += 1
        return ox.BlankNode(f"part{self._nodes}")


def _most(numbers: Mapping[str, int]) -> Iterable[str]:
    return sorted(numbers, key=lambda name: (-numbers[name], name))[:MOST]


def _fragment(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", address.partition("://")[2] or address).strip("-")


def _iri(text: str) -> ox.NamedNode:
    return ox.NamedNode(text)


def _if_iri(node: Node, predicate: str, text: str) -> Iterator[ox.Triple]:
    """Yield the statement, unless what is cut from an IRI is none any more."""
    try:
        yield _said(node, predicate, _iri(text))
    except ValueError:
        return


def _said(node: Node, predicate: str, obj: Term) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(predicate), obj)
