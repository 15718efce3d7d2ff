"""What a fragment says of its event stream: paths, retention, whether it may still change.

"Context information" of LDES 1.0, https://w3id.org/ldes/specification.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from harvesters.platforms.rdf_pages import Document
from harvesters.readers.rdf.fault_scope import Node
from ontology.terms import RDF

TREE: Final = "https://w3id.org/tree#"
LDES: Final = "https://w3id.org/ldes#"
VIEW: Final = f"{TREE}view"

Paths = tuple[str, str, str, str]
"""The stream's timestamp path and version path; the path and the object that mark a deletion. ''
where nothing was said; paths of several steps are not read."""

NO_PATHS: Final[Paths] = ("", "", "", "")
_PATHS: Final = ("timestampPath", "versionOfPath", "versionDeletePath", "versionDeleteObject")
_POLICY: Final = f"{LDES}retentionPolicy"
_ALL_VERSIONS_AGE: Final = frozenset({f"{LDES}DurationAgoPolicy", f"{LDES}PointInTimePolicy"})
_LATEST: Final = f"{LDES}LatestVersionSubset"
_AGEING: Final = frozenset({f"{LDES}startingFrom", f"{LDES}versionDuration"})
_AMOUNT: Final = f"{LDES}versionAmount"


def paths_of(document: Document) -> Paths:
    """Return the paths that a fragment names."""
    time, version, delete_path, delete_object = (
        next((one.value for one in document.objects((f"{LDES}{name}",))), "") for name in _PATHS
    )
    return time, version, delete_path, delete_object


def is_immutable(document: Document, page: ox.NamedNode) -> bool:
    """Tell whether a fragment gets no more members: by a statement or by ``Cache-Control``."""
    for triple in document.graph.out.get(page, ()):
        if triple.predicate.value == f"{LDES}immutable" and isinstance(triple.object, ox.Literal):
            return triple.object.value in ("true", "1")
    return "immutable" in document.response.headers.get("cache-control", "").lower()


def forgets(document: Document, page: ox.NamedNode) -> bool:
    """Tell whether a view drops datasets with time, by any of its retention policies.

    What keeps the newest versions for ever is whole, however many there are. Policies of other
    views, which an overview lists, do not count.
    """
    out = document.graph.out
    others = {one for one in document.objects((VIEW,)) if one != page}
    others |= {
        described
        for view in others
        for described in document.objects((f"{TREE}viewDescription",), view)
    } - set(document.objects((f"{TREE}viewDescription",), page))
    if page not in document.objects((VIEW,)):
        # A later page, which repeats the policy of the view that it is part of.
        others -= {one for one in others if _is_part_of(document, page, one)}
    own: set[Node] = set()
    foreign: set[Node] = set()
    for node, triples in out.items():
        for triple in triples:
            policy = triple.object
            if triple.predicate.value == _POLICY and isinstance(
                policy, (ox.NamedNode, ox.BlankNode)
            ):
                (foreign if node in others else own).add(policy)
    if any(_drops(out.get(policy, [])) for policy in own):
        return True
    # One that nothing refers to may be meant for this view.
    return any(_is_by_age(triples) for node, triples in out.items() if node not in foreign)


def _is_part_of(document: Document, page: ox.NamedNode, view: Node) -> bool:
    return any(triple.object == view for triple in document.graph.out.get(page, ()))


def _drops(policy: list[ox.Triple]) -> bool:
    said = {triple.predicate.value for triple in policy}
    if _is_by_age(policy) or said & _AGEING:
        return True
    return _LATEST not in _types(policy) and _AMOUNT not in said


def _is_by_age(policy: list[ox.Triple]) -> bool:
    return not _ALL_VERSIONS_AGE.isdisjoint(_types(policy))


def _types(triples: list[ox.Triple]) -> set[str]:
    return {
        triple.object.value
        for triple in triples
        if triple.predicate.value == RDF.type and isinstance(triple.object, ox.NamedNode)
    }
