"""The neighbours of a thing in the graph, by relation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ontology.vocabulary import Vocabulary
from search.analysis.ngrams import term_tokens
from search.facets import NOT_STATED
from search.index.payload import StoredDocument
from search.index.plan import Clause, Group, Plan
from search.index.protocol import IndexView
from search.relations.fields import COMMON, KeyItemIndex, field_key
from search.relations.model import KINDS, Evidence, Kind
from search.relations.nodes import FACET_OF, Node, NodeKind, Nodes
from search.relations.related import Related

NEAREST: Final = 12
"""Neighbours of one relation that are given unless more are asked for."""

_LOOKED_AT: Final = 1_000
"""Documents that are looked at to find those that have exactly a data item."""

_OF_DATASETS: Final = ("publisher", "theme", "district", "library")


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A thing next to another; ``weight`` from 0 to 1, or the number of datasets they share."""

    node: Node
    weight: float
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class NeighborGroup:
    """The neighbours by one relation, the nearest first; ``total`` may be more than are given.

    ``relation`` is a kind of `search.relations.model.KINDS` between datasets, else the kind of
    the neighbours: ``organization``, ``theme``, ``district``, ``library``, ``field``,
    ``key-item``, ``dataset``.
    """

    relation: str
    total: int
    neighbors: tuple[Neighbor, ...]


class Network:
    """The graph of things, read from one state of an index.

    Nothing of it is stored: relations are computed from the descriptions each time, so that they
    are never out of date. A dataset's take some ten milliseconds.
    """

    def __init__(self, view: IndexView, vocabulary: Vocabulary, base_iri: str) -> None:
        self._view = view
        self._vocabulary = vocabulary
        self.checkpoint = view.checkpoint
        """The journal number of the state it is read from."""
        self.nodes = Nodes(view, vocabulary, base_iri)
        self._related = Related(view, vocabulary)
        self._keys = KeyItemIndex(vocabulary)

    def neighbors(self, node: Node, *, most: int = NEAREST) -> list[NeighborGroup]:
        """Return the neighbours of a node by relation; relations without any are left out."""
        if node.kind == "dataset":
            document = self._view.get(node.iri)
            return [] if document is None else self._of_dataset(document, most)
        if node.kind in ("field", "key-item"):
            return self._of_item(node, most)
        return self._of_entity(node, most)

    def held(self, nodes: Sequence[Node]) -> list[Node]:
        """Return the organisations, districts, themes and libraries that any dataset belongs to.

        The index is asked for all of them at once. Nodes of other kinds stay.
        """
        plans = {
            node.iri: Plan(filters={facet: (node.iri,)})
            for node in nodes
            if (facet := FACET_OF.get(node.kind)) is not None
        }
        totals = dict(zip(plans, self._view.totals(list(plans.values())), strict=True))
        return [node for node in nodes if totals.get(node.iri, 1)]

    def datasets(self, node: Node, limit: int) -> tuple[int, list[StoredDocument]]:
        """Return how many datasets belong to a node that is none, and the last changed of them."""
        facet = FACET_OF.get(node.kind)
        if facet is not None:
            found = self._view.find(Plan(filters={facet: (node.iri,)}), limit)
            return found.total, [candidate.document for candidate in found.candidates]
        having = self._having(node)
        return len(having), having[:limit]

    def _of_dataset(self, document: StoredDocument, most: int) -> list[NeighborGroup]:
        found: list[NeighborGroup] = []
        for facet, kind in ((facet, kind) for kind, facet in FACET_OF.items()):
            nodes = [self.nodes.node(iri) for iri in document.facets.get(facet, ())]
            found.append(_group(kind, [n for n in nodes if n is not None], most))
        fields = [n for name in document.fields if (n := self._field(name))]
        keys = dict.fromkeys(filter(None, map(self._keys.key_item, document.fields)))
        found.append(_group("key-item", [n for k in keys if (n := self.nodes.node(k))], most))
        found.append(_group("field", fields, most))
        by_kind: dict[Kind, list[Neighbor]] = {kind: [] for kind in KINDS}
        for relation in self._related.of(document, most=most):
            node = self.nodes.node(relation.target)
            if node is not None:
                by_kind[relation.kind].append(Neighbor(node, relation.weight, relation.evidence))
        found += [
            NeighborGroup(kind, len(others), tuple(others)) for kind, others in by_kind.items()
        ]
        return [group for group in found if group.neighbors]

    def _of_entity(self, node: Node, most: int) -> list[NeighborGroup]:
        facet = FACET_OF[node.kind]
        plan = Plan(filters={facet: (node.iri,)})
        counts = self._view.count(plan, [name for name in _OF_DATASETS if name != facet])
        found = [self._dataset_group(*self.datasets(node, most))]
        for kind, other in FACET_OF.items():
            if other != facet:
                found.append(self._frequent_group(kind, counts.get(other, {}), most))
        return [group for group in found if group.neighbors]

    def _of_item(self, node: Node, most: int) -> list[NeighborGroup]:
        having = self._having(node)
        found = [self._dataset_group(len(having), having[:most])]
        for kind, facet in FACET_OF.items():
            counts = Counter(value for d in having for value in d.facets.get(facet, ()))
            found.append(self._frequent_group(kind, counts, most))
        if node.kind == "field":
            key = self._keys.key_item(node.zh)
            meant = None if key is None else self.nodes.node(key)
            found.insert(0, _group("key-item", [] if meant is None else [meant], most))
        return [group for group in found if group.neighbors]

    def _frequent_group(
        self, kind: NodeKind, counts: Mapping[str, int], most: int
    ) -> NeighborGroup:
        stated = [item for item in counts.items() if item[0] != NOT_STATED]
        values = sorted(stated, key=lambda item: (-item[1], item[0]))
        near = [
            Neighbor(node, float(count))
            for value, count in values[:most]
            if (node := self.nodes.node(value))
        ]
        return NeighborGroup(kind, len(values), tuple(near))

    def _dataset_group(self, total: int, documents: Sequence[StoredDocument]) -> NeighborGroup:
        near = [
            Neighbor(Node(d.iri, "dataset", d.title, d.title_en or d.title), 1.0) for d in documents
        ]
        return NeighborGroup("dataset", total, tuple(near))

    def _having(self, node: Node) -> list[StoredDocument]:
        """The datasets that have exactly this data item, or any spelling of the key item."""
        names = (
            self._vocabulary.spellings(node.iri)
            if node.kind == "key-item"
            else [self.nodes.field_name(node.iri)]
        )
        wanted = {field_key(name) for name in names}
        clauses = tuple(
            Clause(words, (("fields", 1.0),)) for name in names if (words := term_tokens(name))
        )
        if not clauses:
            return []
        found = self._view.find(Plan(groups=(Group(clauses),)), _LOOKED_AT)
        return [
            candidate.document
            for candidate in found.candidates
            if not wanted.isdisjoint(map(field_key, candidate.document.fields))
        ]

    def _field(self, name: str) -> Node | None:
        if field_key(name) in COMMON:
            return None
        return Node(self.nodes.field_iri(name), "field", name, name)


def _group(kind: NodeKind, nodes: list[Node], most: int) -> NeighborGroup:
    return NeighborGroup(kind, len(nodes), tuple(Neighbor(node, 1.0) for node in nodes[:most]))
