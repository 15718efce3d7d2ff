"""The parts of an event stream in RDF: fragments, relations among them, members and versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import urldefrag

import pyoxigraph as ox

from harvesters.platforms.instants import in_utc
from harvesters.platforms.rdf_pages import Document
from harvesters.platforms.stream_context import (
    LDES,
    TREE,
    VIEW,
    Paths,
    forgets,
    is_immutable,
    paths_of,
)
from harvesters.readers.rdf.dataset_closure import BOUNDS, DATASET, closure, is_a
from harvesters.readers.rdf.fault_scope import Node
from harvesters.readers.rdf.graph import Graph
from ontology.dates import read_date
from ontology.terms import ADMS, DCT, PROV, RDF

_AS: Final = "https://www.w3.org/ns/activitystreams#"
_MEMBER: Final = f"{TREE}member"
_RELATION: Final = f"{TREE}relation"
_VERSION_PATHS: Final = (DCT.isVersionOf,)
_TIME_PATHS: Final = (PROV.generatedAtTime, DCT.modified, DCT.created, DCT.issued)
_OF_VERSION: Final = frozenset({PROV.generatedAtTime, "https://schema.org/position"})
"""What is said of a version as a member of its stream, and not of the dataset."""
_DELETED: Final = frozenset({f"{_AS}Delete", f"{_AS}Tombstone", f"{LDES}Tombstone"})
_BEFORE: Final = frozenset({f"{TREE}LessThanRelation", f"{TREE}LessThanOrEqualToRelation"})


@dataclass(frozen=True, slots=True)
class Relation:
    """A way to another fragment: all relations that lead there, which hold together."""

    url: str
    value: str = ""
    """The least time behind it, or the greatest, by which fragments are visited in order."""
    ends: str = ""
    """No member behind it is newer than this time; '' where no relation says so."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One document of a stream."""

    document: Document
    immutable: bool
    paths: Paths
    bounds: set[Node]
    """Nodes at which the description of a dataset ends: other datasets, catalogues."""
    forgets: bool
    """Whether the stream keeps the versions of some time only."""


@dataclass(frozen=True, slots=True)
class Member:
    """One version of a dataset, or word that it is gone."""

    node: Node
    entity: str
    """IRI of what it is a version of."""
    time: str
    """In UTC, comparable; '' where it says none."""
    deleted: bool


def page_of(document: Document) -> Fragment:
    """Read a document as a fragment."""
    page = ox.NamedNode(urldefrag(document.url).url)
    return Fragment(
        document=document,
        immutable=is_immutable(document, page),
        paths=paths_of(document),
        bounds={
            node
            for node, triples in document.graph.out.items()
            if any(is_a(triples, cls) for cls in BOUNDS)
        },
        forgets=forgets(document, page),
    )


def members(fragment: Fragment, paths: Paths) -> Iterator[Member]:
    """Yield the newest member of each dataset, the oldest first.

    Of members of the same time the last one of the document counts.
    """
    document = fragment.document
    found: dict[Node, Member] = {}
    for triple in document.triples():
        node = triple.object
        if triple.predicate.value != _MEMBER or not isinstance(node, (ox.NamedNode, ox.BlankNode)):
            continue
        own = document.graph.out.get(node)
        if own is not None and node not in found:
            found[node] = _member(node, own, paths)
    newest = {one.entity: one for one in sorted(found.values(), key=lambda one: one.time)}
    yield from sorted(newest.values(), key=lambda one: one.time)


def version_graph(fragment: Fragment, member: Member) -> Graph:
    """Return a version as a graph of its own, in which it bears the IRI of its dataset.

    It is read from the named graph of its IRI where there is one (TREE, member extraction): other
    members may describe the same organization differently. Such a graph may speak of the version,
    or of the dataset itself.
    """
    graph = fragment.document.graph
    entity = ox.NamedNode(member.entity)
    focus = member.node
    if (own := graph.named.get(member.node)) is not None:
        graph = Graph(out=own, warnings=graph.warnings)
        if not is_a(own.get(focus, []), DATASET) and entity in own:
            focus = entity
    triples, subjects = closure(focus, graph, fragment.bounds)
    result = Graph()
    for triple in triples:
        subject = cast(Node, entity if triple.subject == member.node else triple.subject)
        obj = entity if triple.object == member.node else triple.object
        of_version = subject == entity and triple.predicate.value in _OF_VERSION
        if of_version or (subject == entity and obj == entity):
            continue
        result.out.setdefault(subject, []).append(ox.Triple(subject, triple.predicate, obj))
        result.size += 1
    for node in subjects:
        for warning in graph.warnings.get(node, ()):
            result.warn(entity if node == member.node else node, warning)
    return result


def _member(node: Node, own: list[ox.Triple], paths: Paths) -> Member:
    time_paths = (paths[0],) if paths[0] else _TIME_PATHS
    version_paths = (paths[1],) if paths[1] else _VERSION_PATHS
    types = _values(own, RDF.type)
    status = {value.lower() for value in _values(own, ADMS.status)}
    deleted = bool(types & _DELETED) or any(one.endswith("withdrawn") for one in status)
    if paths[3]:
        deleted = deleted or paths[3] in _values(own, paths[2] or RDF.type)
    entity = _first(own, (f"{_AS}object",)) if types & _DELETED else ""
    return Member(
        node=node,
        entity=entity or _first(own, version_paths) or node.value,
        time=_utc(_first(own, time_paths)),
        deleted=deleted,
    )


def is_dataset(member: Member, fragment: Fragment) -> bool:
    """Tell whether a member describes a dataset."""
    graph = fragment.document.graph
    own = graph.named.get(member.node, {}).get(ox.NamedNode(member.entity), [])
    return is_a(graph.out[member.node], DATASET) or is_a(own, DATASET)


def relations(fragment: Fragment, paths: Paths) -> Iterator[Relation]:
    """Yield the ways to other fragments; relations by another path than time say no time."""
    found: dict[str, Relation] = {}
    for one in _relations(fragment.document, paths[0]):
        known = found.get(one.url)
        if known is None:
            found[one.url] = one
            continue
        # Of a way with both bounds the lower one orders.
        value = known.value if one.ends else one.value
        ends = min(filter(None, (known.ends, one.ends)), default="")
        found[one.url] = Relation(one.url, value or known.value or one.value, ends)
    yield from found.values()


def _relations(document: Document, time_path: str) -> Iterator[Relation]:
    out = document.graph.out
    page = urldefrag(document.url).url
    own = out.get(ox.NamedNode(document.url), [])
    if not any(triple.predicate.value == _RELATION for triple in own):
        own = list(document.triples())
    for triple in own:
        if triple.predicate.value != _RELATION:
            continue
        parts = out.get(cast(Node, triple.object), [])
        url = urldefrag(_first(parts, (f"{TREE}node",))).url
        path = _first(parts, (f"{TREE}path",))
        of_time = not (path and time_path) or path == time_path
        value = _utc(_first(parts, (f"{TREE}value",))) if of_time else ""
        types = _values(parts, RDF.type)
        if url and url != page:
            yield Relation(url, value, value if types & _BEFORE else "")
    views = [urldefrag(one.value).url for one in document.objects((VIEW,))]
    if page not in views and views and not document.objects((_MEMBER,)):
        # The stream's own address, which tells where its first fragment is.
        yield Relation(views[0])


def _values(triples: list[ox.Triple], predicate: str) -> set[str]:
    return {
        triple.object.value
        for triple in triples
        if triple.predicate.value == predicate and not isinstance(triple.object, ox.Triple)
    }


def _first(triples: list[ox.Triple], predicates: tuple[str, ...]) -> str:
    for predicate in predicates:
        for triple in triples:
            if triple.predicate.value == predicate and not isinstance(triple.object, ox.Triple):
                return triple.object.value
    return ""


def _utc(text: str) -> str:
    found = read_date(text)
    moment = None if found is None else in_utc(found.start)
    return "" if moment is None else moment.isoformat(timespec="microseconds")
