"""Datasets related to one, by relation, each with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.datasets.description_model import Description
from catalog_service.datasets.joins import Pair, joins
from catalog_service.datasets.snippets import Snippet
from catalog_service.explorer.service import network_of
from catalog_service.links import page_path
from catalog_service.site.evidence import why
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from search.index.protocol import IndexView
from search.relations.model import KINDS

SHOWN: Final = 3
"""Datasets of one relation; the explorer has them all."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A dataset related to another, and why; ``publishers`` distinguish equal names."""

    name: str
    address: str
    publishers: str
    why: str


@dataclass(frozen=True, slots=True)
class Related:
    """The nearest datasets by one relation, how many there are, and where they all are."""

    relation: str
    total: int
    datasets: tuple[Beside, ...]
    all: str


def related(atlas: Service, view: View, iri: str) -> list[Related]:
    """Return the datasets related to one, the closest relation first.

    A page does without where the index cannot be read or does not have the dataset yet.
    """
    try:
        network = network_of(atlas)
        node = network.nodes.node(iri)
        beside = [] if node is None else network.neighbors(node, most=SHOWN)
        index = atlas.index.view()
        publishers = {
            near.node.iri: _publishers(view, atlas, index, near.node.iri)
            for one in beside
            if one.relation in KINDS
            for near in one.neighbors
        }
    except AtlasError:
        return []
    return [
        Related(
            relation=one.relation,
            total=one.total,
            datasets=tuple(
                Beside(
                    view.name(near.node),
                    view.link(page_path(atlas.settings.base_iri, near.node.iri)),
                    publishers[near.node.iri],
                    why(view, network, near),
                )
                for near in one.neighbors
            ),
            all=view.link("/explore", at=iri, relation=one.relation),
        )
        for one in beside
        if one.relation in KINDS
    ]


@dataclass(frozen=True, slots=True)
class JoinShown:
    """A dataset to join with as the page names it; the rest is as in `joins`."""

    name: str
    address: str
    told: str
    pairs: tuple[Pair, ...]
    most: int | None
    rows_here: int | None
    rows_there: int | None
    codes: tuple[Snippet, ...]


def joins_shown(atlas: Service, view: View, description: Description) -> list[JoinShown]:
    """Return the datasets to join with, in the page's language."""
    return [
        JoinShown(
            view.name(one.other),
            view.link(page_path(atlas.settings.base_iri, one.other.iri)),
            " · ".join(map(view.name, one.told_apart)),
            one.pairs,
            one.most,
            one.rows_here,
            one.rows_there,
            one.codes,
        )
        for one in joins(atlas, description)
    ]


def _publishers(view: View, atlas: Service, index: IndexView | None, iri: str) -> str:
    """The names of a dataset's publishers in the page's language, where the vocabulary has them."""
    found = index.get(iri) if index is not None else None
    if found is None:
        return ""
    names = []
    for publisher, name in zip(found.facets.get("publisher", ()), found.publishers, strict=False):
        concept = atlas.vocabulary.concept(publisher)
        names.append(view.name(concept) if concept else name)
    return view.listed(names)
