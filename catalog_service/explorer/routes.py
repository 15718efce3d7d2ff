"""``/api/v1/graph`` and ``…/related``: what hangs together, with the evidence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from catalog_service.dependencies import Atlas
from catalog_service.explorer.service import find_node, network_of, things_named
from catalog_service.http.identifiers import Ref
from ontology.languages import Texts
from ontology.record import mint_iri
from search.limits import MAX_SUGGESTIONS, MAX_TYPED
from search.relations.model import KINDS, Evidence
from search.relations.network import NEAREST, NeighborGroup, Network
from search.relations.nodes import Node
from search.relations.paths import ShortestPath, shortest_path

router = APIRouter(prefix="/api/v1", tags=["graph"])

MOST = 100
"""Neighbours of one relation that are given at most."""

MAX_IRI = 2_000

Iri = Annotated[str, Query(max_length=MAX_IRI)]
Most = Annotated[int, Query(ge=1, le=MOST, description="Neighbours of each relation.")]


class NodeAnswer(BaseModel):
    """A thing: a dataset, an organisation, a district, a theme, a library, a data item."""

    iri: str
    kind: str
    label: Texts


class NamedNodeAnswer(NodeAnswer):
    """A thing that a name may mean; ``detail`` tells it from others: its publisher, its place."""

    detail: Texts


class NodesAnswer(BaseModel):
    """Things that a name may mean, those of exactly that name first."""

    nodes: list[NamedNodeAnswer]


class EvidenceAnswer(BaseModel):
    """Why a relation between two datasets is stated; what does not apply is left out."""

    subject: str | None = None
    fields: list[str] = []
    key_items: list[NodeAnswer] = []
    edition: list[int] = []
    other_edition: list[int] = []
    place: str | None = None
    other_place: str | None = None
    share: float | None = None


class NeighbourAnswer(BaseModel):
    """A thing next to another; ``weight`` from 0 to 1, or the number of datasets they share."""

    node: NodeAnswer
    weight: float
    evidence: EvidenceAnswer | None = None


class BesideAnswer(BaseModel):
    """The neighbours by one relation; ``total`` may be more than are given."""

    relation: str
    total: int
    neighbours: list[NeighbourAnswer]


class NeighboursAnswer(BaseModel):
    """A thing and what stands next to it; ``checkpoint`` is the journal number it is read at."""

    node: NodeAnswer
    checkpoint: int
    relations: list[BesideAnswer]


class StepAnswer(BaseModel):
    """One step of a way."""

    relation: str
    node: NodeAnswer


class WayAnswer(BaseModel):
    """The shortest way; ``found`` is false where there is none within the bounds."""

    start: NodeAnswer
    found: bool
    steps: list[StepAnswer]


@router.get(
    "/graph/neighbours", summary="What stands next to a thing", response_model_exclude_defaults=True
)
def neighbours(atlas: Atlas, iri: Iri, limit: Most = NEAREST) -> NeighboursAnswer:
    """Group the neighbours of a node by relation, the nearest first, with evidence."""
    network = network_of(atlas)
    return _neighbours_of(network, find_node(network, iri), limit)


@router.get("/graph/nodes", summary="Things by name")
def nodes(
    atlas: Atlas,
    q: Annotated[str, Query(max_length=MAX_TYPED, description="A name, or how it begins.")] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_SUGGESTIONS)] = 8,
) -> NodesAnswer:
    """Datasets, organisations, districts, domains, libraries and data items by name or words."""
    network = network_of(atlas)
    found = things_named(atlas, network, q, limit) if q.strip() else ()
    return NodesAnswer(
        nodes=[
            NamedNodeAnswer(
                **_node_answer(node).model_dump(),
                detail={
                    "zh": " · ".join(name.zh for name in told),
                    "en": " · ".join(name.en for name in told),
                },
            )
            for node in found
            for told in (network.nodes.told_apart(node),)
        ]
    )


@router.get("/graph/path", summary="How two things hang together")
def path(
    atlas: Atlas,
    start: Annotated[str, Query(alias="from", max_length=MAX_IRI)],
    goal: Annotated[str, Query(alias="to", max_length=MAX_IRI)],
) -> WayAnswer:
    """Return the shortest way between two nodes over their nearest neighbours."""
    network = network_of(atlas)
    ends = find_node(network, start), find_node(network, goal)
    return _way_answer(shortest_path(network, *ends), same=ends[0].iri == ends[1].iri)


@router.get(
    "/datasets/{source}/{remote_id}/related",
    summary="The datasets that hang together with one",
    response_model_exclude_defaults=True,
)
def related(atlas: Atlas, ref: Ref, limit: Most = NEAREST) -> NeighboursAnswer:
    """Return copies, forms, editions, parallels, parts, overlaps and what can be joined."""
    network = network_of(atlas)
    node = find_node(network, mint_iri(atlas.settings.base_iri, ref.source, ref.remote_id))
    whole = _neighbours_of(network, node, limit)
    kept = [beside for beside in whole.relations if beside.relation in KINDS]
    return whole.model_copy(update={"relations": kept})


def _neighbours_of(network: Network, node: Node, limit: int) -> NeighboursAnswer:
    """Return a node's neighbours as they are answered."""
    return NeighboursAnswer(
        node=_node_answer(node),
        checkpoint=network.checkpoint,
        relations=[_beside(network, beside) for beside in network.neighbors(node, most=limit)],
    )


def _node_answer(node: Node) -> NodeAnswer:
    """Return a node with its names."""
    return NodeAnswer(iri=node.iri, kind=node.kind, label={"zh": node.zh, "en": node.en})


def _way_answer(way: ShortestPath, *, same: bool) -> WayAnswer:
    """Return a way as it is answered."""
    return WayAnswer(
        start=_node_answer(way.start),
        found=same or bool(way.steps),
        steps=[StepAnswer(relation=s.relation, node=_node_answer(s.node)) for s in way.steps],
    )


def _beside(network: Network, beside: NeighborGroup) -> BesideAnswer:
    return BesideAnswer(
        relation=beside.relation,
        total=beside.total,
        neighbours=[
            NeighbourAnswer(
                node=_node_answer(near.node),
                weight=round(near.weight, 3),
                evidence=None if near.evidence is None else _evidence(network, near.evidence),
            )
            for near in beside.neighbors
        ],
    )


def _evidence(network: Network, evidence: Evidence) -> EvidenceAnswer:
    keys = (network.nodes.node(iri) for iri in evidence.key_items)
    return EvidenceAnswer(
        subject=evidence.subject or None,
        fields=list(evidence.fields),
        key_items=[_node_answer(key) for key in keys if key is not None],
        edition=list(evidence.edition),
        other_edition=list(evidence.other_edition),
        place=evidence.place or None,
        other_place=evidence.other_place or None,
        share=evidence.share or None,
    )
